package matrix

import "math"

// rowBlock is how many rows of a dense matrix are one piece of work.
const rowBlock = 512

// Dense is a matrix in rows: element i, j is Data[i*Cols+j].
type Dense struct {
	Rows, Cols int
	Data       []float32
}

// NewDense returns a matrix of zeros.
func NewDense(rows, cols int) *Dense {
	return &Dense{rows, cols, make([]float32, rows*cols)}
}

// Row returns row i, which it shares with the matrix.
func (m *Dense) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols] }

// Dot is the inner product of two vectors of the same length.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// Dot4 is Dot of a with four vectors at once, which reads a only once.
func Dot4(a, b0, b1, b2, b3 []float32) (s0, s1, s2, s3 float32) {
	n := len(a)
	b0, b1, b2, b3 = b0[:n], b1[:n], b2[:n], b3[:n]
	for i, x := range a {
		s0 += x * b0[i]
		s1 += x * b1[i]
		s2 += x * b2[i]
		s3 += x * b3[i]
	}
	return
}

// Add adds f times b to a.
func Add(a []float32, f float32, b []float32) {
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		x[0] += f * y[0]
		x[1] += f * y[1]
		x[2] += f * y[2]
		x[3] += f * y[3]
	}
	for ; i < len(a); i++ {
		a[i] += f * b[i]
	}
}

// Normalize scales v to length 1 and returns the length it had; a vector of
// zeros stays.
func Normalize(v []float32) float32 {
	n := float32(math.Sqrt(float64(Dot(v, v))))
	if n > 0 {
		for i := range v {
			v[i] /= n
		}
	}
	return n
}

// NormalizeRows scales each row to length 1.
func (m *Dense) NormalizeRows() {
	Blocks(m.Rows, rowBlock, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			Normalize(m.Row(i))
		}
	})
}

// Gram returns mᵀm, of Cols × Cols, as float64 in rows.
func (m *Dense) Gram() []float64 {
	n := m.Cols
	parts := make([][]float64, (m.Rows+rowBlock*8-1)/(rowBlock*8))
	Blocks(m.Rows, rowBlock*8, func(b, lo, hi int) {
		part := make([]float64, n*n)
		for i := lo; i < hi; i++ {
			row := m.Row(i)
			for j, x := range row {
				if x == 0 {
					continue
				}
				f, out := float64(x), part[j*n:j*n+j+1]
				for k := range out {
					out[k] += f * float64(row[k])
				}
			}
		}
		parts[b] = part
	})
	sum := make([]float64, n*n)
	for _, part := range parts {
		for i, x := range part {
			sum[i] += x
		}
	}
	for j := range n {
		for k := range j {
			sum[k*n+j] = sum[j*n+k]
		}
	}
	return sum
}

// Times returns m·b for b in rows of cols float64, of m.Cols rows.
func (m *Dense) Times(b []float64, cols int) *Dense {
	out := NewDense(m.Rows, cols)
	small := make([]float32, len(b))
	for i, x := range b {
		small[i] = float32(x)
	}
	Blocks(m.Rows, rowBlock, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			to := out.Row(i)
			for j, x := range m.Row(i) {
				Add(to, x, small[j*cols:(j+1)*cols])
			}
		}
	})
	return out
}
