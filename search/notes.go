package search

import (
	"fmt"
	"slices"
)

// Note tells of something in a query that is no mistake and may be meant
// otherwise: a value that no document has, yet.
type Note struct {
	Field      string `json:"field"`
	Value      string `json:"value"`
	Suggestion string `json:"suggestion,omitempty"` // the value that was probably meant
}

// String says it in words.
func (n Note) String() string {
	s := fmt.Sprintf("no feedback has %s:%s", n.Field, n.Value)
	if n.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %q?", n.Suggestion)
	}
	return s
}

// notes looks for values that are nowhere in the index.
func (a *question) notes(p *pass) []Note {
	var out []Note
	var look func(n node)
	look = func(n node) {
		switch n := n.(type) {
		case andNode:
			for _, part := range n.parts {
				look(part)
			}
		case orNode:
			for _, part := range n.parts {
				look(part)
			}
		case notNode:
			look(n.part)
		case keywordNode:
			out = append(out, p.unknown(n)...)
		}
	}
	look(a.parsed)
	for _, f := range a.Filters {
		if n, err := f.node(); err == nil {
			look(n)
		}
	}
	return out
}

// unknown are the values of a field of few values that no document has.
func (p *pass) unknown(n keywordNode) []Note {
	var known []string
	switch column := columnOf(n.field); {
	case n.field == fieldHas:
		known = hasNames[:]
	case column >= 0:
		seen := make(map[string]bool)
		for i := range p.cols {
			for _, cols := range p.cols[i] {
				for _, v := range cols.sets[column].values {
					if !seen[v] {
						seen[v] = true
						known = append(known, v)
					}
				}
			}
		}
	default:
		return nil
	}
	slices.Sort(known)
	var out []Note
	for _, v := range n.values {
		want := foldKeyword(v.text)
		if v.prefix || slices.ContainsFunc(known, func(k string) bool { return foldKeyword(k) == want }) {
			continue
		}
		near := suggest(want, func(yield func(string)) {
			for _, k := range known {
				yield(foldKeyword(k))
			}
		})
		note := Note{Field: n.field, Value: v.text}
		if i := slices.IndexFunc(known, func(k string) bool { return foldKeyword(k) == near }); near != "" && i >= 0 {
			note.Suggestion = known[i]
		}
		out = append(out, note)
	}
	return out
}

// hasNames are the values of has.
var hasNames = [...]string{
	fieldPII, fieldRating, fieldCustomer, fieldRegion, fieldProduct, fieldTheme, fieldPainPoint, fieldRisk,
}
