package review

import (
	"math"
	"math/big"
	"testing"
)

// Sizes of Wilks (Ann. Math. Statist. 12, 1941) and of the usual tables of
// attribute sampling: so many, when x are seen, show the target at 95 %.
func TestSizeAgainstTables(t *testing.T) {
	for target, want := range map[float64][]int{
		0.05: {59, 93, 124, 153, 181, 208},
		0.01: {299, 473, 628, 773, 913, 1049},
		0.10: {29, 46, 61, 76, 89, 103},
	} {
		for x, n := range want {
			if got := Size(x, target, 0.05); got != n {
				t.Errorf("%d seen, target %g: %d, want %d", x, target, got, n)
			}
		}
	}
	if Size(0, 0, 0.05) != 0 || Size(0, 0.01, 0) != 0 {
		t.Error("an impossible target has a size")
	}
}

// The two-sided 95 % limits of Clopper and Pearson, upper end, as printed in
// tables of them.
func TestUpperAgainstTables(t *testing.T) {
	for _, c := range []struct {
		x, n int
		want float64
	}{
		{0, 10, .3085},
		{1, 10, .4450},
		{2, 10, .5561},
		{3, 10, .6525},
		{5, 10, .8129},
		{9, 10, .9975},
		{0, 20, .1684},
		{1, 20, .2487},
		{10, 20, .7280},
		{0, 100, .0362},
		{10, 100, .1762},
		{50, 100, .6017},
	} {
		if got := Upper(c.x, c.n, 0.025); math.Abs(got-c.want) > 6e-5 {
			t.Errorf("%d of %d: %.5f, want %.4f", c.x, c.n, got, c.want)
		}
	}
	for _, c := range []struct{ x, n int }{{0, 0}, {5, 5}, {6, 5}} {
		if got := Upper(c.x, c.n, 0.05); got != 1 {
			t.Errorf("%d of %d: %g, want 1", c.x, c.n, got)
		}
	}
}

// The tail at the bound is alpha, by a sum in high precision.
func TestUpperIsExact(t *testing.T) {
	for _, alpha := range []float64{0.05, 0.025, 1e-4} {
		for _, n := range []int{2, 7, 50, 1000, 20000} {
			for _, x := range []int{0, 1, 3, n / 10, n / 2, n - 1} {
				if x >= n || x > 3000 {
					continue
				}
				p := Upper(x, n, alpha)
				if got := sum(x, n, p); math.Abs(got/alpha-1) > 1e-8 {
					t.Errorf("%d of %d: the tail at the bound is %g, want %g", x, n, got, alpha)
				}
			}
		}
	}
}

// sum is P(X ≤ x), term by term.
func sum(x, n int, p float64) float64 {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	bp := num(p)
	q := new(big.Float).SetPrec(200).Sub(num(1), bp)
	term, power := num(1), new(big.Float).SetPrec(200).Copy(q)
	for k := n; k > 0; k >>= 1 { // q^n
		if k&1 == 1 {
			term.Mul(term, power)
		}
		power.Mul(power, power)
	}
	total := num(0)
	ratio := new(big.Float).SetPrec(200).Quo(bp, q)
	for k := 0; ; k++ {
		total.Add(total, term)
		if k == x {
			break
		}
		term.Mul(term, ratio)
		term.Mul(term, num(float64(n-k)))
		term.Quo(term, num(float64(k+1)))
	}
	f, _ := total.Float64()
	return f
}

func TestUpperGrows(t *testing.T) {
	for n := 1; n < 200; n += 7 {
		for x := range n {
			if Upper(x, n, 0.05) >= Upper(x+1, n, 0.05) && x+1 < n {
				t.Fatalf("%d of %d: the bound does not grow with what is seen", x, n)
			}
			if Upper(x, n, 0.05) < Upper(x, n+1, 0.05) {
				t.Fatalf("%d of %d: the bound grows with the sample", x, n)
			}
		}
	}
}
