package custom

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Spec describes a recogniser, as a policy writes it.
type Spec struct {
	Type   rule.Type `json:"type"`
	Cue    []string  `json:"cue,omitempty"` // labels, one of which must stand before
	Shape  string    `json:"shape"`
	Check  Check     `json:"check,omitempty"`
	Within int       `json:"within,omitempty"` // characters between label and value at most; 0 is DefaultWithin
	Finds  []string  `json:"-"`                // texts with what it must find between « and »
	Leaves []string  `json:"-"`                // texts in which it must find nothing
}

// Check is a rule of check digits over the value without separators.
type Check string

// The checks.
const (
	NoCheck Check = "none"
	Luhn    Check = "luhn"  // ISO/IEC 7812-1 annex B, over digits
	Mod11   Check = "mod11" // ISO/IEC 7064 MOD 11-2, the last character 0–9 or X, as of a resident identity card
)

// Checks returns every check.
func Checks() []Check { return []Check{NoCheck, Luhn, Mod11} }

// The reach of a label in characters.
const (
	DefaultWithin = 8
	MaxWithin     = 40
)

// What a shape needs to be told from any other number.
const (
	leastCued    = 4  // characters, behind a label
	leastChecked = 10 // characters, with a check digit and no label
	leastPlain   = 8  // characters, with neither, two of them fixed
	fixedPlain   = 2
)

// Recogniser finds what one Spec describes. It is immutable and safe for
// concurrent use.
type Recogniser struct {
	id       string
	spec     Spec
	shape    shape
	cues     *fold.Matcher // nil without cues
	evidence []string
	sure     float64
}

var _ rule.Recogniser = (*Recogniser)(nil)

// New compiles a Spec and holds it to its examples. Errors say what to change
// and never quote an example: it may have been taken from life.
func New(id string, spec Spec) (*Recogniser, error) {
	if !spec.Type.Valid() || spec.Type == rule.Customer {
		return nil, fmt.Errorf("type %q is neither one of ours nor %s and capitals", spec.Type, rule.CustomPrefix)
	}
	sh, err := parseShape(spec.Shape)
	if err != nil {
		return nil, fmt.Errorf("shape: %w", err)
	}
	if spec.Check == "" {
		spec.Check = NoCheck
	}
	if !slices.Contains(Checks(), spec.Check) {
		return nil, fmt.Errorf("check: unknown %q; use one of none, luhn, mod11", spec.Check)
	}
	if spec.Within == 0 {
		spec.Within = DefaultWithin
	}
	if spec.Within < 0 || spec.Within > MaxWithin {
		return nil, fmt.Errorf("within: %d characters; 1 to %d are possible", spec.Within, MaxWithin)
	}
	r := &Recogniser{id: id, spec: spec, shape: sh, sure: 0.8, evidence: []string{"shape of the policy"}}
	if err := r.lint(); err != nil {
		return nil, err
	}
	if len(spec.Cue) > 0 {
		for _, c := range spec.Cue {
			if len(fold.New(c).Units) < 2 {
				return nil, errors.New("cue: a label needs two characters, or it stands everywhere")
			}
		}
		r.cues = fold.NewMatcher(spec.Cue)
		r.sure = 0.9
		r.evidence = append(r.evidence, "label of the policy before")
	}
	if spec.Check != NoCheck {
		r.sure += 0.05
		r.evidence = append(r.evidence, "check digit "+string(spec.Check))
	}
	return r, r.examples()
}

// lint refuses what would take out numbers that are no one's.
func (r *Recogniser) lint() error {
	least, _ := r.shape.length()
	switch {
	case r.spec.Check == Luhn && least < 4, r.spec.Check == Mod11 && least < 4:
		return errors.New("shape: too short for a check digit to mean anything")
	case len(r.spec.Cue) > 0:
		if least < leastCued {
			return fmt.Errorf("shape: %d characters are too few even behind a label; %d are the least", least, leastCued)
		}
	case r.spec.Check != NoCheck:
		if least < leastChecked {
			return fmt.Errorf("shape: %d characters with a check digit and no cue find other people's numbers too; add a cue, or make it %d", least, leastChecked)
		}
	case least < leastPlain || r.shape.literals() < fixedPlain:
		return fmt.Errorf("shape: without cue and check it needs %d characters, %d of them fixed between quotes; it would take out any number", leastPlain, fixedPlain)
	}
	return nil
}

