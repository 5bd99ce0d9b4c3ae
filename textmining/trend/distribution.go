package trend

import "math"

// negativeBinomial is a count of that mean and of variance
// mean + alpha × mean². alpha is above 0.
type negativeBinomial struct{ mean, alpha float64 }

// leastAlpha is Poisson for all that matters here.
const leastAlpha = 1e-6

func (d negativeBinomial) logMass(n int) float64 {
	r, x := 1/d.alpha, float64(n)
	return logGamma(x+r) - logGamma(x+1) - logGamma(r) - r*math.Log1p(d.alpha*d.mean) + x*math.Log(d.alpha*d.mean/(1+d.alpha*d.mean))
}

// logGamma is ln Γ(x) of x > 0.
func logGamma(x float64) float64 {
	if x < 16 {
		l, _ := math.Lgamma(x)
		return l
	}
	// Stirling's series: the error is below 1e-13 here.
	i := 1 / x
	i2 := i * i
	return (x-0.5)*math.Log(x) - x + 0.91893853320467274178 + i*(1.0/12-i2*(1.0/360-i2*(1.0/1260-i2/1680)))
}

// above returns P(X ≥ n) and P(X = n), summed away from the mean, so that a
// small tail keeps its relative precision.
func (d negativeBinomial) above(n int) (tail, mass float64) {
	if d.mean <= 0 {
		if n <= 0 {
			return 1, 1
		}
		return 0, 0
	}
	if n < 0 {
		return 1, 0
	}
	r, q := 1/d.alpha, d.alpha*d.mean/(1+d.alpha*d.mean)
	mass = math.Exp(d.logMass(n))
	sum, term := 0.0, mass
	if float64(n) > d.mean {
		for x := float64(n); ; x++ {
			sum += term
			term *= (x + r) / (x + 1) * q
			if term < sum*1e-9 || term == 0 {
				return min(1, sum), mass
			}
		}
	}
	for x := float64(n); x > 0; x-- { // P(X < n)
		term *= x / ((x - 1 + r) * q)
		sum += term
		if term < sum*1e-9 {
			break
		}
	}
	return max(0, 1-sum), mass
}

// mixture is a predictive distribution: negative binomials, weighted.
type mixture struct {
	parts  []negativeBinomial
	weight []float64 // adds up to 1
}

func (m mixture) mean() float64 {
	sum := 0.0
	for i, p := range m.parts {
		sum += m.weight[i] * p.mean
	}
	return sum
}

// above returns P(X ≥ n) and P(X = n).
func (m mixture) above(n int) (tail, mass float64) {
	for i, p := range m.parts {
		t, q := p.above(n)
		tail += m.weight[i] * t
		mass += m.weight[i] * q
	}
	return tail, mass
}

// quantile is the least n with P(X ≤ n) ≥ p.
func (m mixture) quantile(p float64) int {
	return leastOf(func(n int) bool { t, _ := m.above(n + 1); return 1-t >= p })
}

// interval bounds a share p of the distribution, as nearly as a count can: the
// steps at both ends count half.
func (m mixture) interval(p float64) (low, high int) {
	middle := func(p float64) int {
		return leastOf(func(n int) bool { t, q := m.above(n); return 1-t+q/2 >= p })
	}
	low = middle((1 - p) / 2)
	return low, max(low, middle((1+p)/2)-1)
}

// leastOf is the least n from 0 that is reached.
func leastOf(reached func(n int) bool) int {
	high := 1
	for !reached(high) {
		high *= 2
		if high > 1<<40 {
			break
		}
	}
	low := -1 // not reached
	for high-low > 1 {
		if mid := (low + high) / 2; reached(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// normalQuantile is the inverse of the standard normal distribution.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// incompleteBeta is the regularised incomplete beta function I_x(a, b), by
// Lentz's continued fraction (W. Press et al., "Numerical Recipes", 6.4).
func incompleteBeta(x, a, b float64) float64 {
	switch {
	case x <= 0 || math.IsInf(b, 1) && x >= 1:
		return 0
	case x >= 1:
		return 1
	}
	front := math.Exp(logGamma(a+b) - logGamma(a) - logGamma(b) + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(x, a, b) / a
	}
	return 1 - front*betaFraction(1-x, b, a)/b
}

func betaFraction(x, a, b float64) float64 {
	const tiny = 1e-300
	guard := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/guard(1-(a+b)*x/(a+1))
	h := d
	for i := 1.0; i < 20000; i++ {
		t := i * (b - i) * x / ((a - 1 + 2*i) * (a + 2*i))
		d = 1 / guard(1+t*d)
		c = guard(1 + t/c)
		h *= d * c
		t = -(a + i) * (a + b + i) * x / ((a + 2*i) * (a + 1 + 2*i))
		d = 1 / guard(1+t*d)
		c = guard(1 + t/c)
		h *= d * c
		if math.Abs(d*c-1) < 1e-12 {
			break
		}
	}
	return h
}

// betaQuantile is the x with I_x(a, b) = p: Newton's steps on the log odds,
// kept between bounds that halve when a step leaves them.
func betaQuantile(p, a, b float64) float64 {
	low, high := 0.0, 1.0
	x := a / (a + b)
	scale := logGamma(a+b) - logGamma(a) - logGamma(b)
	for range 60 {
		d := incompleteBeta(x, a, b) - p
		if d < 0 {
			low = x
		} else {
			high = x
		}
		slope := math.Exp(scale + a*math.Log(x) + b*math.Log1p(-x)) // of the log odds
		odds := math.Log(x/(1-x)) - d/slope
		next := 1 / (1 + math.Exp(-odds))
		if !(next > low && next < high) || math.Abs(d/slope) > 3 {
			next = (low + high) / 2
		}
		if math.Abs(next-x) < 1e-10*x || high-low < 1e-14 {
			return next
		}
		x = next
	}
	return x
}

// studentQuantile is the quantile of Student's t with df degrees of freedom.
func studentQuantile(p, df float64) float64 {
	if p < 0.5 {
		return -studentQuantile(1-p, df)
	}
	x := betaQuantile(2*(1-p), df/2, 0.5)
	return math.Sqrt(df * (1 - x) / x)
}
