package trend

import (
	"math"
	"slices"
)

// The coefficients of the model: log mean = level + slope + weekday +
// exposure + log completeness.
const (
	level    = iota
	slope    // over the whole window
	follow   // how much more than in proportion the count follows the exposure
	weekday0 // seven of them
	numCoef  = weekday0 + 7
)

// What is believed of the coefficients before any count: normal about 0 with
// these deviations. The level has half a count and no more (Jeffreys' prior).
const (
	slopeDeviation   = 0.5
	followDeviation  = 0.5
	weekdayDeviation = 0.4
)

// alphas are the overdispersions that a fit weighs by how well they explain
// the counts (variance = mean + alpha × mean²).
var alphas = [...]float64{leastAlpha, 0.003, 0.006, 0.01, 0.016, 0.025, 0.04, 0.06, 0.09, 0.14, 0.2, 0.3, 0.45, 0.7, 1, 1.5}

// caution widens a prediction by so many times what is not known of the
// coefficients: the fit takes one overdispersion for all of them, and a weekday
// drawn towards the mean is less sure than its share of the information says.
// Chosen by the false alarms of simulated series (testdata/figures.json).
const caution = 2.5

// outlier is the residual from which a day weighs less (A. Noufaily et al.,
// "An improved algorithm for outbreak detection in multiple surveillance
// systems", Statistics in Medicine 32, 2013).
const outlier = 2.58

// fitter fits one window after the other and keeps its working memory.
type fitter struct {
	s       *Series
	trended bool // with a slope
	window  int  // days the slope is measured by

	origin int // day the slope counts from
	ref    float64
	days   []int
	y      []float64
	x      []float64 // slope
	e      []float64 // log exposure against ref
	o      []float64 // log completeness
	w      []float64 // robustness
	mu     []float64
	sorted []float64
	beta   vector
	alpha  float64                // mean of the posterior
	warm   bool                   // beta and alpha are of another window
	rising [len(alphas)][]float64 // logRising by count

	weight [len(alphas)]float64 // posterior
	factor [len(alphas)]matrix  // Cholesky factor of the information
}

// fit takes the days of [from, to) that use lets pass as baseline.
func (f *fitter) fit(from, to, origin int, use func(day int) bool) {
	f.days, f.y, f.x, f.e, f.o = f.days[:0], f.y[:0], f.x[:0], f.e[:0], f.o[:0]
	f.origin = origin
	sum := 0.0
	for day := from; day < to; day++ {
		if use == nil || use(day) {
			f.days = append(f.days, day)
			if f.s.Exposure != nil {
				sum += f.s.Exposure[day]
			}
		}
	}
	n := len(f.days)
	f.ref = sum / float64(max(1, n))
	total, offsets := 0.5, 0.0
	for _, day := range f.days {
		f.y = append(f.y, float64(f.s.Counts[day]))
		f.x = append(f.x, f.at(day))
		f.e = append(f.e, f.exposure(day))
		f.o = append(f.o, f.s.logComplete(day))
		total += float64(f.s.Counts[day])
		offsets += math.Exp(f.s.logComplete(day))
	}
	f.w = resized(f.w, n)
	f.mu = resized(f.mu, n)
	for i := range f.w {
		f.w[i] = 1
	}
	if !f.warm {
		f.beta = vector{level: math.Log(total / max(offsets, 1e-9))}
	}
	if f.warm { // the window is all but that of the day before
		f.newton(f.alpha, 8)
		f.downweight(f.alpha)
	} else {
		f.newton(0.02, 8)
		for range 6 {
			f.alpha = f.medianAlpha()
			if !f.downweight(f.alpha) {
				break
			}
			f.newton(f.alpha, 8)
		}
	}
	for range 2 {
		f.newton(f.alpha, 8)
		f.posterior()
		f.alpha = f.meanAlpha()
		if f.warm || !f.downweight(f.alpha) {
			break
		}
	}
	f.warm = true
}