// Recognise implements [rule.Recogniser].
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&(fold.Digit|fold.Numeral|fold.Letter) == 0 {
		return
	}
	if r.cues == nil {
		for i := 0; i < len(t.Units); {
			i = max(i+1, r.try(t, 0, i, explain, emit))
		}
		return
	}
	done := 0
	for _, h := range r.cues.Scan(t, nil) {
		for i := max(int(h.End), done); i < len(t.Units) && i-int(h.End) <= r.spec.Within; i++ {
			if t.Is(i, fold.Stop|fold.Placeholder) {
				break
			}
			if end := r.try(t, int(h.End), i, explain, emit); end > 0 {
				done = end
				break
			}
		}
	}
}

// try proposes what begins at unit i and returns the unit past it, or 0. What
// ends at unit from, a label, may touch the value.
func (r *Recogniser) try(t *fold.Text, from, i int, explain bool, emit func(rule.Candidate)) int {
	if i > from && touches(t, i-1) {
		return 0
	}
	end, value := r.shape.match(t, i)
	if end == 0 || touches(t, end) || t.Is(i-1, fold.Mask) || t.Is(end, fold.Mask) {
		return 0
	}
	c := rule.Candidate{Type: r.spec.Type, Start: i, End: end, Rule: r.id, Confidence: r.sure, Canonical: value, Evidence: r.evidence}
	if !r.passes(value) {
		c.Rejected = "check digit " + string(r.spec.Check) + " fails"
		if explain {
			emit(c)
		}
		return 0
	}
	emit(c)
	return end
}

// touches reports a letter or digit that would make the value part of more.
func touches(t *fold.Text, i int) bool {
	return t.Is(i, fold.Digit|fold.Letter) && isAlnum(t.Rune(i)) || t.Is(i, fold.Digit)
}

func (r *Recogniser) passes(value string) bool {
	switch r.spec.Check {
	case Luhn:
		return check.Luhn(value)
	case Mod11:
		return mod11(value)
	}
	return true
}

// mod11 is ISO/IEC 7064 MOD 11-2.
func mod11(value string) bool {
	p := 0
	for i := range len(value) {
		c := value[i]
		switch {
		case c >= '0' && c <= '9':
			p = (p*2 + int(c-'0')) % 11
		case c == 'X' && i == len(value)-1:
			p = (p*2 + 10) % 11
		default:
			return false
		}
	}
	return p == 1
}

// examples runs the recogniser over its own examples.
func (r *Recogniser) examples() error {
	if len(r.spec.Finds) == 0 || len(r.spec.Leaves) == 0 {
		return errors.New("examples are missing: give finds, with the value between « and », and leaves")
	}
	for n, text := range r.spec.Finds {
		plain, want := unmark(text)
		if want == "" {
			return fmt.Errorf("finds: example %d marks nothing; put the value between « and »", n+1)
		}
		if got := r.spans(plain); got != want {
			return fmt.Errorf("finds: example %d is not found as it is marked; change the shape, the cue or within", n+1)
		}
	}
	for n, text := range r.spec.Leaves {
		if r.spans(text) != "" {
			return fmt.Errorf("leaves: example %d is found all the same; make the shape or the cue narrower", n+1)
		}
	}
	return nil
}

func (r *Recogniser) spans(text string) string {
	t := fold.New(text)
	var out []string
	r.Recognise(t, false, func(c rule.Candidate) {
		start, end := t.Span(c.Start, c.End)
		out = append(out, fmt.Sprintf("%d-%d", start, end))
	})
	slices.Sort(out)
	return strings.Join(out, " ")
}

func unmark(text string) (plain, spans string) {
	var b strings.Builder
	var out []string
	start := 0
	for _, c := range text {
		switch c {
		case '«':
			start = b.Len()
		case '»':
			out = append(out, fmt.Sprintf("%d-%d", start, b.Len()))
		default:
			b.WriteRune(c)
		}
	}
	slices.Sort(out)
	return b.String(), strings.Join(out, " ")
}
