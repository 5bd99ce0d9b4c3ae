package privacy

import (
	"errors"
	"strings"
	"time"

	"qingting/privacy/detect"
	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

// EngineVersion names the behaviour of detection and redaction together: with
// the same policy, key and period, one version gives one output.
const EngineVersion = detect.Version + ".2"

// maxRounds is how often a text is read again before the whole line of a
// finding is taken out, and, after as many rounds more, all of the text. Each
// round replaces more of the text, so an end is certain, but it could be far
// away in a text made for that.
const maxRounds = 8

// Redactor takes personal data out of texts. It is immutable and safe for
// concurrent use.
type Redactor struct {
	detector finder
	policy   *Policy
	names    *Pseudonymizer
	deny     *denyList
	allow    allowList
	cities   *gazetteer
}

// finder is what a Redactor needs of *[detect.Detector]; tests have others,
// which find things that no rule would.
type finder interface {
	Detect(text string) []detect.Finding
	Explain(text string) ([]detect.Finding, []detect.Rejection)
}

// Result is a redacted text and the account of what was done to it. It may be
// logged and stored in the clear, for Text, Spans and Rejected hold nothing
// personal, and Values hides what it holds.
type Result struct {
	Text     string
	Spans    []Span     // by Start
	Values   []Value    // one for each span whose action is not keep, in their order
	Rejected []Rejected // only from Explain
}

// Span is one decision: what was found and what became of it.
type Span struct {
	Start, End             int // code points of the redacted text, end exclusive
	SourceStart, SourceEnd int // code points of the sanitised original
	Type                   rule.Type
	Action                 Action
	Rule                   string   // id of the rule that won
	Confidence             float64  // 0 to 1
	Evidence               []string // without any of the text; only from Explain
}

// Rejected is a candidate that was looked at and left alone.
type Rejected struct {
	SourceStart, SourceEnd int
	Type                   rule.Type
	Rule                   string
	Why                    string
}

// NewRedactor returns a Redactor. Build d with [NewDetector]: the thresholds of
// p can here only raise what d has, and a d without the recognisers of p is
// refused. ps may be nil when the policy uses no pseudonyms.
func NewRedactor(d *detect.Detector, p *Policy, ps *Pseudonymizer) (*Redactor, error) {
	if d == nil || p == nil {
		return nil, errors.New("redactor needs a detector and a policy")
	}
	if !d.Runs(p.Recognisers()...) {
		return nil, errors.New("the policy has recognisers of its own, which the detector lacks: build it with privacy.NewDetector")
	}
	if ps == nil && p.UsesPseudonyms() {
		return nil, errors.New("the policy uses pseudonyms, which need a Pseudonymizer")
	}
	return &Redactor{
		detector: d, policy: p, names: ps,
		deny: newDenyList(p.deny), allow: newAllowList(p.allow), cities: newGazetteer(),
	}, nil
}

// Timed is r, and tells after each look of its detector how long that took.
func (r *Redactor) Timed(tell func(time.Duration)) *Redactor {
	c := *r
	c.detector = timed{r.detector, tell}
	return &c
}

// Named is r, with pseudonyms by ps: those of another key cannot be held against what r
// wrote. ps may be nil when the policy uses no pseudonyms.
func (r *Redactor) Named(ps *Pseudonymizer) (*Redactor, error) {
	if ps == nil && r.policy.UsesPseudonyms() {
		return nil, errors.New("the policy uses pseudonyms, which need a Pseudonymizer")
	}
	c := *r
	c.names = ps
	return &c, nil
}

// timed is a finder by a clock.
type timed struct {
	finder
	tell func(time.Duration)
}

func (t timed) Detect(text string) []detect.Finding {
	began := time.Now()
	defer func() { t.tell(time.Since(began)) }()
	return t.finder.Detect(text)
}

// Redact takes the personal data out of text. The time is when the customer
// spoke; it chooses the period of pseudonyms and nothing else.
func (r *Redactor) Redact(text string, at time.Time) Result {
	return r.redact(text, at, false)
}

// Explain is Redact, and the candidates that were left alone.
func (r *Redactor) Explain(text string, at time.Time) Result {
	return r.redact(text, at, true)
}

// RedactTyped takes out the whole of a value that is of type t by definition,
// as the phone number of a customer is, whether detection agrees or not. White
// space alone, a placeholder, a mask or a coarser form is left as it is, and so
// is a value on the allow list. When
// the policy keeps t, the value is redacted like any text.
func (r *Redactor) RedactTyped(value string, t rule.Type, at time.Time) Result {
	if r.policy.Action(t) == Keep {
		return r.Redact(value, at)
	}
	source := Sanitise(value)
	trimmed := strings.TrimSpace(source)
	f := found{
		Finding: detect.Finding{Type: t, End: len(source), Rule: "field", Confidence: 1, Evidence: []string{"the field is personal by definition"}},
		action:  r.policy.Action(t),
	}
	if onlyPlaceholders(trimmed) || r.allow.has(t, trimmed, trimmed) || r.coarse(f, trimmed) {
		return Result{Text: source}
	}
	for _, d := range r.detector.Detect(source) { // for a better canonical form, when detection agrees
		if d.Type == t && source[d.Start:d.End] == trimmed {
			f.Canonical = d.Canonical
		}
	}
	p := r.begin(source, at)
	p.add(f)
	p.apply()
	res := r.settle(p, 1, false)
	if res.Text == source { // a mask or a coarser form already
		return Result{Text: source}
	}
	return res
}

func (r *Redactor) redact(text string, at time.Time, explain bool) Result {
	return r.settle(r.begin(Sanitise(text), at), 0, explain)
}

// settle reads the text of p again and again, until nothing more is found: at
// most 2·maxRounds + 2 times.
func (r *Redactor) settle(p *pass, round int, explain bool) Result {
	var rejected []Rejected
	for ; ; round++ {
		all, turnedDown := r.detect(p.out, explain)
		if round == 0 && turnedDown != nil {
			rejected = explainRejected(p.source, turnedDown)
		}
		kept, taken := all[:0], 0
		for _, f := range all {
			if f.action == Keep {
				kept = append(kept, f)
				continue
			}
			if round >= maxRounds {
				if f.End <= taken {
					continue
				}
				start, end := 0, len(p.out)
				if round < 2*maxRounds {
					start, end = line(p.out, f.Start, f.End)
				}
				f.Start, f.End, f.action, f.Canonical = start, end, Tag, ""
				taken = end
			}
			p.add(f)
		}
		if len(p.pending) == 0 || round > 2*maxRounds {
			res := p.result(kept)
			if res.Rejected = rejected; !explain {
				for i := range res.Spans {
					res.Spans[i].Evidence = nil
				}
			}
			return res
		}
		p.apply()
	}
}

// line widens the bytes start to end of s to whole lines, without the feeds
// around them.
func line(s string, start, end int) (from, to int) {
	from = strings.LastIndexByte(s[:start], '\n') + 1
	if n := strings.IndexByte(s[end:], '\n'); n >= 0 {
		return from, end + n
	}
	return from, len(s)
}

// found is a finding with what becomes of it.
type found struct {
	detect.Finding
	action Action
}

// detect returns what the detector and the deny list find in text, sorted and
// without overlap.
func (r *Redactor) detect(text string, explain bool) ([]found, []detect.Rejection) {
	var findings []detect.Finding
	var rejected []detect.Rejection
	if explain {
		findings, rejected = r.detector.Explain(text)
	} else {
		findings = r.detector.Detect(text)
	}
	hits := r.deny.find(text)
	if len(findings) == 0 && len(hits) == 0 {
		return nil, rejected
	}
	all := make([]found, 0, len(findings)+len(hits))
	for _, f := range findings {
		if f.Start >= f.End || f.End > len(text) || onlyPlaceholders(text[f.Start:f.End]) {
			continue
		}
		if f.Confidence < r.policy.Threshold(f.Type) {
			if explain {
				rejected = append(rejected, detect.Rejection{Finding: f, Why: "below the threshold of the policy"})
			}
			continue
		}
		next := found{f, r.policy.Action(f.Type)}
		if r.allow.has(f.Type, text[f.Start:f.End], f.Canonical) {
			next.keep("on the allow list")
		} else if r.coarse(next, text[f.Start:f.End]) {
			next.keep("no finer than the policy lets it be")
		}
		all = append(all, next)
	}
	return r.withDenied(all, hits), rejected
}

func (f *found) keep(why string) {
	f.action = Keep
	f.Evidence = append(f.Evidence[:len(f.Evidence):len(f.Evidence)], why)
}

// coarse reports whether a finding is already what its action would make of it:
// a year alone where dates of birth become years, or a masked number.
func (r *Redactor) coarse(f found, plain string) bool {
	switch { // most findings need no closer look
	case f.action == Mask && strings.IndexByte(plain, maskRune) >= 0:
	case f.action == Generalise && len(plain) <= maxCoarse:
	default:
		return false
	}
	canonical := f.Canonical
	if canonical == "" {
		canonical = plain
	}
	canonical = Canonical(f.Type, canonical)
	if f.action == Mask {
		return mask(f.Type, canonical) == plain
	}
	// In either language: that of a text may change as it is redacted.
	return r.cities.generalise(f.Type, plain, canonical, true) == plain ||
		r.cities.generalise(f.Type, plain, canonical, false) == plain
}

func onlyPlaceholders(s string) bool {
	for s != "" {
		n, _ := placeholder.Match(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return true
}
