package web

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// comparePage sets two periods, or two segments, side by side.
type comparePage struct {
	scope
	Form     form
	A, B     compareSide
	Rows     []compareRow // that differ surely, the surest first
	Others   []compareRow // that may differ by chance alone
	Few      []link       // that nothing can be said of
	Figure   *figure
	None     bool // one of them has no feedback
	Segments bool // else periods
	K        int
	Days     [2]picker // two days to compare with
}

// compareSide is one of both.
type compareSide struct {
	Name   string
	Period string
	Report statistics.Report
	Tones  *tones
	Link   string
	Rated  string // mean rating, or empty
}

// compareRow is one label in both.
type compareRow struct {
	statistics.ComparisonLine
	Kind, Name, Link string
	Ratio            string // "+25%"
	Interval         string
	Sure, More       bool // it differs surely; it is more in the first
}

const (
	compareDays  = 30
	compareDrawn = 12
)

// compareOf reads what is compared.
func (s *server) compareOf(r *http.Request, lang language) (scope, statistics.Query, statistics.Query, error) {
	sc, err := scopeOf(r, lang, compareDays)
	if err != nil {
		return scope{}, statistics.Query{}, statistics.Query{}, err
	}
	sc = sc.places()
	against, err := s.against(sc)
	if err != nil {
		return scope{}, statistics.Query{}, statistics.Query{}, err
	}
	return sc, reportQuery(sc), *against, nil
}

func (s *server) compare(r *http.Request, lang language) (answer, error) {
	sc, a, b, err := s.compareOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page := comparePage{scope: sc, Form: s.formOf(sc, false), K: withheldCustomers}
	page.Form.InUse = true
	for i, name := range []string{"compare_since", "compare_until"} {
		page.Days[i] = picker{Field: name, Title: [2]say{{"与这些日子相比，自", "Compared with the days from"}, {"至", "to"}}[i].in(lang), Day: true}
	}
	if from, to, ok := strings.Cut(sc.Compare, ".."); ok {
		page.Days[0].Value, page.Days[1].Value = from, to
	}
	field, _ := sc.segment()
	page.Segments = field != ""
	both := s.cfg.Statistics.Compare(a, b)
	page.A, page.B = s.sideOf(sc, a, both.A, page.Segments), s.sideOf(sc, b, both.B, page.Segments)
	nothing := func(c statistics.Count) bool { return c.N == 0 && !c.Withheld() }
	if page.None = nothing(both.A.Documents) || nothing(both.B.Documents); page.None {
		return answer{"compare", page, http.StatusOK}, nil
	}
	var all []compareRow
	for _, l := range both.Lines {
		row := s.compareRow(sc, l)
		all = append(all, row)
		switch {
		case row.Sure:
			page.Rows = append(page.Rows, row)
		case l.Difference == nil:
			page.Few = append(page.Few, link{row.Name, row.Link})
		default:
			page.Others = append(page.Others, row)
		}
	}
	page.Figure = figureOf(sc, compareChart(sc, all), "/charts/compare/differences")
	return answer{"compare", page, http.StatusOK}, nil
}

// sideOf is one side's figures.
func (s *server) sideOf(sc scope, q statistics.Query, side statistics.Side, segments bool) compareSide {
	q.TopN, q.Quotes = -1, -1
	rep := s.report(q)
	out := compareSide{Report: rep, Period: side.Period.From.Format(time.DateOnly)}
	if last := side.Period.To.AddDate(0, 0, -1).Format(time.DateOnly); last != out.Period {
		out.Period += say{" 至 ", " to "}.in(sc.Lang) + last
	}
	var names []string
	here := scope{Lang: sc.Lang, Since: side.Period.From.Format(time.DateOnly), Until: side.Period.To.AddDate(0, 0, -1).Format(time.DateOnly)}
	for i, value := range []string{side.Channel, side.Region, side.Product} {
		if value != "" {
			names = append(names, clip(s.valueName(sc.Lang, placeFields[i], value)))
			here = here.with(placeFields[i], value)
		}
	}
	out.Link = here.OverviewURL()
	out.Name = strings.Join(names, " · ")
	switch {
	case segments && out.Name == "":
		out.Name = say{"全部反馈", "All feedback"}.in(sc.Lang)
	case !segments:
		out.Name, out.Period = out.Period, out.Name
	}
	if rep.MeanRating != nil {
		out.Rated = decimal2(*rep.MeanRating)
	}
	if t := rep.Sentiment; t != nil {
		out.Tones = &tones{100 * t.Negative, 100 * t.Neutral, 100 * t.Positive, 100 * (1 - t.Positive)}
	}
	return out
}

