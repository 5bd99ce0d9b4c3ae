package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"qingting/search"
	"qingting/web/chart"
)

// deskTypes is how many types of personal data the charts tell apart. Each takes a
// search of its own, by which what is withheld is withheld as in every facet.
const deskTypes = 10

// redactionFigures are what was taken out: documents by type, by type and channel,
// and over time. A facet of the types' own documents, where a document has one
// channel and one day, withholds so much that nothing small is found by subtraction.
func (s *server) redactionFigures(ctx context.Context, sc scope) (figures, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	q := s.queryOf(sc)
	q.Text, q.Size, q.Facets, q.FacetSize = "", 1, []string{"pii"}, deskTypes
	found, err := s.cfg.Index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(found.Facets) == 0 || len(found.Facets[0].Cells) == 0 {
		return figures{}, nil
	}
	l := sc.Lang
	unit := search.FacetDay
	if sc.Days == 0 || sc.Days > 31 {
		unit = search.FacetWeek
	}
	if sc.Days > 366 {
		unit = search.FacetMonth
	}
	bars := chart.BarsConfig{Title: say{"含某类个人信息的反馈", "Feedback with each type of personal data"}.in(l), NameHead: fieldName("pii").in(l), Head: say{"条数", "Count"}.in(l)}
	by := struct {
		channel, time map[string]map[string]search.Cell
	}{map[string]map[string]search.Cell{}, map[string]map[string]search.Cell{}}
	var types, channels, times []string
	for _, c := range found.Facets[0].Cells {
		types = append(types, c.Value)
		bars.Bars = append(bars.Bars, chart.Bar{Name: s.valueName(l, "pii", c.Value), Link: sc.narrowed("pii", c.Value), Value: cellValue(c)})
		q := q
		q.Facets, q.FacetSize = []string{"channel", unit}, 400
		q.Filters = append(slices.Clip(q.Filters), search.Filter{Field: "pii", Values: []string{c.Value}})
		res, err := s.cfg.Index.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, f := range res.Facets {
			to, names := by.channel, &channels
			if f.Name == unit {
				to, names = by.time, &times
			}
			to[c.Value] = map[string]search.Cell{}
			for _, cell := range f.Cells {
				to[c.Value][cell.Value] = cell
				if !slices.Contains(*names, cell.Value) {
					*names = append(*names, cell.Value)
				}
			}
		}
	}
	channels = channels[:min(len(channels), 12)]
	return figures{"types": chart.Bars(bars), "channels": s.typesByChannel(sc, types, channels, by.channel), "course": s.typesOverTime(sc, types, span(times, unit), by.time)}, nil
}

// cellValue is a facet's cell for a chart.
func cellValue(c search.Cell) chart.Value {
	if c.Suppressed {
		return chart.Value{Hidden: true, Text: withheldText}
	}
	return chart.Value{N: float64(c.Count), Text: thousands(c.Count)}
}

// withheldText stands for a number that is withheld, in tables of charts.
const withheldText = "<5"

func (s *server) typesByChannel(sc scope, types, channels []string, cells map[string]map[string]search.Cell) *chart.Drawing {
	if len(channels) == 0 {
		return nil
	}
	c := chart.HeatConfig{Title: say{"类型与渠道", "Types by channel"}.in(sc.Lang), NameHead: fieldName("pii").in(sc.Lang)}
	for _, ch := range channels {
		c.Columns = append(c.Columns, s.valueName(sc.Lang, "channel", ch))
	}
	for _, typ := range types {
		c.Rows = append(c.Rows, s.valueName(sc.Lang, "pii", typ))
		var row []chart.Value
		var links []string
		for _, ch := range channels {
			row = append(row, cellValue(cells[typ][ch]))
			links = append(links, sc.with("pii", typ).narrowed("channel", ch))
		}
		c.Cells, c.Links = append(c.Cells, row), append(c.Links, links)
	}
	return chart.Heat(c)
}

// seriesShown is how many types the course over time keeps apart.
const seriesShown = 5

func (s *server) typesOverTime(sc scope, types, times []string, cells map[string]map[string]search.Cell) *chart.Drawing {
	if len(times) < 2 {
		return nil
	}
	c := chart.StackedConfig{Title: say{"各类随时间（一条反馈可含多类）", "Types over time (feedback may have several)"}.in(sc.Lang), Labels: times, LabelHead: say{"日期", "Day"}.in(sc.Lang)}
	for _, typ := range types[:min(len(types), seriesShown)] {
		series := chart.Series{Name: s.valueName(sc.Lang, "pii", typ)}
		for _, t := range times {
			series.Values = append(series.Values, cellValue(cells[typ][t]))
		}
		c.Series = append(c.Series, series)
	}
	return chart.Stacked(c)
}

// span fills the days, weeks or months between the first and the last.
func span(times []string, unit string) []string {
	if len(times) == 0 {
		return nil
	}
	layout := time.DateOnly
	if unit == search.FacetMonth {
		layout = "2006-01"
	}
	slices.Sort(times)
	first, err := time.Parse(layout, times[0])
	last, err2 := time.Parse(layout, times[len(times)-1])
	if err != nil || err2 != nil {
		return times
	}
	var all []string
	for t := first; !t.After(last) && len(all) < 400; {
		all = append(all, t.Format(layout))
		switch unit {
		case search.FacetDay:
			t = t.AddDate(0, 0, 1)
		case search.FacetWeek:
			t = t.AddDate(0, 0, 7)
		default:
			t = t.AddDate(0, 1, 0)
		}
	}
	return all
}

// deskFigures are the desk's charts, as files.
func (s *server) deskFigures(ctx context.Context, r *http.Request, lang language) (figures, error) {
	sc, err := scopeOf(r, lang, defaultDays)
	if err != nil {
		return nil, err
	}
	return s.redactionFigures(ctx, sc.places())
}
