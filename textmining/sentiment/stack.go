package sentiment

import (
	"math"

	"qingting/textmining/internal/linalg"
)

// stack joins two voices into probabilities: a multinomial logistic regression
// on the learnt log-probability of each label and on what the lexicon hears.
type stack struct {
	Learned float64   `json:"learned"` // weight of a label's log-probability
	Heard   []float64 `json:"heard"`   // by label: weight of the lexicon's score
	Bias    []float64 `json:"bias"`    // by label
}

// stackCase is a text that the learnt voice had not seen.
type stackCase struct {
	log   []float64 // by label
	heard float64   // -1 to 1
	label int
}

const (
	stackRidge = 1.0
	stackSteps = 50
)

// probabilities appends the probability of each label.
func (s *stack) probabilities(log []float64, heard float64, dst []float64) []float64 {
	top := math.Inf(-1)
	from := len(dst)
	for c := range log {
		z := s.Learned*log[c] + s.Heard[c]*heard + s.Bias[c]
		dst = append(dst, z)
		top = max(top, z)
	}
	sum := 0.0
	for c := from; c < len(dst); c++ {
		dst[c] = math.Exp(dst[c] - top)
		sum += dst[c]
	}
	for c := from; c < len(dst); c++ {
		dst[c] /= sum
	}
	return dst
}

// fitStack maximises the likelihood of the cases under a small ridge, by Newton
// steps that are halved until they help.
func fitStack(cases []stackCase, labels int) (stack, error) {
	n := 1 + 2*labels
	w := make([]float64, n)
	w[0] = 1
	loss := stackLoss(cases, w, labels)
	for range stackSteps {
		gradient, curve := stackSlope(cases, w, labels)
		f, err := linalg.Cholesky(curve)
		if err != nil {
			return stack{}, err
		}
		step := f.Solve(gradient)
		size, moved := 1.0, false
		for range 20 {
			next := make([]float64, n)
			for i := range w {
				next[i] = w[i] - size*step[i]
			}
			if l := stackLoss(cases, next, labels); l < loss-1e-9 {
				w, loss, moved = next, l, true
				break
			}
			size /= 2
		}
		if !moved {
			break
		}
	}
	return unpack(w, labels), nil
}

// unpack reads the weights: of the log-probability, then of the lexicon by
// label, then the biases.
func unpack(w []float64, labels int) stack {
	return stack{Learned: w[0], Heard: w[1 : 1+labels], Bias: w[1+labels : 1+2*labels]}
}

func stackLoss(cases []stackCase, w []float64, labels int) float64 {
	s := unpack(w, labels)
	loss := 0.0
	for i, x := range w {
		d := x
		if i == 0 {
			d-- // the ridge draws towards the learnt voice as it is
		}
		loss += stackRidge / 2 * d * d
	}
	var p []float64
	for i := range cases {
		p = s.probabilities(cases[i].log, cases[i].heard, p[:0])
		loss -= math.Log(max(p[cases[i].label], 1e-300))
	}
	return loss
}

// stackSlope is the gradient of stackLoss and its second derivatives.
func stackSlope(cases []stackCase, w []float64, labels int) ([]float64, linalg.Matrix) {
	s := unpack(w, labels)
	n := len(w)
	gradient, curve := make([]float64, n), linalg.New(n, n)
	for i, x := range w {
		gradient[i] = stackRidge * x
		curve.Row(i)[i] = stackRidge
	}
	gradient[0] -= stackRidge
	var p []float64
	mean := make([]float64, n)
	for i := range cases {
		c := &cases[i]
		p = s.probabilities(c.log, c.heard, p[:0])
		clear(mean)
		// The features of label l are its log-probability, the lexicon's score in
		// place 1+l and 1 in place 1+labels+l.
		for l := range labels {
			at := [3]int{0, 1 + l, 1 + labels + l}
			v := [3]float64{c.log[l], c.heard, 1}
			for a, x := range at {
				mean[x] += p[l] * v[a]
				for b, y := range at {
					curve.Row(x)[y] += p[l] * v[a] * v[b]
				}
				if l == c.label {
					gradient[x] -= v[a]
				}
			}
		}
		for x := range mean {
			gradient[x] += mean[x]
			for y := range mean {
				curve.Row(x)[y] -= mean[x] * mean[y]
			}
		}
	}
	return gradient, curve
}
