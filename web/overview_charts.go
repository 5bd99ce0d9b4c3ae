package web

import (
	"slices"
	"strconv"
	"time"

	"qingting/textmining/driver"
	"qingting/textmining/insight"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// matrixChart draws importance against performance.
func (s *server) matrixChart(sc scope, d *insight.Drivers) *chart.Drawing {
	const even = 50
	c := chart.MatrixConfig{
		Title:      say{"重要性与满意度", "Importance and satisfaction"}.in(sc.Lang),
		Summary:    say{"左上最该先改：对评分影响大，客户不满意。", "To the upper left is what to improve first: it moves the rating, and customers are not content."}.in(sc.Lang),
		Importance: say{"对评分的影响", "weight in the rating"}.in(sc.Lang), Performance: say{"满意度", "satisfaction"}.in(sc.Lang),
		CutX: even,
		Head: []string{say{"主题", "Theme"}.in(sc.Lang), say{"影响占比", "Weight"}.in(sc.Lang), say{"满意度", "Satisfaction"}.in(sc.Lang), say{"象限", "Quadrant"}.in(sc.Lang)},
	}
	corners := map[driver.Quadrant]string{}
	for i, w := range quadrantWords {
		corners[w.is] = w.title.in(sc.Lang)
		c.Corners[i] = w.title.in(sc.Lang)
	}
	var weights []float64
	for _, e := range d.Effects {
		weights = append(weights, e.Weight)
		name := s.valueName(sc.Lang, "theme", e.Theme)
		row := []string{name, strconv.FormatFloat(100*e.Weight, 'f', 1, 64) + "%", strconv.FormatFloat(e.Performance, 'f', 0, 64), corners[e.Quadrant]}
		c.Dots = append(c.Dots, chart.Dot{
			Name: name, Importance: e.Weight, Performance: e.Performance, Weight: float64(e.Mentions), Link: themeLink(sc, e.Theme),
			Tip: name + " · " + row[1] + " · " + row[2], Row: row,
		})
	}
	if len(weights) < 3 {
		return nil
	}
	slices.Sort(weights)
	n := len(weights)
	c.CutY = (weights[(n-1)/2] + weights[n/2]) / 2 // as package driver parts them
	return chart.Matrix(c)
}

// heatChart draws themes by region; a cell leads to the theme there.
func (s *server) heatChart(sc scope) *chart.Drawing {
	h := s.cfg.Statistics.Heat(reportQuery(sc), statistics.Theme, statistics.Region)
	c := chart.HeatConfig{
		Title: say{"主题与地区", "Themes by region"}.in(sc.Lang), NameHead: say{"主题", "Theme"}.in(sc.Lang),
		Summary: say{"颜色越重，条数越多；点格子看那里的这个主题。", "The stronger the colour, the more feedback; a cell leads to the theme there."}.in(sc.Lang),
	}
	var columns []int
	for i, region := range h.Values {
		if region != "" && linkable(region) && len(columns) < heatRegions {
			columns = append(columns, i)
			c.Columns = append(c.Columns, clip(s.valueName(sc.Lang, "region", region)))
		}
	}
	if len(columns) < 2 {
		return nil
	}
	for _, row := range h.Rows[:min(len(h.Rows), heatThemes)] {
		c.Rows = append(c.Rows, say{row.ZH, row.EN}.in(sc.Lang))
		var cells []chart.Value
		var links []string
		for _, i := range columns {
			cells = append(cells, values([]statistics.Count{row.Cells[i].Documents})[0])
			links = append(links, themeLink(sc.with("region", h.Values[i]), row.ID))
		}
		c.Cells, c.Links = append(c.Cells, cells), append(c.Links, links)
	}
	return chart.Heat(c)
}

// yearChart draws a year by weeks, from the first week with feedback on; nil when
// that is hardly more than the period.
func (s *server) yearChart(sc scope) *chart.Drawing {
	q := reportQuery(sc)
	period := s.report(q)
	q.From, q.Days, q.Step, q.TopN, q.Quotes = time.Time{}, 364, 7, -1, -1
	rep := s.cfg.Statistics.Report(q)
	first := slices.IndexFunc(rep.Series, func(c statistics.Count) bool { return c.N > 0 || c.Withheld() })
	if first < 0 || 7*(len(rep.Series)-first) < daysOf(period)+4*7 {
		return nil
	}
	series := rep.Series[first:]
	weeks := make([]string, len(series))
	for i := range weeks {
		weeks[i] = rep.From.AddDate(0, 0, 7*(first+i)).Format(time.DateOnly)
	}
	return chart.Stacked(chart.StackedConfig{
		Title: say{"最近一年，每周的反馈", "The last year, by weeks"}.in(sc.Lang), Labels: weeks, LabelHead: say{"自", "Week of"}.in(sc.Lang),
		Series: []chart.Series{{Name: say{"条数", "Count"}.in(sc.Lang), Values: values(series)}},
	})
}

// trend is how all feedback went; it is not drawn when most of it is withheld.
type trend struct {
	course statistics.Course
	drawn  bool
}

// daysDrawn is the longest period that is drawn by the day: each day has a tip and a
// row of the table, and pages are to be light.
const daysDrawn = 31

// trendOf is how all feedback of a scope went, by the day when days can be shown.
func (s *server) trendOf(sc scope) trend {
	q := reportQuery(sc)
	if daysOf(s.report(q)) <= daysDrawn {
		q.Step = 1
		if c, err := s.cfg.Statistics.Series(statistics.Theme, "", q); err == nil && legible(c.Series) {
			return trend{c, true}
		}
	}
	c, drawn, err := s.courseOf(sc, statistics.Theme, "")
	return trend{c, drawn && err == nil}
}
