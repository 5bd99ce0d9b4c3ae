package address

import (
	"flag"
	"testing"

	"qingting/privacy/internal/ruletest"
	"qingting/privacy/rule"
)

var update = flag.Bool("update", false, "write the golden figures anew")

func TestRulesKeepTheirExamples(t *testing.T) { ruletest.Examples(t, New(), Rules()) }

// TestGoldenFigures fails when recall or precision on the invented feedback
// drops; run with -update after a gain to raise the bar.
func TestGoldenFigures(t *testing.T) { ruletest.Golden(t, New(), "testdata/feedback", *update) }

// TestGoldenChinese does the same on Chinese addresses of every make.
func TestGoldenChinese(t *testing.T) { ruletest.Golden(t, New(), "testdata/chinese", *update) }

// FuzzRecognise holds candidates to their contract on any text.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"杭州市西湖区文三路200号3幢501室", "12 North Main St, Apt 4, London NW1 6XE", "PO Box 1", "路1号栋2-3-4#", "\xff号1号", "⟦地址⟧3栋", "3-2-501"} {
		f.Add(seed)
	}
	r := New()
	f.Fuzz(func(t *testing.T, text string) { ruletest.Contract(t, r, rule.Address, text) })
}

func TestRecogniseIsSafeForConcurrentUse(t *testing.T) {
	ruletest.Concurrent(t, New(), ruletest.Texts(Rules()))
}

func TestExplainTellsWhatWasTurnedDown(t *testing.T) {
	ruletest.Rejects(t, New(), "人民路158号营业厅排队")
}

func TestCanonical(t *testing.T) { ruletest.Canonical(t, New(), canonicalForms) }

// TestLongTextIsReadToItsEnd guards against silent truncation.
func TestLongTextIsReadToItsEnd(t *testing.T) { ruletest.ReadsToTheEnd(t, New(), oneFinding) }

const oneFinding = "住杭州市文三路200号3幢501室。"

var canonicalForms = map[string]string{
	"浙江省，宁波市，海曙区，中山西路１１号":     "浙江省宁波市海曙区中山西路11号",
	"金色家园小区3-2-501":           "金色家园小区3-2-501",
	"廣州市天河區體育西路103號":          "广州市天河区体育西路103号",
	"at 77 Park Ave., Apt. 3": "77parkaveapt3",
}
