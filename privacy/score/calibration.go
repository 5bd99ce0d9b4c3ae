package score

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Calibration says whether findings are right as often as their confidence
// claims. A finding is right when it has the type of a labelled span and shares
// an IoU of at least one half with it.
type Calibration struct {
	// Error is the expected calibration error: how far the share of right
	// findings lies from the mean confidence, the mean over the bins weighted by
	// findings (Naeini, Cooper and Hauskrecht 2015).
	Error float64           `json:"expected_calibration_error"`
	Bins  []Bin             `json:"bins"` // without the empty ones
	Types []TypeCalibration `json:"types"`
	Rules []RuleCalibration `json:"rules"`
}

// Bin is the findings with a confidence of From to under To; the last bin holds
// 1 too.
type Bin struct {
	From       float64    `json:"from"`
	To         float64    `json:"to"`
	Confidence float64    `json:"confidence"` // mean
	Right      Proportion `json:"right"`
}

// TypeCalibration is the calibration of one type.
type TypeCalibration struct {
	Type  string  `json:"type"`
	Error float64 `json:"expected_calibration_error"`
	Bins  []Bin   `json:"bins"`
}

// RuleCalibration is the calibration of what one rule found of one type.
type RuleCalibration struct {
	Rule       string     `json:"rule"`
	Type       string     `json:"type"`
	Confidence float64    `json:"confidence"` // mean
	Right      Proportion `json:"right"`
	Verdict    Verdict    `json:"verdict"`
}

// Verdict is what a mean confidence comes to beside the interval of how often
// it is right.
type Verdict string

// The verdicts. Fair may also mean that too few findings are there to tell.
const (
	Fair  Verdict = "fair"
	Over  Verdict = "over-confident"
	Under Verdict = "under-confident"
)

// binEdges part confidences where policies set thresholds.
var binEdges = [...]float64{0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1}

const bins = len(binEdges) - 1

// tally is findings with the sum of their confidences.
type tally struct {
	found, right int
	sum          float64
}

func (t *tally) add(confidence float64, right bool) {
	t.found++
	t.sum += confidence
	if right {
		t.right++
	}
}

func (t tally) share() Proportion { return Share(t.right, t.found) }

func (t tally) mean() float64 { return t.sum / float64(max(t.found, 1)) }

type ruleKey struct{ rule, typ string }

// calibration gathers tallies. Its zero value is ready.
type calibration struct {
	all   [bins]tally
	types map[string]*[bins]tally
	rules map[ruleKey]*tally
}

func (c *calibration) add(f Found, right bool) {
	if c.types == nil {
		c.types, c.rules = make(map[string]*[bins]tally), make(map[ruleKey]*tally)
	}
	bin := 0
	for bin < bins-1 && f.Confidence >= binEdges[bin+1] {
		bin++
	}
	if c.types[f.Type] == nil {
		c.types[f.Type] = new([bins]tally)
	}
	key := ruleKey{f.Rule, f.Type}
	if c.rules[key] == nil {
		c.rules[key] = new(tally)
	}
	for _, t := range [...]*tally{&c.all[bin], &c.types[f.Type][bin], c.rules[key]} {
		t.add(f.Confidence, right)
	}
}

func (c *calibration) report() Calibration {
	r := Calibration{Types: []TypeCalibration{}, Rules: []RuleCalibration{}}
	r.Error, r.Bins = reliability(&c.all)
	for typ, t := range c.types {
		ece, list := reliability(t)
		r.Types = append(r.Types, TypeCalibration{typ, ece, list})
	}
	slices.SortFunc(r.Types, func(a, b TypeCalibration) int { return strings.Compare(a.Type, b.Type) })
	for key, t := range c.rules {
		one := RuleCalibration{key.rule, key.typ, t.mean(), t.share(), Fair}
		switch {
		case one.Confidence > one.Right.High:
			one.Verdict = Over
		case one.Confidence < one.Right.Low:
			one.Verdict = Under
		}
		r.Rules = append(r.Rules, one)
	}
	slices.SortFunc(r.Rules, func(a, b RuleCalibration) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Type, b.Type))
	})
	return r
}

func reliability(t *[bins]tally) (ece float64, list []Bin) {
	total := 0
	list = []Bin{}
	for i, b := range t {
		if b.found == 0 {
			continue
		}
		total += b.found
		share := b.share()
		ece += float64(b.found) * math.Abs(share.Value-b.mean())
		list = append(list, Bin{binEdges[i], binEdges[i+1], b.mean(), share})
	}
	return ece / float64(max(total, 1)), list
}
