package web

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"qingting/textmining/statistics"
)

// layout is what every page is given.
type layout struct {
	Lang  language
	Style string
	Other string // this page in the other language
	Page  string
	Data  any
}

// overviewPage is the page of pain points.
type overviewPage struct {
	Report statistics.Report
	Days   int
	Empty  bool
}

// lineTable is a table of labels; Field is what a search for one is called.
type lineTable struct {
	Lang  language
	Field string
	Title string
	Lines []statistics.Line
}

const (
	defaultDays = 30
	maxDays     = 3660
)

func (s *server) overview(r *http.Request, _ language) (string, any, error) {
	rep, days, err := s.report(r)
	if err != nil {
		return "", nil, err
	}
	return "overview", overviewPage{Report: rep, Days: days, Empty: s.cfg.Statistics.Len() == 0}, nil
}

func (s *server) apiReport(r *http.Request) (any, error) {
	rep, _, err := s.report(r)
	return rep, err
}

// report reads days, channel, region and product from the URL.
func (s *server) report(r *http.Request) (statistics.Report, int, error) {
	q := r.URL.Query()
	days := defaultDays
	if v := q.Get("days"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxDays {
			return statistics.Report{}, 0, &httpError{http.StatusBadRequest, say{
				fmt.Sprintf("days 应为 1 到 %d 之间的整数。", maxDays), fmt.Sprintf("days must be a whole number from 1 to %d.", maxDays)}}
		}
		days = n
	}
	query := statistics.Query{Channel: q.Get("channel"), Region: q.Get("region"), Product: q.Get("product"), TopN: 12}
	if days != defaultDays {
		whole := s.cfg.Statistics.Report(statistics.Query{Quotes: -1, TopN: 1})
		query.From, query.To = whole.To.AddDate(0, 0, -days), whole.To
	}
	return s.cfg.Statistics.Report(query), days, nil
}

func funcs() template.FuncMap {
	return template.FuncMap{
		"t":       func(l language, zh, en string) string { return say{zh, en}.in(l) },
		"name":    func(l language, line statistics.Line) string { return say{line.ZH, line.EN}.in(l) },
		"percent": percent,
		"change":  change,
		"spark":   spark,
		"inc":     func(i int) int { return i + 1 },
		"times":   func(a, b float64) float64 { return a * b },
		"lines": func(l language, field, title string, lines []statistics.Line) lineTable {
			return lineTable{l, field, title, lines}
		},
		"width":   barWidth,
		"date":    func(t time.Time) string { return t.Format(time.DateOnly) },
		"score":   score,
		"through": func(to time.Time) string { return to.AddDate(0, 0, -1).Format(time.DateOnly) },
		"find": func(field, value string, l language) template.URL {
			v := url.Values{"q": {field + ":" + value}, "lang": {string(l)}}
			return template.URL("/search?" + v.Encode()) // encoded by url.Values
		},
	}
}

func percent(p *float64) string {
	if p == nil {
		return "–"
	}
	return strconv.FormatFloat(*p*100, 'f', 1, 64) + "%"
}

// change shows a relative change with its direction, not by colour alone.
func change(p *float64) string {
	switch {
	case p == nil:
		return "–"
	case math.Abs(*p) < 0.005:
		return "="
	case *p > 0:
		return fmt.Sprintf("▲%.0f%%", *p*100)
	default:
		return fmt.Sprintf("▼%.0f%%", -*p*100)
	}
}

func score(p *float64) string {
	if p == nil {
		return "–"
	}
	return strconv.FormatFloat(*p, 'f', 0, 64)
}

// barWidth is a share as the width of a bar out of 100.
func barWidth(p *float64) string {
	if p == nil {
		return "0"
	}
	return strconv.FormatFloat(math.Min(100, *p*100), 'f', 1, 64)
}

// sparkline is a series as points of an SVG polyline, 100 wide and 24 high.
type sparkline struct {
	Points string
	Label  string
}

func spark(series []statistics.Count) sparkline {
	top := 1
	for _, c := range series {
		top = max(top, c.N)
	}
	var points, label strings.Builder
	for i, c := range series {
		x := 0.0
		if len(series) > 1 {
			x = float64(i) * 100 / float64(len(series)-1)
		}
		fmt.Fprintf(&points, "%.1f,%.1f ", x, 22-20*float64(c.N)/float64(top))
		fmt.Fprintf(&label, "%s ", c)
	}
	return sparkline{Points: strings.TrimSpace(points.String()), Label: strings.TrimSpace(label.String())}
}
