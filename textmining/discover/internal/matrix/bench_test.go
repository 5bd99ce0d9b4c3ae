package matrix

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkSparseTimes(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	a := &CSR{Rows: 20000, Cols: 20000, Start: []int{0}}
	for range a.Rows {
		at := 0
		for range 40 {
			at += 1 + rng.IntN(2*a.Cols/40-2)
			if at < a.Cols {
				a.Index, a.Value = append(a.Index, int32(at)), append(a.Value, 1)
			}
		}
		a.Start = append(a.Start, len(a.Index))
	}
	x := NewDense(a.Cols, 110)
	for b.Loop() {
		a.Times(x)
	}
	b.ReportMetric(float64(2*len(a.Index)*110)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
}

func BenchmarkGram(b *testing.B) {
	x := NewDense(20000, 110)
	for i := range x.Data {
		x.Data[i] = float32(i % 7)
	}
	for b.Loop() {
		x.Gram()
	}
}

func BenchmarkEigen110(b *testing.B) {
	x := NewDense(2000, 110)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range x.Data {
		x.Data[i] = float32(rng.NormFloat64())
	}
	g := x.Gram()
	for b.Loop() {
		Eigen(append([]float64(nil), g...), 110)
	}
}

func BenchmarkDot4(b *testing.B) {
	x := NewDense(5, 200)
	var s float32
	for b.Loop() {
		s0, s1, s2, s3 := Dot4(x.Row(0), x.Row(1), x.Row(2), x.Row(3), x.Row(4))
		s += s0 + s1 + s2 + s3
	}
	b.ReportMetric(1600*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
}
