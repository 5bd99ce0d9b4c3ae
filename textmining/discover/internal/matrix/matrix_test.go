package matrix

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// random returns a sparse rows × cols matrix of the given rank, in a share of
// its elements.
func random(rng *rand.Rand, rows, cols, rank int) *CSR {
	u, v := NewDense(rows, rank), NewDense(cols, rank)
	for _, m := range []*Dense{u, v} {
		for i := range m.Data {
			m.Data[i] = float32(rng.NormFloat64())
		}
	}
	m := &CSR{Rows: rows, Cols: cols, Start: []int{0}}
	for i := range rows {
		for j := range cols {
			if i%7 == 3 { // some rows are empty
				continue
			}
			m.Index = append(m.Index, int32(j))
			m.Value = append(m.Value, Dot(u.Row(i), v.Row(j)))
		}
		m.Start = append(m.Start, len(m.Index))
	}
	return m
}

func TestFactorRebuildsTheMatrix(t *testing.T) {
	a := random(rand.New(rand.NewPCG(1, 2)), 90, 60, 5)
	f := Factor(a, a.Transpose(), 8, 2, rand.New(rand.NewPCG(3, 4)))
	if len(f.Values) != 5 {
		t.Fatalf("%d singular values, want the 5 of a matrix of rank 5: %v", len(f.Values), f.Values)
	}
	for i := range a.Rows {
		got := make([]float32, a.Cols)
		for j := range a.Cols {
			for k, s := range f.Values {
				got[j] += f.Left.Row(i)[k] * float32(s) * f.Right.Row(j)[k]
			}
		}
		want := make([]float32, a.Cols)
		index, value := a.Row(i)
		for p, j := range index {
			want[j] = value[p]
		}
		for j := range want {
			if math.Abs(float64(got[j]-want[j])) > 1e-3 {
				t.Fatalf("element %d, %d: %g, want %g", i, j, got[j], want[j])
			}
		}
	}
}

func TestOrthonormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	y := NewDense(700, 12)
	for i := range y.Rows {
		row := y.Row(i)
		for j := range row {
			row[j] = float32(rng.NormFloat64()) * float32(math.Pow(10, -float64(j)/4))
		}
		row[11] = 2*row[0] - row[3] // depends
	}
	q := Orthonormal(y)
	if q.Cols != 11 {
		t.Fatalf("%d columns, want 11", q.Cols)
	}
	g := q.Gram()
	for i := range 11 {
		for j := range 11 {
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(g[i*11+j]-want) > 1e-4 {
				t.Errorf("columns %d and %d: product %g, want %g", i, j, g[i*11+j], want)
			}
		}
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	a := random(rand.New(rand.NewPCG(5, 6)), 3000, 80, 20)
	at := a.Transpose()
	run := func(cores int) Factors {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return Factor(a, at, 10, 2, rand.New(rand.NewPCG(3, 4)))
	}
	if diff := cmp.Diff(run(1), run(4)); diff != "" {
		t.Error(diff)
	}
}

func TestNothing(t *testing.T) {
	a := &CSR{Rows: 3, Cols: 2, Start: []int{0, 0, 0, 0}}
	if f := Factor(a, a.Transpose(), 5, 2, rand.New(rand.NewPCG(1, 1))); len(f.Values) != 0 || f.Left.Rows != 3 || f.Right.Rows != 2 {
		t.Errorf("zeros have %d singular values", len(f.Values))
	}
}
