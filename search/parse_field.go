package search

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// field reads the value after name and its colon; at is where name begins.
func (p *parser) field(name string, at, depth int) (node, error) {
	field, ok := fieldNames[strings.ToLower(name)]
	if !ok {
		err := p.fail(at, "unknown field %q; quote it to search for it as text", name)
		err.Suggestion = suggest(strings.ToLower(name), func(yield func(string)) {
			for known := range fieldNames {
				yield(known)
			}
		})
		return nil, err
	}
	valueAt := p.i
	if field == sortDirective {
		return nil, p.sort(depth, at)
	}
	if field == collapseDirective {
		return nil, p.collapse(depth, at)
	}
	if field == fieldRating || field == fieldTime {
		value := p.bareValue()
		if value == "" {
			return nil, p.fail(valueAt, "%s: needs a value", name)
		}
		if field == fieldRating {
			return p.number(field, value, valueAt)
		}
		return p.time(value, valueAt)
	}
	values, err := p.keywords(name)
	if err != nil {
		return nil, err
	}
	return keywordNode{field: field, values: values, at: at}, nil
}

// bareValue reads up to the next space or parenthesis.
func (p *parser) bareValue() string {
	start := p.i
	for p.i < len(p.runes) && !isWordEnd(p.runes[p.i]) {
		p.i++
	}
	return string(p.runes[start:p.i])
}

// keywords reads values separated by commas, each bare or quoted.
func (p *parser) keywords(name string) ([]keywordValue, error) {
	var values []keywordValue
	for {
		at := p.i
		var value keywordValue
		if p.i < len(p.runes) && isQuote(p.runes[p.i]) {
			text, err := p.quoted()
			if err != nil {
				return nil, err
			}
			value.text = strings.TrimSpace(text)
		} else {
			for p.i < len(p.runes) && !isWordEnd(p.runes[p.i]) && !isComma(p.runes[p.i]) {
				p.i++
			}
			value.text, value.prefix = strings.CutSuffix(string(p.runes[at:p.i]), "*")
			if strings.Contains(value.text, "*") {
				return nil, p.fail(at, "a wildcard * may stand at the end of a value only")
			}
			if value.prefix {
				if err := p.wildcard(value.text, at); err != nil {
					return nil, err
				}
			}
		}
		if value.text == "" {
			return nil, p.fail(at, "%s: needs a value", name)
		}
		if values = append(values, value); len(values) > maxQueryParts {
			return nil, p.fail(at, "too many values (at most %d)", maxQueryParts)
		}
		if p.i >= len(p.runes) || !isComma(p.runes[p.i]) {
			return values, nil
		}
		p.i++
	}
}

func isComma(r rune) bool { return r == ',' || r == '，' || r == '、' }

func (p *parser) sort(depth, at int) error {
	valueAt := p.i
	value := p.bareValue()
	order, ok := sorts[strings.ToLower(value)]
	switch {
	case !ok:
		err := p.fail(valueAt, "unknown order %q (relevance, newest, oldest, rating or -rating)", value)
		err.Suggestion = suggest(strings.ToLower(value), func(yield func(string)) {
			for known := range sorts {
				yield(known)
			}
		})
		return err
	case depth > 0:
		return p.fail(at, "sort: orders the whole query; it cannot be excluded or stand between parentheses")
	case p.out.sort != "":
		return p.fail(at, "sort: may be given once only")
	}
	p.out.sort = order
	return nil
}

func (p *parser) collapse(depth, at int) error {
	valueAt := p.i
	value := strings.ToLower(p.bareValue())
	switch {
	case !slices.Contains([]string{"on", "off", "折叠", "展开"}, value):
		return p.fail(valueAt, "collapse: is on or off (重复:折叠 or 重复:展开)")
	case depth > 0:
		return p.fail(at, "collapse: is of the whole query; it cannot be excluded or stand between parentheses")
	case p.out.directed:
		return p.fail(at, "collapse: may be given once only")
	}
	p.out.directed, p.out.collapse = true, value == "on" || value == "折叠"
	return nil
}

// bounds splits a value such as 1..3, >1..<3, >=2 or 5 into its ends. Both ends
// of a range belong to it, but for those with > or <.
func bounds(value string) (from, to string, strictFrom, strictTo, single bool) {
	if from, to, ok := strings.Cut(value, ".."); ok {
		if rest, ok := strings.CutPrefix(from, ">"); ok && rest != "" && !strings.HasPrefix(rest, "=") {
			from, strictFrom = rest, true
		}
		if rest, ok := strings.CutPrefix(to, "<"); ok && rest != "" && !strings.HasPrefix(rest, "=") {
			to, strictTo = rest, true
		}
		return from, to, strictFrom, strictTo, false
	}
	for _, op := range []string{">=", "≥", "<=", "≤", ">", "<"} {
		if rest, ok := strings.CutPrefix(value, op); ok {
			switch op {
			case ">=", "≥":
				return rest, "", false, false, false
			case ">":
				return rest, "", true, false, false
			case "<=", "≤":
				return "", rest, false, false, false
			}
			return "", rest, false, true, false
		}
	}
	return value, value, false, false, true
}

