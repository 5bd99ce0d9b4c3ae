package intervention

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Series are the figures of each day, the first being day 0.
type Series struct {
	At      int          // day of the action: the first that counts as after
	Weekday time.Weekday // of day 0
	Treated []float64    // counts; for Ratings the mean rating
	Control []float64    // the same of what the action does not reach; nil is none
	// TreatedN and ControlN are how many ratings a mean is of; 0 leaves the day
	// out. Only Ratings looks at them.
	TreatedN, ControlN []float64
	// Exposure is what counts are in proportion to, all feedback of the day for
	// one; nil is the same every day. It is not looked at with a Control.
	Exposure []float64
	Skip     []bool // days to leave out: an outage of the counting itself; nil is none
}

// Options of an analysis.
type Options struct {
	// Slope lets the action change the trend, too, when there are 28 days after
	// it; the effect is then the mean over the days after, and its interval wider.
	Slope bool
	// Step is how many days a Point covers, counted from the action; 0 is 1.
	Step int
}

// The least that an analysis needs.
const (
	MinBefore = 14 // days before the action
	MinAfter  = 7  // days after it
	MinCount  = 20 // counts or ratings of each series, 10 of them before
	mostDays  = 3660
	slopeDays = 28
)

// ErrShort says that there are too few days before the action or after it.
var ErrShort = fmt.Errorf("an effect needs %d days before the action and %d after it", MinBefore, MinAfter)

// ErrFew says that too little is counted, or that the figures never vary.
var ErrFew = errors.New("too few to tell an effect")

func (s Series) skipped(day int) bool { return s.Skip != nil && s.Skip[day] }

func (s Series) check() error {
	n := len(s.Treated)
	if n > mostDays {
		return fmt.Errorf("%d days, at most %d", n, mostDays)
	}
	for name, list := range map[string][]float64{"control": s.Control, "exposure": s.Exposure, "treated n": s.TreatedN, "control n": s.ControlN} {
		if list != nil && len(list) != n {
			return fmt.Errorf("%d days of %s for %d days", len(list), name, n)
		}
	}
	if s.Skip != nil && len(s.Skip) != n {
		return fmt.Errorf("%d days to skip or not for %d days", len(s.Skip), n)
	}
	for _, list := range [][]float64{s.Treated, s.Control, s.Exposure, s.TreatedN, s.ControlN} {
		for day, v := range list {
			if math.IsNaN(v) || v < 0 || v > 1e12 {
				return fmt.Errorf("day %d has the figure %g", day, v)
			}
		}
	}
	before, after := 0, 0
	for day := range n {
		if s.skipped(day) {
			continue
		}
		if day < s.At {
			before++
		} else {
			after++
		}
	}
	if before < MinBefore || after < MinAfter {
		return ErrShort
	}
	return nil
}

// until is the series of the days before day n, as if the action had been on day at.
func (s Series) until(n, at int) Series {
	cut := func(list []float64) []float64 {
		if list == nil {
			return nil
		}
		return list[:n]
	}
	out := Series{At: at, Weekday: s.Weekday, Treated: cut(s.Treated), Control: cut(s.Control), TreatedN: cut(s.TreatedN), ControlN: cut(s.ControlN), Exposure: cut(s.Exposure)}
	if s.Skip != nil {
		out.Skip = s.Skip[:n]
	}
	return out
}

// design is a model and where its terms are.
type design struct {
	*model
	s       Series
	level   int // column of the change of level
	slope   int // column of the change of slope; 0 is none
	control bool
}

// newDesign builds the regression of a kind of figure.
func newDesign(s Series, kind family, slope bool) (*design, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	d := &design{model: &model{family: kind}, s: s, control: s.Control != nil}
	if kind == poisson && d.control {
		d.family = binomial
	}
	if !d.enough() {
		return nil, ErrFew
	}
	d.level = 1
	if !d.control {
		d.level = 2 + 6
	}
	if slope && len(s.Treated)-s.At >= slopeDays {
		d.slope = d.level + 1
	}
	for day := range s.Treated {
		y, n, offset, ok := d.figure(day)
		if s.skipped(day) || !ok {
			continue
		}
		d.day = append(d.day, day)
		d.x = append(d.x, d.row(day))
		d.y, d.n, d.offset = append(d.y, y), append(d.n, n), append(d.offset, offset)
	}
	return d, nil
}

// figure is what a day has to say; ok is false when nothing.
func (d *design) figure(day int) (y, n, offset float64, ok bool) {
	s := d.s
	switch {
	case d.family == binomial:
		n = s.Treated[day] + s.Control[day]
		return s.Treated[day], n, 0, n > 0
	case d.family == gaussian && d.control:
		a, b := s.TreatedN[day], s.ControlN[day]
		return s.Treated[day] - s.Control[day], a * b / (a + b), 0, a > 0 && b > 0
	case d.family == gaussian:
		return s.Treated[day], s.TreatedN[day], 0, s.TreatedN[day] > 0
	case s.Exposure != nil:
		return s.Treated[day], 1, math.Log(s.Exposure[day]), s.Exposure[day] > 0
	}
	return s.Treated[day], 1, 0, true
}

// row is the day's regressors: constant; without a control trend (in weeks) and
// weekdays; level and slope.
func (d *design) row(day int) []float64 {
	s := d.s
	row := []float64{1}
	if !d.control {
		row = append(row, float64(day-s.At)/7)
		weekday := (int(s.Weekday) + day) % 7
		for w := 1; w < 7; w++ {
			row = append(row, is(weekday == w))
		}
	}
	row = append(row, is(day >= s.At))
	if d.slope > 0 {
		row = append(row, max(0, float64(day-s.At)/7))
	}
	return row
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// enough says whether there is enough on either side.
func (d *design) enough() bool {
	series := [][]float64{d.s.Treated, d.s.Control}
	if d.family == gaussian {
		series = [][]float64{d.s.TreatedN, d.s.ControlN}
		if d.s.TreatedN == nil || d.control && d.s.ControlN == nil {
			return false
		}
	}
	for i, list := range series {
		if list == nil {
			continue
		}
		before, after := 0.0, 0.0
		for day, v := range list {
			switch {
			case d.s.skipped(day):
			case day < d.s.At:
				before += v
			default:
				after += v
			}
		}
		// Of what the action reaches nothing may be left, but it must be looked for.
		if before < MinCount/2 || before+after < MinCount || after == 0 && (i == 1 || d.family == gaussian) {
			return false
		}
	}
	return true
}