func resized(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n, 2*n)
	}
	return v[:n]
}

func (f *fitter) at(day int) float64 {
	if !f.trended {
		return 0
	}
	return float64(day-f.origin) / float64(f.window)
}

func (f *fitter) exposure(day int) float64 {
	if f.s.Exposure == nil || day >= len(f.s.Exposure) {
		return 0
	}
	return math.Log((f.s.Exposure[day] + 0.5) / (f.ref + 0.5))
}

// eta is the linear predictor.
func (f *fitter) eta(wd int, x, e, o float64) float64 {
	b := &f.beta
	return b[level] + b[slope]*x + (1+b[follow])*e + b[weekday0+wd] + o
}

func prior(c int) float64 {
	switch c {
	case level:
		return 0
	case slope:
		return 1 / (slopeDeviation * slopeDeviation)
	case follow:
		return 1 / (followDeviation * followDeviation)
	}
	return 1 / (weekdayDeviation * weekdayDeviation)
}

// newton maximises the penalised likelihood at one overdispersion.
func (f *fitter) newton(alpha float64, steps int) {
	for range steps {
		var score vector
		for c := range score {
			score[c] = -prior(c) * f.beta[c]
		}
		score[level] += 0.5
		for i, day := range f.days {
			wd := f.s.weekday(day)
			mu := math.Exp(min(30, f.eta(wd, f.x[i], f.e[i], f.o[i])))
			f.mu[i] = mu
			r := f.w[i] * (f.y[i] - mu) / (1 + alpha*mu)
			score[level] += r
			score[slope] += r * f.x[i]
			score[follow] += r * f.e[i]
			score[weekday0+wd] += r
		}
		h := f.information(alpha)
		h.factorise()
		delta := h.solve(score)
		largest := 0.0
		for _, d := range delta {
			largest = max(largest, math.Abs(d))
		}
		scale := 1.0
		if largest > 1.5 {
			scale = 1.5 / largest
		}
		for c := range delta {
			f.beta[c] += scale * delta[c]
		}
		if largest < 1e-4 {
			break
		}
	}
	for i, day := range f.days {
		f.mu[i] = math.Exp(min(30, f.eta(f.s.weekday(day), f.x[i], f.e[i], f.o[i])))
	}
}

// information is Fisher's, with that of the prior.
func (f *fitter) information(alpha float64) *matrix {
	var h matrix
	for c := range h {
		h[c][c] = prior(c)
	}
	h[level][level] += 1e-9
	for i, day := range f.days {
		v := f.w[i] * f.mu[i] / (1 + alpha*f.mu[i])
		x, e, wd := f.x[i], f.e[i], weekday0+f.s.weekday(day)
		h[level][level] += v
		h[slope][level] += v * x
		h[slope][slope] += v * x * x
		h[follow][level] += v * e
		h[follow][slope] += v * e * x
		h[follow][follow] += v * e * e
		h[wd][level] += v
		h[wd][slope] += v * x
		h[wd][follow] += v * e
		h[wd][wd] += v
	}
	return &h
}

// posterior weighs the overdispersions at the fitted means, each by its
// likelihood and the volume of coefficients it leaves (Laplace's approximation).
func (f *fitter) posterior() {
	best := math.Inf(-1)
	for a, alpha := range alphas {
		h := f.information(alpha)
		h.factorise()
		f.factor[a] = *h
		l := 0.0
		for c := range h {
			l -= math.Log(h[c][c])
		}
		r := 1 / alpha
		for i, y := range f.y {
			m := alpha * f.mu[i]
			t := f.logRising(a, int(y)) - (y+r)*math.Log1p(m)
			l += f.w[i] * t
		}
		f.weight[a] = l
		best = max(best, l)
	}
	sum := 0.0
	for a := range f.weight {
		f.weight[a] = math.Exp(f.weight[a] - best)
		sum += f.weight[a]
	}
	for a := range f.weight {
		f.weight[a] /= sum
	}
}

