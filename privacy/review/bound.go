package review

import "math"

// Upper is the exact upper bound of Clopper and Pearson for a share of which x
// were seen in n: the largest at which so few come up with a chance of alpha. It
// is 1 when n is not positive or x is not below n.
func Upper(x, n int, alpha float64) float64 {
	switch {
	case n <= 0 || x >= n:
		return 1
	case x < 0:
		return 0
	case x == 0:
		return -math.Expm1(math.Log(alpha) / float64(n))
	}
	// P(X ≤ x) = I_{1-p}(n-x, x+1), falling in p.
	low, high := float64(x)/float64(n), 1.0
	if tail(x, n, low) <= alpha { // alpha is beyond the median
		low = 0
	}
	for {
		mid := low + (high-low)/2
		if mid <= low || mid >= high || high-low < 1e-15*high {
			return high // the side on which the bound errs is the safe one
		}
		if tail(x, n, mid) > alpha {
			low = mid
		} else {
			high = mid
		}
	}
}

// Size is the smallest sample whose upper bound is at most target when x are
// seen in it: 299 for none, 1 % and alpha 5 %. It is 0 when there is none.
func Size(x int, target, alpha float64) int {
	if target <= 0 || alpha <= 0 || alpha >= 1 || x < 0 {
		return 0
	}
	high := x + 1
	for Upper(x, high, alpha) > target {
		if high > 1<<40 {
			return 0
		}
		high *= 2
	}
	low := x
	for high-low > 1 {
		mid := low + (high-low)/2
		if Upper(x, mid, alpha) > target {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// tail is P(X ≤ x) of a binomial.
func tail(x, n int, p float64) float64 { return betaInc(float64(n-x), float64(x+1), 1-p, p) }

// betaInc is the regularised incomplete beta function I_x(a, b); y is 1-x, given
// beside it so that small ones keep their digits. DLMF 8.17.22 by Lentz's method.
func betaInc(a, b, x, y float64) float64 {
	switch {
	case x <= 0:
		return 0
	case y <= 0:
		return 1
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*log(x, y) + b*log(y, x))
	if x < (a+1)/(a+b+2) {
		return front * fraction(a, b, x) / a
	}
	return 1 - front*fraction(b, a, y)/b
}

// log is the logarithm of x = 1-y.
func log(x, y float64) float64 {
	if y < 0.5 {
		return math.Log1p(-y)
	}
	return math.Log(x)
}

// fraction is the continued fraction of the incomplete beta function.
func fraction(a, b, x float64) float64 {
	const tiny = 1e-300
	keep := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/keep(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < 1e6; m++ { // some √max(a,b) steps
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/keep(1+even*d), keep(1+even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/keep(1+odd*d), keep(1+odd/c)
		step := d * c
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return h
}
