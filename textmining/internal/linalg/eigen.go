package linalg

import (
	"math"
	"slices"
)

// Eigen returns the eigenvalues of a symmetric matrix, largest first, and the
// matrix whose columns are their eigenvectors, by cyclic Jacobi rotations
// (Golub & Van Loan, 8.5): n³ times a dozen, for matrices of up to some hundred
// rows.
func Eigen(a Matrix) (values []float64, vectors Matrix) {
	n := a.Rows
	m, v := a.Clone(), New(n, n)
	for i := range n {
		v.Set(i, i, 1)
	}
	for range 64 {
		off, diagonal := 0.0, 0.0
		for i := range n {
			diagonal += m.At(i, i) * m.At(i, i)
			for j := range i {
				off += m.At(i, j) * m.At(i, j)
			}
		}
		if off <= 1e-28*diagonal {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(m, v, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch x, y := m.At(i, i), m.At(j, j); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	values, vectors = make([]float64, n), New(n, n)
	for to, from := range order {
		values[to] = m.At(from, from)
		for i := range n {
			vectors.Set(i, to, v.At(i, from))
		}
	}
	return values, vectors
}

// rotate makes entry (p, q) zero.
func rotate(m, v Matrix, p, q int) {
	apq := m.At(p, q)
	if apq == 0 {
		return
	}
	theta := (m.At(q, q) - m.At(p, p)) / (2 * apq)
	t := 1 / (math.Abs(theta) + math.Hypot(theta, 1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Hypot(t, 1)
	s := t * c
	for k := range m.Rows {
		x, y := m.At(k, p), m.At(k, q)
		m.Set(k, p, c*x-s*y)
		m.Set(k, q, s*x+c*y)
	}
	for k := range m.Rows {
		x, y := m.At(p, k), m.At(q, k)
		m.Set(p, k, c*x-s*y)
		m.Set(q, k, s*x+c*y)
		x, y = v.At(k, p), v.At(k, q)
		v.Set(k, p, c*x-s*y)
		v.Set(k, q, s*x+c*y)
	}
}
