package web

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"qingting/internal/access"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// overviewPage is an analyst's morning page.
type overviewPage struct {
	scope
	Form       form
	Places     []string // what it is narrowed to, by name
	Report     statistics.Report
	Trend      *figure // nil when there is nothing to draw
	Year       *figure
	Tones      *tones
	News       []newsItem
	Alerts     string // URL of what was warned of, or empty
	Efforts    []action
	Try        string // where the first action is noted down, or empty
	PainPoints lineTable
	Themes     lineTable
	Risks      lineTable
	Signals    []lineRow // the risks that stand with the figures
	Dimensions []lineRow
	Repeats    repeats
	Matrix     *figure
	Quadrants  []quadrant
	Heat       *figure
	Waiting    bool // something is being worked out yet
	Empty      bool // there is no feedback at all
	None       bool // there is none in this scope
}

// CompareURL is the page that sets this scope beside another.
func (p overviewPage) CompareURL() string { return p.url("/compare") }

// ActionsURL is the page of what was done.
func (p overviewPage) ActionsURL() string { return p.url("/actions") }

// Here is this page, in its scope.
func (p overviewPage) Here() string { return p.OverviewURL() }

// lineTable is a table of labels.
type lineTable struct {
	Lang  language
	Title string
	Rows  []lineRow
	Drawn bool // some row has a sparkline
	Costs bool // some row says what it takes from the rating
}

func newTable(sc scope, rep statistics.Report, field string, lines []statistics.Line) lineTable {
	t := lineTable{Lang: sc.Lang, Title: fieldName(field).in(sc.Lang), Rows: rows(sc, rep, field, lines)}
	t.Drawn = slices.ContainsFunc(t.Rows, func(r lineRow) bool { return r.Spark != nil })
	return t
}

// Span is how many columns there are behind the rank.
func (t lineTable) Span() int {
	n := 5
	if t.Costs {
		n++
	}
	if t.Drawn {
		n++
	}
	return n
}

// With is a row as the template of a change takes it.
func (t lineTable) With(row lineRow) changeCell { return changeCell{t.Lang, row} }

// changeCell is the cell of a table that compares with the period before.
type changeCell struct {
	Lang language
	Row  lineRow
}

// lineRow is one label: its figures, its name, and where to read more.
type lineRow struct {
	statistics.Line
	Name   string
	Link   string  // empty when there is none
	Bar    float64 // share against the largest of the table, 0 to 100
	New    bool    // it did not come up in the period before
	Spark  *chart.Spark
	Surge  string // a burst of the period, in words
	Quotes []quote
	Cost   *cost  // nil when it is not known
	Moved  string // of a dimension: how its score differs from the period before
}

// quote is a redacted text, and the search that finds its document.
type quote struct {
	statistics.Quote
	Link string
}

// tones are the shares of sentiment, out of 100, and where each begins.
type tones struct {
	Negative, Neutral, Positive float64
	PositiveAt                  float64
}

// labelsShown is how many themes and risks a table holds.
const labelsShown = 12

func (s *server) overview(r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, defaultDays)
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := overviewPage{scope: sc, Empty: s.cfg.Statistics.Len() == 0}
	if page.Empty {
		return answer{"overview", page, http.StatusOK}, nil
	}
	page.Form = s.formOf(sc, false)
	for _, f := range sc.Filters {
		page.Places = append(page.Places, s.valueName(lang, f.Field, f.Value))
	}
	rep := s.report(reportQuery(sc))
	page.Report, page.None = rep, rep.Documents.N == 0 && !rep.Documents.Withheld()
	if page.None {
		return answer{"overview", page, http.StatusOK}, nil
	}
	if t := rep.Sentiment; t != nil {
		page.Tones = &tones{100 * t.Negative, 100 * t.Neutral, 100 * t.Positive, 100 * (1 - t.Positive)}
	}
	page.PainPoints = newTable(sc, rep, "painpoint", rep.PainPoints)
	page.Themes = newTable(sc, rep, "theme", rep.Themes)
	page.Risks = newTable(sc, rep, "risk", rep.Risks)
	page.Dimensions = rows(sc, rep, "dimension", rep.Dimensions)
	for _, row := range page.Risks.Rows {
		if slices.Contains(signals, row.ID) {
			page.Signals = append(page.Signals, row)
		}
	}
	page.Repeats = s.repeatsOf(sc, rep)
	if s.cfg.Actions != nil && s.may(r, access.Mark) {
		page.Try = sc.url("/actions") + "#add"
	}
	if err := s.further(r.Context(), &page); err != nil {
		return answer{}, err
	}
	return answer{"overview", page, http.StatusOK}, nil
}

func rows(sc scope, rep statistics.Report, field string, lines []statistics.Line) []lineRow {
	top := 0.0
	for _, l := range lines {
		if l.Share != nil {
			top = max(top, *l.Share)
		}
	}
	out := make([]lineRow, 0, len(lines))
	for _, l := range lines {
		l.Significant = l.Significant && l.Change != nil // against no feedback at all
		row := lineRow{
			Line: l, Name: say{l.ZH, l.EN}.in(sc.Lang), Link: themeLink(sc, l.ID),
			New:   !l.Documents.Withheld() && !l.Previous.Withheld() && l.Previous.N == 0 && (rep.Previous.N > 0 || rep.Previous.Withheld()),
			Spark: sparkOf(l.Series, rep.StepDays, sc.Lang),
		}
		if l.Share != nil && top > 0 {
			row.Bar = math.Round(1000**l.Share/top) / 10
		}
		if b := l.Burst; b != nil {
			row.Surge = burstWords(b.Day, b.Day, thousands(b.Observed), b.Expected, sc.Lang)
		}
		for _, q := range l.Quotes {
			row.Quotes = append(row.Quotes, quote{q, sc.url(documentPath(q.Record))})
		}
		out = append(out, row)
	}
	return out
}

func (s *server) apiReport(r *http.Request) (any, error) {
	sc, err := scopeOf(r, english, defaultDays)
	if err != nil {
		return nil, err
	}
	q := reportQuery(sc)
	q.TopN = -1 // who asks by program sees every theme
	return s.cfg.Statistics.Report(q), nil
}

// overviewFigures are the charts of the overview, as files.
func (s *server) overviewFigures(ctx context.Context, r *http.Request, lang language) (figures, error) {
	sc, err := scopeOf(r, lang, defaultDays)
	if err != nil {
		return nil, err
	}
	sc = sc.places()
	name, _, _ := strings.Cut(r.PathValue("file"), ".")
	var d *chart.Drawing
	switch name {
	case "trend":
		marks, err := s.marks(ctx)
		if err != nil {
			return nil, err
		}
		if t := s.trendOf(sc); t.drawn {
			d = courseChart(t.course, placed(sc, marks), lang)
		}
	case "year":
		d = s.yearChart(sc)
	case "heat":
		d = s.heatChart(sc)
	case "matrix":
		if drivers, err := s.drive(sc, false); err == nil {
			d = s.matrixChart(sc, drivers)
		}
	}
	if d == nil {
		return figures{}, nil
	}
	return figures{name: d}, nil
}

// themeLink is the page of a label in the scope, or empty when its id is too
// long for a URL.
func themeLink(sc scope, id string) string {
	if !linkable(id) {
		return ""
	}
	return sc.url(themePath(id))
}
