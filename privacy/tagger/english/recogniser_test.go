package english

import (
	"testing"

	"qingting/privacy/fold"
	"qingting/privacy/internal/ruletest"
	"qingting/privacy/rule"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, New(), Rules()) }

func TestRecogniseIsSafeForConcurrentUse(t *testing.T) {
	ruletest.Concurrent(t, New(), ruletest.Texts(Rules()))
}

// TestLongTextIsReadToItsEnd guards against silent truncation.
func TestLongTextIsReadToItsEnd(t *testing.T) {
	ruletest.ReadsToTheEnd(t, New(), "My name is Sarah Whitcombe and my line is dead.\n")
}

// TestChineseIsLeftAlone: a word or two in a Chinese sentence is for the rules.
func TestChineseIsLeftAlone(t *testing.T) {
	New().Recognise(fold.New("客服Lucy态度差，APP打不开，VIP用户John Smith投诉"), true, func(c rule.Candidate) {
		t.Errorf("rule %s proposes units %d to %d", c.Rule, c.Start, c.End)
	})
}

// TestPlaceholdersAreLeftAlone: what was redacted is never found again.
func TestPlaceholdersAreLeftAlone(t *testing.T) {
	ft := fold.New("My name is ⟦PERSON_NAME⟧ Whitcombe, I live at 12 ⟦ADDRESS⟧ Street, Boise, ID 83702")
	New().Recognise(ft, false, func(c rule.Candidate) {
		for i := c.Start; i < c.End; i++ {
			if ft.Is(i, fold.Placeholder) {
				t.Errorf("rule %s covers a placeholder", c.Rule)
			}
		}
	})
}

// FuzzRecognise holds candidates to their contract on any text.
func FuzzRecognise(f *testing.F) {
	for _, text := range ruletest.Texts(Rules()) {
		f.Add(text)
	}
	f.Add("⟦MOBILE⟧ John\xff\xfe 'S s' a-'b 12 Main St.")
	r := New()
	f.Fuzz(func(t *testing.T, text string) {
		ft := fold.New(text)
		for _, explain := range []bool{false, true} {
			r.Recognise(ft, explain, func(c rule.Candidate) {
				if c.Start < 0 || c.End > len(ft.Units) || c.Start >= c.End || !(c.Confidence >= 0 && c.Confidence <= 1) || c.Rejected != "" && !explain {
					t.Fatalf("malformed candidate of %s: %d to %d of %d, confidence %v", c.Rule, c.Start, c.End, len(ft.Units), c.Confidence)
				}
			})
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	text := ""
	for range 40 {
		text += "I was on hold for 47 minutes, then transferred three times. Kevin Park promised a call back by Friday, nobody called. My bill is wrong again and the app shows an error when I log in.\n"
	}
	ft, r := fold.New(text), New()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Recognise(ft, false, func(rule.Candidate) {})
	}
}
