package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"qingting/textmining/driver"
	"qingting/textmining/insight"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// newsItem is something that is not as it was.
type newsItem struct {
	Kind string // what happened, in a word
	Sure bool   // it calls for attention
	link
	Text string
}

// repeats is who says the same again, by count only.
type repeats struct {
	Distinct, Repeats, Copies statistics.Count
	Campaigns                 int
	Themes                    []repeatRow
}

type repeatRow struct {
	link
	Customers statistics.Count
}

// quadrant is a quarter of the importance–performance matrix, in words.
type quadrant struct {
	Title, Advice string
	Themes        []link
}

// cost is what a label takes from the mean rating of all feedback, in points.
type cost struct {
	Points, Interval string
	Sure             bool
}

// signals are the risks that stand with the figures: who goes to the regulator,
// and who leaves.
var signals = []string{"escalation", "churn"}

const (
	newsShown     = 8
	alertsShown   = 5
	burstsShown   = 5
	newsLabels    = 24 // of which bursts and drifts are looked for
	heatThemes    = 10
	heatRegions   = 8
	repeatsShown  = 5
	clustersShown = 3
)

// courses are how the labels of a report go: what takes a while.
type courses struct {
	list []statistics.Course
	kind []statistics.Kind
}

// further fills in what takes long to work out, as far as it is known by one
// deadline for all of it; the rest is there when the page is asked for again.
func (s *server) further(ctx context.Context, page *overviewPage) error {
	sc, rep := page.scope, page.Report
	soon, cancel := context.WithTimeout(ctx, soonWait)
	defer cancel()
	before := begin(s, sc.keptAs("before"), func() (statistics.Report, error) {
		q := reportQuery(sc)
		q.From, q.To, q.TopN, q.Quotes = rep.From.AddDate(0, 0, -daysOf(rep)), rep.From, -1, -1
		return s.cfg.Statistics.Report(q), nil
	})
	drivers := begin(s, sc.keptAs("drive", false), func() (*insight.Drivers, error) { return s.driveNow(sc, false) })
	pains := begin(s, sc.keptAs("drive", true), func() (*insight.Drivers, error) { return s.driveNow(sc, true) })
	went := begin(s, sc.keptAs("courses"), func() (courses, error) { return s.coursesOf(sc, rep), nil })
	heat := begin(s, sc.keptAs("heat", sc.Lang), func() (*chart.Drawing, error) { return s.heatChart(sc), nil })
	year := begin(s, sc.keptAs("year", sc.Lang), func() (*chart.Drawing, error) { return s.yearChart(sc), nil })
	told := s.toldIn(soon, sc, rep)
	wait := func(known bool, err error) bool {
		page.Waiting = page.Waiting || !known
		return known && err == nil
	}
	if rep, known, err := before.get(soon.Done()); wait(known, err) {
		moved(page.Dimensions, rep.Dimensions)
	}
	if d, known, err := drivers.get(soon.Done()); wait(known, err) {
		costs(&page.Themes, d)
		page.Matrix = figureOf(sc, s.matrixChart(sc, d), "/charts/overview/matrix")
		page.Quadrants = s.quadrants(sc, d)
	}
	if d, known, err := pains.get(soon.Done()); wait(known, err) {
		costs(&page.PainPoints, d)
	}
	c, known, err := went.get(soon.Done())
	if err != nil {
		return err
	}
	wait(known, nil)
	warned, known := told(soon.Done())
	wait(known, nil)
	page.News = s.news(sc, page, c, warned)
	clusters, err := s.newClusters(ctx, sc)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "discovered themes cannot be read", "error", err) // the page does without
	}
	page.News = append(page.News[:min(len(page.News), newsShown)], clusters...)
	if s.cfg.AlertLog != nil {
		page.Alerts = "/alerts?lang=" + string(sc.Lang)
	}
	if d, known, err := heat.get(soon.Done()); wait(known, err) {
		page.Heat = figureOf(sc, d, "/charts/overview/heat")
	}
	if d, known, err := year.get(soon.Done()); wait(known, err) {
		page.Year = figureOf(sc, d, "/charts/overview/year")
	}
	return nil
}

func daysOf(rep statistics.Report) int { return int(rep.To.Sub(rep.From).Hours()/24 + 0.5) }

