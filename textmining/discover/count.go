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
	certain     = .6  // their agreement, from which finer clusters are believed in
	beyondDoubt = .97 // from which coarser ones are
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
// tries. It is right where texts are short and
// classes few. Where finer clusters, up to six times as many, come out alike
// again from one half of the documents and another (Ben-Hur, Elisseeff and Guyon,
// PSB 2002), and more alike than its own number does, their number is taken; likewise that of
// coarser ones which hardly any document leaves.
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
	for k := c.Opinion / math.Sqrt2; k > 1.7; k /= math.Sqrt2 { // coarser, the coarsest first
		c.Tried = append(c.Tried, int(math.Round(k)))
	}
	slices.Reverse(c.Tried)
	c.Tried = slices.Compact(c.Tried)
	own := len(c.Tried)
	for k, i := c.Opinion, 0; i < 6 && (i == 0 || k <= float64(n)/leastMean && k <= mostFound); k, i = k*math.Sqrt2, i+1 {
		c.Tried = append(c.Tried, max(1, int(math.Round(k))))
	}
	best := own
	for _, k := range c.Tried {
		c.Agreement = append(c.Agreement, part.again(k, rng))
	}
	for i, a := range c.Agreement {
		if i < own && a >= beyondDoubt && a > c.Agreement[best] || i > own && c.Agreement[i] >= certain && c.smooth(i) > c.smooth(best) {
			best = i
		}
	}
	c.K = c.Tried[best]
	return c
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
