// Package multinomial solves multinomial logistic regression on sparse rows: one
// linear classifier whose classes are learnt together.
package multinomial

import (
	"math"
	"math/rand/v2"

	"qingting/textmining/learn/internal/svm"
)

// Problem is one classification of rows of a matrix.
type Problem struct {
	Matrix  *svm.Matrix
	Rows    []int32   // rows of Matrix
	Class   []int32   // of each of Rows
	Weight  []float32 // of each of Rows, above 0
	Classes int
	Rounds  int     // passes over the rows
	Rate    float64 // of the first pass; it falls to 0 evenly
	Seed    uint64
}

// start is what a feature's sum of squares begins with.
const start = 1e-2

// Solve returns the weights, Classes for each feature, and the intercepts. It
// is stochastic gradient descent with a rate for each feature by the gradients
// that it has had, over all classes (Duchi, Hazan and Singer 2011). There is no
// penalty: the few passes are what keeps the weights small. Memory is 4 bytes for each feature
// and class.
func (p *Problem) Solve() (weights, bias []float32) {
	classes := p.Classes
	weights, bias = make([]float32, p.Matrix.Features*classes), make([]float32, classes)
	squares := make([]float64, p.Matrix.Features)
	for f := range squares {
		squares[f] = start
	}
	squareBias := start
	order := make([]int32, len(p.Rows))
	for i := range order {
		order[i] = int32(i)
	}
	rng := rand.New(rand.NewPCG(p.Seed, 0x736f6674))
	score := make([]float32, classes)
	for round := range p.Rounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := p.Rate * (1 - float64(round)/float64(p.Rounds))
		for _, i := range order {
			index, values := p.Matrix.Row(p.Rows[i])
			copy(score, bias)
			for k, f := range index {
				add(score, values[k], weights[int(f)*classes:])
			}
			// From here on score is the gradient.
			square := gradient(score, p.Class[i], p.Weight[i])
			for k, f := range index {
				v := float64(values[k])
				squares[f] += square * v * v
				add(weights[int(f)*classes:][:classes], float32(-rate*v/math.Sqrt(squares[f])), score)
			}
			squareBias += square
			add(bias, float32(-rate/math.Sqrt(squareBias)), score)
		}
	}
	return weights, bias
}

// gradient turns scores into the gradient of the loss in them, and returns the
// mean over classes of its squares.
func gradient(score []float32, class int32, weight float32) float64 {
	top := score[0]
	for _, s := range score {
		top = max(top, s)
	}
	sum := 0.0
	for l, s := range score {
		e := math.Exp(float64(s - top))
		score[l] = float32(e)
		sum += e
	}
	square := 0.0
	for l, e := range score {
		g := e / float32(sum)
		if int32(l) == class {
			g--
		}
		score[l] = g * weight
		square += float64(score[l]) * float64(score[l])
	}
	return square / float64(len(score))
}

// add adds f times b to a, which is not longer.
func add(a []float32, f float32, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += f * b[i]
	}
}
