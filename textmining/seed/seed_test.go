package seed

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

var builtIn = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })

func testSegmenter(t testing.TB) *segment.Segmenter {
	t.Helper()
	seg, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return seg
}

// vocabulary is what invented customers speak with, by class: the first word is
// the seed, and stands in some of the texts alone.
var vocabulary = map[string][]string{
	"网络": {"断网", "路由器", "信号灯", "重启", "掉线", "网速", "光猫"},
	"账单": {"扣费", "话费", "月租", "余额", "套餐", "发票", "流量包"},
	"服务": {"客服", "态度", "排队", "营业厅", "转接", "敷衍", "热线"},
}

// invented writes n texts, most of them without a seed word; class 账单 is three
// times as frequent as the others.
func invented(n int, seed uint64) (texts, gold []string) { return mixed(n, seed, 0) }

// mixed is invented with words of other classes among those of its own: that
// many in a hundred.
func mixed(n int, seed uint64, others int) (texts, gold []string) {
	rng := rand.New(rand.NewPCG(seed, 1))
	names := []string{"网络", "账单", "账单", "账单", "服务"}
	filler := []string{"昨天", "一直", "怎么", "希望", "处理", "已经", "每次", "还是", "你们", "这个月"}
	for range n {
		name := names[rng.IntN(len(names))]
		words := vocabulary[name]
		var b strings.Builder
		for k := range 3 {
			b.WriteString(filler[rng.IntN(len(filler))])
			if k == 0 && rng.IntN(3) == 0 {
				b.WriteString(words[0])
			}
			if rng.IntN(100) < others {
				words = vocabulary[names[rng.IntN(len(names))]]
			}
			b.WriteString(words[1+rng.IntN(len(words)-1)])
		}
		texts, gold = append(texts, b.String()), append(gold, name)
	}
	return texts, gold
}

const inventedSeeds = "网络: [断网]\n账单: [扣费]\n服务: [客服]\n"

func parse(t testing.TB, text string) Seeds {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSelfTraining: one word a class, in a third of the texts, brings nearly all
// texts to their class.
func TestSelfTraining(t *testing.T) {
	texts, gold := invented(600, 1)
	r, err := Train(t.Context(), texts, parse(t, inventedSeeds), Options{Segmenter: testSegmenter(t), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	hit := tally(gold, func(i int) string {
		if r.Hit[i] < 0 {
			return ""
		}
		return r.Classes[r.Hit[i]]
	})
	trained := tally(gold, func(i int) string { return r.Classes[r.Class[i]] })
	if hit.Accuracy > 0.5 || trained.Accuracy < 0.97 {
		t.Errorf("accuracy %.3f by words, %.3f after self-training", hit.Accuracy, trained.Accuracy)
	}
	unseen, unseenGold := invented(300, 2)
	if got := answers(r.Model, unseen, unseenGold); got.Accuracy < 0.95 {
		t.Errorf("the model is right about %.3f of unseen texts", got.Accuracy)
	}
	// The same again.
	again, err := Train(t.Context(), texts, parse(t, inventedSeeds), Options{Segmenter: testSegmenter(t), Seed: 1, Workers: 3, NoModel: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Class, again.Class); diff != "" || again.Model != nil {
		t.Errorf("another result: %s", diff)
	}
}

// TestChosenLabels: a seed of the wrong class is outvoted by labels, and labels
// that are chosen do at least as much as those at random.
func TestChosenLabels(t *testing.T) {
	texts, gold := mixed(600, 3, 20)
	misled := parse(t, "网络: [断网]\n账单: [扣费, 排队, 掉线]\n服务: [客服]\n")
	o := Options{Segmenter: testSegmenter(t), Seed: 1}
	before, err := Train(t.Context(), texts, misled, o)
	if err != nil {
		t.Fatal(err)
	}
	label := func(i int) string { return gold[i] }
	after, asked, err := Spend(t.Context(), texts, misled, o, 40, label)
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) != 40 || len(slices.Compact(slices.Sorted(slices.Values(asked)))) != 40 {
		t.Errorf("asked about %v", asked)
	}
	a, b := answers(before.Model, texts, gold), answers(after.Model, texts, gold)
	if b.Accuracy < a.Accuracy+0.02 {
		t.Errorf("accuracy %.3f without labels, %.3f with 40", a.Accuracy, b.Accuracy)
	}
	for _, i := range asked {
		if after.Classes[after.Class[i]] != gold[i] {
			t.Errorf("text %d does not keep its label", i)
		}
	}
}

// TestChoose: copies of a text are asked about once, and what has a label is
// not asked about.
func TestChoose(t *testing.T) {
	texts, _ := invented(200, 4)
	for i := range 50 {
		texts[i] = texts[0]
	}
	c, err := learn.NewCorpus(t.Context(), texts, testSegmenter(t))
	if err != nil {
		t.Fatal(err)
	}
	unsure := make([]float64, len(texts))
	for i := range unsure {
		unsure[i] = 0.5
		if i < 50 {
			unsure[i] = 0.9
		}
	}
	got := Choose(c, unsure, []int{60}, 20)
	copies := 0
	for _, choice := range got {
		if choice.Text < 50 {
			copies++
		}
		if choice.Text == 60 {
			t.Error("a labelled text was chosen")
		}
	}
	if len(got) != 20 || copies != 1 {
		t.Errorf("%d chosen, %d of them copies of one text", len(got), copies)
	}
}

func TestParse(t *testing.T) {
	s := parse(t, "b: [路由器, wifi]\na: [账单]\n")
	if diff := cmp.Diff(Seeds{{"a", []string{"账单"}}, {"b", []string{"路由器", "wifi"}}}, s); diff != "" {
		t.Error(diff)
	}
	hits := make([]float64, 2)
	for text, want := range map[string]float64{"ＷｉＦｉ断了": 1, "路由器wifi": 2, "wifis": 0, "awifi wifi": 1} {
		if s.finder().find(text, hits); hits[1] != want {
			t.Errorf("%q has %g words, want %g", text, hits[1], want)
		}
	}
	for _, bad := range []string{
		"", "a: [x]", "a: [x]\nb: [x]", "a: [x]\nb: []", "a: [x]\nb: ['']", "- a", "a: x\nb: y\n", "a: [x]\na: [y]\nb: [z]",
		"a: [x]\nb: [" + strings.Repeat("长", 65) + "]",
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%q is taken for seeds", bad)
		}
	}
	if _, err := Train(t.Context(), []string{"没有一个词"}, s, Options{Segmenter: testSegmenter(t)}); err == nil {
		t.Error("texts that hold no word are trained on")
	}
	if _, err := Train(t.Context(), []string{"账单", "路由器"}, s, Options{Segmenter: testSegmenter(t), Known: map[int]string{0: "c"}}); err == nil {
		t.Error("a label without seeds is taken")
	}
}

func BenchmarkTrain(b *testing.B) {
	texts, _ := invented(2000, 5)
	seg, s := testSegmenter(b), parse(b, inventedSeeds)
	for b.Loop() {
		if _, err := Train(b.Context(), texts, s, Options{Segmenter: seg, NoModel: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(texts))*float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(inventedSeeds))
	f.Add([]byte("a: [b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		hits := make([]float64, len(s))
		s.finder().find(string(data), hits)
	})
}
