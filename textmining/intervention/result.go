package intervention

import (
	"math"

	"qingting/textmining/internal/linalg"
	"qingting/textmining/internal/student"
)

// Result is what an analysis says. Effects on counts are relative, -0.4 being
// 40 % fewer; those on ratings are in points.
type Result struct {
	Verdict Verdict  `json:"verdict"`
	Caveats []Caveat `json:"caveats,omitempty"`

	Effect Interval  `json:"effect"`
	P      float64   `json:"p_value"`         // of no effect
	Slope  *Interval `json:"slope,omitempty"` // change of the trend a week, with Options.Slope

	Before     float64 `json:"before"` // mean of a day, as it was
	After      float64 `json:"after"`
	Difference float64 `json:"difference"` // counts after the action less those expected; of ratings, the effect

	PreTrend PreTrend `json:"pre_trend"`
	Placebo  Placebo  `json:"placebo"`
	Points   []Point  `json:"points"`

	Control         bool    `json:"control"`
	Dispersion      float64 `json:"dispersion"`      // 1 is that of chance; of ratings, the variance of one
	Autocorrelation float64 `json:"autocorrelation"` // of neighbouring days, 0 to 0.8
}

// Interval is an estimate with its 95 % interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Verdict is what may be said in a word.
type Verdict string

// The verdicts.
const (
	Fell   Verdict = "fell"
	Rose   Verdict = "rose"
	Chance Verdict = "no effect can be told apart from chance"
	Doubt  Verdict = "changed, but the days before give reason for doubt"
)

// Caveat is a reason for care.
type Caveat string

// The caveats.
const (
	NotParallel  Caveat = "series and control went apart before the action"
	NotStraight  Caveat = "the trend before the action was no straight one"
	PlaceboToo   Caveat = "pseudo dates before the action show effects as well"
	FewPlacebos  Caveat = "too short before the action for pseudo dates"
	NoControl    Caveat = "there is no control: what else happened then is part of the effect"
	ShortAfter   Caveat = "under four weeks after the action: it may be novelty"
	ManyAlike    Caveat = "neighbouring days resemble each other strongly"
	NothingAfter Caveat = "nothing was counted after the action"
)

// PreTrend is how the days before the action went.
type PreTrend struct {
	PerWeek Interval `json:"per_week"` // relative change a week, or points; with a control, beside it
	// P is that of the series and the control having gone in parallel; without a
	// control, of the trend having been a straight line.
	P float64 `json:"p_value"`
}

// Placebo is what pseudo dates before the action give.
type Placebo struct {
	Dates  int `json:"dates"`  // tried
	Strong int `json:"strong"` // with an interval that excludes no effect; one in twenty is chance
	// Larger counts those that are further from no effect than the action, by t.
	Larger int `json:"larger"`
}

// Point is a day, or Options.Step days, for a chart: of counts their sum, of
// ratings their mean.
type Point struct {
	Day      int     `json:"day"`  // the first
	Days     int     `json:"days"` // that count; the ends of a series may have fewer
	Observed float64 `json:"observed"`
	Expected float64 `json:"expected"` // had there been no action
	Low      float64 `json:"low"`      // where 95 % of such points would lie
	High     float64 `json:"high"`
}

// Counts analyses daily counts. It returns [ErrShort] or [ErrFew] when there is
// nothing to say, and other errors for a series that is malformed.
func Counts(s Series, o Options) (*Result, error) { return analyse(s, poisson, o) }

// Ratings analyses daily mean ratings; TreatedN, and with a Control ControlN, are
// required. Errors are those of [Counts].
func Ratings(s Series, o Options) (*Result, error) { return analyse(s, gaussian, o) }

func analyse(s Series, kind family, o Options) (*Result, error) {
	d, err := newDesign(s, kind, o.Slope)
	if err != nil {
		return nil, err
	}
	e, err := d.estimate(true)
	if err != nil {
		return nil, err
	}
	r := &Result{Effect: d.natural(e.effect), P: e.p, Control: d.control, Dispersion: e.fit.phi, Autocorrelation: e.fit.rho}
	if d.slope > 0 {
		v, se := e.fit.beta[d.slope], math.Sqrt(e.fit.cov.At(d.slope, d.slope))
		half := student.Quantile(.975, e.fit.df) * se
		slope := d.natural(Interval{v, v - half, v + half})
		r.Slope = &slope
	}
	d.means(r)
	d.points(r, e, max(1, o.Step))
	if r.PreTrend, err = d.preTrend(); err != nil {
		return nil, err
	}
	r.Placebo = placebo(s, kind, e.t)
	d.judge(r)
	return r, nil
}

