package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"qingting/search"
	"qingting/textmining/statistics"
)

func TestSpark(t *testing.T) {
	n := func(n int) statistics.Count { return statistics.Count{N: n} }
	few := statistics.Count{Below: 5}
	for _, series := range [][]statistics.Count{nil, {}, {n(9)}, {few}, {n(0), n(0), n(0)}} {
		if s := sparkOf(series, 1, english); s != nil {
			t.Errorf("%v is drawn as %+v", series, s)
		}
	}
	s := sparkOf([]statistics.Count{n(0), n(20), few, n(10)}, 1, english)
	if s.Bars != "M25.0 24v-24.0h19.5v24.0zM75.0 24v-12.0h19.5v12.0z" || s.Few != "M50.0 24v-3.0h19.5v3.0z" {
		t.Errorf("bars %s, few %s", s.Bars, s.Few)
	}
	if s.Label != "A day: at most 20, on the last day 10" {
		t.Error(s.Label)
	}
	if s := sparkOf([]statistics.Count{few, n(0)}, 7, chinese); s.Bars != "" || s.Few == "" || s.Label != "每个时段均少于显示下限" {
		t.Errorf("%+v", s)
	}
}

func TestCourseOfAResult(t *testing.T) {
	text := func(f search.Facet) (rows []string) {
		if d := courseOf(f, english); d != nil {
			for _, row := range d.Table.Rows {
				rows = append(rows, strings.Join(row, " "))
			}
		}
		return rows
	}
	got := text(search.Facet{Name: search.FacetDay, Cells: []search.Cell{{Value: "2026-03-01", Count: 10}, {Value: "2026-03-04", Suppressed: true}}})
	if want := "2026-03-01 10|2026-03-02 0|2026-03-03 0|2026-03-04 withheld"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
	got = text(search.Facet{Name: search.FacetDay, Cells: []search.Cell{{Value: "1970-01-01", Count: 10}, {Value: "2026-03-04", Count: 7}, {Value: "99999-01-01", Count: 7}}})
	if len(got) != longest[search.FacetDay] || !strings.HasPrefix(got[len(got)-1], "2026-03-04") {
		t.Errorf("%d days: %v", len(got), got)
	}
	got = text(search.Facet{Name: search.FacetWeek, Cells: []search.Cell{{Value: "2026-03-02", Count: 6}, {Value: "2026-03-16", Count: 7}}})
	if want := "2026-03-02 6|2026-03-09 0|2026-03-16 7"; strings.Join(got, "|") != want {
		t.Errorf("by week: %s, want %s", strings.Join(got, "|"), want)
	}
	got = text(search.Facet{Name: search.FacetMonth, Cells: []search.Cell{{Value: "2025-12", Count: 6}, {Value: "2026-02", Count: 7}}})
	if want := "2025-12 6|2026-01 0|2026-02 7"; strings.Join(got, "|") != want {
		t.Errorf("by month: %s, want %s", strings.Join(got, "|"), want)
	}
	for _, f := range []search.Facet{{}, {Cells: []search.Cell{{Value: "2026-03-04", Count: 7}}}, {Cells: []search.Cell{{Value: "x"}}}} {
		if got := text(f); got != nil {
			t.Errorf("%+v is drawn: %v", f, got)
		}
	}
}

func TestFormat(t *testing.T) {
	f := func(x float64) *float64 { return &x }
	for _, c := range []struct{ got, want string }{
		{count(statistics.Count{N: 1234567}), "1,234,567"},
		{count(statistics.Count{Below: 5}), "<5"},
		{count(statistics.Count{}), "0"},
		{thousands(999), "999"},
		{percent(nil), "–"},
		{percent(f(0.1234)), "12.3%"},
		{change(nil), "–"},
		{change(f(0.004)), "0%"},
		{change(f(-0.45)), "−45%"},
		{change(f(12.5)), "+1,250%"},
		{score(f(7.6)), "8"},
		{score(nil), "–"},
		{clip("短"), "短"},
		{clip(strings.Repeat("长", 61)), strings.Repeat("长", 59) + "…"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// Text has a contrast of 4.5 to 1 on what it stands on, in both colour schemes,
// and what is drawn 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	style, err := assetOf(".css", "")
	if err != nil {
		t.Fatal(err)
	}
	root := regexp.MustCompile(`(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}`)
	colour := regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)
	schemes := map[string]map[string]string{"light": {}, "dark": {}}
	for _, block := range root.FindAllStringSubmatch(string(style.body), -1) {
		scheme := schemes["light"]
		if block[1] != "" {
			scheme = schemes["dark"]
		}
		for _, m := range colour.FindAllStringSubmatch(block[2], -1) {
			scheme[m[1]] = m[2]
		}
	}
	for scheme, colours := range schemes {
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "card", 4.5},
			{"ink", "page", 4.5},
			{"ink", "mark", 4.5},
			{"ink", "rail", 4.5},
			{"soft", "card", 4.5},
			{"soft", "page", 4.5},
			{"accent", "card", 4.5},
			{"accent", "page", 4.5},
			{"sure", "card", 4.5},
			{"on-accent", "accent", 4.5},
			{"bar", "card", 3},
			{"negative", "card", 3},
			{"positive", "card", 3},
			{"field", "card", 3},
			{"field", "page", 3},
			{"s1", "card", 3},
			{"s2", "card", 3},
			{"s3", "card", 3},
			{"s4", "card", 3},
			{"s5", "card", 3},
			{"s6", "card", 3},
			{"s7", "card", 3},
			{"s8", "card", 3},
			{"burst", "card", 3},
			{"on-pale", "h0", 4.5},
			{"on-pale", "h1", 4.5},
			{"on-pale", "h2", 4.5},
			{"on-pale", "h3", 4.5},
			{"on-deep", "h4", 4.5},
			{"on-deep", "h5", 4.5},
			{"on-deep", "h6", 4.5},
			{"on-pale", "few", 4.5},
			{"soft", "urgent", 4.5},
			{"ink", "urgent", 4.5},
			{"soft", "keep", 4.5},
			{"ink", "keep", 4.5},
		} {
			if got := contrast(t, colours[pair.front], colours[pair.back]); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", scheme, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

// contrast is the ratio of two colours' relative luminances (WCAG 2.2).
func contrast(t *testing.T, a, b string) float64 {
	luminance := func(colour string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			if len(colour) != 7 {
				t.Fatalf("no colour: %q", colour)
			}
			n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}
