package web

import (
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/textmining/statistics"
)

func funcs() template.FuncMap {
	return template.FuncMap{
		"t":         func(l language, zh, en string) string { return say{zh, en}.in(l) },
		"inc":       func(i int) int { return i + 1 },
		"count":     count,
		"thousands": func(n uint64) string { return thousands(int(n)) },
		"percent":   percent,
		"change":    change,
		"score":     score,
		"figure":    func(p *float64) string { return strconv.FormatFloat(*p, 'f', 2, 64) },
		"decimal":   decimal,
		"date":      func(t time.Time) string { return t.Format(time.DateOnly) },
		"through":   func(to time.Time) string { return to.AddDate(0, 0, -1).Format(time.DateOnly) },
		"clip":      clip,
		"rising":    func(p *float64) bool { return p != nil && *p > 0 },
	}
}

// unknown stands where there is no figure.
const unknown = "–"

// count writes a count with separators, or as "<5" when it is withheld.
func count(c statistics.Count) string {
	if c.Withheld() {
		return c.String()
	}
	return thousands(c.N)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func percent(p *float64) string {
	if p == nil {
		return unknown
	}
	return strconv.FormatFloat(*p*100, 'f', 1, 64) + "%"
}

// change shows a relative change with its direction, not by colour alone. The
// minus is U+2212, as wide as the plus.
func change(p *float64) string {
	if p == nil {
		return unknown
	}
	switch n := int(math.Round(*p * 100)); {
	case n > 0:
		return "+" + thousands(n) + "%"
	case n < 0:
		return "−" + strconv.Itoa(-n) + "%"
	}
	return "0%"
}

// score writes a satisfaction from 0 to 100.
func score(p *float64) string {
	if p == nil {
		return unknown
	}
	return strconv.FormatFloat(*p, 'f', 0, 64)
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// clip shortens what came with feedback, such as the name of a channel, to
// what fits into a line.
func clip(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most-1])) + "…"
}
