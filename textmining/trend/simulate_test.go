package trend

import (
	"math"
	"math/rand/v2"
	"time"
)

// simulated counts: a mean with a weekly pattern and a slow trend, and negative
// binomial noise of that overdispersion (0 is Poisson).
type simulated struct {
	mean, alpha, yearly float64 // yearly is the factor a year
	days                int
}

// week is how busy days are, Sunday first.
var week = [7]float64{0.55, 1.25, 1.2, 1.15, 1.15, 1.1, 0.6}

func (c simulated) at(day int) float64 {
	return c.mean * week[day%7] * math.Pow(c.yearly, (float64(day)-float64(c.days)/2)/365)
}

func (c simulated) series(r *rand.Rand) Series {
	s := Series{First: time.Sunday, Counts: make([]int, c.days)}
	for i := range s.Counts {
		s.Counts[i] = draw(r, c.at(i), c.alpha)
	}
	return s
}

// draw a negative binomial count.
func draw(r *rand.Rand, mean, alpha float64) int {
	if alpha > 0 {
		mean *= gamma(r, 1/alpha) * alpha
	}
	return poisson(r, mean)
}

// gamma draws from a gamma distribution of that shape and scale 1 (G.
// Marsaglia, W. W. Tsang, 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for mean > 30 { // a sum of Poisson counts is one
		n += small(r, 30)
		mean -= 30
	}
	return n + small(r, mean)
}

func small(r *rand.Rand, mean float64) int {
	n, p, limit := 0, r.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= r.Float64()
	}
	return n
}
