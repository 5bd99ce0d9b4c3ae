package web

import (
	"context"
	"slices"

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
	More          int // that are not listed
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
	effortsShown  = 3
	cornerShown   = 8 // themes of a quarter of the matrix
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
	all := begin(s, sc.keptAs("trend"), func() (trend, error) { return s.trendOf(sc), nil })
	marks, err := s.marks(ctx)
	if err != nil {
		return err
	}
	if marks = placed(sc, marks); len(marks) > 0 {
		page.Try = ""
	}
	efforts := s.begun(latest(marks))
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
	surges := s.surges(page, c)
	for _, t := range []lineTable{page.PainPoints, page.Themes, page.Risks} {
		for i := range t.Rows {
			if b, ok := surges[t.Rows[i].ID]; ok {
				t.Rows[i].Surge = b.text
			}
		}
	}
	page.News = s.news(sc, page, c, surges, warned)
	clusters, err := s.newClusters(ctx, sc)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "discovered themes cannot be read", "error", err) // the page does without
	}
	page.News = append(page.News[:min(len(page.News), newsShown)], clusters...)
	if s.cfg.AlertLog != nil {
		page.Alerts = "/alerts?lang=" + string(sc.Lang)
	}
	for _, e := range efforts {
		if a, known, err := e.work.get(soon.Done()); wait(known, nil) {
			page.Efforts = append(page.Efforts, actionOf(sc, e.Mark, a, err))
		}
	}
	if t, known, err := all.get(soon.Done()); wait(known, err) && t.drawn {
		page.Trend = figureOf(sc, courseChart(t.course, marks, sc.Lang), "/charts/overview/trend")
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
			switch {
			case e.Quadrant != w.is:
			case len(q.Themes) == cornerShown:
				q.More++
			default:
				q.Themes = append(q.Themes, link{s.valueName(sc.Lang, "theme", e.Theme), themeLink(sc, e.Theme)})
			}
		}
		if len(q.Themes) > 0 {
			list = append(list, q)
		}
	}
	return list
}
