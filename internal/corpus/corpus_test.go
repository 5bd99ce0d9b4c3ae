package corpus

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/golden.txt")

// TestGolden holds the corpus still: what it says, in figures and as a hash.
func TestGolden(t *testing.T) {
	items := Generate(1, Options{})
	if diff := cmp.Diff(items, Generate(1, Options{})); diff != "" {
		t.Fatal("the same seed gave another corpus")
	}
	encoded, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	got := figures(items) + fmt.Sprintf("sha256 %x\n", sha256.Sum256(encoded))
	const path = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("corpus changed; run go test ./internal/corpus -update if it should (-want +got):\n%s", diff)
	}
}

// figures describes a corpus, one count a line.
func figures(items []Item) string {
	counts := map[string]int{}
	keys := []string{}
	count := func(key string) {
		if counts[key]++; counts[key] == 1 {
			keys = append(keys, key)
		}
	}
	for _, item := range items {
		count("channel " + item.Channel)
		count("language " + item.Truth.Language)
		count("sentiment " + item.Truth.Sentiment)
		count("product " + item.Product)
		for _, id := range item.Truth.Themes {
			count("theme " + id)
		}
		for _, s := range item.Truth.Spans {
			count("span " + s.Type)
		}
		if item.Truth.Event != "" {
			count("event " + item.Truth.Event)
		}
		if item.Rating != nil {
			count("rated")
		}
	}
	slices.Sort(keys)
	var b strings.Builder
	fmt.Fprintf(&b, "items %d\n", len(items))
	for _, key := range keys {
		fmt.Fprintf(&b, "%s %d\n", key, counts[key])
	}
	return b.String()
}

func TestShape(t *testing.T) {
	items := Generate(7, Options{})
	if len(items) < 3000 {
		t.Fatalf("%d items", len(items))
	}
	end := Options{}.withDefaults().End
	distinct, english, planted := map[string]bool{}, 0, 0
	regions, themes := map[string]bool{}, map[string]bool{}
	for i, item := range items {
		if i > 0 && item.Time.Before(items[i-1].Time) {
			t.Fatal("items are not in order of time")
		}
		if item.Time.Before(end.AddDate(0, 0, -90)) || !item.Time.Before(end) {
			t.Errorf("%s is of %v, outside the 90 days", item.ID, item.Time)
		}
		if !utf8.ValidString(item.Text) || strings.TrimSpace(item.Text) != item.Text || utf8.RuneCountInString(item.Text) < 4 {
			t.Errorf("%s has the text %q", item.ID, item.Text)
		}
		if strings.ContainsAny(item.Text, "{}|‹›") {
			t.Errorf("%s shows the grammar: %q", item.ID, item.Text)
		}
		if item.Truth.Event == "copypaste" {
			planted++
		} else {
			distinct[item.Text] = true
		}
		if item.Truth.Language == "en" {
			english++
		}
		if (item.Rating != nil) && (*item.Rating < 0 || *item.Rating > 10 || *item.Rating != math.Round(*item.Rating)) {
			t.Errorf("%s has a rating of %v on %s", item.ID, *item.Rating, item.Channel)
		}
		regions[item.Region] = true
		if len(item.Truth.Themes) == 0 {
			t.Errorf("%s has no theme: %q", item.ID, item.Text)
		}
		for _, id := range item.Truth.Themes {
			themes[id] = true
		}
	}
	if share := float64(len(distinct)) / float64(len(items)-planted); share < 0.95 {
		t.Errorf("%.1f %% of the texts are distinct, want 95 %%", 100*share)
	}
	if share := float64(english) / float64(len(items)); math.Abs(share-.15) > .03 {
		t.Errorf("%.1f %% are English, want about 15 %%", 100*share)
	}
	if len(regions) != 31 || len(themes) < 30 {
		t.Errorf("%d regions, %d themes", len(regions), len(themes))
	}
}

// TestThemesExist holds the ids against the default taxonomy.
func TestThemesExist(t *testing.T) {
	taxonomy, err := os.ReadFile("../../textmining/taxonomy/taxonomy.default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := loadGrammar()
	known := func(id string) bool { return strings.Contains(string(taxonomy), "\n  - id: "+id+"\n") }
	for _, marks := range regexp.MustCompile(`\{\+([^}]*)\}`).FindAllStringSubmatch(grammarText(t), -1) {
		for id := range strings.SplitSeq(marks[1], ",") {
			if !known(id) {
				t.Errorf("a clause names the theme %q, which the taxonomy does not have", id)
			}
		}
	}
	for _, b := range g.blocks {
		for _, list := range b.clauses {
			for _, c := range list {
				for _, id := range c.themes {
					if !known(id) {
						t.Errorf("block %s names the theme %q, which the taxonomy does not have", b.name, id)
					}
				}
			}
		}
	}
	for event, ids := range eventThemes {
		for _, id := range ids {
			if !known(id) {
				t.Errorf("event %s names the theme %q, which the taxonomy does not have", event, id)
			}
		}
	}
}

// grammarText is all of the grammar.
func grammarText(t *testing.T) string {
	t.Helper()
	names, err := fs.Glob(grammarFiles, "grammar/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		content, err := grammarFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(content)
	}
	return b.String()
}

// TestMarks: what a clause says beside its own matter is in the truth, and in no text.
func TestMarks(t *testing.T) {
	g := &generator{random: newRandom(1), opts: Options{}.withDefaults(), grammar: loadGrammar()}
	w := &writer{g: g, d: &draft{person: g.anyone(false), kind: 'c', time: time.Unix(0, 0)}, block: g.grammar.blocks[0]}
	w.clause([]clause{{template: "[没人回访{+no-follow-up,repeated-complaint}]，{+roaming}没信号", themes: []string{"coverage-signal"}}})
	if got, want := string(w.text), "没人回访，没信号"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"coverage-signal", "no-follow-up", "repeated-complaint", "roaming"}, w.themes); diff != "" {
		t.Errorf("themes (-want +got):\n%s", diff)
	}
	if err := g.grammar.parse("theme x=roaming 1 mobile\nc@roaming,throttled a\nc@- b{+throttled}\n"); err != nil {
		t.Fatal(err)
	}
	clauses := g.grammar.byName["x"].clauses['c']
	if len(clauses) != 2 || !slices.Equal(clauses[0].themes, []string{"roaming", "throttled"}) || clauses[1].themes != nil {
		t.Errorf("clauses %+v", clauses)
	}
}

// TestGrammarIsWhole expands every template many times: an unknown slot or an
// open bracket panics.
func TestGrammarIsWhole(t *testing.T) {
	for seed := range uint64(20) {
		Generate(seed, Options{Items: 1000})
	}
	g := &generator{random: newRandom(1), opts: Options{}.withDefaults(), grammar: loadGrammar()}
	for _, english := range []bool{false, true} {
		w := &writer{g: g, d: &draft{person: g.anyone(english), kind: 'c', time: time.Unix(0, 0)}, block: g.grammar.blocks[0]}
		for name, list := range g.grammar.slots {
			if strings.HasPrefix(name, "en") != english {
				continue // a list of the other language asks for what this person has not
			}
			for _, template := range list {
				w.expand(template)
			}
		}
	}
}

func TestSmall(t *testing.T) {
	for _, n := range []int{1, 10, 100} {
		items := Generate(3, Options{Items: n, Days: 7, End: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)})
		if len(items) < n || len(items) > n+6 {
			t.Errorf("asked for %d items, got %d", n, len(items))
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		Generate(1, Options{Items: 3000})
	}
}
