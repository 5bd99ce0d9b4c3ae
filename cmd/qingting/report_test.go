package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/statistics"
)

func pointer(x float64) *float64 { return &x }

func exampleReport() statistics.Report {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	n := func(x int) statistics.Count { return statistics.Count{N: x} }
	few := statistics.Count{Below: 5}
	return statistics.Report{
		From: day(1), To: day(31), K: 5, Region: "杭州",
		Documents: n(12345), Customers: n(9876), Change: pointer(0.12), MeanRating: pointer(2.41),
		Sentiment: &statistics.Tones{Positive: 0.2, Neutral: 0.3, Negative: 0.5},
		PainPoints: []statistics.Line{
			{
				ID: "robot-human", ZH: "智能化与人工的平衡", EN: "Robot against human", Documents: n(1234), Share: pointer(0.1), Change: pointer(0.34), Significant: true,
				Series: []statistics.Count{n(1), n(5), few, n(20)},
				Quotes: []statistics.Quote{{Text: "打了三遍热线都是机器人，翻来覆去就是那几句话，想找个真人说清楚宽带迁移的事情怎么就这么难，" +
					"\x1b[31m等了半个多小时最后还给我挂断了，请⟦人名⟧经理给我回个电话，不然我只好去别家看看，这样的服务实在让人寒心"}},
				Burst: &statistics.Burst{Day: day(28), Observed: 96, Expected: 31.4},
			},
			{ID: "privacy", ZH: "对隐私保护的关注度提升", EN: "Privacy concern", Documents: few},
		},
		Themes: []statistics.Line{{
			ID: "refund-slow", ZH: "退费慢或不退", EN: "Refund slow or denied", Documents: n(321), Share: pointer(0.026), Change: pointer(-0.2), Series: []statistics.Count{n(9), n(4), n(0), n(2)},
			Quotes: []statistics.Quote{{Text: "I have been waiting for my deposit since January and every agent tells me something different about it"}},
		}},
		Dimensions: []statistics.Line{{ID: "channel", ZH: "服务渠道的便捷性与可及性", EN: "Channel convenience and reach", Documents: n(55), Satisfaction: pointer(23)}},
		Risks:      []statistics.Line{{ID: "churn", ZH: "离网倾向", EN: "Leaving", Documents: n(77), Share: pointer(0.006), Change: pointer(0)}},
	}
}

// TestReportIsDrawn compares with testdata/report*.txt; QINGTING_GOLDEN=write
// writes them anew.
func TestReportIsDrawn(t *testing.T) {
	for name, o := range map[string]reportOptions{
		"report.txt":        {Width: 90},
		"report_en.txt":     {Width: 110, English: true},
		"report_colour.txt": {Width: 70, Colour: true},
	} {
		var got bytes.Buffer
		if err := writeReport(&got, exampleReport(), o); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if os.Getenv("QINGTING_GOLDEN") == "write" {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if o.Colour {
			continue
		}
		for _, line := range strings.Split(got.String(), "\n") {
			if displayWidth(line) > o.Width {
				t.Errorf("%s: a line of %d columns: %s", name, displayWidth(line), line)
			}
			if strings.Contains(line, "\x1b") {
				t.Errorf("%s: an escape sequence reaches the terminal: %q", name, line)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text    string
		columns int
		want    []string
	}{
		{"一二三四五", 4, []string{"一二", "三四", "五"}},
		{"一二三，四", 6, []string{"一二", "三，四"}},
		{"good words stay whole", 11, []string{"good words", "stay whole"}},
		{"一二三四五六七八九十", 4, []string{"一二", "三四", "五…"}},
		{"a\u202eb\x1bc", 10, []string{"abc"}},
	} {
		if diff := cmp.Diff(tt.want, wrap(tt.text, tt.columns, 3)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestSparkline(t *testing.T) {
	var long []statistics.Count
	for i := range 30 {
		long = append(long, statistics.Count{N: i})
	}
	for _, tt := range []struct {
		series []statistics.Count
		want   string
	}{
		{nil, ""},
		{[]statistics.Count{{N: 0}, {N: 0}}, "▁▁"},
		{[]statistics.Count{{N: 0}, {N: 4}, {N: 8}}, "▁▅█"},
		{[]statistics.Count{{Below: 5}, {N: 5}}, "▅█"},
		{long, "▁▂▂▂▃▃▄▄▅▅▆▆▇▇█"},
	} {
		if got := sparkline(tt.series, 16); len([]rune(got)) > 16 || len(tt.series) < 10 && got != tt.want {
			t.Errorf("sparkline(%v) = %s, want %s", tt.series, got, tt.want)
		}
	}
}
