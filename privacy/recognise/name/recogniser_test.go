package name

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

// FuzzRecognise holds candidates to their contract on any text.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"我叫张伟，阿卜杜拉·买买提", "客服小李 张 伟", "my name is John Smith", "Mr. O'Neil said", "王\u200b小\u200b明\xff\xfe", "⟦姓名⟧先生", "姓"} {
		f.Add(seed)
	}
	r := New()
	f.Fuzz(func(t *testing.T, text string) { ruletest.Contract(t, r, rule.PersonName, text) })
}

func TestRecogniseIsSafeForConcurrentUse(t *testing.T) {
	ruletest.Concurrent(t, New(), ruletest.Texts(Rules()))
}

func TestExplainTellsWhatWasTurnedDown(t *testing.T) {
	ruletest.Rejects(t, New(), "机主：李*，联系人：本人，高峰时段关机，一张总表")
}

func TestCanonical(t *testing.T) { ruletest.Canonical(t, New(), canonicalForms) }

// TestLongTextIsReadToItsEnd guards against silent truncation.
func TestLongTextIsReadToItsEnd(t *testing.T) { ruletest.ReadsToTheEnd(t, New(), oneFinding) }

const oneFinding = "我叫张建国，宽带坏了。"

var canonicalForms = map[string]string{
	"戶名：陳國強":                 "陈国强",
	"姓名：张 伟":                 "张伟",
	"姓名：王\u200b小\u200b明":     "王小明",
	"阿卜杜拉•买买提的套餐":            "阿卜杜拉·买买提",
	"my name is John  SMITH": "john smith",
	"客服小李态度差":                "小李",
}
