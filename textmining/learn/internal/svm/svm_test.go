package svm

import (
	"math"
	"testing"
)

// Two rows, (1) and (-1), of opposite signs, C = 1: by symmetry the intercept is
// 0 and w minimises w²/2 + 2·max(0, 1-w)²; its derivative w - 4(1-w) is 0 at 4/5.
func TestSolvedByHand(t *testing.T) {
	m := &Matrix{Start: []int{0, 1, 2}, Index: []int32{0, 0}, Value: []float32{1, -1}, Features: 1}
	p := Problem{Matrix: m, Rows: []int32{0, 1}, Sign: []int8{1, -1}, Cost: []float32{1, 1}, Stop: 1e-9, Rounds: 1000}
	w := make([]float64, 1)
	bias := p.Solve(w)
	if math.Abs(w[0]-0.8) > 1e-6 || math.Abs(bias) > 1e-6 {
		t.Errorf("w %g, intercept %g, want 0.8 and 0", w[0], bias)
	}
	// A factor of 2: v = 2u minimises u²/2 + 2·max(0, 1-2u)², so u - 8(1-2u) = 0,
	// u = 8/17, v = 16/17.
	p.Square = []float32{4}
	w[0] = 0
	bias = p.Solve(w)
	if math.Abs(w[0]-16.0/17) > 1e-6 || math.Abs(bias) > 1e-6 {
		t.Errorf("w %g, intercept %g, want %g and 0", w[0], bias, 16.0/17)
	}
}

// One row alone, (1), positive, C = 2: w and intercept are alike, s their sum:
// w = 2·C·(1-s) and s = 2w, so w = 4/(1+8) = 4/9.
func TestInterceptIsRegularised(t *testing.T) {
	m := &Matrix{Start: []int{0, 1}, Index: []int32{0}, Value: []float32{1}, Features: 1}
	p := Problem{Matrix: m, Rows: []int32{0}, Sign: []int8{1}, Cost: []float32{2}, Stop: 1e-9, Rounds: 1000}
	w := make([]float64, 1)
	if bias := p.Solve(w); math.Abs(w[0]-4.0/9) > 1e-6 || math.Abs(bias-4.0/9) > 1e-6 {
		t.Errorf("w %g, intercept %g, want 4/9 each", w[0], bias)
	}
}

// At the optimum no coordinate of the gradient of the primal objective is left.
func TestGradientVanishes(t *testing.T) {
	m := &Matrix{Start: []int{0}, Features: 5}
	p := Problem{Matrix: m, Stop: 1e-8, Rounds: 10000}
	for i := range 40 {
		for f := range 5 {
			if v := math.Sin(float64(i*7 + f*3)); v > 0 {
				m.Index, m.Value = append(m.Index, int32(f)), append(m.Value, float32(v))
			}
		}
		m.Start = append(m.Start, len(m.Index))
		sign := int8(1)
		if i%3 == 0 {
			sign = -1
		}
		p.Rows, p.Sign, p.Cost = append(p.Rows, int32(i)), append(p.Sign, sign), append(p.Cost, float32(1+i%2))
	}
	w := make([]float64, 5)
	bias := p.Solve(w)
	gradient := append([]float64{bias}, w...)
	for i, row := range p.Rows {
		y := float64(p.Sign[i])
		if slack := 1 - y*(m.Dot(row, w)+bias); slack > 0 {
			index, values := m.Row(row)
			gradient[0] -= 2 * float64(p.Cost[i]) * y * slack
			for k, f := range index {
				gradient[1+f] -= 2 * float64(p.Cost[i]) * y * slack * float64(values[k])
			}
		}
	}
	for i, g := range gradient {
		if math.Abs(g) > 1e-5 {
			t.Errorf("gradient %d is %g, want 0", i, g)
		}
	}
}