// moved says how the dimensions' scores differ from those of the period before.
func moved(now []lineRow, before []statistics.Line) {
	for i := range now {
		j := slices.IndexFunc(before, func(l statistics.Line) bool { return l.ID == now[i].ID })
		if j < 0 || before[j].Satisfaction == nil || now[i].Satisfaction == nil {
			continue
		}
		now[i].Moved = signedText(*now[i].Satisfaction-*before[j].Satisfaction, 0)
	}
}

// costs says of a table's rows what each takes from the mean rating.
func costs(t *lineTable, d *insight.Drivers) {
	for i := range t.Rows {
		for _, e := range d.Effects {
			if e.Theme != t.Rows[i].ID {
				continue
			}
			t.Costs = true
			t.Rows[i].Cost = &cost{
				Points: signedText(-e.Cost, 2), Sure: e.Significant && e.Cost > 0,
				Interval: signedText(-e.CostHigh, 2) + say{" 至 ", " to "}.in(t.Lang) + signedText(-e.CostLow, 2),
			}
		}
	}
}

// coursesOf looks for bursts and drifts of what the report has most of.
func (s *server) coursesOf(sc scope, rep statistics.Report) (out courses) {
	for _, part := range []struct {
		kind  statistics.Kind
		lines []statistics.Line
	}{{statistics.PainPoint, rep.PainPoints}, {statistics.Theme, rep.Themes}, {statistics.Risk, rep.Risks}} {
		for _, l := range part.lines {
			if len(out.list) == newsLabels {
				return out
			}
			c, err := s.cfg.Statistics.Series(part.kind, l.ID, reportQuery(sc))
			if err == nil && (len(c.Bursts) > 0 || len(c.Drifts) > 0) {
				c.Series, c.Forecast = nil, nil
				out.list, out.kind = append(out.list, c), append(out.kind, part.kind)
			}
		}
	}
	return out
}

// repeatsOf is who says the same again.
func (s *server) repeatsOf(sc scope, rep statistics.Report) repeats {
	out := repeats{Distinct: rep.Distinct, Repeats: rep.Repeats, Copies: rep.Copies, Campaigns: len(rep.Campaigns)}
	lines := slices.Clone(rep.Themes)
	slices.SortStableFunc(lines, func(a, b statistics.Line) int { return b.Repeaters.N - a.Repeaters.N })
	for _, l := range lines[:min(len(lines), repeatsShown)] {
		if l.Repeaters.N > 0 {
			out.Themes = append(out.Themes, repeatRow{link{say{l.ZH, l.EN}.in(sc.Lang), themeLink(sc, l.ID)}, l.Repeaters})
		}
	}
	return out
}

// quadrantWords names the quarters of the matrix, and says what they call for.
var quadrantWords = []struct {
	is     driver.Quadrant
	title  say
	advice say
}{
	{driver.Concentrate, say{"优先改进", "Improve first"}, say{"对评分影响大，客户不满意", "moves the rating, and customers are not content"}},
	{driver.KeepUp, say{"保持优势", "Keep up"}, say{"对评分影响大，客户满意", "moves the rating, and customers are content"}},
	{driver.LowPriority, say{"可以稍后", "Can wait"}, say{"客户不满意，但对评分影响小", "customers are not content, but it moves the rating little"}},
	{driver.Overkill, say{"不必加码", "No more needed"}, say{"客户满意，对评分影响小", "customers are content, and it moves the rating little"}},
}

// quadrants lists the themes of each quarter.
func (s *server) quadrants(sc scope, d *insight.Drivers) (list []quadrant) {
	for _, w := range quadrantWords {
		q := quadrant{Title: w.title.in(sc.Lang), Advice: w.advice.in(sc.Lang)}
		for _, e := range d.Effects {
			if e.Quadrant == w.is {
				q.Themes = append(q.Themes, link{s.valueName(sc.Lang, "theme", e.Theme), themeLink(sc, e.Theme)})
			}
		}
		if len(q.Themes) > 0 {
			list = append(list, q)
		}
	}
	return list
}

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
		Summary: say{"颜色越深，条数越多。", "The darker, the more feedback."}.in(sc.Lang),
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

// yearChart draws a year by weeks.
func (s *server) yearChart(sc scope) *chart.Drawing {
	q := reportQuery(sc)
	q.From, q.Days, q.Step, q.TopN, q.Quotes = time.Time{}, 364, 7, -1, -1
	rep := s.cfg.Statistics.Report(q)
	d := trend(rep, sc.Lang)
	if d != nil {
		d.Title = say{"一年，每周", "A year, by weeks"}.in(sc.Lang)
	}
	return d
}
