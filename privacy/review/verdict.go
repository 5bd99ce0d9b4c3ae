package review

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
)

// The outcomes of a verdict on one place.
const (
	Right       = "right"
	WrongType   = "wrong_type"
	TooWide     = "too_wide"
	NotPersonal = "not_personal" // should not have been hidden
	Missed      = "missed"       // should have been hidden, and was not
)

// The outcomes of a review of a document, in the ledger.
const (
	Reviewed = "reviewed" // looked through from beginning to end
	Decided  = "decided"  // two reviewers differed, and this is what counts
)

// MaxVerdicts is how many verdicts one document may have.
const MaxVerdicts = 200

// Object is how the ledger names a sample.
func Object(id string) string { return "review:" + id }

// Complete checks the verdicts on a document, adds "right" for what was taken
// out and has none, and sorts them: what the ledger keeps. Of a miss it adds
// the shape and the cues.
func Complete(d *document.Document, verdicts []audit.Verdict) ([]audit.Verdict, error) {
	if len(verdicts) > MaxVerdicts {
		return nil, fmt.Errorf("%d verdicts on one document, at most %d", len(verdicts), MaxVerdicts)
	}
	var all []audit.Verdict
	for _, v := range verdicts {
		c := audit.Verdict{Field: v.Field, Start: v.Start, End: v.End, Type: v.Type, Outcome: v.Outcome}
		switch v.Outcome {
		case Missed:
			text, ok := Text(d, v.Field)
			if !ok {
				return nil, errors.New("a miss in a field that the document does not have")
			}
			runes := []rune(text)
			if v.Start < 0 || v.End <= v.Start || v.End > len(runes) {
				return nil, fmt.Errorf("the place %d to %d does not lie in the text of %d characters", v.Start, v.End, len(runes))
			}
			if !rule.Type(v.Type).Valid() {
				return nil, errors.New("a miss needs one of the types of personal data")
			}
			c.Shape, c.Cues = Shape(runes[v.Start:v.End]), Cues(runes, v.Start, v.End)
		case Right, WrongType, TooWide, NotPersonal:
			if !hidden(d, v) {
				return nil, fmt.Errorf("nothing of type %s was taken out at %d to %d", v.Type, v.Start, v.End)
			}
			if v.Outcome == WrongType {
				if c.As = v.As; !rule.Type(v.As).Valid() || v.As == v.Type {
					return nil, errors.New("a wrong type needs the right one")
				}
			}
		default:
			return nil, errors.New("unknown outcome of a verdict")
		}
		if slices.ContainsFunc(all, func(o audit.Verdict) bool { return same(o, c) }) {
			return nil, fmt.Errorf("two verdicts on %d to %d", v.Start, v.End)
		}
		all = append(all, c)
	}
	for _, r := range d.Redactions {
		v := audit.Verdict{Field: r.Field, Start: r.Start, End: r.End, Type: r.Type, Outcome: Right}
		if Hidden(r) && !slices.ContainsFunc(all, func(o audit.Verdict) bool { return same(o, v) }) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, order)
	return all, nil
}

// Hidden says that a redaction took something out: what the policy keeps is
// noted, too.
func Hidden(r document.Redaction) bool { return r.Action != "keep" }

func hidden(d *document.Document, v audit.Verdict) bool {
	return slices.ContainsFunc(d.Redactions, func(r document.Redaction) bool {
		return Hidden(r) && r.Field == v.Field && r.Start == v.Start && r.End == v.End && r.Type == v.Type
	})
}

// same says that two verdicts are on one place.
func same(a, b audit.Verdict) bool {
	return a.Field == b.Field && a.Start == b.Start && a.End == b.End && a.Type == b.Type
}

func order(a, b audit.Verdict) int {
	return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Type, b.Type))
}

// Text is the redacted text of a field as verdicts name it.
func Text(d *document.Document, field string) (string, bool) {
	switch field {
	case "":
		return d.Text, true
	case "source":
		return d.Source, true
	case "channel":
		return d.Channel, true
	case "region":
		return d.Region, true
	case "product":
		return d.Product, true
	}
	const attributes = "attributes."
	if len(field) > len(attributes) && field[:len(attributes)] == attributes {
		text, ok := d.Attributes[field[len(attributes):]]
		return text, ok
	}
	return "", false
}

// Fields are the fields of a document that hold text, in the order to read them.
func Fields(d *document.Document) (fields []string) {
	for _, f := range []string{"", "source", "channel", "region", "product"} {
		if text, _ := Text(d, f); text != "" {
			fields = append(fields, f)
		}
	}
	var names []string
	for name := range d.Attributes {
		names = append(names, "attributes."+name)
	}
	slices.Sort(names)
	return append(fields, names...)
}

// UnitOf is a document as the population has it.
func UnitOf(d *document.Document, version [6]byte) Unit {
	u := Unit{Record: d.Record, Version: version, Band: None, Channel: d.Channel, Month: d.Month}
	sure := 2.0
	for _, r := range d.Redactions {
		if !Hidden(r) {
			continue
		}
		sure = min(sure, r.Confidence)
		u.Types = append(u.Types, r.Type)
	}
	if len(u.Types) > 0 {
		u.Band = BandOf(sure)
	}
	slices.Sort(u.Types)
	u.Types = slices.Compact(u.Types)
	return u
}
