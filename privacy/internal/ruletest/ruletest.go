// Package ruletest is the test harness of rules: their examples, the figures
// they reach on a file of invented sentences, and the contract that a
// recogniser keeps on any text.
//
//	func TestRules(t *testing.T) { ruletest.Examples(t, New(), Rules()) }
//
// Spans are marked «so» in examples and files. It is for tests alone.
package ruletest

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Threshold is the confidence from which the detector takes a candidate.
const Threshold = 0.5

// Examples fails for a rule that lacks something or breaks one of its
// examples. by is nil for rules that run by themselves.
func Examples(t *testing.T, by rule.Recogniser, rules []recognise.Rule) {
	t.Helper()
	if err := recognise.Refuse(rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			if err := recognise.Check(r, by, Threshold); err != nil {
				t.Error(err)
			}
		})
	}
}

// Texts returns all examples of rules without their marks.
func Texts(rules []recognise.Rule) (out []string) {
	for _, r := range rules {
		for _, example := range slices.Concat(r.True, r.False) {
			text, _ := recognise.Unmark(example)
			out = append(out, text)
		}
	}
	return out
}

// Contract fails when a candidate that by proposes for text is malformed, is
// of another type than typ, or covers a placeholder.
func Contract(t *testing.T, by rule.Recogniser, typ rule.Type, text string) {
	t.Helper()
	ft := fold.New(text)
	for _, explain := range []bool{false, true} {
		by.Recognise(ft, explain, func(c rule.Candidate) {
			switch {
			case c.Start < 0 || c.End > len(ft.Units) || c.Start >= c.End:
				t.Fatalf("span %d to %d of %d units", c.Start, c.End, len(ft.Units))
			case c.Type != typ || c.Rule == "" || !(c.Confidence >= 0 && c.Confidence <= 1):
				t.Fatalf("malformed candidate of rule %q: type %s, confidence %v", c.Rule, c.Type, c.Confidence)
			case c.Rejected != "" && !explain:
				t.Fatal("a rejected candidate without explain")
			}
			for i := c.Start; i < c.End; i++ {
				if ft.Is(i, fold.Placeholder) {
					t.Fatal("a placeholder inside a candidate")
				}
			}
		})
	}
}

// Concurrent fails when several goroutines at once find other than one alone.
func Concurrent(t *testing.T, by rule.Recogniser, texts []string) {
	t.Helper()
	collect := func() (out []string) {
		for _, text := range texts {
			by.Recognise(fold.New(text), true, func(c rule.Candidate) { out = append(out, c.Rule+c.Canonical+c.Rejected) })
		}
		return out
	}
	want := collect()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if diff := cmp.Diff(want, collect()); diff != "" {
				t.Errorf("differs under concurrency (-want +got):\n%s", diff)
			}
		})
	}
	wg.Wait()
}

// Rejects fails unless by finds nothing in text, and under explain says of
// something why not.
func Rejects(t *testing.T, by rule.Recogniser, text string) {
	t.Helper()
	ft := fold.New(text)
	var silent, told int
	by.Recognise(ft, false, func(rule.Candidate) { silent++ })
	by.Recognise(ft, true, func(c rule.Candidate) {
		if c.Rejected == "" {
			t.Errorf("rule %s accepted a candidate", c.Rule)
		}
		told++
	})
	if silent != 0 || told == 0 {
		t.Errorf("candidates without explain %d, with %d; want 0 and some", silent, told)
	}
}

// Canonical fails for a text whose one candidate has another canonical form.
func Canonical(t *testing.T, by rule.Recogniser, forms map[string]string) {
	t.Helper()
	for text, want := range forms {
		var got []string
		by.Recognise(fold.New(text), false, func(c rule.Candidate) { got = append(got, c.Canonical) })
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// ReadsToTheEnd fails when by loses findings of a long text: sentence, which
// has one, is repeated.
func ReadsToTheEnd(t *testing.T, by rule.Recogniser, sentence string) {
	t.Helper()
	const n = 2000
	count := 0
	by.Recognise(fold.New(strings.Repeat(sentence, n)), false, func(rule.Candidate) { count++ })
	if count != n {
		t.Errorf("found %d of %d", count, n)
	}
}

// Speed measures by over a text of twenty times the sentence.
func Speed(b *testing.B, by rule.Recogniser, sentence string) {
	t := fold.New(strings.Repeat(sentence, 20))
	n := 0
	b.SetBytes(int64(len(t.Source)))
	b.ReportAllocs()
	for b.Loop() {
		by.Recognise(t, false, func(rule.Candidate) { n++ })
	}
}
