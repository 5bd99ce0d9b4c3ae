package worker_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"qingting/ingest"
)

// admits is a register of one source; its error is the broker's.
type admits struct {
	source string
	err    error
}

func (a *admits) Admits(_ context.Context, source string) (bool, error) {
	return source == a.source, a.err
}

// TestUnregistered: what the register does not have is parked whole, and named
// only when its name is no personal data.
func TestUnregistered(t *testing.T) {
	p := newPlant(t)
	p.pipeline.Sources = &admits{source: "app"}
	for i, source := range []string{"app", "store", "13812345678", ""} {
		p.send(t, ingest.Feedback{ID: string(rune('a' + i)), Source: source, Text: "宽带断网"})
	}
	if c := p.work(t); c.Processed != 1 || c.Dead != 3 {
		t.Errorf("processed %d, dead %d", c.Processed, c.Dead)
	}
	var details []string
	for l, err := range ingest.Letters(t.Context(), p.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Reason != ingest.ReasonUnregistered || strings.Contains(l.Detail, "138") {
			t.Errorf("parked as %s: %s", l.Reason, l.Detail)
		}
		details = append(details, l.Detail)
	}
	if !slices.Contains(details, `source "store" is not registered`) {
		t.Errorf("the letters say %q", details)
	}
	for _, l := range p.letters(t) {
		if !strings.Contains(string(l.Data), "宽带断网") {
			t.Error("a letter is not whole")
		}
	}
	if len(p.documents(t)) != 1 {
		t.Error("a document of an unregistered source")
	}
}

// TestRegisterOutOfReach: while nobody can tell, feedback waits.
func TestRegisterOutOfReach(t *testing.T) {
	p := newPlant(t)
	p.pipeline.Sources = &admits{err: errors.Join(context.DeadlineExceeded)}
	p.send(t, ingest.Feedback{ID: "a", Source: "app", Text: "宽带断网"})
	w, stop := p.run(t)
	p.await(t, "ten tries", func() bool { return w.Counts().Retried >= 10 })
	stop()
	if c := w.Counts(); c.Dead != 0 || c.Processed != 0 || p.count(t, ingest.StreamIn) != 1 {
		t.Errorf("processed %d, dead %d", c.Processed, c.Dead)
	}
}

// TestDocumentsAreGraded: also by what only the values show, a child's date of
// birth and identity card.
func TestDocumentsAreGraded(t *testing.T) {
	p := newPlant(t)
	for id, text := range map[string]string{
		"a": "宽带断网三天",
		"b": "请打13812345678",
		"c": "孩子的身份证号是11010120200307001" + checkDigit("11010120200307001") + "，实名不了",
	} {
		p.send(t, ingest.Feedback{ID: id, Source: "t", Text: text})
	}
	p.work(t)
	var got []string
	for _, d := range p.documents(t) {
		got = append(got, string(rune('0'+d.Grade))+" "+strings.Join(d.GradeReasons, ","))
	}
	slices.Sort(got)
	if want := []string{"1 ", "2 contact", "4 combination,id,minor"}; !slices.Equal(got, want) {
		t.Errorf("graded %q, want %q", got, want)
	}
}

// checkDigit is that of an identity card (GB 11643).
func checkDigit(first string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(first[i]-'0')
	}
	return string("10X98765432"[sum%11])
}