func (p *parser) number(field, value string, at int) (node, error) {
	from, to, strictFrom, strictTo, _ := bounds(value)
	n := numberNode{field: field, strictFrom: strictFrom, strictTo: strictTo}
	for _, end := range []struct {
		text string
		into **float64
	}{{from, &n.from}, {to, &n.to}} {
		if end.text == "" {
			continue
		}
		v, err := strconv.ParseFloat(end.text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, p.fail(at, "%q is not a number; write rating:4, rating:>=3 or rating:1..2", end.text)
		}
		*end.into = &v
	}
	if n.from == nil && n.to == nil {
		return nil, p.fail(at, "a range needs at least one end")
	}
	if n.from != nil && n.to != nil && (*n.from > *n.to || *n.from == *n.to && (strictFrom || strictTo)) {
		return nil, p.fail(at, "this range is empty: its start lies after its end")
	}
	return n, nil
}

func (p *parser) time(value string, at int) (node, error) {
	from, to, strictFrom, strictTo, single := bounds(value)
	var n timeNode
	if single {
		start, end, ok := p.period(value)
		if !ok {
			return nil, p.badTime(value, at)
		}
		return timeNode{start, end}, nil
	}
	if from != "" {
		start, end, ok := p.period(from)
		if !ok {
			return nil, p.badTime(from, at)
		}
		if n.from = start; strictFrom {
			n.from = end
		}
	}
	if to != "" {
		start, end, ok := p.period(to)
		if !ok {
			return nil, p.badTime(to, at)
		}
		if n.to = end; strictTo {
			n.to = start
		}
	}
	if n.from.IsZero() && n.to.IsZero() {
		return nil, p.fail(at, "a range needs at least one end")
	}
	if !n.from.IsZero() && !n.to.IsZero() && !n.from.Before(n.to) {
		return nil, p.fail(at, "this range is empty: its start lies after its end")
	}
	return n, nil
}

func (p *parser) badTime(value string, at int) *SyntaxError {
	return p.fail(at, "%q is not a date; write 2026-01-31, 2026-01, 2026, today or 7d, or two of them with .. between", value)
}

// timeForms are the ways to write a point in time, with how long each lasts.
var timeForms = []struct {
	layout              string
	years, months, days int
	span                time.Duration
}{
	{layout: "2006-01-02", days: 1},
	{layout: "2006-1-2", days: 1},
	{layout: "2006/1/2", days: 1},
	{layout: "20060102", days: 1},
	{layout: "2006年1月2日", days: 1},
	{layout: "2006-01", months: 1},
	{layout: "2006-1", months: 1},
	{layout: "2006年1月", months: 1},
	{layout: "2006", years: 1},
	{layout: "2006年", years: 1},
	{layout: "2006-01-02T15:04", span: time.Minute},
	{layout: "2006-01-02T15:04:05", span: time.Second},
	{layout: time.RFC3339, span: time.Second},
}

// period reads a day, month, year, instant or relative time as [start, end).
func (p *parser) period(value string) (start, end time.Time, ok bool) {
	local := p.now.In(p.loc)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, p.loc)
	switch strings.ToLower(value) {
	case "today", "今天":
		return today, today.AddDate(0, 0, 1), true
	case "yesterday", "昨天":
		return today.AddDate(0, 0, -1), today, true
	}
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	month := today.AddDate(0, 0, 1-today.Day())
	january := month.AddDate(0, 1-int(today.Month()), 0)
	switch strings.ToLower(value) {
	case "thisweek", "本周":
		return monday, monday.AddDate(0, 0, 7), true
	case "lastweek", "上周":
		return monday.AddDate(0, 0, -7), monday, true
	case "thismonth", "本月":
		return month, month.AddDate(0, 1, 0), true
	case "lastmonth", "上月":
		return month.AddDate(0, -1, 0), month, true
	case "thisyear", "今年":
		return january, january.AddDate(1, 0, 0), true
	case "lastyear", "去年":
		return january.AddDate(-1, 0, 0), january, true
	}
	for _, form := range timeForms {
		t, err := time.ParseInLocation(form.layout, value, p.loc)
		if err != nil {
			continue
		}
		// Beyond these years a time cannot be counted in nanoseconds.
		if t.Year() < 1700 || t.Year() > 2250 {
			return start, end, false
		}
		return t, t.AddDate(form.years, form.months, form.days).Add(form.span), true
	}
	// 7d: the last seven days, today included.
	_, size := utf8.DecodeLastRuneInString(value)
	n, err := strconv.Atoi(value[:len(value)-size])
	if err != nil || n < 1 || n > 10_000 {
		return start, end, false
	}
	tomorrow := today.AddDate(0, 0, 1)
	switch unit := value[len(value)-size:]; {
	case slices.Contains([]string{"d", "天", "日"}, unit):
		return tomorrow.AddDate(0, 0, -n), tomorrow, true
	case slices.Contains([]string{"w", "周"}, unit):
		return tomorrow.AddDate(0, 0, -7*n), tomorrow, true
	case slices.Contains([]string{"m", "月"}, unit) && n <= 1200:
		return tomorrow.AddDate(0, -n, 0), tomorrow, true
	case slices.Contains([]string{"h", "时"}, unit):
		return p.now.Add(-time.Duration(n) * time.Hour), p.now, true
	}
	return start, end, false
}
