package ruletest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Figures are what a recogniser achieves on a file of marked sentences.
type Figures struct {
	Sentences, Spans, Found, False, Clean, Touched int
}

const layout = "sentences %d\nspans %d\nfound %d\nfalse %d\nclean %d\ntouched %d\n"

// String gives the figures as the golden file holds them.
func (f Figures) String() string {
	return fmt.Sprintf(layout, f.Sentences, f.Spans, f.Found, f.False, f.Clean, f.Touched)
}

// measure runs by over the sentences of a file, one a line; # begins a comment.
func measure(t *testing.T, by rule.Recogniser, path string) (f Figures) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		text, want := recognise.Unmark(line)
		got := recognise.Spans(by, text, Threshold)
		f.Sentences++
		f.Spans += len(want)
		if len(want) == 0 {
			f.Clean++
			f.Touched += min(len(got), 1)
		}
		for _, w := range want {
			i := slices.IndexFunc(got, func(g recognise.Span) bool { return g.Start == w.Start && g.End == w.End })
			if i < 0 {
				t.Logf("missed %s in %s", text[w.Start:w.End], text)
				continue
			}
			f.Found++
			got = slices.Delete(got, i, i+1)
		}
		f.False += len(got)
		for _, g := range got {
			t.Logf("false %s (%s) in %s", text[g.Start:g.End], g.Rule, text)
		}
	}
	return f
}

// Golden fails when recall or precision on the marked sentences of base+".txt"
// drops under the figures of base+".figures", which update writes anew.
func Golden(t *testing.T, by rule.Recogniser, base string, update bool) {
	t.Helper()
	got := measure(t, by, base+".txt")
	if update {
		if err := os.WriteFile(base+".figures", []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(base + ".figures")
	if err != nil {
		t.Fatal(err)
	}
	var want Figures
	if _, err := fmt.Sscanf(string(data), layout, &want.Sentences, &want.Spans, &want.Found, &want.False, &want.Clean, &want.Touched); err != nil {
		t.Fatalf("read %s.figures: %v", base, err)
	}
	if got.Sentences != want.Sentences || got.Spans != want.Spans || got.Clean != want.Clean {
		t.Fatalf("the set changed, run with -update:\n%s", got)
	}
	if got.Found < want.Found || got.False > want.False || got.Touched > want.Touched {
		t.Errorf("got worse:\n%swant no worse than\n%s", got, want)
	}
}
