package recognise

import (
	"errors"
	"fmt"
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// Rule is one rule of any family: what it says of itself, what it needs, and
// the texts that hold it to that. The rules of a family that weighs readings
// against one another (names, addresses) share one pass of their own
// recogniser and have no Find.
type Rule struct {
	ID    string    // "mobile.segment": unique
	Type  rule.Type // what it finds; a rule may emit a neighbouring type too
	About string    // one line: the shape, and its source
	Need  Need      // what a page must hold for the rule to run at all
	Find  func(p *Page, emit func(rule.Candidate))
	Mute  bool // it only says why something is not personal: run for Explain alone

	True  []string // texts with the span to find between « and »
	False []string // texts in which the rule must find nothing
}

// Need is what a rule cannot do without. Zero needs nothing.
type Need struct {
	Runs    int        // a digit run of at least so many digits
	Cues    Cue        // any of these label words
	Classes fold.Class // any unit of these classes
}

// Recogniser runs a set of rules over one page. It is safe for concurrent use.
type Recogniser struct{ rules []Rule }

// New makes a recogniser of rules. It refuses what Refuse refuses, and a rule
// without a finder.
func New(rules []Rule) (*Recogniser, error) {
	for _, r := range rules {
		if r.Find == nil {
			return nil, fmt.Errorf("recognise: rule %q lacks a finder", r.ID)
		}
	}
	if err := Refuse(rules); err != nil {
		return nil, err
	}
	return &Recogniser{rules: rules}, nil
}

// Refuse returns an error for a rule without an id, a type, a description or
// examples, and for an id that is taken.
func Refuse(rules []Rule) error {
	seen := make(map[string]bool, len(rules))
	for _, r := range rules {
		switch {
		case r.ID == "" || seen[r.ID]:
			return fmt.Errorf("recognise: rule id %q is empty or taken", r.ID)
		case !r.Type.Valid() || r.About == "":
			return fmt.Errorf("recognise: rule %q lacks a type or a description", r.ID)
		case len(r.True) == 0 && !r.Mute || len(r.False) == 0:
			return fmt.Errorf("recognise: rule %q lacks examples", r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

// Classes returns the classes of which a text must have one for any of the
// rules to run.
func Classes(rules []Rule) (need fold.Class) {
	for _, r := range rules {
		need |= r.Need.Classes
	}
	return need
}

// Recognise implements rule.Recogniser.
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&(fold.Digit|fold.Numeral|fold.Letter) == 0 {
		return
	}
	p := pages.Get().(*Page)
	defer p.release()
	p.read(t)
	var ru *Rule // that runs
	pass := func(c rule.Candidate) {
		if c.Rejected != "" && !explain {
			return
		}
		if c.Rule == "" {
			c.Rule = ru.ID
		}
		if c.Type == "" {
			c.Type = ru.Type
		}
		emit(c)
	}
	for i := range r.rules {
		ru = &r.rules[i]
		if ru.Mute && !explain || !p.meets(ru.Need) {
			continue
		}
		ru.Find(p, pass)
	}
}

func (p *Page) meets(n Need) bool {
	return p.longest >= n.Runs && (n.Cues == 0 || p.cues&n.Cues != 0) && (n.Classes == 0 || p.Seen&n.Classes != 0)
}

// Check runs a rule's examples. by is the family's own recogniser where its
// rules share a pass, nil where the rule runs by itself. Each True text must
// yield exactly the marked spans with at least the confidence floor, one
// of them by this rule; each False text none.
func Check(r Rule, by rule.Recogniser, floor float64) error {
	if by == nil {
		by = &Recogniser{rules: []Rule{r}}
	}
	var errs []error
	for _, example := range r.True {
		text, want := Unmark(example)
		got := Spans(by, text, floor)
		switch {
		case len(want) == 0:
			errs = append(errs, fmt.Errorf("%s: example %q marks nothing", r.ID, example))
		case !slices.EqualFunc(got, want, Span.same):
			errs = append(errs, fmt.Errorf("%s: example %q: found %v, want %v", r.ID, example, got, want))
		case r.Find == nil && !slices.ContainsFunc(got, func(s Span) bool { return s.Rule == r.ID }):
			errs = append(errs, fmt.Errorf("%s: example %q was found by %s", r.ID, example, got[0].Rule))
		}
	}
	for _, text := range r.False {
		if got := Spans(by, text, floor); len(got) > 0 {
			errs = append(errs, fmt.Errorf("%s: counter-example %q: found %v", r.ID, text, got))
		}
	}
	return errors.Join(errs...)
}
