// Package detect finds personal data in a text: it folds the text once, runs
// every recogniser over that reading, and resolves their overlaps once.
package detect

import "qingting/privacy/rule"

// Version names the behaviour of the engine: it changes whenever the same text
// may yield other findings.
const Version = "1"

// Finding is a span of personal data. Findings of one text are sorted by
// Start and do not overlap.
type Finding struct {
	Type       rule.Type
	Start, End int      // bytes in the source, end exclusive, on rune boundaries
	Rule       string   // id of the rule that won
	Confidence float64  // 0 to 1
	Canonical  string   // canonical value, for pseudonyms; personal data
	Evidence   []string // in English, without any of the text
}

// Rejection is a candidate that did not become a finding, and why.
type Rejection struct {
	Finding
	Why string
}

// Detector is safe for concurrent use.
type Detector struct {
	recognisers []rule.Recogniser
	threshold   map[rule.Type]float64
}

// Option changes a Detector as it is built.
type Option func(*Detector) error
