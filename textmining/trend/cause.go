package trend

import (
	"cmp"
	"math"
	"slices"
)

// Part is a value of a column – a channel, a region, a phrase – and how often
// it came up among the pieces of a burst and among those of the baseline.
type Part struct {
	Name            string
	Burst, Baseline int
}

// Cause says how much more often a part came up in a burst than before.
type Cause struct {
	Name            string
	Burst, Baseline int
	Lift            float64 // share of the burst against share of the baseline
	Low, High       float64 // 95 % interval of Lift
	Explains        float64 // share of the excess that lies in the part, may exceed 1 or be below 0
	P               float64 // chance of so high a share, adjusted for the number of parts
}

// Causes ranks the parts of a burst of so many pieces by how much of its excess
// they explain; expected is what the burst's days let expect of all of them,
// baseline how many pieces the parts' Baseline are of. Parts may overlap, as
// phrases do. Those whose share did not grow by chance at most rate come first;
// 0 means 5 %.
//
// The chance is beta-binomial: the share of the baseline is itself an estimate.
// It takes the pieces for independent of each other, which those of one outage
// are not: read P as a rank, Lift and Explains as the finding.
func Causes(parts []Part, pieces, baseline int, expected, rate float64) []Cause {
	if rate == 0 {
		rate = 0.05
	}
	out := make([]Cause, len(parts))
	p := make([]float64, len(parts))
	n, m := float64(pieces), float64(baseline)
	excess := n - expected
	for i, part := range parts {
		x, y := float64(part.Burst), float64(part.Baseline)
		c := Cause{Name: part.Name, Burst: part.Burst, Baseline: part.Baseline}
		// Half a piece keeps a part that is new from a lift without end.
		c.Lift = (x + 0.5) / (n + 1) / ((y + 0.5) / (m + 1))
		half := 1.96 * math.Sqrt(max(0, 1/(x+0.5)-1/(n+1))+max(0, 1/(y+0.5)-1/(m+1)))
		c.Low, c.High = c.Lift*math.Exp(-half), c.Lift*math.Exp(half)
		if excess > 0 && m > 0 {
			c.Explains = (x - expected*y/m) / excess
		}
		p[i] = betaBinomialAbove(part.Burst, pieces, y+0.5, max(0, m-y)+0.5)
		out[i] = c
	}
	for i, q := range Adjusted(p) {
		out[i].P = q
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		if x, y := a.P <= rate, b.P <= rate; x != y {
			if x {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Explains, a.Explains), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// betaBinomialAbove is P(X ≥ x) of n draws whose chance is Beta(a, b).
func betaBinomialAbove(x, n int, a, b float64) float64 {
	if x <= 0 {
		return 1
	}
	if x > n {
		return 0
	}
	fx, fn := float64(x), float64(n)
	term := math.Exp(logGamma(fn+1) - logGamma(fx+1) - logGamma(fn-fx+1) +
		logGamma(fx+a) + logGamma(fn-fx+b) - logGamma(fn+a+b) + logGamma(a+b) - logGamma(a) - logGamma(b))
	sum := 0.0
	for k := fx; k <= fn; k++ {
		sum += term
		if k < fn {
			term *= (fn - k) / (k + 1) * (k + a) / (fn - k - 1 + b)
		}
		if term < sum*1e-12 && k > fn*a/(a+b) {
			break
		}
	}
	return min(1, sum)
}
