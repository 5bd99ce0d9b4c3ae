package discover

import (
	"math"

	"qingting/textmining/discover/internal/matrix"
)

// mixture is a multinomial mixture: what a document says on each feature is
// drawn from its cluster's own distribution (Nigam et al., Machine Learning
// 2000, with hard assignments).
type mixture struct {
	k     int
	prior []float32 // log share of each cluster
	word  []float32 // log probability of feature j in cluster c, at j*k+c
}

// estimate counts the features of each cluster. weights are those of counts; kin
// may be nil.
func estimate(weights, byFeature *matrix.CSR, assign []int32, k int, smooth float64, kin *kinship) *mixture {
	m := &mixture{k: k, prior: make([]float32, k), word: make([]float32, weights.Cols*k)}
	size := make([]float64, k)
	for _, c := range assign {
		size[c]++
	}
	const block = 256
	prior := kin.prior(assign, k)
	totals := make([][]float64, (weights.Cols+block-1)/block)
	matrix.Blocks(weights.Cols, block, func(b, lo, hi int) {
		total := make([]float64, k)
		for j := lo; j < hi; j++ {
			row := m.word[j*k : (j+1)*k]
			if prior != nil {
				copy(row, prior[j*k:(j+1)*k])
			}
			docs, value := byFeature.Row(j)
			for p, d := range docs {
				row[assign[d]] += value[p]
			}
			for c, x := range row {
				total[c] += float64(x)
			}
		}
		totals[b] = total
	})
	base := make([]float64, k)
	for _, total := range totals {
		for c, x := range total {
			base[c] += x
		}
	}
	for c := range k {
		base[c] = math.Log(base[c] + smooth*float64(weights.Cols))
		m.prior[c] = float32(math.Log((size[c] + 1) / (float64(len(assign)) + float64(k))))
	}
	matrix.Blocks(weights.Cols, block, func(_, lo, hi int) {
		for j := lo; j < hi; j++ {
			row := m.word[j*k : (j+1)*k]
			for c, x := range row {
				row[c] = float32(math.Log(float64(x)+smooth) - base[c])
			}
		}
	})
	return m
}

// score writes to out the log probability of a document with each cluster.
func (m *mixture) score(index []int32, weight []float32, out []float32) {
	copy(out, m.prior)
	for p, j := range index {
		matrix.Add(out, weight[p], m.word[int(j)*m.k:(int(j)+1)*m.k])
	}
}

// assign gives each document its most probable cluster and says how many changed.
func (m *mixture) assign(weights *matrix.CSR, to []int32) (changed int) {
	changes := make([]int, (weights.Rows+kmeansBlock-1)/kmeansBlock)
	matrix.Blocks(weights.Rows, kmeansBlock, func(b, lo, hi int) {
		scores := make([]float32, m.k)
		for d := lo; d < hi; d++ {
			index, value := weights.Row(d)
			m.score(index, value, scores)
			if c, _ := top(scores); c != to[d] {
				to[d] = c
				changes[b]++
			}
		}
	})
	for _, n := range changes {
		changed += n
	}
	return changed
}

// top returns where the largest score is, and by how much it beats the second.
func top(scores []float32) (at int32, margin float32) {
	best, second := float32(math.Inf(-1)), float32(math.Inf(-1))
	for c, s := range scores {
		if s > best {
			best, second, at = s, best, int32(c)
		} else if s > second {
			second = s
		}
	}
	return at, best - second
}

// refine alternates estimate and assign from the given clusters, in place. It
// ends when little moves, or before a cluster would run empty.
func refine(weights, byFeature *matrix.CSR, assign []int32, k, rounds int, smooth float64, kin *kinship) {
	next := append([]int32(nil), assign...)
	for range rounds {
		changed := estimate(weights, byFeature, assign, k, smooth, kin).assign(weights, next)
		if used(next, k) < used(assign, k) {
			return
		}
		copy(assign, next)
		if changed*1000 < weights.Rows {
			return
		}
	}
}

// used is how many of k clusters have a row.
func used(assign []int32, k int) int {
	seen := make([]bool, k)
	n := 0
	for _, c := range assign {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	return n
}
