package privacy

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"qingting/privacy/custom"
	"qingting/privacy/rule"
)

//go:embed policy.default.yaml
var defaultPolicy []byte

// DefaultPolicyYAML is the text of the default policy, commented, to begin a
// policy of one's own with.
func DefaultPolicyYAML() []byte { return slices.Clone(defaultPolicy) }

// Policy says what becomes of each type of personal data. It is immutable and
// safe for concurrent use.
type Policy struct {
	labels  labelLanguage
	period  Period
	missing Action // for types without a rule
	rules   map[rule.Type]typeRule
	allow   []string // folded, sorted
	deny    []denied // folded, sorted
	own     []*custom.Recogniser
	specs   []custom.Spec // of own
	version string
}

type typeRule struct {
	Action    Action  `json:"action"`
	Threshold float64 `json:"threshold,omitempty"`
}

// denied is a literal value that is always taken out.
type denied struct {
	Value string    `json:"value"`
	Type  rule.Type `json:"type"`
}

// labelLanguage is the language of the words in placeholders.
type labelLanguage string

const (
	labelsAuto labelLanguage = "auto"
	labelsZH   labelLanguage = "zh"
	labelsEN   labelLanguage = "en"
)

// DefaultPolicy returns the policy that ships with qingting.
func DefaultPolicy() *Policy {
	p, err := ParsePolicy(defaultPolicy)
	if err != nil {
		panic("privacy: the embedded policy is broken: " + err.Error()) // a test parses it
	}
	return p
}

// Version is a short hash of what the policy says: 12 hexadecimal digits of the
// SHA-256 of its canonical form. Comments, order and spelling do not change it.
func (p *Policy) Version() string { return p.version }

// Action returns what becomes of a type.
func (p *Policy) Action(t rule.Type) Action {
	if r, ok := p.rules[t]; ok {
		return r.Action
	}
	return p.missing
}

// Default returns what becomes of a type that the policy does not name.
func (p *Policy) Default() Action { return p.missing }

// Threshold returns the least confidence at which a finding of type t is acted
// upon; 0 when the policy leaves that to the detector.
func (p *Policy) Threshold(t rule.Type) float64 { return p.rules[t].Threshold }

// WithThreshold returns p with the same threshold, from 0 to 1, for every type.
func (p *Policy) WithThreshold(least float64) (*Policy, error) {
	if !(least >= 0 && least <= 1) {
		return nil, errors.New("a threshold lies between 0 and 1")
	}
	other := *p
	other.rules = make(map[rule.Type]typeRule)
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		other.rules[t] = typeRule{p.Action(t), least}
	}
	other.seal()
	return &other, nil
}

// Thresholds returns the thresholds that the policy sets, for the detector that
// is to serve it.
func (p *Policy) Thresholds() map[rule.Type]float64 {
	set := make(map[rule.Type]float64)
	for t, r := range p.rules {
		if r.Threshold > 0 {
			set[t] = r.Threshold
		}
	}
	return set
}

// Period is how long a pseudonym lasts.
func (p *Policy) Period() Period { return p.period }

// UsesPseudonyms reports whether any type becomes a pseudonym.
func (p *Policy) UsesPseudonyms() bool {
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		if p.Action(t) == Pseudonym {
			return true
		}
	}
	return false
}

// seal sorts what has no order and sets the version. Rules that say no more
// than the default does are left out of the hash, so that a new type in the
// vocabulary is no new policy.
func (p *Policy) seal() {
	slices.Sort(p.allow)
	p.allow = slices.Compact(p.allow)
	slices.SortFunc(p.deny, func(a, b denied) int { return cmpDenied(a, b) })
	p.deny = slices.Compact(p.deny)
	rules := make(map[rule.Type]typeRule, len(p.rules))
	for t, r := range p.rules {
		if r != (typeRule{Action: p.missing}) {
			rules[t] = r
		}
	}
	canonical, err := json.Marshal(struct {
		Policy  int                    `json:"policy"`
		Labels  labelLanguage          `json:"labels"`
		Period  Period                 `json:"period"`
		Default Action                 `json:"default"`
		Types   map[rule.Type]typeRule `json:"types"`
		Allow   []string               `json:"allow"`
		Deny    []denied               `json:"deny"`
		Own     []custom.Spec          `json:"recognisers,omitempty"`
	}{policyFormat, p.labels, p.period, p.missing, rules, p.allow, p.deny, p.specs})
	if err != nil {
		panic("privacy: " + err.Error()) // strings and finite numbers always marshal
	}
	sum := sha256.Sum256(canonical)
	p.version = hex.EncodeToString(sum[:6])
}
