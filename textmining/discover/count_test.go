package discover

import (
	"math/rand/v2"
	"testing"
)

// TestChoose: numbers that texts agree on are taken as fine as they are as good;
// where texts agree on none, their size says how many one can look through.
func TestChoose(t *testing.T) {
	for _, test := range []struct {
		name      string
		documents int
		tried     []int
		agreement []float64
		want      int
	}{
		{"one number stands out", 9000, []int{4, 6, 8, 11, 16, 22}, []float64{.7, .65, .85, .95, .7, .6}, 11},
		{"a plateau, within sight", 5000, []int{5, 7, 10, 14, 20, 28}, []float64{.8, .8, .79, .78, .77, .75}, 20},
		{"as good, beyond sight", 9000, []int{13, 18, 26, 37, 52, 74}, []float64{.7, .7, .7, .7, .7, .69}, 74},
		{"none, of many texts", 9000, []int{5, 7, 10}, []float64{.4, .38, .36}, 24},
		{"none, of some texts", 900, []int{5, 7, 10}, []float64{.4, .38, .36}, 15},
		{"none, and an opinion of its own", 300, []int{12, 17, 24}, []float64{.4, .38, .36}, 12},
		{"one number", 60, []int{6}, []float64{.9}, 6},
	} {
		c := counted{Tried: test.tried, Agreement: test.agreement}
		if got := c.choose(test.documents); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// TestNeverTooFew: two languages are no two themes.
func TestNeverTooFew(t *testing.T) {
	zh, _ := planted(chinese, chineseFiller, "，", 40, 7)
	en, _ := planted(english, englishFiller, " and ", 40, 8)
	c := countOf(t, append(zh, en...))
	if c.K < few || c.K > 40 {
		t.Errorf("%d clusters of six topics in two languages; tried %v, agreement %.2f", c.K, c.Tried, c.Agreement)
	}
	few, _ := planted(chinese, chineseFiller, "，", 10, 7)
	if c := countOf(t, few); c.K < 2 || c.K > 12 {
		t.Errorf("%d clusters of 30 texts", c.K)
	}
}

func countOf(t *testing.T, docs []Doc) counted {
	t.Helper()
	tuning := defaultTuning()
	c, err := readCorpus(t.Context(), segmenter(t), func(i int) string { return docs[i].Text }, len(docs), tuning)
	if err != nil {
		t.Fatal(err)
	}
	f := fitting{corpus: c, tuning: tuning, weights: c.weights(tuning)}
	f.byFeature = f.weights.Transpose()
	f.x = embed(c, tuning, rand.New(rand.NewPCG(1, 2)))
	return f.count(rand.New(rand.NewPCG(1, 2)))
}
