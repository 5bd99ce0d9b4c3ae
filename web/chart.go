package web

import (
	"fmt"
	"strings"
	"time"

	"qingting/textmining/statistics"
)

// Charts are bars: one a period, and a short pale one where the count is
// withheld, so that nothing is drawn that is not known. All in classes: the
// content security policy allows no style attributes.

// spark is a series as small bars, 100 wide and 24 high.
type spark struct {
	Bars  string // path of the counts
	Few   string // path of those withheld
	Label string
}

const (
	sparkHeight = 24
	sparkFew    = 3 // height of a withheld count
)

// sparkOf draws a series whose points cover step days; nil when there is
// nothing to see: fewer than two points, or none that is known.
func sparkOf(series []statistics.Count, step int, l language) *spark {
	if len(series) < 2 {
		return nil
	}
	top, seen := 0, false
	for _, c := range series {
		top = max(top, c.N)
		seen = seen || c.N > 0 || c.Withheld()
	}
	if !seen {
		return nil
	}
	var bars, few strings.Builder
	pitch := 100 / float64(len(series))
	for i, c := range series {
		into, height := &bars, 0.0
		switch {
		case c.Withheld():
			into, height = &few, sparkFew
		case c.N > 0:
			height = max(1, sparkHeight*float64(c.N)/float64(top))
		default:
			continue
		}
		fmt.Fprintf(into, "M%.1f %dv%.1fh%.1fv%.1fz", float64(i)*pitch, sparkHeight, -height, pitch*0.78, height)
	}
	last := series[len(series)-1]
	label := say{fmt.Sprintf("每日条数：最多 %s，最后一天 %s", thousands(top), count(last)), fmt.Sprintf("A day: at most %s, on the last day %s", thousands(top), count(last))}
	if step > 1 {
		label = say{
			fmt.Sprintf("每 %d 天条数：最多 %s，最后一段 %s", step, thousands(top), count(last)),
			fmt.Sprintf("Every %d days: at most %s, in the last period %s", step, thousands(top), count(last)),
		}
	}
	if top == 0 {
		label = say{"每个时段均少于显示下限", "Every period is below what is shown"}
	}
	return &spark{bars.String(), few.String(), label.in(l)}
}

// chart is a series large enough to read, chartWidth wide and chartHeight high.
type chart struct {
	Caption  string
	Top      string // the largest count
	From, To string // first and last day
	Bars     []bar
}

// drawing is a chart as its template takes it.
type drawing struct {
	Lang  language
	Chart *chart
}

// Draw readies a chart for its template.
func (sc scope) Draw(c *chart) drawing { return drawing{sc.Lang, c} }

type bar struct {
	X, Y, Width string
	Height      string // empty for none
	Class       string // "few" for a count that is withheld
	Day, Count  string
}

const (
	chartWidth  = 1000
	chartHeight = 120
	chartFew    = 8
)

// point is one period of a chart; text is its count in words.
type point struct {
	day  string
	n    statistics.Count
	text string
}

// trend draws all feedback of a report.
func trend(rep statistics.Report, l language) *chart {
	points := make([]point, len(rep.Series))
	for i, c := range rep.Series {
		points[i] = point{rep.From.AddDate(0, 0, i*rep.StepDays).Format(time.DateOnly), c, count(c)}
	}
	c := chartOf(points)
	if c == nil {
		return nil
	}
	c.To = rep.To.AddDate(0, 0, -1).Format(time.DateOnly)
	c.Caption = say{"每日反馈", "Feedback a day"}.in(l)
	if rep.StepDays > 1 {
		c.Caption = say{fmt.Sprintf("每 %d 天的反馈", rep.StepDays), fmt.Sprintf("Feedback every %d days", rep.StepDays)}.in(l)
	}
	return c
}

// chartOf draws points; nil when there are fewer than two, or none is known.
func chartOf(points []point) *chart {
	if len(points) < 2 {
		return nil
	}
	top := 0
	for _, p := range points {
		top = max(top, p.n.N)
	}
	if top == 0 {
		return nil
	}
	c := &chart{Top: thousands(top), From: points[0].day, To: points[len(points)-1].day}
	pitch := chartWidth / float64(len(points))
	for i, p := range points {
		b := bar{X: decimal(float64(i) * pitch), Width: decimal(pitch * 0.8), Class: "bar", Day: p.day, Count: p.text}
		height := 0.0
		switch {
		case p.n.Withheld():
			height, b.Class = chartFew, "few"
		case p.n.N > 0:
			height = max(1, chartHeight*float64(p.n.N)/float64(top))
		}
		if height > 0 {
			b.Y, b.Height = decimal(chartHeight-height), decimal(height)
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
