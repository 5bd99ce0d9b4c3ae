package radar

import (
	"math"
	"slices"
	"time"

	"qingting/textmining/trend"
)

// Alarm is the bursts of a theme: runs of days on which there was far more of
// it than weekday, level, trend and the rest of the feedback let expect; of a
// theme with less than a document a day, of weeks.
type Alarm struct {
	First  string  `json:"first"` // last day of the day or week by which it first alarmed
	Weekly bool    `json:"weekly,omitempty"`
	Bursts []Burst `json:"bursts"`
}

// Burst is one of them, of K customers at least. Days are written 2026-01-31.
type Burst struct {
	From      string  `json:"from"`
	To        string  `json:"to"`
	Documents int     `json:"documents"`
	Customers int     `json:"customers"`
	Expected  float64 `json:"expected"` // documents
	P         float64 `json:"p"`        // chance of its least likely day
}

// excess is how many more documents than expected the bursts had.
func (a *Alarm) excess() float64 {
	if a == nil {
		return 0
	}
	sum := 0.0
	for _, b := range a.Bursts {
		sum += float64(b.Documents) - b.Expected
	}
	return sum
}

// late is the share of the documents before which no series begins: a few may
// be years older than all others.
const late = 0.01

// calendar is the days that bursts are looked for in.
type calendar struct {
	first time.Time // day, at midnight UTC
	all   []int     // documents a day
}

func (w *work) calendar() *calendar {
	if w.days != nil {
		return w.days
	}
	var at []int
	for _, d := range w.docs {
		if !d.Time.IsZero() {
			at = append(at, w.number(d.Time))
		}
	}
	w.days = &calendar{}
	if len(at) == 0 {
		return w.days
	}
	slices.Sort(at)
	first := at[int(late*float64(len(at)))]
	w.days.first = time.Unix(int64(first)*86400, 0).UTC()
	w.days.all = make([]int, at[len(at)-1]-first+1)
	for _, day := range at {
		if day >= first {
			w.days.all[day-first]++
		}
	}
	return w.days
}

// number is the day of a time, counted from 1970.
func (w *work) number(at time.Time) int {
	y, m, d := at.In(w.o.Zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// The Detector for weeks: its baseline is half a year, and ends right before,
// and it raises as many false alarms a year as that for days.
var weekly = trend.Detector{FalseAlarms: 7, Window: 26, Gap: -1, History: 6}

// alarm finds the bursts of the documents of a theme, nil when there are none.
func (w *work) alarm(docs []int) *Alarm {
	c := w.calendar()
	byDay := make([][]int, len(c.all))
	first, n := int(c.first.Unix()/86400), 0
	for _, i := range docs {
		if w.docs[i].Time.IsZero() {
			continue
		}
		if day := w.number(w.docs[i].Time) - first; day >= 0 {
			byDay[day] = append(byDay[day], i)
			n++
		}
	}
	step, offset, detector := 1, 0, trend.Detector{}
	if n < len(c.all) {
		step, offset, detector = 7, len(c.all)%7, weekly // the last week is whole
	}
	s := trend.Series{First: c.first.Weekday()}
	for from := offset; from < len(c.all); from += step {
		count, all := 0, 0
		for day := from; day < from+step; day++ {
			count += len(byDay[day])
			all += c.all[day]
		}
		s.Counts, s.Exposure = append(s.Counts, count), append(s.Exposure, float64(all-count))
		if step > 1 {
			s.Behaves = append(s.Behaves, time.Monday) // weeks have no weekday
		}
	}
	_, bursts, err := detector.Scan(s, 0)
	if err != nil {
		return nil // the series is made right above
	}
	a := Alarm{Weekly: step > 1}
	day := func(n int) string { return c.first.AddDate(0, 0, n).Format(time.DateOnly) }
	for _, b := range bursts {
		from, to := offset+b.Start*step, offset+(b.End+1)*step
		who := newPeople()
		for _, list := range byDay[from:to] {
			for _, i := range list {
				who.add(w.docs[i].Customer)
			}
		}
		if who.n < w.o.K {
			continue
		}
		if a.Bursts == nil {
			a.First = day(from + step - 1)
		}
		a.Bursts = append(a.Bursts, Burst{
			From: day(from), To: day(to - 1), Documents: b.Observed, Customers: who.n, Expected: math.Round(10*b.Expected) / 10, P: b.P,
		})
	}
	if a.Bursts == nil {
		return nil
	}
	return &a
}
