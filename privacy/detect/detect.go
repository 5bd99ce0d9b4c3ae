// Package detect finds personal data in a text: it folds the text once, runs
// every recogniser over that reading, and resolves their overlaps once.
//
//	d, err := detect.New()
//	for _, f := range d.Detect(text) {
//		fmt.Println(f.Type, text[f.Start:f.End])
//	}
//
// Findings are sorted, do not overlap, lie on rune boundaries, and never touch
// a well-formed placeholder: what was redacted is never found again. A neighbour
// may read as personal data once what touched it has become a placeholder, so
// who redacts detects again until nothing is found. The same text gives the same
// findings on every machine: no clock, no chance, no map order takes part. Time
// is linear in the text.
//
// Where candidates overlap one wins, in this order: the band of confidence
// (at least 0.8, at least 0.6, less), then the longer span, then the higher
// confidence, then the more specific type, then the earlier start. Length
// before exact confidence keeps the whole of an address of mail rather than
// the telephone number in it. What overlaps a winner loses and is kept, with
// the reason, for Explain.
//
// The order goes by what rules say themselves. The confidence of a finding, and
// what a threshold is compared with, is how often such findings are right.
//
// The package does not redact, and knows no policy: it says what is there.
package detect

import (
	"fmt"
	"slices"

	"qingting/privacy/rule"
)

// Version names the behaviour of the engine: it changes whenever the same text
// may yield other findings.
const Version = "4"

// DefaultThreshold is the confidence under which a candidate is turned down.
const DefaultThreshold = 0.5

// Finding is a span of personal data. Findings of one text are sorted by
// Start and do not overlap.
type Finding struct {
	Type       rule.Type
	Start, End int      // bytes in the source, end exclusive, on rune boundaries
	Rule       string   // id of the rule that won
	Confidence float64  // 0 to 1: how often such findings are right
	Canonical  string   // canonical value, for pseudonyms; personal data
	Evidence   []string // in English, without any of the text; only from Explain
}

// Rejection is a candidate that did not become a finding, and why.
type Rejection struct {
	Finding
	Why string
}

// Detector finds personal data. It is safe for concurrent use.
type Detector struct {
	recognisers []rule.Recogniser
	more        []rule.Recogniser // until New has joined them
	threshold   map[rule.Type]float64
}

// Option changes a Detector as it is built.
type Option func(*Detector) error

// WithThreshold sets the confidence from which a candidate of a type counts;
// types that are not given keep DefaultThreshold.
func WithThreshold(by map[rule.Type]float64) Option {
	return func(d *Detector) error {
		for t, v := range by {
			if !t.Valid() {
				return fmt.Errorf("detect: threshold for unknown type %q", t)
			}
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("detect: threshold %v for type %q is not between 0 and 1", v, t)
			}
			d.threshold[t] = v
		}
		return nil
	}
}

// WithRecognisers replaces the built-in recognisers.
func WithRecognisers(r ...rule.Recogniser) Option {
	return func(d *Detector) error {
		d.recognisers = r
		return nil
	}
}

// WithMore adds recognisers to the others.
func WithMore(r ...rule.Recogniser) Option {
	return func(d *Detector) error {
		d.more = append(d.more, r...)
		return nil
	}
}

// Runs reports whether the detector runs all of r, which must be comparable.
func (d *Detector) Runs(r ...rule.Recogniser) bool {
	for _, one := range r {
		if !slices.Contains(d.recognisers, one) {
			return false
		}
	}
	return true
}
