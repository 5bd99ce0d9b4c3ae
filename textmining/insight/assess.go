package insight

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"qingting/internal/mark"
	"qingting/textmining/intervention"
	"qingting/textmining/statistics"
)

// Assessment is what an action changed.
type Assessment struct {
	Mark    mark.Mark       `json:"mark"`
	From    string          `json:"from"` // first day that is looked at
	To      string          `json:"to"`   // the day after the last
	K       int             `json:"k"`
	Names   map[string]Name `json:"names"`   // of the mark's themes
	Control string          `json:"control"` // what it is held against: "place" the mark's, "elsewhere", "none"
	Volume  *Change         `json:"volume,omitempty"`
	Rating  *Change         `json:"rating,omitempty"`
	// NoVolume and NoRating say why there is none.
	NoVolume string `json:"no_volume,omitempty"`
	NoRating string `json:"no_rating,omitempty"`
}

// Change is an analysis as it may be shown.
type Change struct {
	intervention.Result
	Weeks []Week `json:"weeks"` // in place of Result.Points, which is nil
	// Few says that fewer than K customers spoke of it after the action. All is then
	// as if K had: Effect.High is a bound, "at least as much", Value and Low are -1
	// and stand for nothing.
	Few bool `json:"few,omitempty"`
}

// Week is a point of the chart.
type Week struct {
	From     string           `json:"from"`
	Days     int              `json:"days"`
	Observed statistics.Count `json:"observed"`       // documents, of ratings those rated
	Mean     *float64         `json:"mean,omitempty"` // rating; nil of counts, and when withheld
	Expected float64          `json:"expected"`
	Low      float64          `json:"low"`
	High     float64          `json:"high"`

	day int // the first, of the series
}

// ErrNoDay says that a mark's date cannot be read.
var ErrNoDay = errors.New("the mark has no date that can be read")

// ErrTooEarly says that there is no feedback of a mark's day or later.
var ErrTooEarly = errors.New("there is no feedback of the action's day or later yet")

// Assess compares the days before a mark with those after it, in volume and in
// mean rating. With a place and no control the control is every other place;
// a mark of themes alone has none. What cannot be said has a reason in its stead.
func Assess(s *statistics.Store, m mark.Mark, o Options) (*Assessment, error) {
	o = o.withDefaults()
	day, err := m.Day(s.Location())
	if err != nil {
		return nil, ErrNoDay
	}
	to := day.AddDate(0, 0, o.After)
	if end := s.End(); end.Before(to) {
		to = end
	}
	if !day.Before(to) {
		return nil, ErrTooEarly
	}
	q := statistics.Query{From: day.AddDate(0, 0, -o.Before), To: to}
	rows := s.Observations(q, statistics.Theme)
	if first := firstDay(rows); first > 0 { // before the first feedback there are no days, rather than days of nothing
		q.From = rows.From.AddDate(0, 0, first)
		rows = s.Observations(q, statistics.Theme)
	}
	out := &Assessment{Mark: m, From: rows.From.Format(time.DateOnly), To: rows.To.Format(time.DateOnly), K: o.K, Names: map[string]Name{}, Control: "none"}
	for _, id := range m.Themes {
		out.Names[id] = Name{s.Name(id, "zh"), s.Name(id, "en")}
	}
	switch {
	case !m.Control.Everywhere():
		out.Control = "place"
	case !m.Place.Everywhere():
		out.Control = "elsewhere"
	}
	for _, part := range []struct {
		rated  bool
		change **Change
		why    *string
	}{{false, &out.Volume, &out.NoVolume}, {true, &out.Rating, &out.NoRating}} {
		t := newSides(rows, m, out.Control, part.rated)
		t.series.At = int(math.Round(day.Sub(rows.From).Hours() / 24))
		c, err := t.change(o, rows.From)
		if err != nil {
			*part.why = err.Error()
			continue
		}
		*part.change = c
	}
	return out, nil
}

// firstDay is the first with a document.
func firstDay(rows *statistics.Observations) int {
	first := rows.Days
	for r := range rows.All() {
		first = min(first, r.Day)
	}
	return first
}

// sides are the series of an action and its control, and who is behind them.
type sides struct {
	rated  bool
	series intervention.Series
	people [][]int // customers of each day of the treated side
	others []int   // customers of the control's documents
	days   []int   // of others
}

