package learn

import (
	"math"
	"math/rand/v2"
)

// problem is one two-class problem over rows of a matrix.
type problem struct {
	m      *matrix
	rows   []int32   // rows of m
	sign   []int8    // +1 or -1 for each of rows
	cost   []float32 // C for each of rows
	square []float32 // for each feature the square of the factor it is multiplied by; nil means 1
	stop   float64   // largest violation at which to stop
	rounds int       // passes at most
	seed   uint64
}

// solve adds the weights of the L2-regularised, L2-loss support vector machine
// to w, which must be zero and as long as the matrix has features, and returns
// the intercept. It is dual coordinate descent with shrinking (Hsieh, Chang,
// Lin, Keerthi and Sundararajan 2008, algorithm 3, as in LIBLINEAR). The
// intercept is the weight of a feature that is always 1, and regularised too.
// The weights are those of the features as they stand in the matrix: a factor
// by which they are multiplied is in the weight already.
func (p *problem) solve(w []float64) (bias float64) {
	n := len(p.rows)
	rng := rand.New(rand.NewPCG(p.seed, 0x6c6561726e))
	alpha := make([]float64, n)
	norm := make([]float64, n) // Q's diagonal
	slack := make([]float64, n)
	active := make([]int32, n)
	for i, row := range p.rows {
		slack[i] = 0.5 / float64(p.cost[i])
		norm[i] = 1 + p.length(row) + slack[i]
		active[i] = int32(i)
	}
	size := n
	top := math.Inf(1)
	for range p.rounds {
		newTop, newLow := math.Inf(-1), math.Inf(1)
		for i := range size {
			j := i + rng.IntN(size-i)
			active[i], active[j] = active[j], active[i]
		}
		for s := 0; s < size; s++ {
			i := active[s]
			y := float64(p.sign[i])
			index, values := p.m.row(int(p.rows[i]))
			values = values[:len(index)]
			dot := bias
			for k, f := range index {
				dot += w[f] * float64(values[k])
			}
			g := y*dot - 1 + alpha[i]*slack[i]
			projected := g
			if alpha[i] == 0 {
				if g > top {
					size--
					active[s], active[size] = active[size], active[s]
					s--
					continue
				}
				projected = min(g, 0)
			}
			newTop, newLow = max(newTop, projected), min(newLow, projected)
			if math.Abs(projected) < 1e-12 {
				continue
			}
			old := alpha[i]
			alpha[i] = max(old-g/norm[i], 0)
			p.add(w, index, values, (alpha[i]-old)*y)
			bias += (alpha[i] - old) * y
		}
		if newTop-newLow <= p.stop {
			if size == n {
				break
			}
			size, top = n, math.Inf(1) // once more over all that were left out
			continue
		}
		if top = newTop; top <= 0 {
			top = math.Inf(1)
		}
	}
	return bias
}

// length is the square of the length of a row, factors applied.
func (p *problem) length(row int32) float64 {
	index, values := p.m.row(int(row))
	sum := 0.0
	for k, f := range index {
		v := float64(values[k])
		if p.square != nil {
			sum += v * v * float64(p.square[f])
		} else {
			sum += v * v
		}
	}
	return sum
}

// add moves w by d along a row.
func (p *problem) add(w []float64, index []int32, values []float32, d float64) {
	if p.square == nil {
		for k, f := range index {
			w[f] += d * float64(values[k])
		}
		return
	}
	for k, f := range index {
		w[f] += d * float64(values[k]) * float64(p.square[f])
	}
}
