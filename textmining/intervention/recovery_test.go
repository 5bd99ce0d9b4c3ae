package intervention_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"qingting/internal/corpus"
	"qingting/textmining"
	"qingting/textmining/intervention"
)

// series counts the items of a planted action's theme, in its region and in that
// of the control, day by day.
func series(items []corpus.Item, p corpus.Intervention, themes func(corpus.Item) []string) intervention.Series {
	first := items[0].Time.In(p.Date.Location())
	first = time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, p.Date.Location())
	day := func(t time.Time) int { return int(t.Sub(first).Hours() / 24) }
	n := day(items[len(items)-1].Time) + 1
	s := intervention.Series{At: day(p.Date), Weekday: first.Weekday(), Treated: make([]float64, n), Control: make([]float64, n)}
	for _, it := range items {
		if it.Region != p.Region && it.Region != p.Control || !slices.Contains(themes(it), p.Theme) {
			continue
		}
		if it.Region == p.Region {
			s.Treated[day(it.Time)]++
		} else {
			s.Control[day(it.Time)]++
		}
	}
	return s
}

// recover counts how often the planted effect lies within the interval.
func recovered(t *testing.T, seeds uint64, themes func(corpus.Item) []string) string {
	t.Helper()
	var in, fell, doubt, mean float64
	p := corpus.Interventions(corpus.Options{})[0]
	for seed := range seeds {
		r, err := intervention.Counts(series(corpus.Generate(seed, corpus.Options{}), p, themes), intervention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Effect.Low <= p.Effect && p.Effect <= r.Effect.High {
			in++
		}
		switch r.Verdict {
		case intervention.Fell:
			fell++
		case intervention.Doubt:
			doubt++
		case intervention.Rose:
			t.Errorf("seed %d: it rose", seed)
		}
		mean += r.Effect.Value / float64(seeds)
	}
	n := float64(seeds)
	if in/n < .9 {
		t.Errorf("in %.0f %% of the corpora the planted effect lies within its interval, want 90", 100*in/n)
	}
	return fmt.Sprintf("corpora %d planted %.2f mean %.2f within %.0f%% fell %.0f%% doubted %.0f%%\n", seeds, p.Effect, mean, 100*in/n, 100*fell/n, 100*doubt/n)
}

// TestPlantedAction finds the action that the corpus was made with, given the
// true themes.
func TestPlantedAction(t *testing.T) {
	line := recovered(t, 40, func(it corpus.Item) []string { return it.Truth.Themes })
	t.Log(line)
	goldenLine(t, "recovery.txt", "themes of the truth: "+line)
}

// TestTaggedAction does the same with what the annotator reads. What it misses it
// misses before and after and in both regions, so that the effect stays; what it
// tags by mistake, which the action does not reach, draws it towards none.
func TestTaggedAction(t *testing.T) {
	if testing.Short() {
		t.Skip("annotates texts of 20 corpora")
	}
	annotator, err := textmining.DefaultAnnotator()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(recovered(t, 20, func(it corpus.Item) []string {
		var out []string
		for _, tag := range annotator.Annotate(it.Text).Themes {
			out = append(out, tag.ID)
		}
		return out
	}))
}

func goldenLine(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s: got %q, want %q; go test -update writes it", path, got, want)
	}
}