// newSides sorts the observations. Those that speak of none of the themes, or
// are of neither place, are on no side.
func newSides(rows *statistics.Observations, m mark.Mark, control string, rated bool) *sides {
	n := rows.Days
	t := &sides{rated: rated, people: make([][]int, n), series: intervention.Series{
		Weekday: rows.From.Weekday(), Treated: make([]float64, n), TreatedN: make([]float64, n),
	}}
	if control != "none" {
		t.series.Control, t.series.ControlN = make([]float64, n), make([]float64, n)
	}
	in := func(p mark.Place, r statistics.Observation) bool {
		return (p.Channel == "" || rows.Channels[r.Channel] == p.Channel) && (p.Region == "" || rows.Regions[r.Region] == p.Region) &&
			(p.Product == "" || rows.Products[r.Product] == p.Product)
	}
	var themes []int
	for i, id := range rows.Themes {
		if slices.Contains(m.Themes, id) {
			themes = append(themes, i)
		}
	}
	for r := range rows.All() {
		if rated && math.IsNaN(r.Rating) || len(m.Themes) > 0 && !slices.ContainsFunc(r.Themes, func(s statistics.Said) bool { return slices.Contains(themes, s.Theme) }) {
			continue
		}
		value := 1.0
		if rated {
			value = r.Rating
		}
		switch {
		case in(m.Place, r):
			t.series.Treated[r.Day] += value
			t.series.TreatedN[r.Day]++
			t.people[r.Day] = append(t.people[r.Day], r.Customer)
		case control == "elsewhere", control == "place" && in(m.Control, r):
			t.series.Control[r.Day] += value
			t.series.ControlN[r.Day]++
			t.others, t.days = append(t.others, r.Customer), append(t.days, r.Day)
		}
	}
	if rated {
		for day := range n {
			mean(t.series.Treated, t.series.TreatedN, day)
			mean(t.series.Control, t.series.ControlN, day)
		}
	}
	return t
}

func mean(sums, counts []float64, day int) {
	if sums != nil && counts[day] > 0 {
		sums[day] /= counts[day]
	}
}

// errFewCustomers says why there is no figure.
func errFewCustomers(k int) error {
	return fmt.Errorf("it would rest on fewer than %d customers", k)
}

func (t *sides) change(o Options, from time.Time) (*Change, error) {
	at := t.series.At
	if at < 0 || at > len(t.people) {
		return nil, intervention.ErrShort
	}
	before, after := people(t.people[:at]), people(t.people[at:])
	if before < o.K || t.rated && after < o.K {
		return nil, errFewCustomers(o.K)
	}
	if t.series.Control != nil {
		sides := [2]map[int]bool{{}, {}}
		for i, who := range t.others {
			side := 0
			if t.days[i] >= at {
				side = 1
			}
			sides[side][who] = true
		}
		if len(sides[0]) < o.K || len(sides[1]) < o.K {
			return nil, errFewCustomers(o.K)
		}
	}
	analyse := intervention.Counts
	if t.rated {
		analyse = intervention.Ratings
	}
	few := after < o.K
	if few {
		documents := 0.0
		for _, v := range t.series.Treated[at:] {
			documents += v
		}
		if documents > float64(o.K) {
			return nil, errFewCustomers(o.K)
		}
		t.fill(o.K)
	}
	r, err := analyse(t.series, intervention.Options{Slope: o.Slope, Step: 7})
	if err != nil {
		return nil, err
	}
	c := &Change{Result: *r}
	for _, p := range r.Points {
		c.Weeks = append(c.Weeks, t.week(p, o.K, from))
	}
	c.Points = nil
	if few {
		c.few(at, o.K)
	}
	t.hideSecond(c.Weeks)
	return c, nil
}

// people counts the customers of some days.
func people(days [][]int) int {
	seen := map[int]bool{}
	for _, list := range days {
		for _, who := range list {
			seen[who] = true
		}
	}
	return len(seen)
}

func (t *sides) week(p intervention.Point, k int, from time.Time) Week {
	first, end := p.Day, p.Day+7
	if p.Day < t.series.At { // the first week may be short, and none goes beyond the action
		end = p.Day + (t.series.At-p.Day-1)%7 + 1
	}
	end = min(end, len(t.people))
	documents := 0
	for _, list := range t.people[first:end] {
		documents += len(list)
	}
	w := Week{day: p.Day, From: from.AddDate(0, 0, p.Day).Format(time.DateOnly), Days: p.Days, Observed: statistics.Count{N: documents}, Expected: p.Expected, Low: p.Low, High: p.High}
	if documents > 0 && people(t.people[first:end]) < k {
		w.Observed = statistics.Count{Below: k}
	} else if t.rated && documents > 0 {
		w.Mean = &p.Observed
	}
	return w
}

// hideSecond withholds one more week when just one is, for the means before and
// after would give that one away.
func (t *sides) hideSecond(weeks []Week) {
	hidden, least, k := 0, -1, 0
	for i, w := range weeks {
		if w.Observed.Withheld() {
			hidden++
			k = w.Observed.Below
		} else if w.Observed.N > 0 && (least < 0 || w.Observed.N < weeks[least].Observed.N) {
			least = i
		}
	}
	if hidden == 1 && least >= 0 {
		weeks[least].Observed, weeks[least].Mean = statistics.Count{Below: k}, nil
	}
}

// fill puts k documents in the place of what is left after the action, as evenly
// as whole documents go: nothing that is worked out then depends on how many
// there were, and all of it errs towards no effect.
func (t *sides) fill(k int) {
	after := t.series.Treated[t.series.At:]
	clear(after)
	for i := range k {
		after[(2*i+1)*len(after)/(2*k)]++
	}
}

// few leaves of an effect its bound, and of the weeks after it nothing.
func (c *Change) few(at, k int) {
	c.Few = true
	c.After, c.Difference, c.Slope = 0, 0, nil
	c.Effect.Value, c.Effect.Low = -1, -1
	for i := range c.Weeks {
		if c.Weeks[i].day >= at {
			c.Weeks[i].Observed, c.Weeks[i].Mean = statistics.Count{Below: k}, nil
		}
	}
}
