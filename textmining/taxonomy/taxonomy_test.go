package taxonomy

import (
	"testing"
)

func TestDefaultParses(t *testing.T) {
	tax, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(tax.Dimensions) != 6 || len(tax.PainPoints) != 6 || len(tax.Themes) < 28 || len(tax.Risks) < 7 {
		t.Errorf("%d dimensions, %d pain points, %d themes, %d risks", len(tax.Dimensions), len(tax.PainPoints), len(tax.Themes), len(tax.Risks))
	}
	for _, p := range Lint(tax) {
		t.Errorf("%s: %s", p.Severity, p)
	}
}
