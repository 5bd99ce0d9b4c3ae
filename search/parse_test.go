package search

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestQueryMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		query, message string
		at             int // code points
		suggestion     string
	}{
		{"网速 chanel:电话", `unknown field "chanel"`, 3, "channel"},
		{"thme:a", `unknown field "thme"`, 0, "theme"},
		{"痛店:慢", `unknown field "痛店"`, 0, "痛点"},
		{"客服说：你好", `unknown field "客服说"`, 0, ""},
		{"宽带 (慢", "this parenthesis is not closed", 3, ""},
		{"宽带 慢)", "this parenthesis closes nothing", 4, ""},
		{"()", "nothing between these parentheses", 0, ""},
		{"宽带 \"慢", "this quotation mark is not closed", 3, ""},
		{"慢”", "this quotation mark opens nothing", 1, ""},
		{"\"\"", "nothing between these quotation marks", 0, ""},
		{"a OR", "OR needs something on both sides", 2, ""},
		{"OR a", "OR needs something on both sides", 0, ""},
		{"a OR OR b", "OR needs something on both sides", 5, ""},
		{"AND a", "AND needs something on both sides", 0, ""},
		{"a AND", "AND needs something on both sides", 2, ""},
		{"a AND OR b", "OR needs something on both sides", 6, ""},
		{"a NOT", "NOT needs something after it", 2, ""},
		{"-sort:newest", "sort: orders the whole query", 1, ""},
		{"(sort:newest)", "sort: orders the whole query", 1, ""},
		{"sort:newest sort:oldest", "sort: may be given once only", 12, ""},
		{"sort:newset", "unknown order", 5, "newest"},
		{"rating:good", "is not a number", 7, ""},
		{"rating:", "rating: needs a value", 7, ""},
		{"rating:NaN", "is not a number", 7, ""},
		{"rating:..", "a range needs at least one end", 7, ""},
		{"rating:5..1", "its start lies after its end", 7, ""},
		{"channel:", "channel: needs a value", 8, ""},
		{"channel:a,,b", "channel: needs a value", 10, ""},
		{"date:soon", "is not a date", 5, ""},
		{"date:2026-02-30", "is not a date", 5, ""},
		{"date:2026-03..2026-01", "its start lies after its end", 5, ""},
		{"date:9999", "is not a date", 5, ""},
		{"date:999999999d", "is not a date", 5, ""},
		{"a*b", "at the end of a word only", 0, ""},
		{"*", "needs at least one character before it", 0, ""},
		{"？！", "nothing here to search for", 0, ""},
		{strings.Repeat("(", 30) + "a" + strings.Repeat(")", 30), "nested too deeply", 21, ""},
		{strings.Repeat("-(", 30) + "a" + strings.Repeat(")", 30), "nested too deeply", 21, ""},
		{strings.Repeat("a ", 100), "too many parts", 128, ""},
		{strings.Repeat("字", 1001), "too long", 1000, ""},
		{"a* b* c* d* e* f* g* h* i*", "too many wildcards", 24, ""},
		{"a\xffb", "not valid UTF-8", 0, ""},
	} {
		ix := &Index{analyzer: &analyzer{seg: plainSegmenter{}}}
		_, err := ix.Search(t.Context(), Query{Text: c.query})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: error %v, want a SyntaxError", c.query, err)
			continue
		}
		if !strings.Contains(syntax.Message, c.message) || syntax.Offset != c.at || syntax.Suggestion != c.suggestion {
			t.Errorf("%q: %q at %d, suggests %q; want %q at %d, suggests %q",
				c.query, syntax.Message, syntax.Offset, syntax.Suggestion, c.message, c.at, c.suggestion)
		}
	}
}

func TestSyntaxErrorShowsThePlace(t *testing.T) {
	_, err := parseQuery("网速 chanel:电话", time.Now(), time.UTC)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatal(err)
	}
	if got, want := syntax.Error(), `query, character 4: unknown field "chanel"; quote it to search for it as text; did you mean "channel"?`; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
	if got, want := syntax.Caret(), "网速 chanel:电话\n     ^"; got != want {
		t.Errorf("Caret() =\n%s\nwant\n%s", got, want)
	}
}

