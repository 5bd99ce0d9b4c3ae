package learn

import (
	"math"
	"slices"
)

// decide sets, from the held-out rows, the probability from which a label is
// given, and how far rare labels are favoured when one label must be chosen.
func (t *trainer) decide() {
	byLabel := t.probable()
	t.lean, t.toll, t.least = make([]float64, len(t.labels)), make([]float64, len(t.labels)), make([]float64, len(t.labels))
	for l := range t.least {
		t.least[l] = threshold(byLabel[l], t.target[l].sign)
	}
	if t.multi || !t.recipe.level {
		return
	}
	plain := make([]float64, len(t.labels))
	lean, toll := t.balance(byLabel)
	// A little more must be won than chance would give.
	if t.macroF1(byLabel, lean, toll) > t.macroF1(byLabel, plain, plain)+0.001 {
		t.lean, t.toll = lean, toll
	}
}

// How the rule of balance is found. Half of the toll that would be best if all
// probabilities were right does best where they are not quite.
const (
	tolled       = 0.5
	balanceSteps = 40
)

// balance returns the rule by which one label is chosen so that macro-F1 is
// high: the largest (p − toll)·exp(lean). What the choice of label l for a row
// adds to the mean of F1 = 2·right/(chosen + gold) is, up to a factor, (p − F1/2) /
// (chosen + gold) (the derivative; compare Lipton, Elkan and Naryanaswamy 2014, by
// whom F1 of one label is highest at a threshold of F1/2). How many are right is
// taken from the probabilities, which say it better of rare labels than a few
// rows do.
func (t *trainer) balance(p [][]float64) (lean, toll []float64) {
	labels, rows := len(p), t.m.Rows()
	lean, toll = make([]float64, labels), make([]float64, labels)
	size, f1, gold := make([]float64, labels), make([]float64, labels), make([]float64, labels)
	for _, y := range t.gold {
		gold[y]++
	}
	for l := range p {
		size[l], f1[l] = 2*gold[l], 0.5
	}
	right, chosen := make([]float64, labels), make([]float64, labels)
	for range balanceSteps {
		clear(right)
		clear(chosen)
		for i := range rows {
			top, at := math.Inf(-1), 0
			for l := range p {
				if v := (p[l][i] - tolled*f1[l]/2) / size[l]; v > top {
					top, at = v, l
				}
			}
			chosen[at]++
			right[at] += p[at][i]
		}
		for l := range p {
			n := chosen[l] + gold[l] + 1
			size[l], f1[l] = (size[l]+n)/2, (f1[l]+2*right[l]/n)/2
		}
	}
	for l := range p {
		lean[l], toll[l] = math.Log(2*float64(rows)/float64(labels)/size[l]), tolled*f1[l]/2
	}
	return lean, toll
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
func (t *trainer) macroF1(p [][]float64, lean, toll []float64) float64 {
	factor := make([]float64, len(p))
	for l := range factor {
		factor[l] = math.Exp(lean[l])
	}
	right, chosen, gold := make([]float64, len(p)), make([]float64, len(p)), make([]float64, len(p))
	for i, y := range t.gold {
		top, at := math.Inf(-1), 0
		for l := range p {
			if v := (p[l][i] - toll[l]) * factor[l]; v > top {
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