// compareRow says how a label differs.
func (s *server) compareRow(sc scope, l statistics.ComparisonLine) compareRow {
	row := compareRow{ComparisonLine: l, Kind: fieldName(l.Kind).in(sc.Lang), Name: say{l.ZH, l.EN}.in(sc.Lang), Link: themeLink(sc, l.ID)}
	if row.Name == "" {
		row.Name = l.ID
	}
	d := l.Difference
	switch {
	case d == nil:
		row.Ratio = unknown
	case d.Ratio == nil:
		row.Ratio, row.Interval = say{"新", "new"}.in(sc.Lang), say{"后者没有", "none in the second"}.in(sc.Lang)
	default:
		row.Ratio = signedText(100*(*d.Ratio-1), 0) + "%"
		row.Interval = signedText(100*(d.Low-1), 0) + "%"
		if d.High != nil {
			row.Interval += say{" 至 ", " to "}.in(sc.Lang) + signedText(100*(*d.High-1), 0) + "%"
		} else {
			row.Interval = say{"至少 ", "at least "}.in(sc.Lang) + row.Interval
		}
	}
	if d != nil {
		row.Sure, row.More = d.Significant, d.Ratio == nil || *d.Ratio > 1
	}
	return row
}

// compareChart draws the differences that are surest, to both sides of none: in
// doublings, so that half and double are as far.
func compareChart(sc scope, rows []compareRow) *chart.Drawing {
	c := chart.BarsConfig{
		Title:    say{"差别最确定的", "The surest differences"}.in(sc.Lang),
		Summary:  say{"向右：前者更多；向左：前者更少。横线是 95% 区间，橙色为显著。", "To the right: more in the first. To the left: less. Lines are 95% intervals; orange is sure."}.in(sc.Lang),
		NameHead: say{"名称", "Name"}.in(sc.Lang), Head: say{"前者比后者（95% 区间）", "First against second (95% interval)"}.in(sc.Lang),
	}
	var intervals []string
	const most = 3 // doublings that are drawn
	clamp := func(x float64) float64 { return max(-most, min(most, x)) }
	for _, row := range rows {
		d := row.Difference
		if d == nil || d.Ratio == nil || *d.Ratio <= 0 || len(c.Bars) == compareDrawn {
			continue
		}
		high := float64(most)
		if d.High != nil && *d.High > 0 {
			high = clamp(math.Log2(*d.High))
		}
		low := float64(-most)
		if d.Low > 0 {
			low = clamp(math.Log2(d.Low))
		}
		intervals = append(intervals, say{"（", " ("}.in(sc.Lang)+row.Interval+say{"）", ")"}.in(sc.Lang))
		c.Bars = append(c.Bars, chart.Bar{
			Name: row.Name, Link: row.Link, Strong: row.Sure, Low: low, Top: high,
			Value: chart.Value{N: clamp(math.Log2(*d.Ratio)), Text: row.Ratio},
		})
	}
	d := chart.Bars(c)
	if d != nil {
		for i := range d.Table.Rows {
			d.Table.Rows[i][1] += intervals[i]
		}
	}
	return d
}

// compareFigures are the charts of a comparison, as files.
func (s *server) compareFigures(_ context.Context, r *http.Request, lang language) (figures, error) {
	sc, a, b, err := s.compareOf(r, lang)
	if err != nil {
		return nil, err
	}
	var rows []compareRow
	for _, l := range s.cfg.Statistics.Compare(a, b).Lines {
		rows = append(rows, s.compareRow(sc, l))
	}
	out := figures{}
	if d := compareChart(sc, rows); d != nil {
		out["differences"] = d
	}
	return out, nil
}

// sideView is what the template of a side takes.
type sideView struct {
	Lang language
	Side compareSide
}

// compareTable is rows as their template takes them.
type compareTable struct {
	Lang language
	Rows []compareRow
	Sure bool // each says which way it differs
}

// Table readies rows for their template.
func (p comparePage) Table(rows []compareRow, sure bool) compareTable {
	return compareTable{p.Lang, rows, sure}
}

// Side readies a side for its template.
func (p comparePage) Side(side compareSide) sideView { return sideView{p.Lang, side} }

// Carried are the fields that the form of two days carries along.
func (p comparePage) Carried() (list []filter) {
	if p.Since == "" {
		list = append(list, filter{"days", strconv.Itoa(p.scope.Days)})
	} else {
		list = append(list, filter{"since", p.Since})
	}
	if p.Until != "" {
		list = append(list, filter{"until", p.Until})
	}
	return append(list, p.Filters...)
}
