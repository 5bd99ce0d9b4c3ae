// Package matrix is the linear algebra that discovery needs and no more: sparse
// times dense, orthogonal bases, a randomised singular value decomposition.
//
//	s := matrix.Factor(a, a.Transpose(), 100, 2, rng)
//	vectors := s.Left // one row for each row of a
//
// Matrices are float32, sums that decide something float64. Work is cut into
// blocks of a fixed size which all cores share, and partial sums are added in
// the order of the blocks: a result depends on the input alone, to the last
// bit, whatever GOMAXPROCS is.
//
// Shapes are the caller's duty: a mismatch panics.
package matrix
