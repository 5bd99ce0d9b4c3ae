package learn

import (
	"math"

	"qingting/textmining/learn/internal/svm"
)

// kind is a way to learn. All are linear in the features, so that a sum of them
// is one linear classifier again, and costs no more.
type kind uint8

const (
	vector     kind = iota // support vector machine on features multiplied by their log-count ratio (Wang and Manning 2012)
	regression             // multinomial logistic regression, all labels together
	bayes                  // multinomial naive Bayes, the label against the rest
)

// part is one of the classifiers that a model is the sum of: a kind on the
// features of a range of groups. What words say and what characters say errs
// apart, so that their sum is better than one classifier of both.
type part struct {
	kind     kind
	from, to group // end exclusive
}

const parts = 6

// allParts lists the parts.
var allParts = [parts]part{
	{vector, characters, groups},
	{regression, characters, groups},
	{vector, characters, words},
	{regression, characters, words},
	{bayes, characters, words},
	{bayes, words, groups},
}

// mixture is the share of each part.
type mixture [parts]float64

// recipe is how a model is made. There is one for all data; what differs from
// data to data is what the held-out rows choose, shares and balance.
type recipe struct {
	minRows  int32           // rows that must hold a feature
	weight   [groups]float64 // length of each group's vector
	cost     float64         // C
	stop     float64
	rounds   int
	smooth   float64 // added to the counts of the log-count ratio
	floor    float64 // factor of a feature with a ratio of nothing
	smoothNB float64 // added to the sums of naive Bayes
	window   int     // how many words apart two words may be to be a pair
	passes   int     // of the logistic regression
	rate     float64 // of its first pass
	use      [parts]bool
	balances []float64 // how far rare labels are favoured
}

func defaultRecipe() recipe {
	return recipe{
		minRows: 2, weight: [groups]float64{1, 0.7, 0.5}, cost: 0.5, stop: 0.1, rounds: 100,
		smooth: 4, floor: 0.5, smoothNB: 0.1,
		window: 8, passes: 15, rate: 0.3, use: [parts]bool{true, true, true, true, true, true},
		balances: []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5},
	}
}

// target is one label as a two-class problem over all rows.
type target struct {
	sign []int8
	cost []float32 // weight of each row
	seed uint64
}

// fit trains one part on rows, one label against the rest. The weights are
// written to w.
func (r *recipe) fit(m *matrix, t *target, rows []int32, p part, w []float64) (bias float64) {
	clear(w)
	if p.kind == bayes {
		r.bayes(m, t, rows, p, w)
		return 0
	}
	m = m.upTo(p.to)
	problem := svm.Problem{Matrix: &m.Matrix, Rows: rows, Square: r.ratios(m, t, rows), Stop: r.stop, Rounds: r.rounds, Seed: t.seed}
	problem.Sign, problem.Cost = make([]int8, len(rows)), make([]float32, len(rows))
	for i, row := range rows {
		problem.Sign[i], problem.Cost[i] = t.sign[row], t.cost[row]*float32(r.cost)
	}
	return problem.Solve(w)
}

// ratios returns the square of each feature's factor: how much more often rows
// with the label have it than rows without, as a logarithm.
func (r *recipe) ratios(m *matrix, t *target, rows []int32) []float32 {
	with, without := make([]float64, m.Features), make([]float64, m.Features)
	var n, nWithout float64
	for _, row := range rows {
		count := without
		if t.sign[row] > 0 {
			count = with
			n++
		} else {
			nWithout++
		}
		index, _ := m.Row(row)
		for _, f := range index {
			count[f]++
		}
	}
	out := make([]float32, m.Features)
	base := math.Log((nWithout + 2*r.smooth) / (n + 2*r.smooth))
	for f := range out {
		ratio := math.Log((with[f]+r.smooth)/(without[f]+r.smooth)) + base
		factor := r.floor + (1-r.floor)*math.Abs(ratio)
		out[f] = float32(factor * factor)
	}
	return out
}

// bayes writes the log-likelihood ratio of each feature, each group of features
// being a distribution of its own, over tf-idf in place of counts (Rennie, Shih,
// Teevan and Karger 2003). The share of the label is left to calibration.
func (r *recipe) bayes(m *matrix, t *target, rows []int32, p part, w []float64) {
	with, without := make([]float64, m.Features), make([]float64, m.Features)
	for _, row := range rows {
		sum := without
		if t.sign[row] > 0 {
			sum = with
		}
		index, values := m.Row(row)
		for k, f := range index {
			sum[f] += float64(values[k])
		}
	}
	for g := p.from; g < p.to; g++ {
		from, to := m.first[g], m.first[g+1]
		var n, nWithout float64
		for f := from; f < to; f++ {
			n, nWithout = n+with[f]+r.smoothNB, nWithout+without[f]+r.smoothNB
		}
		base := math.Log(nWithout / n)
		for f := from; f < to; f++ {
			w[f] = math.Log((with[f]+r.smoothNB)/(without[f]+r.smoothNB)) + base
		}
	}
}
