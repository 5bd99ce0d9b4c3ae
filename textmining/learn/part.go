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
	heed     heed
}

// heed is how much of the rows a vector machine takes to heart. What errs in few
// rows and what errs in many is learnt apart, too: of rare labels and of few rows
// the machines of a small cost know more.
type heed struct {
	cost   float64 // C
	smooth float64 // added to the counts of the log-count ratio
	floor  float64 // factor of a feature with a ratio of nothing
}

// mild says whether it is a machine of a small cost.
func (p part) mild() bool { return p.kind == vector && p.heed.cost < 0.5 }

const parts = 7

// allParts lists the parts.
var allParts = [parts]part{
	{vector, characters, groups, heed{cost: 0.5, smooth: 4, floor: 0.5}},
	{vector, characters, words, heed{cost: 0.5, smooth: 4, floor: 0.5}},
	{vector, characters, groups, heed{cost: 0.03, smooth: 4, floor: 0.5}},
	{vector, characters, groups, heed{cost: 0.1, smooth: 1, floor: 0}},
	{regression, characters, words, heed{}},
	{bayes, characters, words, heed{}},
	{bayes, words, groups, heed{}},
}

// mixture is the share of each part.
type mixture [parts]float64

// recipe is how a model is made. There is one for all data; what differs from
// data to data is what the held-out rows choose, shares and balance.
type recipe struct {
	minRows  int32           // rows that must hold a feature
	weight   [groups]float64 // length of each group's vector
	stop     float64
	rounds   int
	smoothNB float64 // added to the sums of naive Bayes
	window   int     // how many words apart two words may be to be a pair
	passes   int     // of the logistic regression
	rate     float64 // of its first pass
	use      [parts]bool
	level    bool // rare labels are favoured for macro-F1
}

func defaultRecipe() recipe {
	return recipe{
		minRows: 2, weight: [groups]float64{1, 0.7, 0.5}, stop: 0.1, rounds: 100, smoothNB: 0.1,
		window: 8, passes: 15, rate: 0.3, use: using(func(part) bool { return true }),
		level: true,
	}
}

// using is the parts that keep.
func using(keep func(part) bool) (use [parts]bool) {
	for i, p := range allParts {
		use[i] = keep(p)
	}
	return use
}

// target is one label as a two-class problem over all rows.
type target struct {
	sign []int8
	cost []float32 // weight of each row
	seed uint64
}

// sample is rows to train on and what is counted of them once for all labels.
type sample struct {
	rows  []int32
	of    [][]int32 // rows with each label
	count []int32   // rows with each feature
	sum   []float64 // of each feature's values
}

func (t *trainer) sampled(rows []int32) *sample {
	s := &sample{rows: rows, of: make([][]int32, len(t.labels)), count: make([]int32, t.m.Features), sum: make([]float64, t.m.Features)}
	for _, row := range rows {
		index, values := t.m.Row(row)
		for k, f := range index {
			s.count[f]++
			s.sum[f] += float64(values[k])
		}
	}
	for l := range s.of {
		for _, row := range rows {
			if t.target[l].sign[row] > 0 {
				s.of[l] = append(s.of[l], row)
			}
		}
	}
	return s
}

// bench is the working memory of one goroutine that trains.
type bench struct {
	w      []float64
	with   []int32   // rows with the label that have a feature
	sum    []float64 // of their values
	ratio  []float64 // how much more often rows with the label have a feature than rows without, as a logarithm, its size
	smooth float64   // that ratio was worked out with; 0 means not yet
	square []float32
	sign   []int8
	weight []float32 // of each row
	cost   []float32
}

// begin counts the rows of a label. After it come the fits of its parts.
func (b *bench) begin(t *trainer, s *sample, label int) {
	if len(b.w) < t.m.Features {
		n := t.m.Features
		b.w, b.with, b.sum, b.ratio, b.square = make([]float64, n), make([]int32, n), make([]float64, n), make([]float64, n), make([]float32, n)
	}
	clear(b.with)
	clear(b.sum)
	for _, row := range s.of[label] {
		index, values := t.m.Row(row)
		for k, f := range index {
			b.with[f]++
			b.sum[f] += float64(values[k])
		}
	}
	b.smooth = 0
	b.sign, b.weight = b.sign[:0], b.weight[:0]
	for _, row := range s.rows {
		b.sign = append(b.sign, t.target[label].sign[row])
		b.weight = append(b.weight, t.target[label].cost[row])
	}
}

// fit trains one part, a label against the rest. The weights are in b.w.
func (b *bench) fit(t *trainer, s *sample, label int, p part) (bias float64) {
	clear(b.w)
	if p.kind == bayes {
		t.recipe.bayes(t.m, b, s, p)
		return 0
	}
	b.heed(s, len(s.of[label]), p.heed)
	m := t.m.of(p)
	problem := svm.Problem{
		Matrix: &m.Matrix, Rows: s.rows, Sign: b.sign, Cost: b.cost, Square: b.square,
		Stop: t.recipe.stop, Rounds: t.recipe.rounds, Seed: t.target[label].seed,
	}
	return problem.Solve(b.w)
}

// heed fills the square of each feature's factor and the cost of each row. n is
// how many rows have the label.
func (b *bench) heed(s *sample, n int, h heed) {
	if b.smooth != h.smooth {
		b.smooth = h.smooth
		logs := make([]float64, len(s.rows)+1) // of a count, smoothed
		for i := range logs {
			logs[i] = math.Log(float64(i) + h.smooth)
		}
		base := math.Log((float64(len(s.rows)-n) + 2*h.smooth) / (float64(n) + 2*h.smooth))
		for f, with := range b.with {
			b.ratio[f] = math.Abs(logs[with] - logs[s.count[f]-with] + base)
		}
	}
	for f, ratio := range b.ratio {
		factor := h.floor + (1-h.floor)*ratio
		b.square[f] = float32(factor * factor)
	}
	b.cost = b.cost[:0]
	for _, w := range b.weight {
		b.cost = append(b.cost, w*float32(h.cost))
	}
}

// bayes writes the log-likelihood ratio of each feature, each group of features
// being a distribution of its own, over tf-idf in place of counts (Rennie, Shih,
// Teevan and Karger 2003). The share of the label is left to calibration.
func (r *recipe) bayes(m *matrix, b *bench, s *sample, p part) {
	none := math.Log(r.smoothNB)
	for g := p.from; g < p.to; g++ {
		from, to := m.first[g], m.first[g+1]
		var n, nWithout float64
		for f := from; f < to; f++ {
			n, nWithout = n+b.sum[f]+r.smoothNB, nWithout+max(0, s.sum[f]-b.sum[f])+r.smoothNB
		}
		base := math.Log(nWithout / n)
		for f := from; f < to; f++ {
			with := none
			if b.with[f] > 0 {
				with = math.Log(b.sum[f] + r.smoothNB)
			}
			b.w[f] = with - math.Log(max(0, s.sum[f]-b.sum[f])+r.smoothNB) + base
		}
	}
}
