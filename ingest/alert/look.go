package alert

import (
	"cmp"
	"math"
	"slices"
	"time"

	"qingting/textmining/statistics"
)

// The periods looked at, in days: longer than the longest burst and the days it
// is told after, and long enough for a slow drift to add up.
const (
	burstPeriod = 35
	driftPeriod = 91
)

// daysOfYear is by how much the rate of false alarms of a year is more than that
// of a day.
const daysOfYear = 365.25

// unfinished is how many times less likely a burst must be that stands on the
// day alone which is not over: it is looked at again and again, and each time
// chance has its chance.
const unfinished = 8

// watched are the kinds of label that are looked at; dimensions are sums of
// themes. In the order of a report's lists.
var watched = [...]statistics.Kind{statistics.Theme, statistics.PainPoint, statistics.Risk}

// subject is a label that is looked at.
type subject struct {
	kind statistics.Kind
	id   string
}

// eye looks for what there is to tell.
type eye struct {
	store *statistics.Store
	cfg   Config
}

// bursts are the bursts of the last weeks, of labels that came up in the days an
// alarm may begin, and of others that are named.
func (e *eye) bursts(now time.Time, others []subject) []Alert {
	today := DayOf(now.In(e.store.Location()))
	query := e.query(today+1-Day(e.cfg.Days), today+1)
	report := e.store.Report(query)
	var out []Alert
	for _, s := range e.chosen(report, others) {
		course, err := e.store.Series(s.kind, s.id, e.query(today+1-burstPeriod, today+1))
		if err != nil { // gone meanwhile
			continue
		}
		for _, b := range course.Bursts {
			if a, ok := e.burst(&course, b, today); ok {
				a.Taxonomy = report.Taxonomy
				out = append(out, a)
			}
		}
	}
	return out
}

// burst is a burst as it may be told; false when it is not to be.
func (e *eye) burst(c *statistics.Course, b statistics.Episode, today Day) (Alert, bool) {
	a := e.alert(c, Burst)
	a.Since, a.Day = e.day(b.From), e.day(b.To)
	limit := e.cfg.FalseAlarms / daysOfYear
	if a.Since >= today {
		limit /= unfinished
	}
	if b.P > limit || !b.Observed.Withheld() && b.Observed.N < e.cfg.Least || b.Observed.Withheld() && e.cfg.Least > b.Observed.Below {
		return Alert{}, false
	}
	a.Observed, a.Expected, a.P = &b.Observed, &b.Expected, &b.P
	a.Shift, a.Causes = b.Shift, b.Causes
	a.Severity = severityOf(b, e.cfg.K)
	if !b.Observed.Withheld() && b.Expected > 0 {
		factor := math.Round(10*float64(b.Observed.N)/b.Expected) / 10
		a.Factor = &factor
	}
	a.Provisional = a.Day >= today || a.Day > e.day(c.To)-1-Day(c.Provisional)
	return a, true
}

// severityOf is the class of a burst: high when there are at least twice as many
// as expected and 4 k more, severe at four times and 10 k more. What is withheld
// tells of no class.
func severityOf(b statistics.Episode, k int) Severity {
	if b.Observed.Withheld() {
		return Notice
	}
	n := float64(b.Observed.N)
	more := n - b.Expected
	switch {
	case n >= 4*b.Expected && more >= 10*float64(k):
		return Severe
	case n >= 2*b.Expected && more >= 4*float64(k):
		return High
	}
	return Notice
}

// drifts are the drifts of the days that are over. One that a burst explains is
// none.
func (e *eye) drifts(now time.Time, others []subject, bursts []Alert) []Alert {
	today := DayOf(now.In(e.store.Location()))
	report := e.store.Report(e.query(today-driftPeriod, today))
	var out []Alert
	for _, s := range e.chosen(report, others) {
		course, err := e.store.Series(s.kind, s.id, e.query(today-driftPeriod, today))
		if err != nil { // gone meanwhile
			continue
		}
		about := slices.DeleteFunc(slices.Clone(bursts), func(b Alert) bool { return b.Theme != s.id || b.ThemeKind != s.kind.String() })
		for _, b := range course.Bursts {
			about = append(about, Alert{Since: e.day(b.From), Day: e.day(b.To)})
		}
		for _, d := range joined(course.Drifts) {
			a := e.alert(&course, Drift)
			a.Since, a.Day, a.Direction = e.day(d.Since), e.day(d.Sure), "down"
			if d.Up {
				a.Direction = "up"
			}
			if slices.ContainsFunc(about, func(b Alert) bool { return b.Since <= a.Day && a.Since <= b.Day }) {
				continue
			}
			a.Severity, a.Taxonomy = Notice, report.Taxonomy
			if a.Observed, a.Expected = d.Observed, d.Expected; d.Observed != nil && !d.Observed.Withheld() && *d.Expected > 0 {
				factor := math.Round(10*float64(d.Observed.N) / *d.Expected) / 10
				a.Factor = &factor
			}
			a.Provisional = a.Day > e.day(course.To)-1-Day(course.Provisional)
			out = append(out, a)
		}
	}
	return out
}

// joined makes one of the alarms of a drift that goes on.
func joined(drifts []statistics.Drift) (out []statistics.Drift) {
	for _, d := range drifts {
		at := slices.IndexFunc(out, func(o statistics.Drift) bool {
			return o.Up == d.Up && d.Since.Sub(o.Sure) < quiet*24*time.Hour
		})
		if at < 0 {
			out = append(out, d)
			continue
		}
		was := out[at].Sure
		out[at].Sure = d.Sure
		if o := &out[at]; o.Observed != nil && d.Observed != nil && !o.Observed.Withheld() && !d.Observed.Withheld() && d.Since.After(was) {
			n, expected := statistics.Count{N: o.Observed.N + d.Observed.N}, *o.Expected+*d.Expected
			o.Observed, o.Expected = &n, &expected
		} else {
			o.Observed, o.Expected = nil, nil // days that both count, or that neither may
		}
	}
	return out
}

// chosen are the labels to look at, each once, in order: those that came up
// often enough in a report's period, and others.
func (e *eye) chosen(r statistics.Report, others []subject) []subject {
	found := slices.Clone(others)
	for i, lines := range [...][]statistics.Line{r.Themes, r.PainPoints, r.Risks} {
		for _, l := range lines {
			if !l.Documents.Withheld() && l.Documents.N >= e.cfg.Least {
				found = append(found, subject{watched[i], l.ID})
			}
		}
	}
	found = slices.DeleteFunc(found, func(s subject) bool {
		return len(e.cfg.Themes) > 0 && !slices.Contains(e.cfg.Themes, s.id)
	})
	slices.SortFunc(found, func(a, b subject) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) })
	return slices.Compact(found)
}

// query covers the days [from, to), day by day.
func (e *eye) query(from, to Day) statistics.Query {
	l := e.store.Location()
	return statistics.Query{From: from.In(l), To: to.In(l), Step: 1, K: e.cfg.K, TopN: -1, Quotes: -1, FalseAlarms: e.cfg.FalseAlarms}
}

func (e *eye) day(t time.Time) Day { return DayOf(t.In(e.store.Location())) }

// alert is what is common to all.
func (e *eye) alert(c *statistics.Course, kind Kind) Alert {
	return Alert{
		Schema: Schema, Kind: kind, Theme: c.ID, ThemeKind: c.Kind, ZH: c.ZH, EN: c.EN,
		K: e.cfg.K, FalseAlarms: e.cfg.FalseAlarms,
	}
}
