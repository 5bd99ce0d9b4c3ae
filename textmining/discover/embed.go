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
	const block = 64
	type part struct {
		start []int
		index []int32
		value []float32
	}
	parts := make([]part, (n+block-1)/block)
	matrix.Blocks(n, block, func(b, lo, hi int) {
		counts := make([]float32, n)
		var touched []int32
		var p part
		for i := lo; i < hi; i++ {
			touched = touched[:0]
			rows, _ := byFeature.Row(i)
			for _, d := range rows {
				index, _ := docs.Row(int(d))
				for _, j := range index {
					if counts[j] == 0 {
						touched = append(touched, j)
					}
					counts[j]++
				}
			}
			for _, j := range touched {
				c := float64(counts[j])
				counts[j] = 0
				if int(j) == i {
					continue
				}
				if x := math.Log(c/total) - logs[i] - logs[j]; x > 0 {
					p.index, p.value = append(p.index, j), append(p.value, float32(x))
				}
			}
			p.start = append(p.start, len(p.index))
		}
		parts[b] = p
	})
	size := 0
	for _, p := range parts {
		size += len(p.index)
	}
	m := &matrix.CSR{Rows: n, Cols: n, Start: make([]int, 1, n+1), Index: make([]int32, 0, size), Value: make([]float32, 0, size)}
	for b, p := range parts {
		base := len(m.Index)
		m.Index, m.Value = append(m.Index, p.index...), append(m.Value, p.value...)
		for _, at := range p.start {
			m.Start = append(m.Start, base+at)
		}
		parts[b] = part{}
	}
	return m
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
	m := weighted(c.counts, func(j int32, n float32) float32 { return weight[j] * float32(math.Pow(float64(n), t.lsaPower)) })
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
	m := weighted(c.counts, func(j int32, n float32) float32 { return idf[j] * float32(math.Pow(float64(n), t.lsaPower)) })
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

// embed returns a vector of length 1 for each document: SIF beside LSA.
func embed(c *corpus, t tuning, rng *rand.Rand) *matrix.Dense {
	byFeature := c.counts.Transpose()
	var s, l *matrix.Dense
	if t.lsaShare < 1 {
		s = sif(c, wordVectors(c.counts, byFeature, t, rng), t)
	} else {
		s = matrix.NewDense(c.counts.Rows, 0)
	}
	if t.lsaShare > 0 {
		l = lsa(c, t, rng)
	} else {
		l = matrix.NewDense(c.counts.Rows, 0)
	}
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
