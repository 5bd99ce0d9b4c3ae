package linalg

import (
	"errors"
	"math"
)

// ErrSingular says that a matrix is not positive definite.
var ErrSingular = errors.New("the matrix is not positive definite")

// Factor is the lower triangle L of a = L L'.
type Factor struct{ l Matrix }

// pivot is the least share of a diagonal entry that must be left after the
// columns before are taken out of it.
const pivot = 1e-10

// Cholesky factors a symmetric positive definite matrix, of which it reads the
// lower triangle (Golub & Van Loan, Matrix Computations, 4.2). ErrSingular says
// that a column is all but a combination of those before.
func Cholesky(a Matrix) (Factor, error) {
	n := a.Rows
	l := New(n, n)
	for i := range n {
		row := l.Row(i)
		for j := range i {
			other := l.Row(j)
			row[j] = (a.At(i, j) - Dot(row[:j], other[:j])) / other[j]
		}
		d := a.At(i, i) - Dot(row[:i], row[:i])
		if !(d > pivot*math.Abs(a.At(i, i))) || math.IsInf(d, 0) {
			return Factor{}, ErrSingular
		}
		row[i] = math.Sqrt(d)
	}
	return Factor{l}, nil
}

// Solve returns x of a x = b.
func (f Factor) Solve(b []float64) []float64 {
	x := f.Forward(b)
	n := f.l.Rows
	for i := n - 1; i >= 0; i-- {
		x[i] /= f.l.At(i, i)
		for j, v := range f.l.Row(i)[:i] {
			x[j] -= v * x[i]
		}
	}
	return x
}

// Forward returns y of L y = b, whose squared length is b' a⁻¹ b.
func (f Factor) Forward(b []float64) []float64 {
	y := append([]float64(nil), b...)
	for i := range y {
		row := f.l.Row(i)
		y[i] = (y[i] - Dot(row[:i], y[:i])) / row[i]
	}
	return y
}

// Inverse returns a⁻¹.
func (f Factor) Inverse() Matrix {
	n := f.l.Rows
	out := New(n, n)
	e := make([]float64, n)
	for i := range n {
		e[i] = 1
		copy(out.Row(i), f.Solve(e)) // a⁻¹ is symmetric
		e[i] = 0
	}
	return out
}

// LogDet is the logarithm of the determinant of a.
func (f Factor) LogDet() float64 {
	sum := 0.0
	for i := range f.l.Rows {
		sum += math.Log(f.l.At(i, i))
	}
	return 2 * sum
}

// Independent returns the columns of a Gram matrix X'X that keep more than share
// of their length when the kept ones before them are taken out, in order: what
// is left out is, but for rounding, a combination of earlier columns.
func Independent(gram Matrix, share float64) []int {
	n := gram.Rows
	var kept []int
	l := New(n, n) // row i: column i in the basis of the kept ones
	for i := range n {
		row := l.Row(i)
		for at, j := range kept {
			row[at] = (gram.At(i, j) - Dot(row[:at], l.Row(j)[:at])) / l.At(j, at)
		}
		d := gram.At(i, i) - Dot(row[:len(kept)], row[:len(kept)])
		if d > share*gram.At(i, i) && gram.At(i, i) > 0 {
			row[len(kept)] = math.Sqrt(d)
			kept = append(kept, i)
		}
	}
	return kept
}
