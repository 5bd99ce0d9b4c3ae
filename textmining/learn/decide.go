package learn

import (
	"math"
	"slices"
)

// decide sets, from the held-out rows, the probability from which a label is
// given, and how far rare labels are favoured when one label must be chosen.
func (t *trainer) decide() {
	n := t.m.Rows()
	byLabel := t.probable()
	t.lean, t.least = make([]float64, len(t.labels)), make([]float64, len(t.labels))
	for l := range t.least {
		t.least[l] = threshold(byLabel[l], t.target[l].sign)
	}
	if t.multi {
		return
	}
	best := math.Inf(-1)
	for _, balance := range t.recipe.balances {
		lean := make([]float64, len(t.labels))
		for l := range lean {
			with := 1.0
			for _, s := range t.target[l].sign {
				if s > 0 {
					with++
				}
			}
			lean[l] = -balance * math.Log(with/float64(n))
		}
		// A little more must be won than chance would give.
		if f1 := t.macroF1(byLabel, lean); f1 > best+0.001 {
			best, t.lean = f1, lean
		}
	}
}

// probable is the calibrated probability of each label for each held-out row.
func (t *trainer) probable() [][]float64 {
	out := make([][]float64, len(t.labels))
	for l := range out {
		out[l] = make([]float64, t.m.Rows())
	}
	p := make([]float64, len(t.labels))
	for i := range t.m.Rows() {
		t.cal.probabilities(t.multi, p, func(l int) float64 { return float64(t.mixed[l][i]) })
		for l := range p {
			out[l][i] = p[l]
		}
	}
	return out
}

// macroF1 is the mean over labels of the F1 of choosing the best.
func (t *trainer) macroF1(p [][]float64, lean []float64) float64 {
	right, chosen, gold := make([]float64, len(p)), make([]float64, len(p)), make([]float64, len(p))
	for i, y := range t.gold {
		top, at := math.Inf(-1), 0
		for l := range p {
			if v := math.Log(p[l][i]) + lean[l]; v > top {
				top, at = v, l
			}
		}
		chosen[at]++
		gold[y]++
		if at == int(y) {
			right[at]++
		}
	}
	sum := 0.0
	for l := range p {
		sum += 2 * right[l] / (chosen[l] + gold[l])
	}
	return sum / float64(len(p))
}

// threshold is the probability from which on F1 is highest. It lies half way
// between two rows, and never where a label would be given that is rather
// wrong than right four times in five.
func threshold(p []float64, sign []int8) float64 {
	order := make([]int, len(p))
	positive := 0.0
	for i := range order {
		order[i] = i
		if sign[i] > 0 {
			positive++
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] > p[b]:
			return -1
		case p[a] < p[b]:
			return 1
		}
		return a - b
	})
	best, at, right := 0.0, 0.5, 0.0
	for n, i := range order {
		if sign[i] > 0 {
			right++
		}
		if n+1 < len(order) && p[order[n+1]] == p[i] {
			continue
		}
		if f1 := 2 * right / (float64(n+1) + positive); f1 > best {
			best, at = f1, p[i]
			if n+1 < len(order) {
				at = (p[i] + p[order[n+1]]) / 2
			}
		}
	}
	return min(max(at, 0.2), 0.8)
}
