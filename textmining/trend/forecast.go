package trend

import (
	"fmt"
	"math"
)

// Prediction is what a day to come lets expect: a mean, and the bounds that its
// count lies within in 80 and in 95 of 100 cases.
type Prediction struct {
	Mean          float64
	Low80, High80 int
	Low95, High95 int
}

// The memories and overdispersions that a forecast weighs by how well they
// would have foretold the past. A memory m lets evidence fade by 1/m a day.
var (
	memories       = [...]float64{4, 8, 16, 40, 120, 400}
	foretellAlphas = [...]float64{leastAlpha, 0.01, 0.03, 0.08, 0.2, 0.5, 1.2}
)

// Days of the past that a forecast is made from, fewest and most.
const (
	ForecastHistory = 14
	forecastPast    = 182
)

// filter is a level that wanders: gamma with shape a and rate b, the evidence
// for which fades (A. C. Harvey, C. Fernandes, "Time series models for count or
// qualitative observations", Journal of Business & Economic Statistics 7, 1989).
type filter struct {
	a, b, fade, alpha float64
	logLikelihood     float64
}

// Forecast foretells the days after s. Days that have not been received wholly
// count by their completeness. The level is an exponential smoothing whose
// memory is learnt, the weekdays are the model's, the spread is negative
// binomial; a level that has grown is not taken to grow on.
func Forecast(s Series, days int) ([]Prediction, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	n := len(s.Counts)
	if n < ForecastHistory {
		return nil, fmt.Errorf("%d days are too few to foretell from, at least %d are needed", n, ForecastHistory)
	}
	first := max(0, n-forecastPast)
	plain := s
	plain.Exposure = nil
	f := &fitter{s: &plain, trended: true, window: n - first}
	f.fit(first, n, n, nil)
	var share [7]float64
	mean := 0.0
	for wd := range share {
		share[wd] = math.Exp(f.beta[weekday0+wd])
	}
	for day := first; day < first+ForecastHistory; day++ {
		mean += float64(s.Counts[day]) / share[s.weekday(day)] / ForecastHistory
	}
	var filters []filter
	for _, m := range memories {
		for _, alpha := range foretellAlphas {
			a := 2.0
			filters = append(filters, filter{a: a, b: a / max(mean, 1.0/ForecastHistory), fade: 1 - 1/m, alpha: alpha})
		}
	}
	for day := first; day < n; day++ {
		unit := share[s.weekday(day)] * math.Exp(s.logComplete(day))
		for i := range filters {
			filters[i].learn(s.Counts[day], unit, day >= first+7)
		}
	}
	best := math.Inf(-1)
	for i := range filters {
		best = max(best, filters[i].logLikelihood)
	}
	out := make([]Prediction, days)
	for h := range out {
		var m mixture
		sum := 0.0
		for i := range filters {
			weight := math.Exp(filters[i].logLikelihood - best)
			if weight < 1e-3 {
				continue
			}
			m.parts = append(m.parts, filters[i].ahead(h+1, share[s.weekday(n+h)]))
			m.weight = append(m.weight, weight)
			sum += weight
		}
		for i := range m.weight {
			m.weight[i] /= sum
		}
		out[h].Mean = m.mean()
		out[h].Low80, out[h].High80 = m.interval(0.8)
		out[h].Low95, out[h].High95 = m.interval(0.95)
	}
	return out, nil
}

// ahead is the distribution of the count h days on.
func (f *filter) ahead(h int, unit float64) negativeBinomial {
	// What is not known of the level grows by as much a day as on the first.
	unsure := min(20, 1/f.a+float64(h)*(1/f.fade-1)/f.a)
	return negativeBinomial{mean: unit * f.a / f.b, alpha: (1+f.alpha)*(1+unsure) - 1}
}

// learn takes in a day on which a level of 1 lets expect unit.
func (f *filter) learn(n int, unit float64, judge bool) {
	p := f.ahead(1, unit)
	if judge {
		f.logLikelihood += p.logMass(n)
	}
	// A burst moves the level no more than its far end of what is likely.
	y := min(float64(n), p.mean+4*math.Sqrt(p.mean+p.alpha*p.mean*p.mean)+1)
	u := 1 / (1 + f.alpha*p.mean)
	f.a = max(0.05, f.a*f.fade) + u*y
	f.b = f.b*f.fade + u*unit
}
