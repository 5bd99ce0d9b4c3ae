package linalg

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// gram is X'X of a random X.
func gram(r *rand.Rand, rows, cols int) Matrix {
	x := New(rows, cols)
	for i := range x.Data {
		x.Data[i] = r.NormFloat64()
	}
	t := New(cols, rows)
	for i := range rows {
		for j := range cols {
			t.Set(j, i, x.At(i, j))
		}
	}
	return Mul(t, x)
}

func TestSolveAndInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, 40} {
		a := gram(r, 3*n+2, n)
		f, err := Cholesky(a)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]float64, n)
		for i := range b {
			b[i] = r.NormFloat64()
		}
		x := f.Solve(b)
		for i, y := range a.Apply(x) {
			if math.Abs(y-b[i]) > 1e-9 {
				t.Errorf("n=%d: a x differs from b by %g", n, y-b[i])
			}
		}
		if got, want := Dot(f.Forward(b), f.Forward(b)), Dot(b, x); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("n=%d: Forward has length %g, want %g", n, got, want)
		}
		unit := Mul(a, f.Inverse())
		for i := range n {
			for j := range n {
				want := 0.0
				if i == j {
					want = 1
				}
				if math.Abs(unit.At(i, j)-want) > 1e-8 {
					t.Errorf("n=%d: a a⁻¹ is not one at %d, %d", n, i, j)
				}
			}
		}
		values, _ := Eigen(a)
		logs := 0.0
		for _, v := range values {
			logs += math.Log(v)
		}
		if math.Abs(logs-f.LogDet()) > 1e-8*max(1, math.Abs(logs)) {
			t.Errorf("n=%d: determinant %g, eigenvalues say %g", n, f.LogDet(), logs)
		}
	}
}

func TestEigen(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 3, 60} {
		a := gram(r, n+5, n)
		values, vectors := Eigen(a)
		if !slices.IsSortedFunc(values, func(x, y float64) int { return cmp.Compare(y, x) }) {
			t.Error("the eigenvalues are not in order")
		}
		for j := range n {
			v := make([]float64, n)
			for i := range n {
				v[i] = vectors.At(i, j)
			}
			if math.Abs(Dot(v, v)-1) > 1e-10 {
				t.Errorf("eigenvector %d has length² %g", j, Dot(v, v))
			}
			for i, y := range a.Apply(v) {
				if math.Abs(y-values[j]*v[i]) > 1e-8*values[0] {
					t.Errorf("n=%d: vector %d is none", n, j)
				}
			}
		}
	}
}

func TestSingular(t *testing.T) {
	// Column 2 is the sum of the others, column 3 is nothing.
	a := Matrix{4, 4, []float64{
		2, 1, 3, 0,
		1, 2, 3, 0,
		3, 3, 6, 0,
		0, 0, 0, 0,
	}}
	if _, err := Cholesky(a); !errors.Is(err, ErrSingular) {
		t.Errorf("got %v, want ErrSingular", err)
	}
	if got := Independent(a, 1e-9); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("independent columns %v, want 0 and 1", got)
	}
	if _, err := Cholesky(Matrix{1, 1, []float64{math.NaN()}}); !errors.Is(err, ErrSingular) {
		t.Errorf("NaN: %v", err)
	}
}
