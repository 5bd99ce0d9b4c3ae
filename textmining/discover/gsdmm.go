package discover

import (
	"math"
	"math/rand/v2"

	"qingting/textmining/discover/internal/matrix"
)

// movieGroup clusters rows by collapsed Gibbs sampling of a Dirichlet
// multinomial mixture, GSDMM (Yin and Wang, KDD 2014), from at most k clusters,
// of which some run empty: how many are left is found, not given. It looks at
// the features of which use says so.
func movieGroup(docs *matrix.CSR, use func(j int32) bool, k, rounds int, alpha, beta float64, rng *rand.Rand) []int32 {
	vocabulary := 0
	for j := range docs.Cols {
		if use(int32(j)) {
			vocabulary++
		}
	}
	vb := beta * float64(vocabulary)
	words := make([]float32, docs.Cols*k) // at j*k+c
	size, total := make([]float64, k), make([]float64, k)
	assign := make([]int32, docs.Rows)
	move := func(d int, c int32, by float32) {
		size[c] += float64(by)
		index, _ := docs.Row(d)
		for _, j := range index {
			if use(j) {
				words[int(j)*k+int(c)] += by
				total[c] += float64(by)
			}
		}
	}
	for d := range assign {
		assign[d] = int32(rng.IntN(k))
		move(d, assign[d], 1)
	}
	scores := make([]float64, k)
	for range rounds {
		for d := range assign {
			move(d, assign[d], -1)
			for c := range scores {
				scores[c] = math.Log(size[c] + alpha)
			}
			index, _ := docs.Row(d)
			n := 0
			for _, j := range index {
				if !use(j) {
					continue
				}
				row := words[int(j)*k : (int(j)+1)*k]
				for c := range scores {
					scores[c] += math.Log((float64(row[c]) + beta) / (total[c] + vb + float64(n)))
				}
				n++
			}
			assign[d] = draw(scores, rng)
			move(d, assign[d], 1)
		}
	}
	return assign
}

// draw picks a place with probability proportional to exp(score); it
// overwrites the scores.
func draw(scores []float64, rng *rand.Rand) int32 {
	most := math.Inf(-1)
	for _, s := range scores {
		most = max(most, s)
	}
	sum := 0.0
	for c, s := range scores {
		scores[c] = math.Exp(s - most)
		sum += scores[c]
	}
	at := rng.Float64() * sum
	for c, p := range scores {
		if at -= p; at < 0 {
			return int32(c)
		}
	}
	return int32(len(scores) - 1)
}
