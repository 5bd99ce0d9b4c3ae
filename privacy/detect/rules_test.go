package detect

import (
	"testing"

	"qingting/privacy/internal/ruletest"
)

// TestRulesHoldTheirExamples runs the examples that every rule carries.
func TestRulesHoldTheirExamples(t *testing.T) { ruletest.Examples(t, nil, Rules()) }
