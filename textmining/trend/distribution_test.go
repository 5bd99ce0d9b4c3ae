package trend

import (
	"math"
	"testing"
)

func TestNegativeBinomialTail(t *testing.T) {
	for _, d := range []negativeBinomial{{0.2, leastAlpha}, {1, 0.3}, {20, 0.05}, {200, 1.5}, {3000, 0.01}} {
		below := 0.0
		for n := range 200 {
			tail, mass := d.above(n)
			if math.Abs(tail-(1-below)) > 1e-7 {
				t.Fatalf("%+v: P(X ≥ %d) = %v, want %v", d, n, tail, 1-below)
			}
			if math.Abs(mass-math.Exp(d.logMass(n))) > 1e-12 {
				t.Fatalf("%+v: P(X = %d) = %v", d, n, mass)
			}
			below += mass
		}
	}
	// Poisson: P(X ≥ 3 | mean 1) = 1 − 2.5/e.
	if got, _ := (negativeBinomial{1, leastAlpha}).above(3); math.Abs(got-(1-2.5/math.E)) > 1e-6 {
		t.Errorf("Poisson tail = %v", got)
	}
	// Far out it keeps its relative precision: geometric with mean 1, P(X ≥ n) = 2⁻ⁿ.
	if got, _ := (negativeBinomial{1, 1}).above(100); math.Abs(got*math.Pow(2, 100)-1) > 1e-6 {
		t.Errorf("geometric tail = %v, want 2^-100", got)
	}
}

func TestBeta(t *testing.T) {
	for _, c := range []struct{ x, a, b, want float64 }{{0.5, 2, 2, 0.5}, {0.25, 1, 3, 1 - 27.0/64}, {0.9, 5, 1, math.Pow(0.9, 5)}, {0.1, 0.5, 0.5, 2 / math.Pi * math.Asin(math.Sqrt(0.1))}} {
		if got := incompleteBeta(c.x, c.a, c.b); math.Abs(got-c.want) > 1e-10 {
			t.Errorf("I_%v(%v, %v) = %v, want %v", c.x, c.a, c.b, got, c.want)
		}
	}
	for _, ab := range [][2]float64{{0.5, 0.5}, {0.5, 300}, {12.3, 4.5}, {1e5, 3e5}, {2, 1e6}} {
		for _, p := range []float64{1e-4, 0.025, 0.5, 0.975} {
			x := betaQuantile(p, ab[0], ab[1])
			if got := incompleteBeta(x, ab[0], ab[1]); math.Abs(got-p) > 1e-7 {
				t.Errorf("quantile %v of Beta%v is %v, whose probability is %v", p, ab, x, got)
			}
		}
	}
	for _, c := range [][3]float64{{0.975, 1, 12.7062}, {0.975, 10, 2.22814}, {0.975, 1000, 1.96234}, {0.025, 10, -2.22814}} {
		if got := studentQuantile(c[0], c[1]); math.Abs(got-c[2]) > 1e-4 {
			t.Errorf("t quantile %v with %v degrees = %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

func TestInterval(t *testing.T) {
	m := mixture{[]negativeBinomial{{50, leastAlpha}}, []float64{1}}
	if low, high := m.interval(0.8); low != 42 && low != 41 || high != 59 && high != 58 {
		t.Errorf("80 %% of Poisson 50 lie from %d to %d", low, high)
	}
	if got := m.quantile(0.5); got != 50 {
		t.Errorf("median %d, want 50", got)
	}
}
