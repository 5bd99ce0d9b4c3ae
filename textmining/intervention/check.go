package intervention

import (
	"math"
	"slices"

	"qingting/textmining/internal/linalg"
	"qingting/textmining/internal/student"
)

// means are those of a day, as it was.
func (d *design) means(r *Result) {
	var sums, weights [2]float64
	for day, v := range d.s.Treated {
		w := 1.0
		if d.family == gaussian {
			w = d.s.TreatedN[day]
		}
		if d.s.skipped(day) {
			continue
		}
		side := int(is(day >= d.s.At))
		sums[side] += v * w
		weights[side] += w
	}
	r.Before, r.After = sums[0]/weights[0], sums[1]/weights[1]
}

// points draws the line that was to be expected without the action, a point for
// every step days, counted from the action.
func (d *design) points(r *Result, e *estimated, step int) {
	n := len(d.s.Treated)
	first := d.s.At % step
	if first > 0 {
		first -= step
	}
	for start := first; start < n; start += step {
		r.Points = append(r.Points, d.point(e.fit, max(0, start), min(n, start+step)))
	}
	for _, p := range r.Points {
		if p.Day >= d.s.At {
			r.Difference += p.Observed - p.Expected
		}
	}
	if d.family == gaussian {
		r.Difference = e.effect.Value
	}
}

// point is that of the days from first up to end, which days left out are no part of.
func (d *design) point(f *fit, first, end int) Point {
	p := Point{Day: first}
	gradient := make([]float64, len(f.beta))
	weights, controls := 0.0, 0.0
	for day := first; day < end; day++ {
		_, n, offset, ok := d.figure(day)
		if d.s.skipped(day) || d.family != binomial && !ok {
			continue
		}
		p.Days++
		x := d.untouched(day, len(f.beta))
		eta := linalg.Dot(x, f.beta)
		if d.family == gaussian {
			if d.control {
				eta += d.s.Control[day]
			}
			weights += n
			p.Observed += n * d.s.Treated[day]
			p.Expected += n * eta
			add(gradient, x, n)
			continue
		}
		expected := math.Exp(min(mostEta, eta+offset))
		if d.control {
			control := d.around(day)
			expected *= control
			controls += control * max(1, d.window(day)/float64(end-first))
		}
		p.Observed += d.s.Treated[day]
		p.Expected += expected
		add(gradient, x, expected)
	}
	variance := f.cov.Quadratic(gradient) + f.phi*p.Expected
	if d.family == gaussian {
		if weights == 0 {
			return p
		}
		p.Observed, p.Expected = p.Observed/weights, p.Expected/weights
		variance = f.cov.Quadratic(gradient)/(weights*weights) + f.phi/weights
	} else if controls > 0 {
		variance += p.Expected * p.Expected * f.phi / controls
	}
	half := student.Quantile(.975, f.df) * math.Sqrt(variance)
	p.Low, p.High = p.Expected-half, p.Expected+half
	if d.family != gaussian {
		p.Low = max(0, p.Low)
	}
	return p
}

// untouched is a day's row had there been no action, of so many columns.
func (d *design) untouched(day, columns int) []float64 {
	x := d.row(day)
	x[d.level] = 0
	if d.slope > 0 {
		x[d.slope] = 0
	}
	if columns < len(x) { // nothing after: the level's column was held
		x = slices.Delete(x, d.level, d.level+1)
	}
	return x
}

// around is the control's mean over the week around a day: one day of it alone
// would make the expected line as restless as the control.
func (d *design) around(day int) float64 {
	sum := 0.0
	low, high := max(0, day-3), min(len(d.s.Control)-1, day+3)
	for i := low; i <= high; i++ {
		sum += d.s.Control[i]
	}
	return sum / float64(high-low+1)
}

func (d *design) window(day int) float64 {
	return float64(min(len(d.s.Control)-1, day+3) - max(0, day-3) + 1)
}

// preTrend looks at the days before the action alone.
func (d *design) preTrend() (PreTrend, error) {
	trend := &model{family: d.family}
	curved := &model{family: d.family}
	for i, day := range d.day {
		if day >= d.s.At {
			break
		}
		week := float64(day-d.s.At) / 7
		x := append([]float64(nil), d.x[i][:d.level]...)
		if d.control {
			x = append(x, week)
		}
		for _, m := range []*model{trend, curved} {
			m.day, m.y, m.n, m.offset = append(m.day, day), append(m.y, d.y[i]), append(m.n, d.n[i]), append(m.offset, d.offset[i])
		}
		trend.x = append(trend.x, x)
		curved.x = append(curved.x, append(append([]float64(nil), x...), week*week))
	}
	f, err := trend.solve()
	if err != nil {
		return PreTrend{}, err
	}
	at := 1 // the trend is the second column, with a control and without
	value, se := f.beta[at], math.Sqrt(f.cov.At(at, at))
	half := student.Quantile(.975, f.df) * se
	out := PreTrend{PerWeek: d.natural(Interval{value, value - half, value + half}), P: student.TwoSided(value/se, f.df)}
	if d.control {
		return out, nil
	}
	if f, err = curved.solve(); err != nil {
		return PreTrend{}, err
	}
	at = len(f.beta) - 1
	out.P = student.TwoSided(f.beta[at]/math.Sqrt(f.cov.At(at, at)), f.df)
	return out, nil
}

// mostPlacebos is how many pseudo dates are tried at most.
const mostPlacebos = 24

// placebo repeats the analysis on the days before the action.
func placebo(s Series, kind family, t float64) Placebo {
	var out Placebo
	first, last := MinBefore, s.At-MinAfter
	step := max(1, (last-first+mostPlacebos)/mostPlacebos)
	for at := first; at <= last; at += step {
		d, err := newDesign(s.until(s.At, at), kind, false)
		if err != nil {
			continue
		}
		e, err := d.estimate(false)
		if err != nil {
			continue
		}
		out.Dates++
		if e.p < .05 {
			out.Strong++
		}
		if e.t >= t {
			out.Larger++
		}
	}
	return out
}

// Doubt begins at these: a pre-trend that chance gives once in a hundred times,
// and pseudo dates of which a quarter are as strong.
const (
	doubtP     = .01
	doubtShare = .25
)

func (d *design) judge(r *Result) {
	caveat := func(when bool, c Caveat) {
		if when {
			r.Caveats = append(r.Caveats, c)
		}
	}
	notAlike := r.PreTrend.P < doubtP
	too := r.Placebo.Dates > 0 && float64(min(r.Placebo.Strong, r.Placebo.Larger)) > doubtShare*float64(r.Placebo.Dates)
	caveat(notAlike && d.control, NotParallel)
	caveat(notAlike && !d.control, NotStraight)
	caveat(too, PlaceboToo)
	caveat(r.Placebo.Dates < 5, FewPlacebos)
	caveat(!d.control, NoControl)
	caveat(len(d.s.Treated)-d.s.At < 28, ShortAfter)
	caveat(r.Autocorrelation > .5, ManyAlike)
	caveat(math.IsInf(r.Effect.Low, -1) || d.family != gaussian && r.Effect.Value == -1, NothingAfter)
	switch {
	case r.Effect.Low <= 0 && r.Effect.High >= 0:
		r.Verdict = Chance
	case notAlike || too:
		r.Verdict = Doubt
	case r.Effect.Value < 0:
		r.Verdict = Fell
	default:
		r.Verdict = Rose
	}
}
