package trend

import (
	"cmp"
	"math"
)

// Watch looks for slow drift, too small a day to be a burst: a cumulative sum
// of how surprising each day is under the negative binomial that the twelve
// weeks before it let expect (E. S. Page, "Continuous inspection schemes",
// Biometrika 41, 1954).
type Watch struct {
	RunLength float64 // mean days between false alarms of either direction; 0 means 365
	Window    int     // days of baseline; 0 means 84
	History   int     // fewest days of baseline; 0 means 28
}

// Drift is a change of level that built up over days.
type Drift struct {
	Start, Alarm int  // days, indices into the Series: where it began to build up, and where it was sure
	Up           bool // more than before; fewer otherwise
	Observed     int  // from Start to Alarm
	Expected     float64
}

// allowance is the part of a day's standard score that drift has to exceed.
const allowance = 0.25

// A day counts at most so many deviations, so that a burst is no drift.
const mostScore = 2.5

// A fit serves so many days.
const refit = 7

// Scan returns the drifts of the days from on. After an alarm the sum begins
// anew.
func (w Watch) Scan(s Series, from int) ([]Drift, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	run := w.RunLength
	if run <= 0 {
		run = 365
	}
	window, history := cmp.Or(w.Window, 84), cmp.Or(w.History, 28)
	h := decision(2 * run) // each direction has half of the alarms
	f := &fitter{s: &s, window: window}
	var out []Drift
	var sums [2]cusum
	fitted := -1
	for day := max(from, history, 0); day < len(s.Counts); day++ {
		if fitted < 0 || day >= fitted+refit {
			f.fit(max(0, day-window), day, day, nil)
			fitted = day
		}
		m := f.predict(day)
		tail, mass := m.above(s.Counts[day])
		z := normalQuantile(min(1-1e-9, max(1e-9, 1-tail+mass/2))) // the middle of the step of a discrete count
		z = max(-mostScore, min(mostScore, z))
		for i, sign := range [2]float64{1, -1} {
			if d, alarm := sums[i].add(day, sign*z-allowance, h, s.Counts[day], m.mean()); alarm {
				d.Up = sign > 0
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// cusum is a cumulative sum that does not fall below 0.
type cusum struct {
	sum   float64
	drift Drift
}

func (c *cusum) add(day int, x, h float64, n int, expected float64) (Drift, bool) {
	if c.sum == 0 {
		c.drift = Drift{Start: day}
	}
	c.drift.Alarm = day
	c.drift.Observed += n
	c.drift.Expected += expected
	c.sum = max(0, c.sum+x)
	if c.sum <= h {
		return Drift{}, false
	}
	c.sum = 0
	return c.drift, true
}

// decision is the sum at which a one-sided scheme alarms once in run days, by
// D. Siegmund's approximation ("Sequential Analysis", 1985, section 2.6).
func decision(run float64) float64 {
	low, high := 0.0, 100.0
	for range 60 {
		h := (low + high) / 2
		x := 2 * allowance * (h + 1.166)
		if (math.Exp(x)-x-1)/(2*allowance*allowance) < run {
			low = h
		} else {
			high = h
		}
	}
	return (low + high) / 2
}
