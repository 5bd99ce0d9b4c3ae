package recognise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// Span is a marked or a found piece of an example: bytes, end exclusive, and
// the rule that found it.
type Span struct {
	Start, End int
	Rule       string
}

// String gives the span's place; the rule is for who asks for it.
func (s Span) String() string { return fmt.Sprintf("[%d,%d)", s.Start, s.End) }

func (s Span) same(o Span) bool { return s.Start == o.Start && s.End == o.End }

// Unmark splits an example into its text and the spans between « and ».
func Unmark(example string) (text string, marked []Span) {
	var b strings.Builder
	start := 0
	for _, r := range example {
		switch r {
		case '«':
			start = b.Len()
		case '»':
			marked = append(marked, Span{Start: start, End: b.Len()})
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), marked
}

// Spans returns what by finds in text with at least the confidence floor, by
// place. Of spans that lie within one another only the outermost counts, as in
// the decision; a [rule.Reminder] is asked for more.
func Spans(by rule.Recogniser, text string, floor float64) []Span {
	t := fold.New(text)
	var all []rule.Candidate
	emit := func(c rule.Candidate) {
		if c.Confidence >= floor && c.Rejected == "" {
			all = append(all, c)
		}
	}
	byPlace := func(a, b rule.Candidate) int { return cmp.Or(a.Start-b.Start, b.End-a.End) }
	by.Recognise(t, false, emit)
	slices.SortStableFunc(all, byPlace)
	outer := all[:0]
	for _, c := range all {
		if n := len(outer); n == 0 || c.End > outer[n-1].End {
			outer = append(outer, c)
		}
	}
	all = outer
	if r, ok := by.(rule.Reminder); ok && len(all) > 0 {
		r.Again(t, slices.Clone(all), emit)
		slices.SortStableFunc(all, byPlace)
	}
	out := make([]Span, len(all))
	for i, c := range all {
		a, b := t.Span(c.Start, c.End)
		out[i] = Span{a, b, c.Rule}
	}
	return out
}
