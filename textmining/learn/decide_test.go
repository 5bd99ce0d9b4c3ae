package learn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A label of one row in thirty is hardly ever the likeliest where features say
// little. Favoured, it gains more F1 than the others lose.
func TestRareLabelsAreFavouredForMacroF1(t *testing.T) {
	const rows, labels = 3000, 4
	rng := rand.New(rand.NewPCG(3, 4))
	tr := &trainer{labels: make([]string, labels), m: &matrix{}, recipe: defaultRecipe(), target: make([]target, labels)}
	tr.m.Start = make([]int, rows+1)
	p := make([][]float64, labels)
	for l := range p {
		p[l] = make([]float64, rows)
	}
	share := [labels]float64{0.6, 0.3, 0.07, 0.03}
	z, q := make([]float64, labels), make([]float64, labels)
	for i := range rows {
		// Honest probabilities: the label is drawn by them.
		for l := range z {
			z[l] = 1.2*rng.NormFloat64() + math.Log(share[l])
		}
		softmax(z, q)
		at, left := 0, rng.Float64()
		for ; at < labels-1 && left >= q[at]; at++ {
			left -= q[at]
		}
		tr.gold = append(tr.gold, int32(at))
		for l := range q {
			p[l][i] = q[l]
		}
	}
	none := make([]float64, labels)
	lean, toll := tr.balance(p)
	plain, level := tr.macroF1(p, none, none), tr.macroF1(p, lean, toll)
	if level < plain+0.005 {
		t.Errorf("macro-F1 %.4f of the likeliest label, %.4f of the favoured", plain, level)
	}
	for l := range toll {
		if !(toll[l] >= 0 && toll[l] <= 0.25) || !(lean[l] > -5 && lean[l] < 5) {
			t.Errorf("label %d: toll %v, lean %v", l, toll[l], lean[l])
		}
	}
}
