package alert

import (
	"cmp"
	"slices"
	"strings"

	"qingting/textmining/statistics"
)

// series is what one thing is told of: at most one alert of it is open.
type series struct {
	themeKind, theme string
	kind             Kind
	direction        string
}

func (a *Alert) series() series { return series{a.ThemeKind, a.Theme, a.Kind, a.Direction} }

// identify names a new alert by what it is of and its first day.
func (a *Alert) identify() string {
	parts := []string{a.ThemeKind, a.Theme, string(a.Kind), a.Since.String()}
	if a.Direction != "" {
		parts = slices.Insert(parts, 3, a.Direction)
	}
	return strings.Join(parts, "/")
}

// quiet is after how many days without an alarm a drift is over. The sum that
// finds it begins anew at each alarm and needs about so long to fill again.
const quiet = 28

// decide says what is to be told on a day, given what is seen and what was told:
// the last message of each alert. recent is how many days back an alarm may
// begin.
func decide(told map[string]Alert, seen []Alert, today Day, recent, k int) (tell []Alert) {
	bySeries := map[series][]Alert{}
	for _, a := range told {
		if a.Kind == NewCluster {
			continue // told once
		}
		bySeries[a.series()] = append(bySeries[a.series()], a)
	}
	for _, list := range bySeries { // the newest first, whatever the order of the map
		slices.SortFunc(list, func(a, b Alert) int { return cmp.Or(cmp.Compare(b.Since, a.Since), cmp.Compare(a.ID, b.ID)) })
	}
	over := func(a *Alert) bool {
		if a.Kind == Drift {
			return today-a.Day >= quiet
		}
		return int(today-a.Day) >= recent
	}
	met := map[string]bool{}
	for _, s := range seen {
		at := slices.IndexFunc(bySeries[s.series()], func(a Alert) bool { return same(&a, &s) && !met[a.ID] })
		if at < 0 {
			if int(today-s.Day) < recent && !slices.ContainsFunc(bySeries[s.series()], func(a Alert) bool { return same(&a, &s) }) {
				s.ID, s.State = s.identify(), Open
				tell = append(tell, s)
			}
			continue
		}
		before := bySeries[s.series()][at]
		met[before.ID] = true
		s.ID, s.Since = before.ID, min(s.Since, before.Since)
		s.Day = max(s.Day, before.Day)
		s.steady(&before, k)
		switch {
		case int(today-s.Day) < recent && s.Severity.rank() > before.Severity.rank():
			s.State = Grown
			tell = append(tell, s)
		case before.State != Closed && over(&s):
			s.State, s.Severity = Closed, worse(s.Severity, before.Severity)
			tell = append(tell, s)
		}
	}
	for _, list := range bySeries {
		for _, a := range list {
			if a.State != Closed && !met[a.ID] && over(&a) {
				a.State = Closed
				tell = append(tell, a)
			}
		}
	}
	slices.SortFunc(tell, func(a, b Alert) int { return cmp.Compare(a.ID, b.ID) })
	return tell
}

// same reports that what is seen is what was told: a burst by a day in common, a
// drift by one within the time after which it would be over.
func same(told, seen *Alert) bool {
	slack := Day(0)
	if told.Kind == Drift {
		slack = quiet
	}
	return told.Since <= seen.Day && seen.Since <= told.Day+slack
}

func worse(a, b Severity) Severity {
	if a.rank() > b.rank() {
		return a
	}
	return b
}

// steady keeps figures as they were told where they differ by fewer than k
// pieces: the difference between two messages is a figure, too.
func (a *Alert) steady(before *Alert, k int) {
	if near(a.Observed, before.Observed, k) {
		a.Observed, a.Expected, a.Factor = before.Observed, before.Expected, before.Factor
	}
	for i, c := range a.Causes {
		for _, b := range before.Causes {
			if c.Column == b.Column && c.Value == b.Value && near(&c.Documents, &b.Documents, k) {
				a.Causes[i] = b
			}
		}
	}
}

// near reports two counts that are shown and differ, by fewer than k.
func near(a, b *statistics.Count, k int) bool {
	if a == nil || b == nil || a.Withheld() || b.Withheld() {
		return false
	}
	return a.N != b.N && a.N-b.N < k && b.N-a.N < k
}
