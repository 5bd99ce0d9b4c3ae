package trend

import (
	"cmp"
	"math"
	"slices"
)

// Detector looks for bursts. The zero value is one false alarm a series and
// year, from ten weeks of baseline that end a week before.
type Detector struct {
	FalseAlarms float64 // a series and year that chance may raise; 0 means 1
	Window      int     // days of baseline; 0 means 70
	Gap         int     // days between the baseline and the day looked at; 0 means 7, below 0 none
	History     int     // fewest days of baseline; 0 means 14
	Every       int     // days one fit serves; 0 means 1
	Limits      bool    // tell the least count that alarms, too
}

func (d Detector) withDefaults() Detector {
	if d.FalseAlarms <= 0 {
		d.FalseAlarms = 1
	}
	d.Window = cmp.Or(d.Window, 70)
	d.Gap = max(0, cmp.Or(d.Gap, 7))
	d.History = cmp.Or(d.History, 14)
	d.Every = cmp.Or(max(0, d.Every), 1)
	return d
}

// threshold is the chance of a day at which it alarms.
func (d Detector) threshold() float64 { return min(0.5, d.FalseAlarms/365.25) }

// Day is what the baseline lets expect of a day.
type Day struct {
	Day      int     // index into the Series
	Expected float64 // NaN where the history is too short
	Alarm    int     // least count that alarms, with Limits; else 0
	P        float64 // chance of the count or more; 1 where the history is too short
}

// Burst is a run of days on which a count was far above what its weekday, its
// level and its trend let expect.
type Burst struct {
	Start, Peak, End int // days, indices into the Series; End is the last of them, Peak that of the largest excess
	Observed         int
	Expected         float64
	P                float64 // chance of its least likely day
	Shift            bool    // it lasted so long that the level itself has changed
}

// Size is how many more there were than expected.
func (b Burst) Size() float64 { return float64(b.Observed) - b.Expected }

// Days of a burst after which the level has changed and is learnt anew.
const longest = 21

// A burst goes on while days are less likely than this.
const continues = 0.05

// A day that chance would raise this share of all alarms on is no baseline for
// those after it; leaving out every alarm would make the counts look calmer than
// they are.
const clearly = 0.02

// Scan returns what is expected of the days from on, and the bursts among them,
// in order. It costs some 50 µs a day and baseline of 70 days. A burst that is
// under way is no baseline for its own later days.
func (d Detector) Scan(s Series, from int) ([]Day, []Burst, error) {
	if err := s.check(); err != nil {
		return nil, nil, err
	}
	d = d.withDefaults()
	from = max(0, from)
	f := &fitter{s: &s, trended: true, window: d.Window}
	var days []Day
	var bursts []Burst
	inBurst := make([]bool, len(s.Counts))
	began, fitted, fits := 0, -1, false // where the present level began; day of the fit
	var open *Burst
	for day := from; day < len(s.Counts); day++ {
		if fitted < 0 || day >= fitted+d.Every {
			last := day - d.Gap
			first := max(began, last-d.Window)
			usable := 0
			for i := first; i < last; i++ {
				if !inBurst[i] {
					usable++
				}
			}
			if fits = usable >= d.History; fits {
				f.fit(first, last, day, func(i int) bool { return !inBurst[i] })
			}
			fitted = day
		}
		if !fits {
			days = append(days, Day{Day: day, Expected: math.NaN(), P: 1})
			open = nil
			continue
		}
		m := f.predict(day)
		n := s.Counts[day]
		expected := m.mean()
		p := 1.0
		if float64(n) > expected {
			p, _ = m.above(n)
		}
		days = append(days, Day{Day: day, Expected: expected, P: p})
		if d.Limits {
			days[len(days)-1].Alarm = m.quantile(1-d.threshold()) + 1
		}
		switch {
		case p <= d.threshold() && open == nil:
			bursts = append(bursts, Burst{Start: day, Peak: day, End: day, Observed: n, Expected: expected, P: p})
			open = &bursts[len(bursts)-1]
			inBurst[day] = p <= d.threshold()*clearly
		case open != nil && (p <= continues || day == open.End+1 && day+1 < len(s.Counts) && goesOn(&s, f, day+1)):
			for i := open.Start; i <= day; i++ {
				inBurst[i] = true
			}
			if float64(n)-expected > float64(s.Counts[open.Peak])-days[open.Peak-from].Expected {
				open.Peak = day
			}
			open.End = day
			open.Observed += n
			open.Expected += expected
			open.P = min(open.P, p)
			if open.End-open.Start+1 >= longest {
				open.Shift = true
				began = open.Start
				for i := open.Start; i <= day; i++ {
					inBurst[i] = false
				}
				open, fitted = nil, -1
			}
		default:
			open = nil
		}
	}
	return days, bursts, nil
}

// goesOn reports that the next day is above what is expected again, so that
// one day's lull does not end a burst.
func goesOn(s *Series, f *fitter, day int) bool {
	p, _ := f.predict(day).above(s.Counts[day])
	return p <= continues
}

// Chance is the p-value of the least likely of days, corrected for so many
// having been looked at (Šidák).
func Chance(days []Day, looked int) float64 {
	least := 1.0
	for _, d := range days {
		least = min(least, d.P)
	}
	return -math.Expm1(float64(max(1, looked)) * math.Log1p(-min(least, 1-1e-16)))
}

// Adjusted returns the p-values adjusted for their number: those at most rate
// are discoveries of which a share of rate may be chance (Y. Benjamini, Y.
// Hochberg, "Controlling the false discovery rate", 1995). NaN stays NaN and is
// no comparison.
func Adjusted(p []float64) []float64 {
	var order []int
	out := make([]float64, len(p))
	for i := range p {
		out[i] = p[i]
		if !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[b], p[a]), a-b) })
	least := 1.0
	for k, i := range order {
		least = min(least, p[i]*float64(len(order))/float64(len(order)-k))
		out[i] = least
	}
	return out
}
