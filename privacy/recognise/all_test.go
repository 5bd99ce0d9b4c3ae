package recognise_test

import (
	"slices"
	"testing"

	"qingting/privacy/recognise"
	"qingting/privacy/recognise/bank"
	"qingting/privacy/recognise/idcard"
	"qingting/privacy/recognise/phone"
)

func all() []recognise.Rule { return slices.Concat(phone.Rules(), idcard.Rules(), bank.Rules()) }

// TestRulesHoldTheirExamples runs the examples that every rule carries.
func TestRulesHoldTheirExamples(t *testing.T) {
	rules := all()
	if _, err := recognise.New(rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			if err := recognise.Check(r, 0.5); err != nil {
				t.Error(err)
			}
		})
	}
}
