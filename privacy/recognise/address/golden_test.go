package address

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden figures anew")

// figures are what the recogniser achieves on testdata/feedback.txt.
type figures struct {
	Sentences, Addresses, Found, False, Clean, Touched int
}

func (f figures) String() string {
	return fmt.Sprintf("sentences %d\naddresses %d\nfound %d\nfalse %d\nclean %d\ntouched %d\n",
		f.Sentences, f.Addresses, f.Found, f.False, f.Clean, f.Touched)
}

func measure(t *testing.T) figures {
	t.Helper()
	data, err := os.ReadFile("testdata/feedback.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := New()
	var f figures
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		text, want := marked(line)
		got, rules := found(r, text)
		f.Sentences++
		f.Addresses += len(want)
		if len(want) == 0 {
			f.Clean++
			if len(got) > 0 {
				f.Touched++
			}
		}
		for _, w := range want {
			if i := slices.Index(got, w); i >= 0 {
				f.Found++
				got = slices.Delete(got, i, i+1)
			} else {
				t.Logf("missed %s in %s", w, text)
			}
		}
		f.False += len(got)
		for _, g := range got {
			t.Logf("false %s (%s) in %s", g, rules[g], text)
		}
	}
	return f
}

// TestGoldenFigures fails when recall or precision on the invented feedback
// drops; run with -update after a gain to raise the bar.
func TestGoldenFigures(t *testing.T) {
	const path = "testdata/feedback.figures"
	got := measure(t)
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want figures
	if _, err := fmt.Sscanf(string(data), "sentences %d\naddresses %d\nfound %d\nfalse %d\nclean %d\ntouched %d\n",
		&want.Sentences, &want.Addresses, &want.Found, &want.False, &want.Clean, &want.Touched); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	if got.Sentences != want.Sentences || got.Addresses != want.Addresses || got.Clean != want.Clean {
		t.Fatalf("the set changed, run with -update:\n%s", got)
	}
	if got.Found < want.Found || got.False > want.False || got.Touched > want.Touched {
		t.Errorf("got worse:\n%swant no worse than\n%s", got, want)
	}
}
