package matrix

// CSR is a sparse matrix in compressed rows: the columns and values of row i are
// Index and Value from Start[i] to Start[i+1].
type CSR struct {
	Rows, Cols int
	Start      []int
	Index      []int32
	Value      []float32
}

// Row returns the columns and values of row i, shared with the matrix.
func (m *CSR) Row(i int) ([]int32, []float32) {
	lo, hi := m.Start[i], m.Start[i+1]
	return m.Index[lo:hi:hi], m.Value[lo:hi:hi]
}

// Transpose returns mᵀ, its rows ordered by column.
func (m *CSR) Transpose() *CSR {
	t := &CSR{Rows: m.Cols, Cols: m.Rows, Start: make([]int, m.Cols+1), Index: make([]int32, len(m.Index)), Value: make([]float32, len(m.Value))}
	for _, j := range m.Index {
		t.Start[j+1]++
	}
	for j := range m.Cols {
		t.Start[j+1] += t.Start[j]
	}
	next := make([]int, m.Cols)
	copy(next, t.Start)
	for i := range m.Rows {
		for p := m.Start[i]; p < m.Start[i+1]; p++ {
			j := m.Index[p]
			t.Index[next[j]], t.Value[next[j]] = int32(i), m.Value[p]
			next[j]++
		}
	}
	return t
}

// sparseBlock is how many rows of a sparse product are one piece of work.
const sparseBlock = 128

// Times returns m·x.
func (m *CSR) Times(x *Dense) *Dense {
	out := NewDense(m.Rows, x.Cols)
	Blocks(m.Rows, sparseBlock, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			to := out.Row(i)
			index, value := m.Row(i)
			for p, j := range index {
				Add(to, value[p], x.Row(int(j)))
			}
		}
	})
	return out
}
