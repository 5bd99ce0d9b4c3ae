package amend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/grade"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
)

// plan is a document as it shall be, and what must be sealed for it.
type plan struct {
	amender *Amender
	order   Order
	doc     *document.Document
	old     *document.Document
	changed bool
	// relabelled says that the text was read anew, and otherwise than before.
	relabelled bool

	found      []Span // by their place in old
	values     []vault.Value
	redactions []document.Redaction
	subjects   *subject.Set
	given      map[string][]privacy.Given
	names      map[string]string // attributes that were renamed, old to new
}

const attributeField = "attributes."

// NameField begins the field of a sealed value that is the name an attribute
// had: "names.attribute1" holds what attribute1 was called in the version
// before. See docs/formats/vault.md.
const NameField = "names."

// plan reads every field of a document with the present policy and takes the
// order's spans out of it.
func (a *Amender) plan(old *document.Document, o Order) (plan, error) {
	d := *old
	p := plan{
		amender: a, order: o, doc: &d, old: old, subjects: a.Subjects.NewSet(),
		given: make(map[string][]privacy.Given), names: make(map[string]string),
	}
	for _, s := range o.Spans {
		says := s.Rule
		if says == "" {
			says = string(o.Action)
		}
		p.given[s.Field] = append(p.given[s.Field], privacy.Given{Start: s.Start, End: s.End, Type: s.Type, Rule: says})
	}
	for _, f := range []struct {
		name string
		text *string
	}{{"", &d.Text}, {"source", &d.Source}, {"channel", &d.Channel}, {"region", &d.Region}, {"product", &d.Product}} {
		if err := p.field(f.name, f.name, f.text); err != nil {
			return p, err
		}
	}
	if err := p.attributes(); err != nil {
		return p, err
	}
	for name := range p.given {
		return p, fmt.Errorf("the document has no field %q to take anything out of", p.amender.Redactor.Redact(name, d.Time).Text)
	}
	p.finish()
	return p, nil
}

// field redacts one field of the document, called name before and now.
func (p *plan) field(before, now string, text *string) error {
	given := p.given[before]
	delete(p.given, before)
	if *text == "" && len(given) == 0 {
		return nil
	}
	res, err := p.amender.Redactor.RedactGiven(*text, given, p.old.Time)
	if err != nil {
		return fmt.Errorf("field %q: %w", now, err)
	}
	p.changed = p.changed || res.Text != *text
	for _, r := range p.old.Redactions {
		if r.Field == before && r.Action != string(privacy.Keep) { // what is kept is found again
			r.Field = now
			r.Start, r.End = shift(r.Start, r.End, res.Spans)
			p.redactions = append(p.redactions, r)
		}
	}
	for _, s := range res.Spans {
		p.redactions = append(p.redactions, document.Redaction{
			Field: now, Start: s.Start, End: s.End, Type: string(s.Type),
			Action: string(s.Action), Rule: s.Rule, Confidence: s.Confidence,
		})
		if s.Action != privacy.Keep {
			p.found = append(p.found, Span{Field: now, Start: s.SourceStart, End: s.SourceEnd, Type: s.Type, Rule: s.Rule, Confidence: s.Confidence})
		}
	}
	for _, v := range res.Values {
		p.seal(v.Type, now, v)
	}
	*text = res.Text
	return nil
}

func (p *plan) seal(t rule.Type, field string, v privacy.Value) {
	plain, canonical := v.Open()
	p.values = append(p.values, vault.Value{Type: string(t), Field: field, Start: v.Start, End: v.End, Plain: plain, Canonical: canonical})
	if canonical == "" {
		canonical = plain
	}
	p.subjects.Add(t, canonical)
}

// attributes redacts names and values. A name that holds personal data is
// sealed, and the attribute numbered.
func (p *plan) attributes() error {
	if len(p.old.Attributes) == 0 {
		return nil
	}
	p.doc.Attributes = make(map[string]string, len(p.old.Attributes))
	for _, name := range slices.Sorted(maps.Keys(p.old.Attributes)) {
		safe := name
		if res := p.amender.Redactor.Redact(name, p.old.Time); len(res.Values) > 0 || res.Text != name {
			safe = p.freeName()
			p.names[attributeField+name] = attributeField + safe
			t := rule.Customer
			if len(res.Values) > 0 {
				t = res.Values[0].Type
			}
			p.seal(t, NameField+safe, privacy.NewValue(t, 0, 0, name, ""))
			p.found = append(p.found, Span{Field: attributeField + safe, Type: t, Rule: "attribute.name", Confidence: 1})
			p.changed = true
		}
		text := p.old.Attributes[name]
		if err := p.field(attributeField+name, attributeField+safe, &text); err != nil {
			return err
		}
		p.doc.Attributes[safe] = text
	}
	return nil
}

// freeName is a name that no attribute has, before or now.
func (p *plan) freeName() string {
	for i := 1; ; i++ {
		name := "attribute" + strconv.Itoa(i)
		_, before := p.old.Attributes[name]
		if _, now := p.doc.Attributes[name]; !before && !now {
			return name
		}
	}
}

// finish sets what is made from the fields.
func (p *plan) finish() {
	d := p.doc
	for _, r := range p.old.Redactions { // of fields that are not in the document
		if strings.HasPrefix(r.Field, "customer.") {
			p.redactions = append(p.redactions, r)
		}
	}
	slices.SortStableFunc(p.redactions, func(a, b document.Redaction) int {
		if a.Field != b.Field {
			return strings.Compare(a.Field, b.Field)
		}
		return a.Start - b.Start
	})
	d.Policy, d.Engine = p.amender.Policy.Version(), privacy.EngineVersion
	if p.changed || p.order.Relabel {
		read := p.amender.Annotator.Annotate(d.Text)
		p.relabelled = p.order.Relabel && !sameAnnotation(read, p.old.Annotation)
		if p.changed || p.relabelled {
			d.Annotation = read
		}
	}
	if !p.changed {
		return
	}
	d.Redactions = p.redactions
	d.Subjects = union(p.old.Subjects, p.subjects.Sorted())
	facts := grade.FactsOf(d)
	for _, name := range slices.Sorted(maps.Keys(d.Attributes)) {
		facts.Text += "\n" + d.Attributes[name]
	}
	for _, v := range p.values {
		facts.Child = facts.Child || grade.Child(rule.Type(v.Type), v.Canonical, d.Time)
	}
	g := grade.Of(facts)
	d.Grade, d.GradeReasons = g.Level, g.Reasons
}

// sameAnnotation compares annotations as they are stored.
func sameAnnotation(a, b document.Annotation) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// restamps reports whether policy and engine are others than before.
func (p *plan) restamps(old *document.Document) bool {
	return old.Policy != p.doc.Policy || old.Engine != p.doc.Engine
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// shift moves a range of the text before to the text after: behind what grew or
// shrank in front of it, and over the whole of what was taken out around it.
func shift(start, end int, spans []privacy.Span) (from, to int) {
	from, to = start, end
	for _, s := range spans {
		if s.Action == privacy.Keep {
			continue
		}
		switch {
		case s.SourceEnd <= start:
			from = start + s.End - s.SourceEnd
		case s.SourceStart < start || s.SourceStart == start && end > start:
			from = s.Start
		}
		switch {
		case s.SourceEnd <= end:
			to = end + s.End - s.SourceEnd
		case s.SourceStart < end:
			to = s.End
		}
	}
	if start == end {
		to = from
	}
	return from, max(from, to)
}
