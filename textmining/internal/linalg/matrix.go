// Package linalg is the little dense linear algebra that text mining needs:
// Cholesky factors, solutions, inverses and the eigenvectors of symmetric
// matrices of some hundred rows.
//
//	f, err := linalg.Cholesky(a)     // a is symmetric, positive definite
//	x := f.Solve(b)                  // a x = b
//	values, vectors := linalg.Eigen(a)
//
// Matrices are float64, row by row in one slice. The functions allocate what
// they return, do not change what they are given and give the same result for
// the same input. Nothing is blocked or parallel: past a thousand rows use
// something else.
package linalg

import "fmt"

// Matrix is a dense matrix: entry (i, j) is Data[i*Cols+j].
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// New returns a matrix of zeros.
func New(rows, cols int) Matrix {
	return Matrix{rows, cols, make([]float64, rows*cols)}
}

// At returns entry (i, j).
func (m Matrix) At(i, j int) float64 { return m.Data[i*m.Cols+j] }

// Set sets entry (i, j).
func (m Matrix) Set(i, j int, x float64) { m.Data[i*m.Cols+j] = x }

// Add adds x to entry (i, j).
func (m Matrix) Add(i, j int, x float64) { m.Data[i*m.Cols+j] += x }

// Row returns row i, which shares the matrix's memory.
func (m Matrix) Row(i int) []float64 { return m.Data[i*m.Cols : (i+1)*m.Cols] }

// Clone returns a copy.
func (m Matrix) Clone() Matrix {
	return Matrix{m.Rows, m.Cols, append([]float64(nil), m.Data...)}
}

// Apply returns m x, of length m.Rows.
func (m Matrix) Apply(x []float64) []float64 {
	out := make([]float64, m.Rows)
	for i := range out {
		out[i] = Dot(m.Row(i), x)
	}
	return out
}

// Mul returns a b.
func Mul(a, b Matrix) Matrix {
	if a.Cols != b.Rows {
		panic(fmt.Sprintf("linalg: %d×%d times %d×%d", a.Rows, a.Cols, b.Rows, b.Cols))
	}
	out := New(a.Rows, b.Cols)
	for i := range a.Rows {
		to := out.Row(i)
		for k, x := range a.Row(i) {
			if x == 0 {
				continue
			}
			for j, y := range b.Row(k) {
				to[j] += x * y
			}
		}
	}
	return out
}

// Select returns the rows and columns of a square matrix that index names, in
// its order.
func (m Matrix) Select(rows, cols []int) Matrix {
	out := New(len(rows), len(cols))
	for i, r := range rows {
		for j, c := range cols {
			out.Set(i, j, m.At(r, c))
		}
	}
	return out
}

// Dot is the sum of products of two slices of the same length.
func Dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// Quadratic returns x' m x of a square matrix.
func (m Matrix) Quadratic(x []float64) float64 { return Dot(x, m.Apply(x)) }
