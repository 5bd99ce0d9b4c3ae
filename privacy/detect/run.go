package detect

import (
	"slices"
	"strings"
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// shared holds the built-in recognisers, which are immutable: to build a
// detector for another policy takes no time.
var shared = sync.OnceValues(builtin)

// New returns a detector with every built-in recogniser, unless
// WithRecognisers says otherwise.
func New(opts ...Option) (*Detector, error) {
	d := &Detector{threshold: map[rule.Type]float64{}}
	for _, o := range opts {
		if err := o(d); err != nil {
			return nil, err
		}
	}
	if d.recognisers == nil {
		built, err := shared()
		if err != nil {
			return nil, err
		}
		d.recognisers = built
	}
	d.recognisers, d.more = slices.Concat(d.recognisers, d.more), nil
	return d, nil
}

// Detect returns the findings of a text, without their evidence.
func (d *Detector) Detect(text string) []Finding {
	found, _ := d.run(text, false)
	return found
}

// Explain is Detect with the evidence, and the candidates that did not become
// findings, sorted by Start.
func (d *Detector) Explain(text string) ([]Finding, []Rejection) {
	return d.run(text, true)
}

func (d *Detector) run(text string, explain bool) ([]Finding, []Rejection) {
	if len(text) > 2*partSize {
		return d.inParts(text, parts(text, partSize, partReach), explain)
	}
	return d.read(fold.Borrow(text), explain)
}

// read returns what is found in a text and what is turned down, and releases it.
func (d *Detector) read(t *fold.Text, explain bool) ([]Finding, []Rejection) {
	defer t.Release()
	work := tables.Get().(*table)
	defer work.release()
	emit := func(c rule.Candidate) {
		if c.Start >= 0 && c.Start < c.End && c.End <= len(t.Units) {
			work.cands = append(work.cands, c)
		}
	}
	for _, r := range d.recognisers {
		r.Recognise(t, explain, emit)
	}
	if len(work.cands) == 0 {
		return nil, nil
	}
	for i := range work.cands {
		c := &work.cands[i]
		if c.Rejected == "" && calibrated(c.Rule, c.Confidence) < d.thresholdOf(c.Type) {
			c.Rejected = "confidence below the type's threshold"
		}
		for u := c.Start; u < c.End && t.Seen&fold.Placeholder != 0; u++ {
			if t.Units[u].Class&fold.Placeholder != 0 {
				c.Rejected = "covers a placeholder"
			}
		}
	}
	work.resolve()
	d.again(t, work)
	var found []Finding
	if len(work.winners) > 0 {
		found = make([]Finding, len(work.winners))
	}
	for i, w := range work.winners {
		found[i] = finding(t, &work.cands[w])
		if !explain {
			found[i].Evidence = nil
		}
	}
	if !explain {
		return found, nil
	}
	var rejected []Rejection
	for _, l := range work.losers {
		c := &work.cands[l]
		rejected = append(rejected, Rejection{Finding: finding(t, c), Why: c.Rejected})
	}
	return found, rejected
}

func (d *Detector) thresholdOf(t rule.Type) float64 {
	if v, ok := d.threshold[t]; ok {
		return v
	}
	return DefaultThreshold
}

func finding(t *fold.Text, c *rule.Candidate) Finding {
	start, end := t.Span(c.Start, c.End)
	return Finding{Type: c.Type, Start: start, End: end, Rule: c.Rule, Confidence: calibrated(c.Rule, c.Confidence), Canonical: strings.Clone(c.Canonical), Evidence: c.Evidence}
}
