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
// the decision.
func Spans(by rule.Recogniser, text string, floor float64) []Span {
	t := fold.New(text)
	var all []Span
	by.Recognise(t, false, func(c rule.Candidate) {
		if c.Confidence >= floor && c.Rejected == "" {
			a, b := t.Span(c.Start, c.End)
			all = append(all, Span{a, b, c.Rule})
		}
	})
	slices.SortStableFunc(all, func(a, b Span) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.End <= out[n-1].End {
			continue
		}
		out = append(out, s)
	}
	return out
}
