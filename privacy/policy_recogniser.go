package privacy

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"qingting/privacy/custom"
	"qingting/privacy/detect"
	"qingting/privacy/rule"
)

// NewDetector returns the detector that serves policy p: with its thresholds,
// and its own recognisers beside the built-in ones.
func NewDetector(p *Policy) (*detect.Detector, error) {
	return detect.New(detect.WithThreshold(p.Thresholds()), detect.WithMore(p.Recognisers()...))
}

// Recognisers returns those that the policy describes itself.
func (p *Policy) Recognisers() []rule.Recogniser {
	all := make([]rule.Recogniser, len(p.own))
	for i, r := range p.own {
		all[i] = r
	}
	return all
}

// CustomTypes returns the types that the policy adds to the vocabulary, sorted.
func (p *Policy) CustomTypes() []rule.Type {
	var types []rule.Type
	for _, s := range p.specs {
		if s.Type.Custom() {
			types = append(types, s.Type)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// parseRecogniser reads one item of recognisers and holds it to its examples.
func (p *Policy) parseRecogniser(item ast.Node) error {
	var spec custom.Spec
	words := func(value ast.Node, what string, into *[]string) error {
		return eachItem(value, what, func(n ast.Node) error {
			s, err := scalar(n, what)
			*into = append(*into, s)
			return err
		})
	}
	err := eachKey(item, "a recogniser", func(field string, at, value ast.Node) (err error) {
		switch field {
		case "type":
			var s string
			s, err = scalar(value, field)
			if spec.Type = rule.Type(s); err == nil && !spec.Type.Valid() {
				return errAt(value, "unknown type%s; use one of ours, or %s and capitals", shown(s), rule.CustomPrefix)
			}
			return err
		case "cue":
			return words(value, field, &spec.Cue)
		case "shape":
			spec.Shape, err = scalar(value, field)
			return err
		case "check":
			return parseChoice(value, field, &spec.Check, custom.Checks()...)
		case "within":
			s, err := scalar(value, field)
			if err != nil {
				return err
			}
			spec.Within, err = strconv.Atoi(s)
			if err != nil || spec.Within < 1 || spec.Within > custom.MaxWithin {
				return errAt(value, "within must be a number of characters from 1 to %d", custom.MaxWithin)
			}
			return nil
		case "finds":
			return words(value, field, &spec.Finds)
		case "leaves":
			return words(value, field, &spec.Leaves)
		}
		return errAt(at, "unknown key%s of a recogniser; use type, cue, shape, check, within, finds, leaves", shown(field))
	})
	if err != nil {
		return err
	}
	r, err := custom.New(fmt.Sprintf("policy.recogniser.%d", len(p.own)+1), spec)
	if err != nil {
		return errAt(item, "recogniser %d: %v", len(p.own)+1, err)
	}
	p.own, p.specs = append(p.own, r), append(p.specs, spec)
	return nil
}

// checkCustom refuses a custom type that no recogniser of the policy finds.
func (p *Policy) checkCustom() error {
	known := p.CustomTypes()
	unknown := func(t rule.Type) bool { return t.Custom() && !slices.Contains(known, t) }
	for t := range p.rules {
		if unknown(t) {
			return &PolicyError{0, fmt.Sprintf("type %q is under types, and no recogniser finds it; add one under recognisers", t)}
		}
	}
	for _, d := range p.deny {
		if unknown(d.Type) {
			return &PolicyError{0, fmt.Sprintf("type %q is under deny, and no recogniser finds it; add one under recognisers", d.Type)}
		}
	}
	return nil
}

// Notes returns what whoever approves the policy should look at: what it lets
// through, and what counts for nothing. It names types, never listed values.
func (p *Policy) Notes() []string {
	notes := []string{}
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		r := p.rules[t]
		if p.Action(t) == Keep {
			notes = append(notes, fmt.Sprintf("%s is kept: it stays in the text as it was written", t))
		}
		switch {
		case r.Threshold > detect.DefaultThreshold:
			notes = append(notes, fmt.Sprintf("%s has a threshold of %v: what is found with less confidence stays in the text", t, r.Threshold))
		case r.Threshold > 0 && r.Threshold < detect.DefaultThreshold:
			notes = append(notes, fmt.Sprintf("%s has a threshold of %v, under the usual %v: guesses are taken out too", t, r.Threshold, detect.DefaultThreshold))
		}
	}
	for _, d := range p.deny {
		if slices.Contains(p.allow, d.Value) {
			notes = append(notes, fmt.Sprintf("a value of type %s is on both lists; the deny list wins", d.Type))
		}
		if utf8.RuneCountInString(d.Value) < 2 {
			notes = append(notes, fmt.Sprintf("a denied value of type %s has one character, and will be taken out everywhere", d.Type))
		}
	}
	return notes
}
