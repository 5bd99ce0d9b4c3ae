package newword

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/segment"
)

// plainSegmenter has the built-in words; building one takes longer than mining.
var plainSegmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })

func segmenter(t testing.TB, words ...string) *segment.Segmenter {
	t.Helper()
	s, err := plainSegmenter()
	if len(words) > 0 {
		s, err = segment.New(segment.WithLexicon("test", strings.NewReader(strings.Join(words, "\n"))))
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// planted writes feedback of invented people, in which terms that no lexicon
// holds stand among common words.
func planted(terms ...string) []Document {
	r := rand.New(rand.NewPCG(1, 1))
	before := []string{"我想问", "你们的", "昨天办了", "为什么", "朋友推荐", "刚刚取消", "已经用上", "一直在用", "不喜欢", "请介绍"}
	after := []string{"很贵", "怎么退订", "不好用", "没有说明", "速度慢", "扣费不对", "信号很弱", "可以便宜吗", "客服不知道", "什么时候到期"}
	var all []Document
	for i := range 400 {
		d := Document{Customer: fmt.Sprintf("c%d", i)}
		d.Text = before[r.IntN(len(before))] + terms[i%len(terms)] + after[r.IntN(len(after))] + "，" + after[r.IntN(len(after))]
		all = append(all, d)
	}
	return all
}

func mine(t testing.TB, c Config, documents []Document) []Term {
	t.Helper()
	if c.Segmenter == nil {
		c.Segmenter = segmenter(t)
	}
	m := New(c)
	for _, d := range documents {
		m.Add(d)
	}
	return m.Terms(0)
}

func names(terms []Term) []string {
	var all []string
	for _, t := range terms {
		all = append(all, t.Text)
	}
	return all
}

// TestPlanted: terms that were planted are the first that are found, whole, and
// in the folded form; the evidence is there.
func TestPlanted(t *testing.T) {
	want := []string{"5g畅铂卡", "home pro", "彩蝶星包", "霁和宝"}
	terms := mine(t, Config{}, planted("彩蝶星包", "霁和宝", "5G畅铂卡", "Home Pro"))
	if len(terms) < 4 {
		t.Fatalf("found %v", names(terms))
	}
	got := names(terms[:4])
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, x := range terms[:4] {
		if x.Count != 100 || x.Documents != 100 || x.Customers != 100 || x.Kind == Known || x.Cohesion < leastCohesion || x.Left < 2 || x.Right < 2 {
			t.Errorf("evidence of %q: %+v", x.Text, x)
		}
		if len(x.Contexts) != 3 || x.Contexts[0] == x.Contexts[1] {
			t.Errorf("contexts of %q: %q", x.Text, x.Contexts)
		}
		for _, c := range x.Contexts {
			if !strings.Contains(segment.Fold(c), x.Text) || strings.Contains(c, "，") && !strings.HasSuffix(c, "，") {
				t.Errorf("context %q of %q", c, x.Text)
			}
		}
	}
}

// TestCustomers: who says a thing often is one, and k are needed.
func TestCustomers(t *testing.T) {
	documents := planted("彩蝶星包", "霁和宝")
	for i := range documents {
		if strings.Contains(documents[i].Text, "霁和宝") {
			documents[i].Customer = fmt.Sprintf("few%d", i/2%4)
		}
	}
	if got := names(mine(t, Config{}, documents)); slices.Contains(got, "霁和宝") || !slices.Contains(got, "彩蝶星包") {
		t.Errorf("four customers of five: %v", got)
	}
	if got := names(mine(t, Config{Customers: 4}, documents)); !slices.Contains(got, "霁和宝") {
		t.Errorf("four customers of four: %v", got)
	}
	for i := range documents {
		documents[i].Customer = ""
	}
	if got := names(mine(t, Config{}, documents)); !slices.Contains(got, "霁和宝") {
		t.Errorf("unknown customers count one each: %v", got)
	}
}

// TestLexicon: what a lexicon holds is no news, in whatever form it is written.
func TestLexicon(t *testing.T) {
	documents := planted("彩蝶星包", "霁和寶")
	got := names(mine(t, Config{Segmenter: segmenter(t, "彩蝶星包 n")}, documents))
	if slices.Contains(got, "彩蝶星包") || !slices.Contains(got, "霁和宝") {
		t.Errorf("%v", got)
	}
	if got := names(mine(t, Config{Segmenter: segmenter(t, "彩蝶星包 n"), All: true}, documents)); !slices.Contains(got, "彩蝶星包") {
		t.Errorf("all: %v", got)
	}
}

// TestLoose: what reads as a clause, a quantity, or a part of longer names comes
// far behind a name as frequent as it.
func TestLoose(t *testing.T) {
	one := func(of string, i int) string { return string([]rune(of)[i%4]) }
	for what, c := range map[string]struct {
		loose string
		write func(i int) string
	}{
		"a verb before a word":       {"买水果", func(int) string { return "，买水果" }},
		"a quality behind a word":    {"价格贵", func(int) string { return "价格贵" }},
		"what cannot be done":        {"关不紧", func(int) string { return "关不紧" }},
		"what follows a number":      {"畅铂", func(i int) string { return strconv.Itoa(i) + "畅铂" }},
		"the end of longer names":    {"苑小区", func(i int) string { return one("桂榆桐槐", i) + "苑小区" }},
		"the verb of what follows":   {"话费送", func(i int) string { return "话费送" + one("甲乙丙丁", i) }},
		"a function word before one": {"不畅铂", func(i int) string { return []string{"不畅铂", "不畅铂", "畅铂"}[i%3] }},
		"a character behind a word":  {"畅铂员", func(i int) string { return []string{"畅铂员", "畅铂", "畅铂"}[i%3] }},
		"a function word behind one": {"畅铂里", func(i int) string { return []string{"畅铂里", "畅铂里", "畅铂"}[i%3] }},
	} {
		documents := planted("霁和宝", "彩蝶星包")
		for i := range documents {
			d := &documents[i]
			d.Text = strings.Replace(d.Text, "彩蝶星包", c.write(i/2), 1)
		}
		score := map[string]float64{}
		for _, x := range mine(t, Config{All: strings.Contains(what, "function")}, documents) {
			score[x.Text] = x.Score
		}
		if score[c.loose] == 0 || score[c.loose] > score["霁和宝"]/2 {
			t.Errorf("%s: %s has %.0f, a name %.0f", what, c.loose, score[c.loose], score["霁和宝"])
		}
	}
}

// TestReading: exclamations name nothing, and a name may repeat a character.
func TestReading(t *testing.T) {
	m := New(Config{Segmenter: segmenter(t)})
	for term, want := range map[string]bool{"赞赞赞": false, "差差": false, "性价比高": false, "霁霁宝": true, "霁和宝": true, "5g畅铂卡": true} {
		if got := m.read(term).names(); got != want {
			t.Errorf("%s names a thing: %v", term, got)
		}
	}
}

// TestBreaks: no term reaches across what ends a run.
func TestBreaks(t *testing.T) {
	for _, gap := range []string{"⟦手机号⟧", "⟦手机号·kqzmwtbx⟧", "12345", "，", " ", "https://qt.example/a", "@霁和 ", "😀", "\n"} {
		for _, x := range mine(t, Config{Customers: 1}, planted("彩蝶"+gap+"星包")) {
			if strings.Contains(x.Text, "蝶星") || strings.ContainsAny(x.Text, "⟦⟧@0123456789") || strings.Contains(x.Text, "手机号") || strings.Contains(x.Text, "example") || strings.Contains(x.Text, "霁") {
				t.Errorf("across %q: %q", gap, x.Text)
			}
		}
	}
}

// TestOrder: the order of the documents changes nothing, also when a sample is drawn.
func TestOrder(t *testing.T) {
	documents := planted("彩蝶星包", "霁和宝", "5G畅铂卡")
	for _, c := range []Config{{}, {Characters: 3000}} {
		c.Segmenter = segmenter(t)
		one := mine(t, c, documents)
		backwards := slices.Clone(documents)
		slices.Reverse(backwards)
		if diff := cmp.Diff(one, mine(t, c, backwards)); diff != "" {
			t.Errorf("%d characters, backwards (-as given +backwards):\n%s", c.Characters, diff)
		}
	}
}

func TestBound(t *testing.T) {
	m := New(Config{Segmenter: segmenter(t), Characters: 2000})
	for i, d := range planted("彩蝶星包", "霁和宝") {
		d.Text += fmt.Sprint(i)
		if m.Add(d); m.units > 2000 {
			t.Fatalf("%d characters are kept", m.units)
		}
	}
	if mined, seen := m.Sampled(); seen != 400 || mined >= seen || mined < 20 {
		t.Errorf("%d of %d are mined", mined, seen)
	}
}

// TestEntropy holds the figures to a count by hand.
func TestEntropy(t *testing.T) {
	seg := segmenter(t)
	m := New(Config{Segmenter: seg, Count: 2, Customers: 1})
	for _, text := range []string{"甲霁和乙", "甲霁和丙", "丁霁和乙", "霁和"} {
		for range 2 {
			m.Add(Document{Text: text})
		}
	}
	c := m.build()
	for _, g := range c.count(2) {
		if c.text(g) != "霁和" {
			continue
		}
		// Before: 甲 4 of 8, 丁 2 of 8, two edges of 8. After: 乙 4, 丙 2, two edges.
		want := float32(.5*1 + .25*2 + 2*.125*3)
		if g.count != 8 || g.left.entropy != want || g.right.entropy != want {
			t.Errorf("count %d, left %v, right %v; want 8, %v, %v", g.count, g.left.entropy, g.right.entropy, want, want)
		}
		return
	}
	t.Error("霁和 is not counted")
}

func TestEmpty(t *testing.T) {
	for _, text := range []string{"", "，。", "⟦手机号⟧", "\xff\xfe", "123"} {
		if got := mine(t, Config{Count: 1, Customers: 1}, []Document{{Text: text}}); len(got) != 0 {
			t.Errorf("%q: %v", text, names(got))
		}
	}
}

func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"彩蝶星包好用，彩蝶星包", "5G畅铂卡 Home Pro", "\xff⟦a", "𠮷𠮷野家", "T恤c++ ’ve"} {
		f.Add(seed, "霁和宝")
	}
	seg := segmenter(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		m := New(Config{Segmenter: seg, Count: 1, Customers: 1, All: true})
		for _, text := range []string{a, b, a + b} {
			m.Add(Document{Text: text})
		}
		for _, x := range m.Terms(0) {
			if x.Text == "" || x.Customers < 1 || x.Documents > 3 || x.Customers > x.Documents || x.Count < x.Documents {
				t.Errorf("%+v", x)
			}
		}
	})
}

func BenchmarkTerms(b *testing.B) {
	seg := segmenter(b)
	documents := planted("彩蝶星包", "霁和宝", "5G畅铂卡")
	size := 0
	for _, d := range documents {
		size += len(d.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		m := New(Config{Segmenter: seg})
		for _, d := range documents {
			m.Add(d)
		}
		m.Terms(200)
	}
}
