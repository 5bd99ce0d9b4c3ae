package discover

import (
	"math"
	"math/rand/v2"
	"slices"

	"qingting/textmining/discover/internal/matrix"
)

// Of the number of clusters that count finds.
const (
	mostFound   = 100
	countRounds = 12
	countSample = 4000
	countAlpha  = .1
	countTries  = 3   // of GSDMM
	leastMean   = 10  // documents a cluster, in the mean
	halves      = 4   // clusterings, each of a half, that are compared at each number
	certain     = .6  // their agreement, from which the texts themselves say how many there are
	asGood      = .98 // of the best agreement, from which a finer number is as good
	nearly      = .95 // likewise, up to as many as one can look through
)

// Fewer clusters than these tell an analyst nothing: that there is Chinese and
// English, or fixed and mobile.
const (
	few       = 8
	fewMean   = 12 // documents a cluster, of which few must leave so many
	wished    = 24 // as many as one can look through, at most
	wishedFor = 60 // documents a cluster there
)

// counted is why there are so many clusters as there are.
type counted struct {
	K         int
	Opinion   float64   // of GSDMM: clusters of even size that would be as many
	Tried     []int     // numbers of clusters
	Agreement []float64 // of clusterings of halves, at each
}

// count says how many clusters the corpus holds. GSDMM (Yin and Wang, KDD 2014)
// gives its opinion: the effective number of those that it keeps (Simpson's, the
// inverse of the chance that two documents are of one), the median of several
// tries. From there up to six times as many, numbers are tried by whether clusters
// come out alike again from one half of the documents and another (Ben-Hur,
// Elisseeff and Guyon, PSB 2002). Where they do, the finest number is taken that
// does as well as the best, or, up to as many as one can look through, nearly as
// well; where at none they do, the texts do not say, and there are as many as one
// can look through. There are never fewer than few.
func (f *fitting) count(rng *rand.Rand) counted {
	part := f.first(countSample)
	n := part.counts.Rows
	if n < 2 {
		return counted{K: n}
	}
	use := func(j int32) bool { return f.features[j][0] != pairMark }
	opinions := make([]float64, countTries)
	for i := range opinions {
		most := min(mostFound, max(2, n/3))
		assign := movieGroup(part.counts, use, most, countRounds, countAlpha, f.tuning.countBeta, rng)
		opinions[i] = effective(assign, most)
	}
	slices.Sort(opinions)
	c := counted{Opinion: opinions[countTries/2]}
	for k, i := c.Opinion, 0; i < 6 && (i == 0 || k <= float64(n)/leastMean && k <= mostFound); k, i = k*math.Sqrt2, i+1 {
		c.Tried = append(c.Tried, max(1, int(math.Round(k))))
		c.Agreement = append(c.Agreement, part.again(c.Tried[i], rng))
	}
	c.K = max(c.choose(f.counts.Rows), min(few, n/fewMean), 1)
	return c
}

// choose says which of the numbers tried is taken, of so many documents.
func (c *counted) choose(documents int) int {
	best, wish := 0.0, min(wished, documents/wishedFor)
	for i := range c.Tried {
		best = max(best, c.smooth(i))
	}
	finest := c.Tried[0]
	if best < certain {
		return max(finest, wish)
	}
	for i, k := range c.Tried {
		if s := c.smooth(i); s >= asGood*best || k <= wish && s >= nearly*best {
			finest = k
		}
	}
	return finest
}

// smooth is the mean of an agreement and of those beside it: one alone is of few
// clusterings.
func (c *counted) smooth(i int) float64 {
	sum, n := 0.0, 0.0
	for j := max(0, i-1); j <= min(i+1, len(c.Agreement)-1); j++ {
		sum += c.Agreement[j]
		n++
	}
	return sum / n
}

// effective is how many clusters of the same size would part two documents as
// often as these (Hill, Ecology 1973).
func effective(assign []int32, k int) float64 {
	sizes := make([]float64, k)
	for _, c := range assign {
		sizes[c]++
	}
	sum := 0.0
	for _, x := range sizes {
		p := x / float64(len(assign))
		sum += p * p
	}
	return 1 / sum
}

// evenly is how many clusters of the same size have the entropy of these.
func evenly(assign []int32, k int) float64 {
	sizes := make([]float64, k)
	for _, c := range assign {
		sizes[c]++
	}
	h := 0.0
	for _, x := range sizes {
		if x > 0 {
			p := x / float64(len(assign))
			h -= p * math.Log(p)
		}
	}
	return math.Exp(h)
}

// first is a fitting of at most n rows, evenly drawn.
func (f *fitting) first(n int) *fitting {
	rows := f.counts.Rows
	if rows <= n {
		return f
	}
	cut := func(m *matrix.CSR) *matrix.CSR {
		out := &matrix.CSR{Rows: n, Cols: m.Cols, Start: []int{0}}
		for i := range n {
			index, value := m.Row(i * rows / n)
			out.Index, out.Value = append(out.Index, index...), append(out.Value, value...)
			out.Start = append(out.Start, len(out.Index))
		}
		return out
	}
	part := &fitting{
		corpus: &corpus{features: f.features, df: f.df, counts: cut(f.counts)}, tuning: f.tuning, weights: cut(f.weights), x: matrix.NewDense(n, f.x.Cols),
	}
	for i := range n {
		copy(part.x.Row(i), f.x.Row(i*rows/n))
	}
	part.byFeature = part.weights.Transpose()
	return part
}

// again is how well clusterings into k agree, the centres of each sought on
// another half of the rows: their normalised mutual information beyond what
// chance gives k clusters of so many rows.
func (f *fitting) again(k int, rng *rand.Rand) float64 {
	if k < 2 {
		return 0
	}
	t := f.tuning
	t.seedings = 2
	all := make([][]int32, halves)
	for i := range all {
		all[i] = kmeans(f.x, subset(f.x, f.x.Rows/2, rng), k, t, rng)
		refine(f.weights, f.byFeature, all[i], k, t.emRounds/2, t.smooth, nil)
	}
	sum := 0.0
	for i := range all {
		for j := range i {
			sum += beyondChance(all[i], all[j], k)
		}
	}
	return sum / (halves * (halves - 1) / 2)
}

// beyondChance is agreementOf less what independent clusterings reach: adjusted
// mutual information (Vinh, Epps and Bailey, JMLR 2010), the expectation by the
// limit of the G statistic, (k−1)²/2n.
func beyondChance(a, b []int32, k int) float64 {
	h := (math.Log(evenly(a, k)) + math.Log(evenly(b, k))) / 2
	chance := float64((k-1)*(k-1)) / float64(2*len(a))
	if h <= chance {
		return 0
	}
	return (agreementOf(a, b, k)*h - chance) / (h - chance)
}
