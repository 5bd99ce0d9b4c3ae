package detect

import (
	"testing"

	"qingting/privacy/recognise"
)

// TestRulesHoldTheirExamples runs the examples that every rule carries.
func TestRulesHoldTheirExamples(t *testing.T) {
	rules := Rules()
	if _, err := recognise.New(rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			if err := recognise.Check(r, DefaultThreshold); err != nil {
				t.Error(err)
			}
		})
	}
}
