package review

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/audit"
)

var update = flag.Bool("update", false, "write the golden files")

// reviewed is a state to report on: a planted corpus, two reviewers who differ.
func reviewed(t testing.TB) (*State, Facts) {
	t.Helper()
	p := plant(2000, 11)
	s, err := Draw(p.units, Plan{ID: "20260301-kqzm", Seed: "0a1b2c3d", Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Size: 320})
	if err != nil {
		t.Fatal(err)
	}
	s.Versions = []Version{{"3f9ac21be004", "3.1", "77aa01", 1900}, {"1f00aa21be09", "3.0", "77aa01", 100}}
	s.Left = map[string]int{"restricted": 3}
	entries := []Indexed{{40, audit.Entry{Actor: "lin", Action: audit.ActionSample, Object: Object(s.ID)}}}
	first := p.judge(s)
	for i, item := range first.Items {
		e := audit.Entry{
			Actor: "lin", Action: audit.ActionReview, Object: Object(s.ID), Record: item.Record, Before: item.Version, Outcome: Reviewed,
			Verdicts: item.Readings[0].Verdicts,
		}
		for k := range e.Verdicts {
			if e.Verdicts[k].Outcome == Missed {
				e.Verdicts[k].Shape, e.Verdicts[k].Cues = "han:3", []string{"我叫…"}
			}
		}
		entries = append(entries, Indexed{int64(41 + 2*i), e})
		if item.Second {
			e.Actor = "wangq"
			if i%9 == 0 {
				e.Verdicts = append([]audit.Verdict{{Start: 20, End: 31, Type: "MOBILE", Outcome: Missed, Shape: "digits:11"}}, e.Verdicts...)
			}
			entries = append(entries, Indexed{int64(42 + 2*i), e})
		}
	}
	st := s.State(entries, func(a, b string) bool { return a == b })
	return st, Facts{
		Time: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Log: "qingting-example", Gaps: Gaps(entries),
		Checkpoint: audit.Checkpoint{Origin: "qingting-example", Size: 900},
	}
}

func TestReportGolden(t *testing.T) {
	st, facts := reviewed(t)
	for _, lang := range []string{"zh", "en"} {
		facts.Lang = lang
		var page, pdf bytes.Buffer
		doc := st.Report(facts)
		if err := doc.HTML(&page); err != nil {
			t.Fatal(err)
		}
		if err := doc.PDF(&pdf); err != nil || pdf.Len() < 1000 {
			t.Fatalf("%d bytes of PDF, %v", pdf.Len(), err)
		}
		path := filepath.Join("testdata", fmt.Sprintf("report.%s.html", lang))
		if *update {
			if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), page.String()); diff != "" {
			t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
		}
		if dir := os.Getenv("REVIEW_PDF"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, lang+".pdf"), pdf.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
