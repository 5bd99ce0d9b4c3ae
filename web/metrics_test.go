package web

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"qingting/internal/access"
)

// readExposition reads metrics as a scraper does; counters, gauges and the sums, counts and
// buckets of histograms, by their lines without the value.
func readExposition(t *testing.T, text string) map[string]float64 {
	t.Helper()
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	families, err := new(expfmt.NewTextParser(model.LegacyValidation)).TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for name, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			set := func(name string, v float64, more ...string) {
				key := name + "{" + strings.Join(append(slices.Clone(labels), more...), ",") + "}"
				if _, twice := found[key]; twice {
					t.Errorf("twice: %s", key)
				}
				if math.IsNaN(v) || v < 0 {
					t.Errorf("%s is %v", key, v)
				}
				found[key] = v
			}
			switch h := m.GetHistogram(); f.GetType() {
			case dto.MetricType_COUNTER:
				set(name, m.GetCounter().GetValue())
			case dto.MetricType_GAUGE:
				set(name, m.GetGauge().GetValue())
			case dto.MetricType_HISTOGRAM:
				set(name+"_sum", h.GetSampleSum())
				set(name+"_count", float64(h.GetSampleCount()))
				for _, b := range h.GetBucket() {
					set(name+"_bucket", float64(b.GetCumulativeCount()), fmt.Sprintf("le=%q", strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64)))
				}
			}
		}
	}
	return found
}

func TestMetrics(t *testing.T) {
	h := newSite(t, feedback(40), full(&testDesk{}))
	p := as(t, h, access.Operator, "GET", "/metrics", "", "")
	if got := p.header.Get("Content-Type"); p.status != 200 || !strings.HasPrefix(got, "text/plain; version=0.0.4; charset=utf-8") {
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
	s := &server{cfg: Config{Operator: operatorOf{o}, Log: slog.New(slog.DiscardHandler)}, told: newMetrics()}
	w := httptest.NewRecorder()
	s.metrics(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	text := w.Body.String()
	found := readExposition(t, text)
	if slices.Contains(strings.Split(text, "\n"), "qingting_evil 1") {
		t.Error("a name made a line of its own")
	}
	label := fmt.Sprintf("{stage=%q,", strings.ToValidUTF8(hostile, "\uFFFD"))
	for le, want := range map[string]float64{"+Inf": 10, "2.8e-05": 3, "1e-06": 0} {
		if got, there := found["qingting_stage_seconds_bucket"+label+fmt.Sprintf("le=%q}", le)]; !there || got != want {
			t.Errorf("up to %s: %v, %v, want %v", le, got, there, want)
		}
	}
}

// What is told twice does not keep the rest from being told.
func TestMetricsTwice(t *testing.T) {
	var log strings.Builder
	s := &server{told: newMetrics(), cfg: Config{
		Log:      slog.New(slog.NewTextHandler(&log, nil)),
		Operator: operatorOf{Operations{Version: "v2", Started: lastDay, Streams: []OperatedStream{{"FEEDBACK_IN", 1, 2, 3}, {"FEEDBACK_IN", 1, 2, 3}}}},
	}}
	w := httptest.NewRecorder()
	s.metrics(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if found := readExposition(t, w.Body.String()); w.Code != 200 || found[`qingting_build_info{version="v2"}`] != 1 || found[`qingting_stream_bytes{stream="FEEDBACK_IN"}`] != 2 {
		t.Errorf("status %d, %d metrics", w.Code, len(found))
	}
	if !strings.Contains(log.String(), "level=WARN") {
		t.Errorf("the log says %q", log.String())
	}
}

// operatorOf is an operator that sees one thing.
type operatorOf struct{ Operations }

func (o operatorOf) Look(context.Context) (Operations, error) { return o.Operations, nil }
func (operatorOf) Ready(context.Context) error                { return nil }

// Answers are counted by route, which is a pattern of ours, and never by path.
func TestMetricsOfAnswers(t *testing.T) {
	h := newSite(t, feedback(5), full(&testDesk{}))
	for _, path := range []string{"/documents/record1?q=secret", "/documents/other", "/nowhere/secret"} {
		as(t, h, access.Analyst, "GET", path, "", "")
	}
	found := readExposition(t, as(t, h, access.Operator, "GET", "/metrics", "", "").body)
	routes := 0.0
	for key, n := range found {
		if !strings.HasPrefix(key, "qingting_http_requests_total{") {
			continue
		}
		if routes += n; strings.Contains(key, "secret") || strings.Contains(key, "record1") {
			t.Errorf("a path is told: %s", key)
		}
	}
	if routes != 3 {
		t.Errorf("%v answers are counted", routes)
	}
	if found["go_goroutines{}"] < 1 || found["process_start_time_seconds{}"] < 1 {
		t.Error("the runtime tells nothing")
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
