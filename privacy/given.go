package privacy

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/privacy/detect"
	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

// Given is a place in a text that somebody says holds personal data: a reviewer
// who sees what detection missed.
type Given struct {
	Start, End int // code points of the sanitised text, end exclusive
	Type       rule.Type
	Rule       string // who says so, as the rule of the span: "review"
}

// RedactGiven is Redact, with the given places taken out whether detection
// agrees or not. A place that cuts into a placeholder takes it whole, one that
// is nothing but placeholders and white space is left alone, and places that
// overlap become one. A type that the policy keeps becomes a tag. It fails when
// a place does not lie in the text or its type is unknown.
func (r *Redactor) RedactGiven(text string, given []Given, at time.Time) (Result, error) {
	source := Sanitise(text)
	if len(given) == 0 {
		return r.settle(r.begin(source, at), 0, false), nil
	}
	offsets := byteOffsets(source)
	var known []detect.Finding
	p := r.begin(source, at)
	for _, g := range given {
		if g.Start < 0 || g.End <= g.Start || g.End >= len(offsets) {
			return Result{}, fmt.Errorf("the place %d to %d does not lie in the text of %d characters", g.Start, g.End, len(offsets)-1)
		}
		if !g.Type.Valid() {
			return Result{}, fmt.Errorf("unknown type %q of personal data", g.Type)
		}
		start, end := aroundPlaceholders(source, offsets[g.Start], offsets[g.End])
		if onlyPlaceholders(strings.Join(strings.Fields(source[start:end]), "")) {
			continue
		}
		f := found{
			Finding: detect.Finding{Type: g.Type, Start: start, End: end, Rule: g.Rule, Confidence: 1, Evidence: []string{"the place was given"}},
			action:  r.policy.Action(g.Type),
		}
		if f.action == Keep {
			f.action = Tag
		}
		if known == nil {
			known = r.detector.Detect(source)
		}
		for _, d := range known { // for a better canonical form, when detection agrees
			if d.Type == g.Type && d.Start == start && d.End == end {
				f.Canonical = d.Canonical
			}
		}
		p.add(f)
	}
	p.apply()
	return r.settle(p, 1, false), nil
}

// aroundPlaceholders widens the bytes start to end of s so that no placeholder
// is cut.
func aroundPlaceholders(s string, start, end int) (from, to int) {
	from, to = start, end
	for i := 0; i < len(s) && i < end; {
		n, _ := placeholder.Match(s[i:])
		if n == 0 {
			next := strings.Index(s[i+1:], placeholder.Open)
			if next < 0 {
				break
			}
			i += 1 + next
			continue
		}
		if i < end && i+n > start {
			from, to = min(from, i), max(to, i+n)
		}
		i += n
	}
	return from, to
}

// byteOffsets are those of each code point of s, and of its end.
func byteOffsets(s string) []int {
	offsets := make([]int, 0, utf8.RuneCountInString(s)+1)
	for i := range s {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}
