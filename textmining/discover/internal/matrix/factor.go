package matrix

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Factors are the first singular triples of a matrix, the largest first: Left
// has a row for each row of it, Right one for each column.
type Factors struct {
	Left, Right *Dense
	Values      []float64
}

// oversample is how many more directions than asked for are followed.
const oversample = 10

// Factor returns up to rank singular triples of a by subspace iteration from a
// random start (Halko, Martinsson and Tropp, SIAM Review 2011, algorithms 4.4
// and 5.1), power times refined. at must be aᵀ, and may be a itself where a is
// symmetric. There are fewer when the matrix has fewer.
func Factor(a, at *CSR, rank, power int, rng *rand.Rand) Factors {
	width := min(rank+oversample, a.Rows, a.Cols)
	if width == 0 {
		return Factors{Left: NewDense(a.Rows, 0), Right: NewDense(a.Cols, 0)}
	}
	start := NewDense(a.Cols, width)
	for i := range start.Data {
		start.Data[i] = float32(rng.NormFloat64())
	}
	q := Orthonormal(a.Times(start))
	for range power {
		q = Orthonormal(a.Times(orthogonalise(at.Times(q))))
	}
	if q.Cols == 0 {
		return Factors{Left: NewDense(a.Rows, 0), Right: NewDense(a.Cols, 0)}
	}
	b := at.Times(q) // (qᵀa)ᵀ
	squares, vectors := Eigen(b.Gram(), q.Cols)
	n := 0
	for n < min(rank, len(squares)) && squares[n] > 1e-10*squares[0] {
		n++
	}
	width = q.Cols
	left, right := make([]float64, width*n), make([]float64, width*n)
	f := Factors{Values: make([]float64, n)}
	for j := range n {
		f.Values[j] = math.Sqrt(squares[j])
		for i := range width {
			left[i*n+j] = vectors[i*width+j]
			right[i*n+j] = vectors[i*width+j] / f.Values[j]
		}
	}
	f.Left, f.Right = q.Times(left, n), b.Times(right, n)
	return f
}

// Orthonormal returns an orthonormal basis of the columns of y; it has fewer
// columns when those depend on each other.
func Orthonormal(y *Dense) *Dense { return orthogonalise(orthogonalise(y)) }

// orthogonalise turns the columns of y by the eigenvectors of yᵀy; what rounding
// leaves askew a second pass puts right.
func orthogonalise(y *Dense) *Dense {
	values, vectors := Eigen(y.Gram(), y.Cols)
	n := 0
	for n < len(values) && values[n] > 1e-9*values[0] && values[n] > 0 {
		n++
	}
	b := make([]float64, y.Cols*n)
	for j := range n {
		f := 1 / math.Sqrt(values[j])
		for i := range y.Cols {
			b[i*n+j] = f * vectors[i*y.Cols+j]
		}
	}
	return y.Times(b, n)
}

// Eigen returns the eigenvalues of the symmetric n × n matrix a, the largest
// first, and its eigenvectors as the columns of an n × n matrix in rows, by
// Jacobi's cyclic rotations. It overwrites a.
func Eigen(a []float64, n int) (values, vectors []float64) {
	v := make([]float64, n*n) // eigenvectors in rows
	for i := range n {
		v[i*n+i] = 1
	}
	for range 30 {
		off, diagonal := 0.0, 0.0
		for i := range n {
			diagonal += a[i*n+i] * a[i*n+i]
			for j := range i {
				off += a[i*n+j] * a[i*n+j]
			}
		}
		if off <= 1e-22*diagonal {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(a, v, n, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch x, y := a[i*n+i], a[j*n+j]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	values, vectors = make([]float64, n), make([]float64, n*n)
	for j, from := range order {
		values[j] = a[from*n+from]
		// The sign is free: the largest part is made positive, so that the result is one.
		sign, top := 1.0, 0.0
		for _, x := range v[from*n : from*n+n] {
			if math.Abs(x) > top {
				top, sign = math.Abs(x), math.Copysign(1, x)
			}
		}
		for i := range n {
			vectors[i*n+j] = sign * v[from*n+i]
		}
	}
	return values, vectors
}

// rotate makes element p, q of a zero, and turns the rows of v along.
func rotate(a, v []float64, n, p, q int) {
	x := a[p*n+q]
	if x*x <= 1e-30*math.Abs(a[p*n+p]*a[q*n+q]) {
		return
	}
	theta := (a[q*n+q] - a[p*n+p]) / (2 * x)
	t := 1 / (math.Abs(theta) + math.Sqrt(theta*theta+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(t*t+1)
	s := t * c
	turn := func(m []float64, i, j int) { m[i], m[j] = c*m[i]-s*m[j], s*m[i]+c*m[j] }
	rp, rq := a[p*n:p*n+n], a[q*n:q*n+n]
	for k := range n {
		rp[k], rq[k] = c*rp[k]-s*rq[k], s*rp[k]+c*rq[k]
	}
	for k := range n {
		turn(a, k*n+p, k*n+q)
	}
	vp, vq := v[p*n:p*n+n], v[q*n:q*n+n]
	for k := range n {
		vp[k], vq[k] = c*vp[k]-s*vq[k], s*vp[k]+c*vq[k]
	}
}
