package address

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// threshold is the confidence from which the detector takes a candidate.
const threshold = 0.5

// marked splits an example into its text and the spans that stand in 〔〕.
func marked(example string) (text string, spans []string) {
	for i, part := range strings.Split(example, "〔") {
		if i > 0 {
			span, _, _ := strings.Cut(part, "〕")
			spans = append(spans, span)
		}
	}
	return strings.NewReplacer("〔", "", "〕", "").Replace(example), spans
}

// found returns the spans that r finds in text, with the rule of each.
func found(r *Recogniser, text string) (spans []string, rules map[string]string) {
	t := fold.New(text)
	rules = map[string]string{}
	type at struct {
		start int
		span  string
	}
	var all []at
	r.Recognise(t, false, func(c rule.Candidate) {
		if c.Confidence >= threshold && c.Rejected == "" {
			from, to := t.Span(c.Start, c.End)
			all = append(all, at{from, text[from:to]})
			rules[text[from:to]] = c.Rule
		}
	})
	for len(all) > 0 {
		first := 0
		for i := range all {
			if all[i].start < all[first].start {
				first = i
			}
		}
		spans = append(spans, all[first].span)
		all = append(all[:first], all[first+1:]...)
	}
	return spans, rules
}

func TestRulesKeepTheirExamples(t *testing.T) {
	r := New()
	for _, ru := range Rules() {
		for _, example := range ru.Finds {
			text, want := marked(example)
			got, rules := found(r, text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", ru.ID, text, diff)
				continue
			}
			if rules[want[0]] != ru.ID {
				t.Errorf("%s: %s was found by %s", ru.ID, text, rules[want[0]])
			}
		}
		for _, text := range ru.Leaves {
			if got, rules := found(r, text); len(got) > 0 {
				t.Errorf("%s: %s: found %v by %v, want none", ru.ID, text, got, rules)
			}
		}
	}
}
