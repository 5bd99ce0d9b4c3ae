package duplicate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// alphabet are invented words, from which texts are put together.
var alphabet = []rune("宽带网络故障客服推诿账单流量套餐短信充值余额退订装机师傅上门信号基站掉线速度慢快好坏天月年元钱打电话投诉处理回复等待排队人工智能语音菜单复杂找不到入口取消合约违约金说明清楚隐瞒扣费莫名彩铃增值业务开通没有同意营业厅态度恶劣")

func randomText(r *rand.Rand, n int) string {
	t := make([]rune, n)
	for i := range t {
		t[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(t)
}

// edit substitutes, inserts and deletes a share of the characters.
func edit(r *rand.Rand, text string, share float64) string {
	t := []rune(text)
	for range int(float64(len(t))*share + .5) {
		at := r.IntN(len(t))
		c := alphabet[r.IntN(len(alphabet))]
		switch r.IntN(3) {
		case 0:
			t[at] = c
		case 1:
			t = slices.Insert(t, at, c)
		case 2:
			t = slices.Delete(t, at, at+1)
		}
	}
	return string(t)
}

func TestAdd(t *testing.T) {
	ix := New(Config{})
	a := ix.Add(1, "客服推诿，宽带故障三天没人修，请尽快处理！")
	for id, same := range map[uint64]string{
		2: "客服推诿，宽带故障三天没人修，请尽快处理！",
		3: "客服推諉 寬帶故障三天沒人修 請盡快處理",
		4: "客服推诿，宽带故障五天没人修，请尽快处理！⟦手机号·kqzmwtbx⟧",
	} {
		if g := ix.Add(id, same); g != a {
			t.Errorf("%q: group %d, want %d", same, g, a)
		}
	}
	for id, other := range map[uint64]string{5: "流量用完了还在扣费，账单不清楚", 6: "很好", 7: "很好用", 8: "⟦手机号⟧！"} {
		if g := ix.Add(id, other); g == a {
			t.Errorf("%q: group %d", other, g)
		}
	}
	if g, ok := ix.Group(8); g != 0 || !ok {
		t.Errorf("a text without letters: group %d, %v", g, ok)
	}
	if x, y := ix.Add(9, "很 好。"), ix.Add(10, "很好!"); x != y || x == 0 {
		t.Errorf("short texts: groups %d, %d", x, y)
	}
	if g, ok := ix.Group(99); g != 0 || ok {
		t.Errorf("unknown document: %d, %v", g, ok)
	}
}

// partition numbers the groups by their smallest document.
func partition(ix *Index) [][]uint64 {
	var all [][]uint64
	for _, ids := range ix.Groups(1) {
		all = append(all, ids)
	}
	slices.SortFunc(all, func(a, b []uint64) int { return int(a[0]) - int(b[0]) })
	return all
}

// TestForgetIsExact adds, replaces and forgets at random: the groups are those
// of an index that saw only what is left, and nothing else is.
func TestForgetIsExact(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		ix := New(Config{})
		live := map[uint64]string{}
		roots := make([]string, 4)
		for i := range roots {
			roots[i] = randomText(r, 20+r.IntN(20))
		}
		for step := range 400 {
			id := uint64(r.IntN(120))
			if r.IntN(3) == 0 {
				_, was := live[id]
				if ix.Forget(id) != was {
					t.Fatalf("seed %d step %d: Forget(%d) is not %v", seed, step, id, was)
				}
				delete(live, id)
			} else {
				i := r.IntN(len(roots))
				live[id] = edit(r, roots[i], .12)
				if r.IntN(4) == 0 { // wander off, so that chains come to be
					roots[i] = live[id]
				}
				ix.Add(id, live[id])
			}
			if step%40 != 39 {
				continue
			}
			fresh := New(Config{})
			for _, id := range r.Perm(120) {
				if text, ok := live[uint64(id)]; ok {
					fresh.Add(uint64(id), text)
				}
			}
			if diff := cmp.Diff(partition(fresh), partition(ix)); diff != "" {
				t.Fatalf("seed %d step %d (-fresh +kept):\n%s", seed, step, diff)
			}
		}
		for id := range live {
			ix.Forget(id)
		}
		if ix.Len() != 0 || ix.bands.used != 0 || len(ix.same) != 0 || len(ix.groups) != 0 {
			t.Fatalf("seed %d: left over: %d documents, %d bands, %d texts, %d groups", seed, ix.Len(), ix.bands.used, len(ix.same), len(ix.groups))
		}
		for _, l := range ix.links {
			if l != (link{}) {
				t.Fatalf("seed %d: a link is left", seed)
			}
		}
		for _, s := range ix.shapes {
			for _, v := range s.set[:cap(s.set)] {
				if v != 0 {
					t.Fatal("a shingle is left")
				}
			}
		}
		if slices.Max(ix.work.folded[:cap(ix.work.folded)]) != 0 || slices.Max(ix.work.runes[:cap(ix.work.runes)]) != 0 {
			t.Fatal("the text of the last document is left")
		}
	}
}

// TestReaches: ending early changes no verdict.
func TestReaches(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	yes := 0
	for range 20000 {
		base := randomText(r, 8+r.IntN(40))
		var a, b shingles
		a.read(base)
		b.read(edit(r, base, r.Float64()/2))
		if len(b.set) == 0 {
			continue
		}
		j := jaccard(a.set, b.set)
		for _, threshold := range []float64{.3, .5, .65, .95, max(j, .01)} {
			if got := reaches(a.set, b.set, threshold); got != (j >= threshold) {
				t.Fatalf("index %v, threshold %v: %v", j, threshold, got)
			} else if got {
				yes++
			}
		}
	}
	if yes < 10000 || yes > 90000 {
		t.Errorf("%d of 100000 reach the threshold", yes)
	}
}

// TestNumbersStay: who is left keeps the number, unless only the forgotten
// document held it and older ones together.
func TestNumbersStay(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	base := randomText(r, 40)
	ix := New(Config{})
	for id := range uint64(20) {
		ix.Add(id, edit(r, base, .05))
	}
	want, _ := ix.Group(0)
	for id := range uint64(19) {
		ix.Forget(id)
		for left := id + 1; left < 20; left++ {
			if g, _ := ix.Group(left); g != want {
				t.Fatalf("after %d went, %d is in group %d, want %d", id, left, g, want)
			}
		}
	}
	if g := ix.Add(50, randomText(r, 40)); g == want {
		t.Error("a number was given twice")
	}
}

// TestBridge: a text between two others holds them together, and lets go.
func TestBridge(t *testing.T) {
	left, right := []rune("宽带网络故障客服推诿账单流量套餐短信"), []rune("充值余额退订装机师傅上门信号基站掉线")
	ix := New(Config{Threshold: .3})
	a, b := ix.Add(1, string(left)), ix.Add(2, string(right))
	if a == b {
		t.Fatal("different texts in one group")
	}
	ix.Add(3, string(left)+string(right))
	x, _ := ix.Group(1)
	y, _ := ix.Group(2)
	if x != a || y != a {
		t.Fatalf("joined groups %d and %d, want the older number %d", x, y, a)
	}
	ix.Forget(3)
	x, _ = ix.Group(1)
	y, _ = ix.Group(2)
	if x != a || y == a || y == b {
		t.Errorf("parted groups %d and %d, want %d and a new one", x, y, a)
	}
}

func TestMax(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	ix := New(Config{Max: 100})
	for id := range uint64(5000) {
		ix.Add(id%700, randomText(r, 30))
		if ix.Len() > 100 {
			t.Fatalf("%d documents, at most 100", ix.Len())
		}
	}
	if _, ok := ix.Group(4999 % 700); !ok {
		t.Error("the latest document is gone")
	}
	if len(ix.shapes) > 110 || len(ix.order.items) > 1300 {
		t.Errorf("%d shapes, %d arrivals are kept", len(ix.shapes), len(ix.order.items))
	}
}

// TestRecall is the floor: of texts with a tenth of their characters edited,
// 99 % are found, whatever the length.
func TestRecall(t *testing.T) {
	for _, letters := range []string{"", "latin"} {
		for _, n := range []int{30, 60, 200} {
			if letters != "" && n < longLatin {
				continue
			}
			r := rand.New(rand.NewPCG(uint64(n), 2))
			found, all := 0, 3000
			for range all {
				ix := New(Config{})
				text, changed := randomText(r, n), edit
				if letters == "latin" {
					text, changed = randomEnglish(r, n), editEnglish
				}
				if ix.Add(1, text) == ix.Add(2, changed(r, text, .1)) {
					found++
				}
			}
			t.Logf("%s %d characters: recall %.4f", letters, n, float64(found)/float64(all))
			if float64(found) < .99*float64(all) {
				t.Errorf("%s %d characters: recall %.4f, want .99", letters, n, float64(found)/float64(all))
			}
		}
	}
}

// randomEnglish puts words together that read like English and are invented, the
// frequent ones more often.
func randomEnglish(r *rand.Rand, n int) string {
	const vocabulary = 3000
	syllables := strings.Fields("ba con de er fi ga hin in jo ka lo men nor ou per qui ra sta ti un ver wa xi yo za ing the pre com est ly tion")
	var b strings.Builder
	for b.Len() < n {
		rank := int(math.Exp(r.Float64() * math.Log(vocabulary))) // Zipf
		w := rand.New(rand.NewPCG(uint64(rank), 77))
		for range 1 + w.IntN(3) {
			b.WriteString(syllables[w.IntN(len(syllables))])
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

func editEnglish(r *rand.Rand, text string, share float64) string {
	t := []rune(text)
	for range int(float64(len(t))*share + .5) {
		at, c := r.IntN(len(t)), rune('a'+r.IntN(26))
		switch r.IntN(3) {
		case 0:
			t[at] = c
		case 1:
			t = slices.Insert(t, at, c)
		case 2:
			t = slices.Delete(t, at, at+1)
		}
	}
	return string(t)
}

// TestNoFalsePairs: of 200,000 pairs of different texts none is a near-duplicate.
func TestNoFalsePairs(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	ix := New(Config{})
	const n = 633 // 200,028 pairs of either script
	for id := range uint64(n) {
		ix.Add(2*id, randomText(r, 10+r.IntN(60)))
		ix.Add(2*id+1, randomEnglish(r, 40+r.IntN(100)))
	}
	for g, ids := range ix.Groups(2) {
		t.Errorf("group %d has %d different texts", g, len(ids))
	}
}

func FuzzAdd(f *testing.F) {
	for _, seed := range [][2]string{{"客服推诿", "客服推諉"}, {"\xff⟦", "⟦手机号⟧"}, {"a b c d e f g h i", "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷"}, {"", "。"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		ix := New(Config{})
		x, y := ix.Add(1, a), ix.Add(2, b)
		s := Similarity(a, b)
		if x != 0 && (x == y) && s < .45 {
			t.Errorf("in one group at similarity %v", s)
		}
		if s == 1 && x != y {
			t.Error("equal texts in two groups")
		}
		if s != Similarity(b, a) {
			t.Error("similarity has a direction")
		}
		ix.Forget(1)
		ix.Forget(2)
		if ix.bands.used != 0 || len(ix.groups) != 0 {
			t.Error("something is left")
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{20, 60, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(5, 5))
			texts := make([]string, 20000)
			for i := range texts {
				texts[i] = randomText(r, n)
			}
			ix := New(Config{Max: 20000})
			i := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				ix.Add(i, texts[i%20000])
				i++
			}
		})
	}
}

// BenchmarkForgetHuge takes documents out of one group of 20,000 texts.
func BenchmarkForgetHuge(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	base := []rune(strings.Repeat("这是一封大家都转发的投诉信内容大致相同只有几处不一样", 3))
	ix := New(Config{})
	text := func() string {
		t := slices.Clone(base)
		for range 4 {
			t[r.IntN(len(t))] = rune(0x4e00 + r.IntN(2000))
		}
		return string(t)
	}
	const n = 20_000
	for id := range uint64(n) {
		ix.Add(id, text())
	}
	id := uint64(0)
	for b.Loop() {
		ix.Forget(id % n)
		ix.Add(id%n, text())
		id++
	}
}
