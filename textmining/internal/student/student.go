// Package student has the tails of Student's distribution and its quantiles.
//
//	half := student.Quantile(0.975, df) * standardError
//	p := student.TwoSided(t, df)
//
// Both are accurate to some 1e-10. df need not be whole; infinite df is the
// normal distribution.
package student

import "math"

// TwoSided is the probability that |T| exceeds |t| with df degrees of freedom,
// df > 0 (Abramowitz & Stegun 26.7.1, by the incomplete beta function).
func TwoSided(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || math.IsNaN(df):
		return math.NaN()
	case math.IsInf(t, 0):
		return 0
	case df > 1e7:
		return math.Erfc(math.Abs(t) / math.Sqrt2)
	}
	return beta(df/2, .5, df/(df+t*t))
}

// Quantile is the value below which T lies with probability p, 0 < p < 1.
func Quantile(p, df float64) float64 {
	if p == .5 {
		return 0
	}
	if p < .5 {
		return -Quantile(1-p, df)
	}
	tail := 2 * (1 - p)
	low, high := 0.0, 2.0
	for TwoSided(high, df) > tail && high < 1e12 {
		low, high = high, 2*high
	}
	for range 200 {
		mid := (low + high) / 2
		if mid == low || mid == high {
			break
		}
		if TwoSided(mid, df) > tail {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// beta is the regularised incomplete beta function (Press et al., Numerical
// Recipes, 6.4: Lentz's continued fraction).
func beta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return front * fraction(a, b, x) / a
	}
	return 1 - front*fraction(b, a, 1-x)/b
}

func fraction(a, b, x float64) float64 {
	const tiny = 1e-300
	away := func(x float64) float64 {
		if math.Abs(x) < tiny {
			return tiny
		}
		return x
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	h := d
	for i := 1; i <= 10000; i++ {
		m := float64(i)
		for _, step := range [2]float64{
			m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)),
			-(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1)),
		} {
			d = 1 / away(1+step*d)
			c = away(1 + step/c)
			h *= c * d
		}
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return h
}
