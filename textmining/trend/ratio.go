package trend

import (
	"fmt"
	"math"
)

// Ratio says how two rates compare.
type Ratio struct {
	Value      float64 // rate of the first against that of the second; NaN without any count, +Inf where the second has none
	Low, High  float64 // 95 % interval; High may be +Inf
	P          float64 // chance of a difference so large, or larger, when there is none
	Dispersion float64 // variance of the daily counts against that of Poisson counts, at least 1
}

// Compare compares the rates of two stretches of days, or of two segments over
// the same days: pieces a day, or for their Exposure where both have one. What
// of a difference comes from having other days of the week is taken out.
//
// Given the sum of both, the first count is binomial; the interval is Jeffreys'
// (L. D. Brown et al., "Interval estimation for a binomial proportion",
// Statistical Science 16, 2001), from counts divided by the dispersion of the
// daily counts and widened by how little is known of that (quasi-likelihood).
// Completeness is exposure.
func Compare(a, b Series) (Ratio, error) {
	for _, s := range [2]Series{a, b} {
		if err := s.check(); err != nil {
			return Ratio{}, err
		}
		if len(s.Counts) == 0 {
			return Ratio{}, fmt.Errorf("nothing to compare: a series without days")
		}
	}
	sides := [2]*Series{&a, &b}
	exposed := a.Exposure != nil && b.Exposure != nil
	units := [2][]float64{a.units(exposed), b.units(exposed)}
	share, fitted := sharedWeek(sides, units)
	var counts, exposure [2]float64
	for i, s := range sides {
		wd := s.weekday(0)
		for day, c := range s.Counts {
			counts[i] += float64(c)
			exposure[i] += units[i][day] * share[wd]
			if wd++; wd == 7 {
				wd = 0
			}
		}
	}
	if exposure[0] == 0 || exposure[1] == 0 {
		return Ratio{}, fmt.Errorf("nothing to compare against: an exposure of 0")
	}
	// The variance of the sums, from the days, with a day of belief in Poisson counts.
	const belief = 1
	const trust = 0.6 // the days' variance is itself more varied than that of normal counts
	squares, expected, n, df := 0.0, 0.0, 0.0, 0.0
	for i, s := range sides {
		if counts[i] == 0 {
			continue
		}
		df--
		rate, wd := counts[i]/exposure[i], s.weekday(0)
		for day, c := range s.Counts {
			mu := rate * units[i][day] * share[wd]
			if wd++; wd == 7 {
				wd = 0
			}
			if mu > 0 {
				squares += (float64(c) - mu) * (float64(c) - mu)
				expected += mu
				df++
				n++
			}
		}
	}
	df = max(0, df-fitted)
	r := Ratio{Dispersion: 1}
	if expected > 0 {
		r.Dispersion = max(1, (squares/expected*n+belief)/(df+belief))
	}
	if counts[0]+counts[1] == 0 {
		r.Value, r.P, r.High = math.NaN(), 1, math.Inf(1)
		return r, nil
	}
	wide := studentQuantile(0.975, max(1, trust*df)) / normalQuantile(0.975)
	spread := r.Dispersion
	if spread > 1 {
		spread *= wide * wide
	}
	x, y := counts[0]/spread+0.5, counts[1]/spread+0.5
	scale := exposure[1] / exposure[0]
	odds := func(p float64) float64 { return p / (1 - p) * scale }
	r.Value = counts[0] / counts[1] * scale
	if counts[0] > 0 {
		r.Low = odds(betaQuantile(0.025, x, y))
	}
	r.High = math.Inf(1)
	if counts[1] > 0 {
		r.High = odds(betaQuantile(0.975, x, y))
	}
	below := incompleteBeta(1/(1+scale), x, y) // that the share is below that of equal rates
	r.P = min(1, 2*min(below, 1-below))
	return r, nil
}

// units are the exposure of each day: 1 of one that is complete, or s.Exposure
// of it.
func (s *Series) units(exposed bool) []float64 {
	out := make([]float64, len(s.Counts))
	for day := range out {
		out[day] = 1
		if day < len(s.Complete) && s.Complete[day] != 1 {
			out[day] = math.Exp(s.logComplete(day))
		}
		if exposed {
			out[day] *= s.Exposure[day]
		}
	}
	return out
}

// sharedWeek is how busy the weekdays of both series are, drawn towards 1, and
// how many parameters that is. units are those of the sides, by day.
func sharedWeek(sides [2]*Series, units [2][]float64) (share [7]float64, fitted float64) {
	var counted, expected [7]float64
	for i, s := range sides {
		total, exposure := 0.0, 0.0
		var pieces, exposed [7]float64
		wd := s.weekday(0)
		for day, c := range s.Counts {
			u := units[i][day]
			total += float64(c)
			exposure += u
			pieces[wd] += float64(c)
			exposed[wd] += u
			if wd++; wd == 7 {
				wd = 0
			}
		}
		if exposure == 0 {
			continue
		}
		for wd := range pieces {
			counted[wd] += pieces[wd]
			expected[wd] += total / exposure * exposed[wd]
		}
	}
	for wd := range share {
		const prior = 10 // pieces
		share[wd] = (counted[wd] + prior) / (expected[wd] + prior)
		fitted += expected[wd] / (expected[wd] + prior) * 6 / 7
	}
	return share, fitted
}
