package statistics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"qingting/textmining/trend"
)

// Span is some days.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"` // exclusive
}

func (s *Store) span(sc *scope) Span { return Span{s.dateOf(sc.from), s.dateOf(sc.to)} }

// Course is how one label went and is likely to go on.
type Course struct {
	ID   string `json:"id"` // "" is all feedback
	Kind string `json:"kind,omitempty"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
	Span
	K           int     `json:"k"`
	StepDays    int     `json:"step_days"`
	Documents   Count   `json:"documents"`
	Distinct    Count   `json:"distinct"` // as of a Report, and with Repeats and Copies all of Documents
	Repeats     Count   `json:"repeats"`
	Copies      Count   `json:"copies"`
	Series      []Count `json:"series,omitempty"`
	Provisional int     `json:"provisional_days,omitempty"` // see Report
	// Nowcast is how many times the last day's pieces are likely to become, once
	// all of them have been received; nil when its feedback is not late.
	Nowcast  *float64     `json:"nowcast_factor,omitempty"`
	Bursts   []Episode    `json:"bursts"`
	Drifts   []Drift      `json:"drifts"`
	Forecast []Prediction `json:"forecast"` // of the days after To, or after the last that is over
}

// Episode is a burst: days on which a label came up far more often than let expect.
type Episode struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // the last of its days
	Peak     time.Time `json:"peak"`
	Observed Count     `json:"observed"`
	Expected float64   `json:"expected"`
	Size     *float64  `json:"size,omitempty"` // pieces above what was expected; nil when Observed is withheld
	P        float64   `json:"p_value"`
	Shift    bool      `json:"shift,omitempty"` // the level has stayed up
	Causes   []Cause   `json:"causes,omitempty"`
}

// Cause is a value of a column that a burst has more of than the weeks before.
type Cause struct {
	Column    string  `json:"column"`
	Value     string  `json:"value"`
	Documents Count   `json:"documents"` // of the burst
	Lift      float64 `json:"lift"`      // its share of the burst against its share before
	AtLeast   bool    `json:"at_least"`  // Lift is a lower bound: it hardly came up before
	Explains  float64 `json:"explains"`  // share of the excess
	P         float64 `json:"p_value"`
}

// Drift is a slow change of level. Of its days it says how many pieces there
// were and how many the level before let expect, if they are of K customers and
// no point of the series that it touches is withheld.
type Drift struct {
	Since    time.Time `json:"since"`
	Sure     time.Time `json:"sure"`
	Up       bool      `json:"up"`
	Observed *Count    `json:"observed,omitempty"`
	Expected *float64  `json:"expected,omitempty"`
}

// Prediction is what a day to come lets expect.
type Prediction struct {
	Day    time.Time `json:"day"`
	Mean   float64   `json:"mean"`
	Low80  int       `json:"low80"`
	High80 int       `json:"high80"`
	Low95  int       `json:"low95"`
	High95 int       `json:"high95"`
}

// Days of a Course's forecast.
const foretold = 14

// mostHistory is how many days before a period say how it was before.
const mostHistory = 400

// Series is the course of the label of that kind and id, or of all feedback
// when id is empty, with its bursts at Query.FalseAlarms a year, its drifts at one
// a year, and the two weeks to come.
//
// Bursts, drifts and the forecast come of all days, those too that are withheld
// for themselves: they are of many days, to one decimal. A burst begins and ends
// on days of K customers, and is of K customers against what else there is of
// the point of the series about it.
func (s *Store) Series(kind Kind, id string, q Query) (Course, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var l *label
	if id != "" {
		if l = s.labels[kind][id]; l == nil {
			return Course{}, fmt.Errorf("no feedback carries the %s %q", kind, id)
		}
	}
	sc := s.resolve(q)
	sc.reach(mostHistory)
	sc.first, sc.end = s.bounds(sc.low, sc.to)
	delay, today := s.delays(sc)
	sc.complete, sc.provisional = complete(delay, today, sc.low, sc.to)
	total := s.newCounter(sc, nil)
	sc.total = total.t
	counters := []*counter{total}
	t := total.t
	if l != nil {
		c := s.newCounter(sc, l)
		counters, t = append(counters, c), c.t
	}
	s.run(sc, counters)
	c := Course{
		ID: id, Span: s.span(sc), K: sc.q.K, StepDays: sc.step, Documents: t.now.count(sc.q.K), Series: seriesOf(t, sc.q.K),
		Provisional: min(sc.provisional, sc.to-sc.from), Bursts: []Episode{}, Drifts: []Drift{}, Forecast: []Prediction{},
	}
	c.Distinct, c.Repeats, c.Copies = t.voices.counts(c.Documents, sc.q.K)
	if l != nil {
		c.Kind, c.ZH, c.EN = kind.String(), s.Name(id, "zh"), s.Name(id, "en")
	} else {
		c.ZH, c.EN = "全部反馈", "all feedback"
	}
	if n := len(sc.complete); n > 0 && c.Provisional > 0 {
		c.Nowcast = rounded(1/sc.complete[n-1], 2)
	}
	if c.Documents.Withheld() || c.Documents.N == 0 {
		return c, nil
	}
	s.course(sc, &c, l, t, today)
	return c, nil
}

// reach lets a scope read so many days before its period.
func (sc *scope) reach(days int) {
	sc.low = max(0, min(sc.low, sc.from-days))
}

// course finds bursts, drifts and what is to come.
func (s *Store) course(sc *scope, c *Course, l *label, t *tally, today int) {
	first := sc.firstDay()
	exposure := sc.total.daily
	if l == nil {
		exposure = nil
	}
	series := sc.series(t.daily, exposure, first, sc.to)
	from := max(sc.from, first) - first
	_, bursts, err := trend.Detector{Gap: baselineGap, FalseAlarms: sc.q.FalseAlarms}.Scan(series, max(0, from-14))
	if err != nil {
		return
	}
	for _, b := range bursts {
		if b.End >= from {
			if e, shown := s.episode(sc, c, l, t, first, b); shown {
				c.Bursts = append(c.Bursts, e)
			}
		}
	}
	over := sc.to // the last day that is over
	if today > 0 {
		over = min(over, today)
	}
	plain := sc.series(t.daily, nil, first, max(first, over))
	if drifts, err := (trend.Watch{}).Scan(plain, from); err == nil {
		for _, d := range drifts {
			c.Drifts = append(c.Drifts, s.drift(sc, c, l, first, d))
		}
	}
	next, err := trend.Forecast(plain, foretold)
	if err != nil { // too few days: nothing is foretold
		return
	}
	for i, p := range next {
		c.Forecast = append(c.Forecast, Prediction{Day: s.dateOf(over + i), Mean: *rounded(p.Mean, 1), Low80: p.Low80, High80: p.High80, Low95: p.Low95, High95: p.High95})
	}
}

// drift is a drift as it may be shown. What lies before the period asked for is
// not counted.
func (s *Store) drift(sc *scope, c *Course, l *label, first int, d trend.Drift) Drift {
	out := Drift{Since: s.dateOf(first + d.Start), Sure: s.dateOf(first + d.Alarm), Up: d.Up}
	start, end := first+d.Start, first+d.Alarm
	if start < sc.from {
		return out
	}
	in, shown := s.stretch(sc, c, l, start, end)
	if shown {
		n := in.count(sc.q.K)
		out.Observed, out.Expected = &n, rounded(d.Expected, 1)
	}
	return out
}

// stretch counts days of a course, and says whether they can be told: they and
// the rest of the points that they touch are of K customers, or of nobody.
func (s *Store) stretch(sc *scope, c *Course, l *label, start, end int) (in cell, shown bool) {
	var rest cell
	from, to := sc.offset(sc.from+(start-sc.from)/sc.step*sc.step), sc.offset(min(sc.to, sc.from+((end-sc.from)/sc.step+1)*sc.step))
	s.each(sc, l, func(r *row, _, d int) {
		switch {
		case d >= sc.offset(start) && d <= sc.offset(end):
			in.add(r.customer, sc.q.K)
		case d >= from && d < to:
			rest.add(r.customer, sc.q.K)
		}
	})
	shown = !in.exposes(sc.q.K) && in.documents > 0 && !rest.exposes(sc.q.K)
	for i := (start - sc.from) / sc.step; i <= (end-sc.from)/sc.step && i < len(c.Series); i++ {
		shown = shown && !c.Series[i].Withheld()
	}
	return in, shown
}

// episode is a burst as it may be shown, with what explains it.
func (s *Store) episode(sc *scope, c *Course, l *label, t *tally, first int, b trend.Burst) (Episode, bool) {
	start, end := max(first+b.Start, sc.from), first+b.End
	e := Episode{
		From: s.dateOf(start), To: s.dateOf(end), Peak: s.dateOf(max(start, first+b.Peak)),
		Expected: *rounded(b.Expected, 1), P: *rounded(b.P, 9), Shift: b.Shift,
	}
	in, shown := s.stretch(sc, c, l, start, end)
	if in.exposes(sc.q.K) || in.documents == 0 {
		return Episode{}, false
	}
	e.Observed = in.count(sc.q.K)
	if !shown {
		e.Observed, e.Expected = Count{Below: sc.q.K}, *rounded(b.Expected, 0)
		return e, true
	}
	e.Size = rounded(float64(in.documents)-b.Expected, 1)
	e.Causes = s.causes(sc, l, start, end, b.Expected)
	return e, true
}

// causes are the values of channel, region and product that a burst has more of
// than the eight weeks before it. A value is named when it and the rest of the
// burst come from K customers each.
func (s *Store) causes(sc *scope, l *label, start, end int, expected float64) []Cause {
	var out []Cause
	k := sc.q.K
	for _, column := range []Column{Channel, Region, Product} {
		burst, before := newPlaces(s.dictionary(column)), newPlaces(s.dictionary(column))
		pieces, baseline := 0, 0
		s.each(sc, l, func(r *row, number, d int) {
			value, person := s.value(r, number, column), r.customer
			day := sc.low + d - 1
			switch {
			case day >= start && day <= end:
				burst.add(value, person, k)
				pieces++
			case day < start-baselineGap && day >= start-baselineGap-56:
				before.add(value, person, k)
				baseline++
			}
		})
		if baseline == 0 {
			continue
		}
		var parts []trend.Part
		few := map[string]bool{}
		d := s.dictionary(column)
		for _, value := range burst.used {
			if value == 0 || int(value) >= len(d.values) {
				continue
			}
			was := before.at(value)
			part := trend.Part{Name: d.values[value], Burst: burst.at(value).documents, Baseline: was.documents}
			if len(was.people) < k { // a bound that says nothing of them
				if was.documents > k {
					continue
				}
				part.Baseline, few[part.Name] = k, true
			}
			parts = append(parts, part)
		}
		for _, cause := range trend.Causes(parts, pieces, baseline, expected, falseDiscovery) {
			number, _ := d.find(cause.Name)
			in := burst.at(number)
			var rest []uint32
			for _, value := range burst.used {
				if value != number {
					rest = append(rest, burst.at(value).people...)
				}
			}
			if cause.P > falseDiscovery || in.exposes(k) || len(rest) > 0 && distinct(rest) < k || cause.Low <= 1.2 {
				continue
			}
			out = append(out, Cause{
				Column: column.String(), Value: cause.Name, Documents: in.count(k), Lift: *rounded(cause.Lift, 1),
				AtLeast: few[cause.Name], Explains: *rounded(cause.Explains, 2), P: *rounded(cause.P, 6),
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(b.Explains*math.Log(b.Lift), a.Explains*math.Log(a.Lift)) })
	return out[:min(len(out), 5)]
}
