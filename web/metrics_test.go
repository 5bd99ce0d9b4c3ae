package web

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
)

// The lines of the text format, version 0.0.4.
var (
	helpLine   = regexp.MustCompile(`^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\n]+$`)
	typeLine   = regexp.MustCompile(`^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$`)
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$`)
	labelPair  = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"`)
)

// readExposition reads metrics as a scraper does, and complains of what it would refuse.
func readExposition(t *testing.T, text string) map[string]float64 {
	t.Helper()
	if !strings.HasSuffix(text, "\n") {
		t.Error("the last line is not ended")
	}
	kinds, found := map[string]string{}, map[string]float64{}
	family, helped := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := helpLine.FindStringSubmatch(line); m != nil {
			helped = m[1]
			continue
		}
		if m := typeLine.FindStringSubmatch(line); m != nil {
			if family = m[1]; kinds[family] != "" || helped != family {
				t.Errorf("%s: described twice, or without help", family)
			}
			kinds[family] = m[2]
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("no line of the format: %q", line)
			continue
		}
		name := m[1]
		if kinds[family] == "histogram" {
			name = regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		}
		if name != family {
			t.Errorf("%s stands among %s", m[1], family)
		}
		if kinds[family] == "counter" != strings.HasSuffix(family, "_total") {
			t.Errorf("%s is a %s", family, kinds[family])
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil || math.IsNaN(v) || v < 0 {
			t.Errorf("%s: value %q", m[1], m[3])
		}
		if _, twice := found[m[1]+"{"+m[2]+"}"]; twice {
			t.Errorf("twice: %s{%s}", m[1], m[2])
		}
		found[m[1]+"{"+m[2]+"}"] = v
	}
	return found
}

func TestMetrics(t *testing.T) {
	h := newSite(t, feedback(40), full(&testDesk{}))
	p := as(t, h, access.Operator, "GET", "/metrics", "", "")
	if got := p.header.Get("Content-Type"); p.status != 200 || got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Fatalf("status %d, %s", p.status, got)
	}
	found := readExposition(t, p.body)
	for name, want := range map[string]float64{
		`qingting_build_info{version="v1"}`:                             1,
		`qingting_part_up{part="index"}`:                                1,
		`qingting_part_up{part="intake"}`:                               0,
		`qingting_dead_letters{reason="malformed"}`:                     3,
		`qingting_stream_limit_bytes{stream="FEEDBACK_IN"}`:             8 << 30,
		`qingting_process_feedback_processed_total{process="asdfghjk"}`: 1200,
		`qingting_stage_seconds_bucket{stage="detect",le="0.003"}`:      12,
		`qingting_stage_seconds_bucket{stage="document",le="+Inf"}`:     12,
		`qingting_stage_seconds_sum{stage="document"}`:                  2.5,
		`qingting_stage_seconds_count{stage="detect"}`:                  12,
		`qingting_start_time_seconds{}`:                                 float64(lastDay.Add(-time.Hour).Unix()),
	} {
		if got, ok := found[name]; !ok || got != want {
			t.Errorf("%s = %v, %v, want %v", name, got, ok, want)
		}
	}
	if _, there := found[`qingting_part_up{part="worker"}`]; there {
		t.Error("a part that another process plays is said to be up or down")
	}
	for _, word := range []string{"hotline", "广东", "broadband", "record0", "customer3"} {
		if strings.Contains(p.body, word) {
			t.Errorf("the metrics say %q", word)
		}
	}
}

// Buckets of a histogram hold one another, and names cannot break the format.
func TestExposition(t *testing.T) {
	hostile := "a\"b\\c\nqingting_evil 1\n\xff"
	o := Operations{
		Started: lastDay, Version: hostile, Parts: []OperatedPart{{hostile, PartWell, 0}}, Dead: []DeadCount{{hostile, 1}}, Streams: []OperatedStream{{hostile, 1, 2, 3}},
		Processes: []OperatedProcess{{Name: hostile}},
	}
	var bounds []OperatedBound
	for i := range 10 {
		bounds = append(bounds, OperatedBound{time.Duration(1+i*i*i) * time.Microsecond, uint64(i)})
	}
	o.Stages = []OperatedStage{{Name: hostile, Count: 10, Sum: 1, Bounds: bounds}}
	text := expositionOf(o).String()
	found := readExposition(t, text)
	if slices.Contains(strings.Split(text, "\n"), "qingting_evil 1") {
		t.Error("a name made a line of its own")
	}
	type bound struct{ le, n float64 }
	var got []bound
	for name, n := range found {
		if !strings.HasPrefix(name, "qingting_stage_seconds_bucket") {
			continue
		}
		labels := map[string]string{}
		for _, m := range labelPair.FindAllStringSubmatch(name, -1) {
			labels[m[1]] = m[2]
		}
		le, err := strconv.ParseFloat(labels["le"], 64)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, bound{le, n})
	}
	slices.SortFunc(got, func(a, b bound) int { return int(math.Copysign(1, a.le-b.le)) })
	if len(got) != 11 || !math.IsInf(got[10].le, 1) || got[10].n != 10 || got[3] != (bound{28e-6, 3}) {
		t.Error(fmt.Sprint(got))
	}
}

// Programs that may not are told so, and are not led to a page for people.
func TestMetricsRefused(t *testing.T) {
	h := newSite(t, feedback(5), full(&testDesk{}))
	if p := as(t, h, access.Publisher, "GET", "/metrics", "", ""); p.status != 403 || p.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a publisher: %d, %s", p.status, p.header.Get("Content-Type"))
	}
	if p := get(t, newSite(t, nil, nil), "/metrics"); p.status != 501 {
		t.Errorf("without an operator: %d", p.status)
	}
}
