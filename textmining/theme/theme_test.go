package theme

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

const small = `format: 1
dimensions:
  - id: clarity
    zh: {name: 清晰度, definition: 是否易懂, praise: [明明白白]}
    en: {name: Clarity, definition: easy to understand}
pain_points:
  - id: one-size
    zh: {name: 千篇一律, definition: 不分人}
    en: {name: One size, definition: for all}
themes:
  - id: bill
    dimensions: [clarity]
    pain_points: [one-size]
    zh: {name: 账单, definition: 账单, strong: [账单看不懂], praise: [账单很清楚]}
    en: {name: Bill, definition: bills, strong: [confusing bill]}
  - id: spread
    scope: clause
    zh: {name: 分句, definition: 同一分句, weak: [甲词, 乙词, 丙词, 丁词]}
    en: {name: Spread, definition: one clause, strong: [one clause]}
  - id: notice
    polarity: neutral
    zh: {name: 提醒, definition: 提醒, strong: [短信提醒], cues: [提醒服务]}
    en: {name: Notice, definition: notice, strong: [text notice]}
  - id: question
    alone: true
    polarity: neutral
    zh: {name: 咨询, definition: 咨询, strong: [请问]}
    en: {name: Question, definition: question, strong: [may i ask]}
`

// tag runs the whole path over text with a tone that is everywhere the same.
func tag(t *testing.T, text string, tone float64) Tags {
	t.Helper()
	tax, err := taxonomy.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	tagger := New(tax)
	set, err := match.Compile(tagger.Cues(0))
	if err != nil {
		t.Fatal(err)
	}
	w := match.Weigher{ClauseScope: func(o int32) bool { return tagger.ClauseScope(int(o)) }}
	return tagger.Tag(Reading{
		Evidence: w.Weigh(set.Find(text, new(match.Scratch))), Point: func(i int) int { return i },
		Sentiment: func(int, int) float64 { return tone },
	})
}

func TestTag(t *testing.T) {
	span := func(from, to int) []document.Span { return []document.Span{{Start: from, End: to}} }
	for _, tt := range []struct {
		name, text string
		tone       float64
		want       Tags
	}{
		{"complaint", "账单看不懂", 0, Tags{
			Themes:     []document.Tag{{ID: "bill", Score: 0.9, Polarity: -1, Evidence: span(0, 15)}},
			Dimensions: []document.Tag{{ID: "clarity", Score: 0.81, Polarity: -1, Evidence: span(0, 15)}},
			PainPoints: []document.Tag{{ID: "one-size", Score: 0.81, Polarity: -1, Evidence: span(0, 15)}},
		}},
		{"praise is no pain point", "账单很清楚", 1, Tags{
			Themes:     []document.Tag{{ID: "bill", Score: 0.85, Polarity: 1, Evidence: span(0, 15)}},
			Dimensions: []document.Tag{{ID: "clarity", Score: 0.765, Polarity: 1, Evidence: span(0, 15)}},
		}},
		{"a dimension has cues of its own", "明明白白", 0, Tags{
			Dimensions: []document.Tag{{ID: "clarity", Score: 0.85, Polarity: 1, Evidence: span(0, 12)}},
		}},
		{"weak cues of one clause", "甲词乙词丙词丁词", 0, Tags{
			Themes: []document.Tag{{ID: "spread", Score: 0.59, Polarity: -1, Evidence: []document.Span{{Start: 0, End: 6}, {Start: 6, End: 12}, {Start: 12, End: 18}, {Start: 18, End: 24}}}},
		}},
		{"weak cues of several clauses", "甲词，乙词，丙词，丁词", 0, Tags{}},
		{"a neutral theme takes the tone", "短信提醒", 0.5, Tags{
			Themes: []document.Tag{{ID: "notice", Score: 0.9, Polarity: 0.5, Evidence: span(0, 12)}},
		}},
		{"alone", "请问", 0, Tags{Themes: []document.Tag{{ID: "question", Score: 0.9, Evidence: span(0, 6)}}}},
		{"not alone", "请问短信提醒", 0, Tags{Themes: []document.Tag{{ID: "notice", Score: 0.9, Evidence: span(6, 18)}}}},
		{"named in a question", "请问提醒服务", 0, Tags{Themes: []document.Tag{{ID: "question", Score: 0.9, Evidence: span(0, 6)}}}},
		{"named beside a question", "请问一下，提醒服务", 0, Tags{Themes: []document.Tag{{ID: "notice", Score: 0.75, Evidence: span(15, 27)}}}},
		{"nothing", "今天天气不错", 0.9, Tags{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tag(t, tt.text, tt.tone)
			if len(got.Themes) == 0 {
				got.Themes = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestYields(t *testing.T) {
	file := strings.Replace(small, "  - id: notice\n", "  - id: notice\n    yields: [bill]\n", 1)
	tax, err := taxonomy.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	tagger := New(tax)
	set, err := match.Compile(tagger.Cues(0))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"提醒服务":       "notice",
		"提醒服务，账单看不懂": "bill",
		"短信提醒，账单看不懂": "bill notice", // a strong cue stands
	} {
		var w match.Weigher
		var got []string
		for _, tag := range tagger.Tag(Reading{Evidence: w.Weigh(set.Find(text, new(match.Scratch))), Point: func(i int) int { return i }}).Themes {
			got = append(got, tag.ID)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
	if _, err := taxonomy.Parse([]byte(strings.Replace(small, "  - id: notice\n", "  - id: notice\n    yields: [clarity]\n", 1))); err == nil {
		t.Error("a theme may yield to a dimension")
	}
}
