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
		Distinct:   n(11890), Repeats: n(233), Copies: n(222), Provisional: 1,
		Campaigns: []statistics.Campaign{{
			Template:  "强烈要求公开说明为什么达量限速不提前告知，尾号…的用户受够了，这是欺骗消费者，请给所有用户一个说法，不要再拿条款来推诿搪塞敷衍",
			Documents: 40, Customers: 38, First: day(4), Last: day(6), Themes: []statistics.Name{{ID: "throttled", ZH: "限速", EN: "Throttled"}},
		}},
		Risks: []statistics.Line{{ID: "churn", ZH: "离网倾向", EN: "Leaving", Documents: n(77), Share: pointer(0.006), Change: pointer(0)}},
	}
}

// longReport has more themes than are quoted.
func longReport() statistics.Report {
	r := exampleReport()
	for i, name := range [][2]string{
		{"宽带故障", "Broadband fault"},
		{"套餐难退难改", "Plan hard to change or leave"},
		{"热线难打通", "Hotline hard to get through"},
		{"转人工难", "Maze before a human"},
		{"营销骚扰", "Marketing harassment"},
		{"服务态度差", "Staff attitude"},
		{"营业厅排队", "Queues in the store"},
		{"充值缴费", "Top-up and payment"},
		{"漫游", "Roaming"},
		{"重复投诉未解决", "Complained again and again"},
		{"短信与验证码收发异常", "Texts and codes not arriving"},
		{"资费账单不透明", "Opaque tariffs and bills"},
		{"不知情定制与乱扣费", "Charged without consent"},
	} {
		l := statistics.Line{ZH: name[0], EN: name[1], Documents: statistics.Count{N: 300 - 7*i}, Share: pointer(float64(300-7*i) / 12345), Change: pointer(float64(i-6) / 20), Significant: i == 11}
		r.Themes = append(r.Themes, l)
	}
	r.Themes = append(r.Themes, statistics.Line{ZH: "二次放号", EN: "Recycled number", Documents: statistics.Count{Below: 5}},
		statistics.Line{ZH: "携号转网受阻", EN: "Number porting blocked", Documents: statistics.Count{Below: 5}})
	return r
}

// TestEveryThemeIsDrawn looks at every width: no theme is cut off, no line too long.
func TestEveryThemeIsDrawn(t *testing.T) {
	r := longReport()
	for width := 64; width <= 120; width++ {
		for _, english := range []bool{false, true} {
			var out bytes.Buffer
			if err := writeReport(&out, r, reportOptions{Width: width, English: english}); err != nil {
				t.Fatal(err)
			}
			for _, l := range r.Themes {
				name := l.ZH
				if english {
					name = l.EN[:min(len(l.EN), 12)] // the rest may be clipped
				}
				if !strings.Contains(strings.ReplaceAll(out.String(), "\n   ", ""), name) {
					t.Errorf("width %d: %q is not drawn", width, name)
				}
			}
			for _, line := range strings.Split(out.String(), "\n") {
				if displayWidth(line) > width {
					t.Errorf("width %d: a line of %d columns: %s", width, displayWidth(line), line)
				}
			}
		}
	}
}

// TestOneDay draws feedback of a single day: no course, no change, one date.
func TestOneDay(t *testing.T) {
	day := time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC)
	series := make([]statistics.Count, 30)
	series[29] = statistics.Count{N: 40}
	r := statistics.Report{
		From: day.AddDate(0, 0, -29), To: day.AddDate(0, 0, 1), StepDays: 1, K: 5,
		Documents: statistics.Count{N: 40}, Customers: statistics.Count{N: 38}, Series: series,
		Themes: []statistics.Line{
			{ZH: "宽带故障", EN: "Broadband fault", Documents: statistics.Count{N: 31}, Share: pointer(0.775), Series: series},
			{ZH: "漫游", EN: "Roaming", Documents: statistics.Count{Below: 5}},
		},
	}
	var out bytes.Buffer
	if err := writeReport(&out, r, reportOptions{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "倾听  2026-03-30\n") || strings.ContainsAny(got, "–▁█▲") || strings.Contains(got, "环比") || strings.Contains(got, "走势") {
		t.Errorf("a single day is drawn as\n%s", got)
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
		if err := writeReport(&got, longReport(), o); err != nil {
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
