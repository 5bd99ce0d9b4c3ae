package learn

import (
	"math"
	"testing"
)

// TestCorpus: texts are the vectors that models are trained on, each group of
// features of a length of its own; what one text alone has is left out.
func TestCorpus(t *testing.T) {
	texts := []string{"宽带断网", "宽带断网了", "余额不足", ""}
	c, err := NewCorpus(t.Context(), texts, testSegmenter(t))
	if err != nil {
		t.Fatal(err)
	}
	if c.Texts() != 4 || c.Words() <= 0 || c.Words() >= c.Features() {
		t.Fatalf("%d texts, %d features, words from %d", c.Texts(), c.Features(), c.Words())
	}
	weight := defaultRecipe().weight
	for i, want := range []bool{true, true, false, false} {
		features, values := c.Row(i)
		var square [groups]float64
		for k, f := range features {
			g := characters
			if int(f) >= c.Words() {
				g = words
			}
			square[g] += float64(values[k]) * float64(values[k])
		}
		for g, length := range weight[:pairs] { // pairs are left out
			if !want {
				length = 0
			}
			if math.Abs(math.Sqrt(square[g])-length) > 1e-5 {
				t.Errorf("text %d, group %d has the length %.4f, want %.4f", i, g, math.Sqrt(square[g]), length)
			}
		}
	}
}