// logRising is the function of that name, remembered.
func (f *fitter) logRising(a, y int) float64 {
	const most = 1 << 12
	if y >= most {
		return logRising(a, y)
	}
	for len(f.rising[a]) <= y {
		f.rising[a] = append(f.rising[a], math.NaN())
	}
	if math.IsNaN(f.rising[a][y]) {
		f.rising[a][y] = logRising(a, y)
	}
	return f.rising[a][y]
}

// logRising is Σ log(1 + alpha j) for j below y: ln Γ(y+r)/Γ(r) + y ln alpha.
func logRising(a, y int) float64 {
	alpha := alphas[a]
	if y <= 32 {
		product, sum := 1.0, 0.0
		for j := 1; j < y; j++ {
			product *= 1 + alpha*float64(j)
			if product > 1e200 {
				sum += math.Log(product)
				product = 1
			}
		}
		return sum + math.Log(product)
	}
	if alpha <= leastAlpha { // the difference of two large logarithms is noise
		return alpha * float64(y) * float64(y-1) / 2
	}
	r := 1 / alpha
	return logGamma(float64(y)+r) - logGamma(r) + float64(y)*math.Log(alpha)
}

// medianAlpha is an overdispersion that a few outbreaks do not reach: that of
// the median Anscombe residual.
func (f *fitter) medianAlpha() float64 {
	if len(f.mu) == 0 {
		return leastAlpha
	}
	f.sorted = f.sorted[:0]
	mean := 0.0
	for i, mu := range f.mu {
		f.sorted = append(f.sorted, math.Abs(anscombe(f.y[i], mu)))
		mean += mu / float64(len(f.mu))
	}
	slices.Sort(f.sorted)
	deviation := f.sorted[len(f.sorted)/2] / 0.6745
	return min(alphas[len(alphas)-1], max(leastAlpha, (deviation*deviation-1)/mean))
}

// anscombe is the residual of a Poisson count, of deviation 1.
func anscombe(y, mu float64) float64 {
	c, u := math.Cbrt(mu), math.Cbrt(y)
	return 1.5 * (u*u - c*c) / math.Sqrt(c)
}

func (f *fitter) meanAlpha() float64 {
	sum := 0.0
	for a, w := range f.weight {
		sum += w * alphas[a]
	}
	return sum
}

// downweight lets days far above what is expected count less, by their
// Anscombe residual, and reports whether any weight moved.
func (f *fitter) downweight(alpha float64) bool {
	changed := false
	for i, mu := range f.mu {
		w := 1.0
		if f.y[i] > mu {
			r := anscombe(f.y[i], mu) / math.Sqrt(1+alpha*mu)
			if r > outlier {
				w = outlier * outlier / (r * r)
				w *= w // an outbreak is to move the dispersion as little as the mean
			}
		}
		if math.Abs(w-f.w[i]) > 0.05 {
			changed = true
		}
		f.w[i] = w
	}
	return changed
}

// predict is the distribution of a day's count. What is not known of the
// coefficients widens it.
func (f *fitter) predict(day int) mixture {
	wd, x, e, o := f.s.weekday(day), f.at(day), f.exposure(day), f.s.logComplete(day)
	mu := math.Exp(min(30, f.eta(wd, x, e, o)))
	v := vector{level: 1, slope: x, follow: e}
	v[weekday0+wd] = 1
	m := mixture{}
	for a, alpha := range alphas {
		if f.weight[a] < 1e-3 {
			continue
		}
		unsure := f.factor[a].quadratic(v)
		m.parts = append(m.parts, negativeBinomial{mean: mu, alpha: max(leastAlpha, (1+alpha)*(1+caution*unsure)-1)})
		m.weight = append(m.weight, f.weight[a])
	}
	sum := 0.0
	for _, w := range m.weight {
		sum += w
	}
	for i := range m.weight {
		m.weight[i] /= sum
	}
	return m
}
