package discover

import (
	"math"
	"testing"
)

func TestAgreement(t *testing.T) {
	for _, test := range []struct {
		a, b []int
		want float64
	}{
		{[]int{0, 0, 1, 1}, []int{1, 1, 0, 0}, 1},
		{[]int{0, 0, 1, 1}, []int{0, 1, 0, 1}, 0},
		{[]int{0, 0, 1, 1}, []int{0, 0, 0, 0}, 0},
		{[]int{0, 0}, []int{0, 0}, 1},
		{[]int{0, 0, 1, 1, None}, []int{0, 0, 1, 1, 1}, 1},
		// H(a) = ln 2, H(b) = 1.0397, I = ln 2: 2·.6931/(.6931+1.0397).
		{[]int{0, 0, 1, 1}, []int{0, 0, 1, 2}, .8},
		{nil, nil, 1},
	} {
		if got := Agreement(test.a, test.b); math.Abs(got-test.want) > 1e-3 {
			t.Errorf("Agreement(%v, %v) = %.4f, want %.4f", test.a, test.b, got, test.want)
		}
	}
}

func TestPurity(t *testing.T) {
	if got := Purity([]int{0, 0, 0, 1, None, 1}, []int{0, 0, 1, 2, 2, -1}); math.Abs(got-.6) > 1e-9 {
		t.Errorf("purity %.3f, want .6: three of five", got)
	}
}

func TestConsensusOfRuns(t *testing.T) {
	truth := []int32{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}
	// The same clusters under other numbers, with a document astray in each run.
	runs := [][]int32{
		{0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2},
		{2, 2, 2, 2, 0, 0, 0, 1, 1, 1, 1, 1},
		{1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 2},
	}
	got := consensus(runs, runs, 3)
	if n := Agreement(got, truth); n < .999 {
		t.Errorf("consensus %v agrees with the truth by %.3f", got, n)
	}
	for i, s := range stability(truth, [][]int32{truth, truth}, 3) {
		if s != 1 {
			t.Errorf("cluster %d: stability %g of runs that agree", i, s)
		}
	}
	if s := stability([]int32{0, 0}, [][]int32{{0, 1}, {0, 0}}, 1)[0]; s != .5 {
		t.Errorf("stability %g of a pair that one run of two parts", s)
	}
}
