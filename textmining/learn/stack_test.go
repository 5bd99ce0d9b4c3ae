package learn

import (
	"math/rand/v2"
	"testing"
)

// Two parts, whichever.
const (
	knows = iota
	guesses
)

// stacked is a trainer with the scores of two parts: one that knows how sure it
// may be and one of pure chance.
func stacked(t *testing.T, strength float64) mixture {
	t.Helper()
	r := defaultRecipe()
	r.use = [parts]bool{knows: true, guesses: true}
	rows := invented(600, 0, 1)
	o := Options{Segmenter: testSegmenter(t)}
	if err := o.check(len(rows)); err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(rows, o, r)
	if err != nil {
		t.Fatal(err)
	}
	if tr.m, err = vectorise(t.Context(), rows, o.Segmenter, &r); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 9))
	for part := range tr.held {
		tr.held[part] = make([][]float32, len(tr.labels))
		for l := range tr.held[part] {
			tr.held[part][l] = make([]float32, len(rows))
			for i, y := range tr.gold {
				score := rng.NormFloat64()
				if part == knows && l == int(y) {
					score += strength
				}
				tr.held[part][l][i] = float32(score)
			}
		}
	}
	for _, part := range []int{knows, guesses} {
		tr.cals[part] = tr.calibrate(tr.held[part])
	}
	return tr.stack()
}

func TestStackingPassesOverChance(t *testing.T) {
	w := stacked(t, 1)
	if w[knows] < 0.9 || w[knows] > 1.1 || w[3] != 0 || w[4] != 0 {
		t.Errorf("shares %v; of a calibrated part about 1, of what is not used 0", w)
	}
}

func TestSharesOfSeparableRowsAreBounded(t *testing.T) {
	if w := stacked(t, 1000); !(w[knows] < 10) {
		t.Errorf("shares %v", w)
	}
}
