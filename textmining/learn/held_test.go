package learn

import (
	"bytes"
	"math"
	"testing"
)

// What is said of held-out rows is a distribution over the model's labels, mostly
// right where rows are separable, and asking for it changes no model.
func TestHeldOutProbabilities(t *testing.T) {
	rows := invented(200, 0, 1)
	o := Options{Segmenter: testSegmenter(t), Seed: 1}
	m, held, err := TrainHeld(t.Context(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, p := range held {
		sum, best := 0.0, 0
		for l := range p {
			sum += p[l]
			if p[l] > p[best] {
				best = l
			}
		}
		if len(p) != len(m.Labels()) || math.Abs(sum-1) > 1e-9 {
			t.Fatalf("row %d: %v", i, p)
		}
		if m.Labels()[best] == rows[i].Labels[0] {
			right++
		}
	}
	if len(held) != len(rows) || right < len(rows)*9/10 {
		t.Errorf("%d of %d rows, %d right", len(held), len(rows), right)
	}
	plain, err := Train(t.Context(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if _, err := m.WriteTo(&a); err != nil {
		t.Fatal(err)
	}
	if _, err := plain.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the model is another one")
	}
}
