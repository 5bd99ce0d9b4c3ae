// Package svm solves two-class linear support vector machines on sparse rows.
package svm

import (
	"math"
	"math/rand/v2"
)

// Matrix is sparse rows, one after the other.
type Matrix struct {
	Start    []int     // of row i in Index and Value; Start[rows] is their end
	End      []int     // of row i; nil where that is the start of the next
	Index    []int32   // features
	Value    []float32 // their values
	Features int
}

// Rows is how many rows there are.
func (m *Matrix) Rows() int { return len(m.Start) - 1 }

// Row returns row i.
func (m *Matrix) Row(i int32) ([]int32, []float32) {
	a, b := m.Start[i], m.Start[i+1]
	if m.End != nil {
		b = m.End[i]
	}
	return m.Index[a:b], m.Value[a:b:b]
}

// Dot is the product of row i with w.
func (m *Matrix) Dot(i int32, w []float64) float64 {
	index, values := m.Row(i)
	values = values[:len(index)]
	sum := 0.0
	for k, f := range index {
		sum += w[f] * float64(values[k])
	}
	return sum
}

// Problem is one two-class problem over rows of a matrix.
type Problem struct {
	Matrix *Matrix
	Rows   []int32   // rows of Matrix
	Sign   []int8    // +1 or -1 for each of Rows
	Cost   []float32 // C for each of Rows, above 0
	Square []float32 // for each feature the square of the factor it is multiplied by; nil means 1
	Stop   float64   // largest violation at which to stop
	Rounds int       // passes at most
	Seed   uint64
}

// Solve adds the weights of the L2-regularised, L2-loss support vector machine
// to w, which must be zero and as long as the matrix has features, and returns
// the intercept. It is dual coordinate descent with shrinking (Hsieh, Chang,
// Lin, Keerthi and Sundararajan 2008, algorithm 3, as in LIBLINEAR). The
// intercept is the weight of a feature that is always 1, and regularised too.
// The weights are those of the features as they stand in the matrix: a factor
// by which they are multiplied is in the weight already.
func (p *Problem) Solve(w []float64) (bias float64) {
	n := len(p.Rows)
	rng := rand.New(rand.NewPCG(p.Seed, 0x6c6561726e))
	alpha := make([]float64, n)
	norm := make([]float64, n) // Q's diagonal
	slack := make([]float64, n)
	active := make([]int32, n)
	for i, row := range p.Rows {
		slack[i] = 0.5 / float64(p.Cost[i])
		norm[i] = 1 + p.length(row) + slack[i]
		active[i] = int32(i)
	}
	size := n
	top := math.Inf(1)
	for range p.Rounds {
		newTop, newLow := math.Inf(-1), math.Inf(1)
		for i := range size {
			j := i + rng.IntN(size-i)
			active[i], active[j] = active[j], active[i]
		}
		for s := 0; s < size; s++ {
			i := active[s]
			y := float64(p.Sign[i])
			index, values := p.Matrix.Row(p.Rows[i])
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
		if newTop-newLow <= p.Stop {
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
func (p *Problem) length(row int32) float64 {
	index, values := p.Matrix.Row(row)
	sum := 0.0
	for k, f := range index {
		v := float64(values[k])
		if p.Square != nil {
			sum += v * v * float64(p.Square[f])
		} else {
			sum += v * v
		}
	}
	return sum
}

// add moves w by d along a row.
func (p *Problem) add(w []float64, index []int32, values []float32, d float64) {
	if p.Square == nil {
		for k, f := range index {
			w[f] += d * float64(values[k])
		}
		return
	}
	for k, f := range index {
		w[f] += d * float64(values[k]) * float64(p.Square[f])
	}
}
