package discover

import (
	"math"
	"math/rand/v2"

	"qingting/textmining/discover/internal/matrix"
)

// ppmi returns the positive pointwise mutual information of features that stand
// in one document, over all pairs of features: how much oftener they meet than
// chance would have it. Counts of contexts are smoothed by an exponent, against
// the bias for what is rare (Levy, Goldberg and Dagan, TACL 2015).
func ppmi(docs, byFeature *matrix.CSR, exponent float64) *matrix.CSR {
	n := docs.Cols
	// How many pairs each feature is part of.
	margin := make([]float64, n)
	for d := range docs.Rows {
		index, _ := docs.Row(d)
		for _, j := range index {
			margin[j] += float64(len(index) - 1)
		}
	}
	total, smoothed := 0.0, 0.0
	for _, x := range margin {
		total += x
		smoothed += math.Pow(x, exponent)
	}
	// Symmetric: the mean of smoothing one side and the other.
	logs := make([]float64, n)
	for j, x := range margin {
		if x > 0 {
			logs[j] = (math.Log(x/total) + exponent*math.Log(x) - math.Log(smoothed)) / 2
		}
	}
	met := meetings{docs: docs, byFeature: byFeature}
	least := met.least()
	m := &matrix.CSR{Rows: n, Cols: n, Start: make([]int, n+1)}
	positive := func(i int, j int32, count float32) float32 {
		if count < least || int(j) == i {
			return 0
		}
		return float32(max(0, math.Log(float64(count)/total)-logs[i]-logs[j]))
	}
	// Twice over the same: to know how much there is, then to fill it in.
	met.each(n, func(i int, with []int32, counts []float32) {
		for _, j := range with {
			if positive(i, j, counts[j]) > 0 {
				m.Start[i+1]++
			}
		}
	})
	for i := range n {
		m.Start[i+1] += m.Start[i]
	}
	m.Index, m.Value = make([]int32, m.Start[n]), make([]float32, m.Start[n])
	met.each(n, func(i int, with []int32, counts []float32) {
		at := m.Start[i]
		for _, j := range with {
			if x := positive(i, j, counts[j]); x > 0 {
				m.Index[at], m.Value[at] = j, x
				at++
			}
		}
	})
	return m
}

// meetings counts in how many documents two features stand together.
type meetings struct{ docs, byFeature *matrix.CSR }

// each calls f for each of the first n features with those it meets, in an order
// that depends on the documents alone, and how often, at their numbers.
func (m meetings) each(n int, f func(i int, with []int32, counts []float32)) {
	matrix.Blocks(n, 256, func(_, lo, hi int) {
		counts := make([]float32, m.docs.Cols)
		var with []int32
		for i := lo; i < hi; i++ {
			with = with[:0]
			rows, _ := m.byFeature.Row(i)
			for _, d := range rows {
				index, _ := m.docs.Row(int(d))
				for _, j := range index {
					if counts[j] == 0 {
						with = append(with, j)
					}
					counts[j]++
				}
			}
			f(i, with, counts)
			for _, j := range with {
				counts[j] = 0
			}
		}
	})
}

// Bounds of the PPMI matrix: when more pairs than this meet, those that meet
// seldom are left out.
const (
	maxPairsMet = 12_000_000
	mostLeast   = 16
)

// least is how often two features must meet to count.
func (m meetings) least() float32 {
	perRow := make([][mostLeast + 1]int32, m.docs.Cols) // pairs by how often they meet
	m.each(m.docs.Cols, func(i int, with []int32, counts []float32) {
		for _, j := range with {
			perRow[i][min(mostLeast, int(counts[j]))]++
		}
	})
	var pairs [mostLeast + 1]int
	total := 0
	for i := range perRow {
		for c, n := range perRow[i] {
			pairs[c] += int(n)
			total += int(n)
		}
	}
	least := 1
	for ; least < mostLeast && total > maxPairsMet; least++ {
		total -= pairs[least]
	}
	return float32(least)
}

// wordVectors factors the PPMI matrix.
func wordVectors(docs, byFeature *matrix.CSR, t tuning, rng *rand.Rand) *matrix.Dense {
	m := ppmi(docs, byFeature, t.context)
	f := matrix.Factor(m, m, t.rank, t.power, rng)
	for i := range f.Left.Rows {
		for k, x := range f.Left.Row(i) {
			f.Left.Row(i)[k] = x * float32(math.Pow(f.Values[k], t.sigma))
		}
	}
	return f.Left
}

// sif averages the word vectors of each document, frequent words weighing less,
// and takes out the direction that all share (Arora, Liang and Ma, ICLR 2017).
func sif(c *corpus, words *matrix.Dense, t tuning) *matrix.Dense {
	total := 0.0
	freq := make([]float64, len(c.features))
	for p, j := range c.counts.Index {
		freq[j] += float64(c.counts.Value[p])
		total += float64(c.counts.Value[p])
	}
	weight := make([]float32, len(freq))
	for j, n := range freq {
		weight[j] = float32(t.rare / (t.rare + n/total))
	}
	m := weighted(c.counts, func(j int32, _ float32) float32 { return weight[j] })
	v := m.Times(words)
	v.NormalizeRows()
	values, vectors := matrix.Eigen(v.Gram(), v.Cols)
	if len(values) < 2 {
		return v
	}
	common := make([]float32, v.Cols)
	for i := range common {
		common[i] = float32(vectors[i*v.Cols])
	}
	for i := range v.Rows {
		row := v.Row(i)
		matrix.Add(row, -matrix.Dot(row, common), common)
	}
	v.NormalizeRows()
	return v
}

// lsa projects the documents, as tf-idf, on their first singular directions.
func lsa(c *corpus, t tuning, rng *rand.Rand) *matrix.Dense {
	idf := make([]float32, len(c.df))
	for j, n := range c.df {
		idf[j] = float32(math.Log(float64(c.counts.Rows+1)/float64(n+1)) + 1)
	}
	m := weighted(c.counts, func(j int32, _ float32) float32 { return idf[j] })
	for i := range m.Rows {
		_, value := m.Row(i)
		matrix.Normalize(value)
	}
	f := matrix.Factor(m, m.Transpose(), t.rank, t.power, rng)
	for i := range f.Left.Rows {
		row := f.Left.Row(i)
		for k := range row {
			row[k] *= float32(math.Pow(f.Values[k], t.lsaSigma))
		}
	}
	f.Left.NormalizeRows()
	return f.Left
}

// weighted returns a matrix of the same shape with other values.
func weighted(m *matrix.CSR, f func(j int32, n float32) float32) *matrix.CSR {
	out := &matrix.CSR{Rows: m.Rows, Cols: m.Cols, Start: m.Start, Index: m.Index, Value: make([]float32, len(m.Value))}
	for p, j := range m.Index {
		out.Value[p] = f(j, m.Value[p])
	}
	return out
}

// embed returns a vector of length 1 for each document: SIF beside LSA, both of
// which say whether a feature stands in it, not how often.
func embed(c *corpus, t tuning, rng *rand.Rand) *matrix.Dense {
	s := sif(c, wordVectors(c.counts, c.counts.Transpose(), t, rng), t)
	l := lsa(c, t, rng)
	out := matrix.NewDense(c.counts.Rows, s.Cols+l.Cols)
	a, b := float32(math.Sqrt(1-t.lsaShare)), float32(math.Sqrt(t.lsaShare))
	for i := range out.Rows {
		row := out.Row(i)
		matrix.Add(row[:s.Cols], a, s.Row(i))
		matrix.Add(row[s.Cols:], b, l.Row(i))
		matrix.Normalize(row)
	}
	return out
}
