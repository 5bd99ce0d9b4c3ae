package address

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// FuzzRecognise holds candidates to their contract on any text.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"杭州市西湖区文三路200号3幢501室", "12 North Main St, Apt 4, London NW1 6XE", "PO Box 1", "路1号栋2-3-4#", "\xff号1号", "⟦地址⟧3栋", "3-2-501"} {
		f.Add(seed)
	}
	r := New()
	f.Fuzz(func(t *testing.T, text string) {
		ft := fold.New(text)
		for _, explain := range []bool{false, true} {
			r.Recognise(ft, explain, func(c rule.Candidate) {
				switch {
				case c.Start < 0 || c.End > len(ft.Units) || c.Start >= c.End:
					t.Fatalf("span %d to %d of %d units", c.Start, c.End, len(ft.Units))
				case c.Type != rule.Address || c.Rule == "" || c.Confidence < 0 || c.Confidence > 1:
					t.Fatalf("malformed candidate of rule %q: confidence %v", c.Rule, c.Confidence)
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
	})
}

func TestRecogniseIsSafeForConcurrentUse(t *testing.T) {
	r := New()
	var texts []string
	for _, ru := range Rules() {
		texts = append(texts, ru.Finds...)
		texts = append(texts, ru.Leaves...)
	}
	collect := func() (out []string) {
		for _, text := range texts {
			r.Recognise(fold.New(text), true, func(c rule.Candidate) { out = append(out, c.Rule+c.Canonical+c.Rejected) })
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

func TestExplainTellsWhatWasTurnedDown(t *testing.T) {
	ft := fold.New("人民路158号营业厅排队")
	r := New()
	var silent, told int
	r.Recognise(ft, false, func(rule.Candidate) { silent++ })
	r.Recognise(ft, true, func(c rule.Candidate) {
		if c.Rejected == "" {
			t.Errorf("rule %s accepted a candidate", c.Rule)
		}
		told++
	})
	if silent != 0 || told == 0 {
		t.Errorf("candidates without explain %d, with %d; want 0 and some", silent, told)
	}
}

func TestCanonical(t *testing.T) {
	r := New()
	for text, want := range canonicalForms {
		var got []string
		r.Recognise(fold.New(text), false, func(c rule.Candidate) { got = append(got, c.Canonical) })
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestLongTextIsReadToItsEnd guards against silent truncation.
func TestLongTextIsReadToItsEnd(t *testing.T) {
	const n = 2000
	r := New()
	count := 0
	r.Recognise(fold.New(strings.Repeat(oneFinding, n)), false, func(rule.Candidate) { count++ })
	if count != n {
		t.Errorf("found %d of %d", count, n)
	}
}

const oneFinding = "住杭州市文三路200号3幢501室。"

var canonicalForms = map[string]string{
	"浙江省，宁波市，海曙区，中山西路１１号":     "浙江省宁波市海曙区中山西路11号",
	"金色家园小区3-2-501":           "金色家园小区3-2-501",
	"廣州市天河區體育西路103號":          "广州市天河区体育西路103号",
	"at 77 Park Ave., Apt. 3": "77parkaveapt3",
}
