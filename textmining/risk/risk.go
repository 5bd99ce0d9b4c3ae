// Package risk finds what calls for attention at once: a threat to escalate or
// to leave, a vulnerable customer, danger, repeated contact without a solution,
// a long wait, a broken promise.
//
// The cues stand in the taxonomy, section risks; a Detector weighs what one
// pass of package match has found. Every risk has evidence, and a denied cue
// (我不是要投诉到工信部) raises none. A Detector is immutable and safe for
// concurrent use. It flags; it does not judge how grave a case is.
package risk

import (
	"cmp"
	"math"
	"slices"

	"qingting/internal/document"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

// Detector weighs cues into risks.
type Detector struct{ tax *taxonomy.Taxonomy }

// New returns a Detector for the risks of tax.
func New(tax *taxonomy.Taxonomy) *Detector { return &Detector{tax: tax} }

// Owners returns how many owners Cues numbers.
func (d *Detector) Owners() int { return len(d.tax.Risks) }

// Cues returns the cues of all risks, numbered from base.
func (d *Detector) Cues(base int) []match.Cue {
	var out []match.Cue
	for i := range d.tax.Risks {
		out = append(out, d.tax.Cues(&d.tax.Risks[i], base+i)...)
	}
	return out
}

// ClauseScope reports whether weak cues of an owner add up within a clause only.
func (d *Detector) ClauseScope(owner int) bool { return d.tax.Risks[owner].Scope == taxonomy.Clause }

// Flag returns the risks in evidence, whose owners are numbered from 0, in
// order of score and then of id. point turns a byte offset into code points.
func (d *Detector) Flag(evidence []match.Evidence, point func(int) int) []document.Tag {
	var out []document.Tag
	for i := range evidence {
		e := &evidence[i]
		tag := document.Tag{ID: d.tax.Risks[e.Owner].ID, Score: math.Round(e.Score*1000) / 1000}
		for _, s := range e.Spans {
			tag.Evidence = append(tag.Evidence, document.Span{Start: point(s.Start), End: point(s.End)})
		}
		out = append(out, tag)
	}
	slices.SortFunc(out, func(a, b document.Tag) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out
}