// natural turns an interval on the link's scale into one of effects.
func (d *design) natural(i Interval) Interval {
	if d.family == gaussian {
		return i
	}
	return Interval{math.Expm1(i.Value), math.Expm1(i.Low), math.Expm1(i.High)}
}

// estimated is the effect on the link's scale.
type estimated struct {
	fit    *fit
	effect Interval
	t, p   float64
}

// nothing is the logarithm of the ratio that stands for none at all.
const nothing = -12

// estimate fits the design. Without profile the interval is not looked for.
func (d *design) estimate(profile bool) (*estimated, error) {
	if d.slope > 0 || d.family == gaussian {
		return d.wald()
	}
	after := 0.0
	for i, day := range d.day {
		if day >= d.s.At {
			after += d.y[i]
		}
	}
	e := &estimated{}
	var inflation, best, value float64
	if after == 0 { // the estimate is no number: hold it where nothing is left
		f, err := d.fixed(d.level, nothing).solve()
		if err != nil {
			return nil, err
		}
		e.fit, value, inflation, best = f, nothing, f.phi, f.deviance
	} else {
		f, err := d.solve()
		if err != nil {
			return nil, err
		}
		e.fit, value, inflation, best = f, f.beta[d.level], f.inflation(d.level), f.deviance
	}
	distance := func(at float64) float64 { // as a t
		f, err := d.fixed(d.level, at).solve()
		if err != nil {
			return math.Inf(1)
		}
		return math.Sqrt(max(0, f.deviance-best) / inflation)
	}
	e.t = distance(0)
	e.p = student.TwoSided(e.t, e.fit.df)
	e.effect = Interval{Value: value}
	if profile {
		limit := student.Quantile(.975, e.fit.df)
		e.effect.Low = reach(value, -.25, nothing, limit, distance)
		e.effect.High = min(-nothing, reach(value, .25, -nothing, limit, distance))
	}
	if after == 0 {
		e.effect.Low, e.effect.Value = math.Inf(-1), math.Inf(-1)
	}
	return e, nil
}

// reach is where distance comes to limit, going from a point by steps that grow;
// the end, when it does not come there before. An end below is then infinite.
func reach(from, step, end, limit float64, distance func(float64) float64) float64 {
	near, far := from, from+step
	for distance(far) < limit {
		if step < 0 && far <= end || step > 0 && far >= end {
			return math.Inf(int(math.Copysign(1, step)))
		}
		step *= 2
		near, far = far, far+step
	}
	for range 50 {
		mid := (near + far) / 2
		if math.Abs(far-near) < 1e-9 {
			break
		}
		if distance(mid) < limit {
			near = mid
		} else {
			far = mid
		}
	}
	return (near + far) / 2
}

// wald estimates the mean effect over the days after, by the delta method.
func (d *design) wald() (*estimated, error) {
	f, err := d.solve()
	if err != nil {
		return nil, err
	}
	with, without := make([]float64, len(f.beta)), make([]float64, len(f.beta))
	var sum, sumWithout float64
	for i, x := range d.x {
		if d.day[i] < d.s.At {
			continue
		}
		plain := append([]float64(nil), x...)
		plain[d.level] = 0
		if d.slope > 0 {
			plain[d.slope] = 0
		}
		a, b, w := linalg.Dot(x, f.beta), linalg.Dot(plain, f.beta), 1.0
		if d.family == gaussian {
			// Each day counts by its ratings; the mean is of what x changes.
			w = d.n[i]
			sum, sumWithout = sum+w, sumWithout+w
			add(with, x, w)
			add(without, plain, w)
			continue
		}
		if d.family == binomial {
			w = d.s.Control[d.day[i]]
		} else {
			w = math.Exp(d.off(i))
		}
		a, b = w*math.Exp(min(mostEta, a)), w*math.Exp(min(mostEta, b))
		sum, sumWithout = sum+a, sumWithout+b
		add(with, x, a)
		add(without, plain, b)
	}
	if sum == 0 || sumWithout == 0 {
		return nil, ErrFew
	}
	gradient := make([]float64, len(f.beta))
	add(gradient, with, 1/sum)
	add(gradient, without, -1/sumWithout)
	value := math.Log(sum / sumWithout)
	if d.family == gaussian {
		value = linalg.Dot(gradient, f.beta)
	}
	se := math.Sqrt(f.cov.Quadratic(gradient))
	if !(se > 0) {
		return nil, ErrFew
	}
	half := student.Quantile(.975, f.df) * se
	t := value / se
	return &estimated{f, Interval{value, value - half, value + half}, math.Abs(t), student.TwoSided(t, f.df)}, nil
}

func add(to, x []float64, w float64) {
	for j, v := range x {
		to[j] += w * v
	}
}
