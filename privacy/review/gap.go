package review

import (
	"slices"
	"strings"

	"qingting/privacy/audit"
)

// Gap is a kind of personal data that detection missed, by what it looks like.
type Gap struct {
	Type  string   `json:"type"`
	Shape string   `json:"shape"`
	Cues  []string `json:"cues,omitempty"`
	Times int      `json:"times"`
	// Records are some of those in which it was seen.
	Records []string `json:"records"`
}

// gapRecords is how many records a gap names.
const gapRecords = 5

// Gaps lists what reviewers saw missed, most frequent first. A document that two
// reviewers read, or that was drawn twice, counts once a place.
func Gaps(entries []Indexed) (gaps []Gap) {
	type place struct {
		record, version, field, typ string
		start, end                  int
	}
	seen := make(map[place]bool)
	at := make(map[string]int)
	for _, e := range entries {
		if e.Action != audit.ActionReview {
			continue
		}
		for _, v := range e.Verdicts {
			if v.Outcome != Missed {
				continue
			}
			p := place{e.Record, e.Before, v.Field, v.Type, v.Start, v.End}
			if seen[p] {
				continue
			}
			seen[p] = true
			key := v.Type + "\x00" + v.Shape
			for _, c := range v.Cues {
				key += "\x00" + c
			}
			i, ok := at[key]
			if !ok {
				i = len(gaps)
				at[key] = i
				gaps = append(gaps, Gap{Type: v.Type, Shape: v.Shape, Cues: v.Cues})
			}
			gaps[i].Times++
			if len(gaps[i].Records) < gapRecords && !slices.Contains(gaps[i].Records, e.Record) {
				gaps[i].Records = append(gaps[i].Records, e.Record)
			}
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		if a.Times != b.Times {
			return b.Times - a.Times
		}
		return strings.Compare(a.Type+a.Shape, b.Type+b.Shape)
	})
	return gaps
}
