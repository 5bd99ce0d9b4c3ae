package detect

import (
	"slices"
	"testing"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/name"
	"qingting/privacy/rule"
	"qingting/privacy/tagger"
	"qingting/privacy/tagger/english"
)

// TestCurves: every curve rises, keeps the ends, and moves nothing over the
// default threshold.
func TestCurves(t *testing.T) {
	ids := map[string]bool{tagger.RulePerson: true, english.RulePerson: true}
	for _, r := range slices.Concat(Rules(), name.Rules(), address.Rules()) {
		ids[r.ID] = true
	}
	for id, curve := range curves {
		if !ids[id] {
			t.Errorf("there is no rule %s", id)
		}
		if first, last := curve[0], curve[len(curve)-1]; first.own != DefaultThreshold || first.share < DefaultThreshold || last != (knot{1, 1}) {
			t.Errorf("%s begins with %v and ends with %v", id, first, last)
		}
		before := -1.0
		for i := range 1001 {
			own := float64(i) / 1000
			share := calibrated(id, own)
			if share < before || share > 1 || (share >= DefaultThreshold) != (own >= DefaultThreshold) {
				t.Errorf("%s: %v becomes %v after %v", id, own, share, before)
			}
			before = share
		}
	}
	if got := calibrated("no.curve", 0.42); got != 0.42 {
		t.Errorf("a rule without a curve says %v for 0.42", got)
	}
}

// says proposes the whole text.
type says struct {
	id  string
	own float64
}

func (s says) Recognise(t *fold.Text, _ bool, emit func(rule.Candidate)) {
	emit(rule.Candidate{Type: rule.PersonName, Start: 0, End: len(t.Units), Rule: s.id, Confidence: s.own})
}

// TestCalibratedThreshold: thresholds and findings speak of shares, rank goes
// by the rules' own confidence.
func TestCalibratedThreshold(t *testing.T) {
	learnt, told := says{"tagger.person", 0.79}, says{"name.cue", 0.9}
	for _, c := range []struct {
		threshold float64
		rules     []rule.Recogniser
		want      string
	}{
		{0.9, []rule.Recogniser{learnt}, "tagger.person"},
		{0.98, []rule.Recogniser{learnt}, ""},
		{0.5, []rule.Recogniser{learnt, told}, "name.cue"},
		{0.95, []rule.Recogniser{learnt, told}, "tagger.person"},
	} {
		d := newDetector(t, WithRecognisers(c.rules...), WithThreshold(map[rule.Type]float64{rule.PersonName: c.threshold}))
		got := ""
		for _, f := range d.Detect("张三") {
			if got = f.Rule; f.Confidence < c.threshold {
				t.Errorf("found with %v at threshold %v", f.Confidence, c.threshold)
			}
		}
		if got != c.want {
			t.Errorf("threshold %v: found by %q, want %q", c.threshold, got, c.want)
		}
	}
}
