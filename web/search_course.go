package web

import (
	"time"

	"qingting/search"
	"qingting/web/chart"
)

// The longest course that is drawn, by step.
var longest = map[string]int{search.FacetDay: 92, search.FacetWeek: 104, search.FacetMonth: 60}

// courseOf draws the last days, weeks or months of a result, those without feedback
// too.
func courseOf(f search.Facet, l language) *chart.Drawing {
	counts := make(map[string]chart.Value)
	var first, last time.Time
	for _, c := range f.Cells {
		day, err := time.Parse(stepOf(f.Name).layout, c.Value)
		if err != nil {
			continue // beyond the year 9999
		}
		if first.IsZero() {
			first = day
		}
		last = day
		v := chart.Value{N: float64(c.Count), Text: thousands(c.Count), Hidden: c.Suppressed}
		if c.Suppressed { // it may be a large one: see search.Cell
			v.Text = withheld.in(l)
		}
		counts[c.Value] = v
	}
	step := stepOf(f.Name)
	if earliest := step.add(last, 1-longest[f.Name]); first.Before(earliest) {
		first = earliest
	}
	config := chart.StackedConfig{Title: step.title.in(l), LabelHead: step.head.in(l), Series: []chart.Series{{Name: say{"条数", "Count"}.in(l)}}}
	for day := first; len(counts) > 0 && !day.After(last); day = step.add(day, 1) {
		name := day.Format(step.layout)
		v, ok := counts[name]
		if !ok {
			v.Text = "0"
		}
		config.Labels, config.Series[0].Values = append(config.Labels, name), append(config.Series[0].Values, v)
	}
	if len(config.Labels) < 2 {
		return nil
	}
	d := chart.Stacked(config)
	if d != nil { // it stands in a column as narrow as a phone
		table := d.Table
		d = d.Narrow
		d.Table = table
	}
	return d
}

// step is what a course goes by.
type step struct {
	title, head say
	layout      string
	add         func(t time.Time, n int) time.Time
}

func stepOf(facet string) step {
	switch facet {
	case search.FacetWeek:
		return step{say{"每周反馈", "Feedback a week"}, say{"周（自周一）", "Week from Monday"}, time.DateOnly, func(t time.Time, n int) time.Time { return t.AddDate(0, 0, 7*n) }}
	case search.FacetMonth:
		return step{say{"每月反馈", "Feedback a month"}, say{"月", "Month"}, "2006-01", func(t time.Time, n int) time.Time { return t.AddDate(0, n, 0) }}
	}
	return step{say{dailyTitle(1, chinese), dailyTitle(1, english)}, say{"日期", "Day"}, time.DateOnly, func(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }}
}