func TestQueryDates(t *testing.T) {
	shanghai := time.FixedZone("UTC+8", 8*3600)
	now := time.Date(2026, 3, 5, 20, 30, 0, 0, time.UTC) // the 6th in Shanghai
	for query, want := range map[string][2]string{
		"date:2026-03-01": {"2026-03-01T00:00", "2026-03-02T00:00"},
		"date:2026/3/1":   {"2026-03-01T00:00", "2026-03-02T00:00"},
		"日期：2026年3月":      {"2026-03-01T00:00", "2026-04-01T00:00"},
		"date:2024..2025": {"2024-01-01T00:00", "2026-01-01T00:00"},
		"date:>=2026-02":  {"2026-02-01T00:00", ""},
		"date:>2026-02":   {"2026-03-01T00:00", ""},
		"date:<2026-02":   {"", "2026-02-01T00:00"},
		"date:..2026-02":  {"", "2026-03-01T00:00"},
		"date:today":      {"2026-03-06T00:00", "2026-03-07T00:00"},
		"date:昨天":         {"2026-03-05T00:00", "2026-03-06T00:00"},
		"date:7d":         {"2026-02-28T00:00", "2026-03-07T00:00"},
		"date:2周":         {"2026-02-21T00:00", "2026-03-07T00:00"},
		"time:2026-03-01T08:30..2026-03-01T09:00": {"2026-03-01T08:30", "2026-03-01T09:01"},
		"time:2026-03-01T00:00:00Z":               {"2026-03-01T08:00", "2026-03-01T08:00"},
	} {
		p, err := parseQuery(query, now, shanghai)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		n, ok := p.root.(timeNode)
		show := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.In(shanghai).Format("2006-01-02T15:04")
		}
		if got := [2]string{show(n.from), show(n.to)}; !ok || got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}

// FuzzQuery: any string is a query or a SyntaxError that points into it; no
// query fails in Bleve, and what is found is highlighted in place.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"网速 慢", `"太慢了" -channel:电话`, "(a OR b) AND NOT c", "rating:>=3 date:2026-01..2026-02 sort:newest",
		"theme:net*,b 5G套餐 ⟦手机号·kqzmwtbx⟧", "“短语”（客服）pii：MOBILE", "has:pii id:x 0.5m don't 😡", "date:7d -(-a)", "慢*", "\ufeff\u200b",
	} {
		f.Add(seed)
	}
	ix := open(f, f.TempDir())
	fill(f, ix, "网速太慢了，5G信号差", "I can't download at 0.5M 😡", "号码⟦手机号·kqzmwtbx⟧被泄露")
	f.Fuzz(func(t *testing.T, text string) {
		res, err := ix.Search(t.Context(), Query{Text: text, Now: corpusNow, Facets: []string{"theme", "day"}})
		var syntax *SyntaxError
		switch {
		case errors.As(err, &syntax):
			if syntax.Offset < 0 || syntax.Offset > utf8.RuneCountInString(text) || syntax.Message == "" {
				t.Errorf("%q: error at %d: %q", text, syntax.Offset, syntax.Message)
			}
			_ = syntax.Caret()
			return
		case err != nil:
			t.Fatalf("%q: %v", text, err)
		}
		for _, h := range res.Hits {
			checkFragments(t, h.Document.Text, h.Fragments)
		}
	})
}

// checkFragments checks that fragments are where they say, whole and in order.
func checkFragments(t *testing.T, text string, fragments []Fragment) {
	t.Helper()
	runes, end := []rune(text), 0
	for _, f := range fragments {
		n := utf8.RuneCountInString(f.Text)
		if f.Start < end || f.Start+n > len(runes) || string(runes[f.Start:f.Start+n]) != f.Text {
			t.Fatalf("fragment %q is not at %d of %q", f.Text, f.Start, text)
		}
		end = f.Start + n
		last := 0
		for _, m := range f.Marks {
			if m.Start < last || m.Start >= m.End || m.End > n {
				t.Fatalf("mark %v of fragment %q is out of place", m, f.Text)
			}
			last = m.End
		}
	}
}

func TestRangesAndCalendarWords(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) // a Sunday
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	for query, want := range map[string]timeNode{
		"date:本周":                      {day(11, 16), day(11, 23)},
		"date:lastweek":                {day(11, 9), day(11, 16)},
		"date:thismonth":               {day(11, 1), day(12, 1)},
		"date:上月":                      {day(10, 1), day(11, 1)},
		"date:lastweek..thisweek":      {day(11, 9), day(11, 23)},
		"date:>2026-11-01..2026-11-05": {day(11, 2), day(11, 6)},
		"date:2026-11-01..<2026-11-05": {day(11, 1), day(11, 5)},
		"date:今年":                      {day(1, 1), day(1, 1).AddDate(1, 0, 0)},
	} {
		got, err := parseQuery(query, now, time.UTC)
		if err != nil || got.root != want {
			t.Errorf("%s: %v (%v), want %v", query, got.root, err, want)
		}
	}
	for query, want := range map[string][2]bool{
		"rating:1..3": {false, false}, "rating:>1..3": {true, false}, "rating:1..<3": {false, true}, "rating:>1..<3": {true, true},
	} {
		got, err := parseQuery(query, now, time.UTC)
		n, ok := got.root.(numberNode)
		if err != nil || !ok || *n.from != 1 || *n.to != 3 || n.strictFrom != want[0] || n.strictTo != want[1] {
			t.Errorf("%s: %+v (%v)", query, got.root, err)
		}
	}
	for _, query := range []string{"rating:>3..3", "date:>2026-11-05..2026-11-05", "rating:>..<"} {
		if _, err := parseQuery(query, now, time.UTC); err == nil {
			t.Errorf("%s: no error", query)
		}
	}
}
