package recognise

import (
	"errors"
	"fmt"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// Rule finds one kind of identifier.
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

// New makes a recogniser of rules. It refuses a rule without an id, a type or
// examples, and an id that is taken.
func New(rules []Rule) (*Recogniser, error) {
	seen := make(map[string]bool, len(rules))
	for _, r := range rules {
		switch {
		case r.ID == "" || seen[r.ID]:
			return nil, fmt.Errorf("recognise: rule id %q is empty or taken", r.ID)
		case !r.Type.Valid() || r.Find == nil || r.About == "":
			return nil, fmt.Errorf("recognise: rule %q lacks a type, a description or a finder", r.ID)
		case len(r.True) == 0 && !r.Mute || len(r.False) == 0:
			return nil, fmt.Errorf("recognise: rule %q lacks examples", r.ID)
		}
		seen[r.ID] = true
	}
	return &Recogniser{rules: rules}, nil
}

// Recognise implements rule.Recogniser.
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&(fold.Digit|fold.Numeral|fold.Letter) == 0 {
		return
	}
	p := pages.Get().(*Page)
	defer p.release()
	p.read(t)
	for i := range r.rules {
		ru := &r.rules[i]
		if ru.Mute && !explain || !p.meets(ru.Need) {
			continue
		}
		ru.Find(p, func(c rule.Candidate) {
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
		})
	}
}

func (p *Page) meets(n Need) bool {
	return p.longest >= n.Runs && (n.Cues == 0 || p.cues&n.Cues != 0) && (n.Classes == 0 || p.Seen&n.Classes != 0)
}

// Check runs a rule's examples: each True text must yield exactly the marked
// spans with at least the confidence floor, each False text none.
func Check(r Rule, floor float64) error {
	one := Recogniser{rules: []Rule{r}}
	var errs []error
	for _, text := range r.True {
		src, want := unmark(text)
		if got := one.spans(src, floor); got != want {
			errs = append(errs, fmt.Errorf("%s: example %q: found %s, want %s", r.ID, text, got, want))
		}
	}
	for _, text := range r.False {
		if got := one.spans(text, floor); got != "" {
			errs = append(errs, fmt.Errorf("%s: counter-example %q: found %s", r.ID, text, got))
		}
	}
	return errors.Join(errs...)
}

func (r *Recogniser) spans(src string, floor float64) string {
	t := fold.New(src)
	best := map[[2]int]bool{}
	var order [][2]int
	r.Recognise(t, false, func(c rule.Candidate) {
		a, b := t.Span(c.Start, c.End)
		if k := [2]int{a, b}; c.Confidence >= floor && !best[k] {
			best[k] = true
			order = append(order, k)
		}
	})
	// Of spans that lie within one another only the outermost counts, as in
	// the decision.
	var out []string
	for _, k := range order {
		inner := false
		for _, o := range order {
			inner = inner || o != k && o[0] <= k[0] && k[1] <= o[1]
		}
		if !inner {
			out = append(out, fmt.Sprintf("[%d,%d)", k[0], k[1]))
		}
	}
	return strings.Join(out, " ")
}

func unmark(text string) (src, spans string) {
	var b strings.Builder
	var out []string
	start := 0
	for _, r := range text {
		switch r {
		case '«':
			start = b.Len()
		case '»':
			out = append(out, fmt.Sprintf("[%d,%d)", start, b.Len()))
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), strings.Join(out, " ")
}
