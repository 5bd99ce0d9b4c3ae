package search

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOfSubject(t *testing.T) {
	ix := open(t, t.TempDir()+"/index")
	one, two, other := doc("r1", "断网三天"), doc("r2", "话费扣错"), doc("r3", "信号差")
	one.Subjects, two.Subjects, other.Subjects = []string{"k-hers", "k-name"}, []string{"k-hers"}, []string{"k-his"}
	apply(t, ix, 3, Change{Put: one, Seq: 1}, Change{Put: two, Seq: 2}, Change{Put: other, Seq: 3})
	find := func(tokens ...string) map[string]uint64 {
		t.Helper()
		found, at, err := ix.OfSubject(t.Context(), tokens)
		if err != nil || at != ix.Checkpoint() {
			t.Fatalf("at %d, %v", at, err)
		}
		return found
	}
	if diff := cmp.Diff(map[string]uint64{"r1": 1, "r2": 2}, find("k-hers", "k-name", "k-nobody")); diff != "" {
		t.Error(diff)
	}
	// Who searches can neither ask for it nor see it.
	for _, text := range []string{"subject:k-hers", `"k-hers"`} {
		if res, err := ix.Search(t.Context(), Query{Text: text}); err == nil && res.Total > 0 {
			t.Errorf("%s finds %d", text, res.Total)
		}
	}
	if _, err := ix.Search(t.Context(), Query{Filters: []Filter{{Field: "subject", Values: []string{"k-hers"}}}}); err == nil {
		t.Error("a filter by subject is taken")
	}
	if _, err := ix.Search(t.Context(), Query{Facets: []string{"subject"}}); err == nil {
		t.Error("a facet by subject is taken")
	}
	res, err := ix.Search(t.Context(), Query{})
	if err != nil || len(res.Hits) != 3 {
		t.Fatal(err)
	}
	for _, h := range res.Hits {
		if h.Document.Subjects != nil {
			t.Error("a result shows the tokens")
		}
	}
	// Rewriting the index keeps them; deleting and rewriting does away with them.
	apply(t, ix, 4, Change{Delete: "r3", Seq: 4})
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(find("k-hers")) != 2 || len(find("k-his")) != 0 {
		t.Error("not what is left")
	}
	corrected := doc("r2", "话费已更正")
	apply(t, ix, 5, Change{Put: corrected, Seq: 5})
	if diff := cmp.Diff(map[string]uint64{"r1": 1}, find("k-hers")); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkOfSubject finds a person with ten records among 100,000 documents,
// with QINGTING_LARGE among 1,000,000, each of which has two tokens of its own.
func BenchmarkOfSubject(b *testing.B) {
	documents := 100_000
	if os.Getenv("QINGTING_LARGE") != "" {
		documents = 1_000_000
	}
	ix := open(b, b.TempDir()+"/index")
	var changes []Change
	for i := range documents {
		d := doc(fmt.Sprintf("r%025d", i), plainWords[i%len(plainWords)])
		d.Subjects = []string{fmt.Sprintf("abcde-%020d", i), fmt.Sprintf("abcde-x%019d", i)}
		if i%(documents/10) == 7 {
			d.Subjects = append(d.Subjects, "abcde-hers")
		}
		changes = append(changes, Change{Put: d, Seq: uint64(i + 1)})
		if len(changes) == 5000 || i == documents-1 {
			apply(b, ix, uint64(i+1), changes...)
			changes = changes[:0]
		}
	}
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		found, _, err := ix.OfSubject(b.Context(), []string{"abcde-hers", "abcde-nobody", "fghij-hers"})
		if err != nil || len(found) != 10 {
			b.Fatalf("%d, %v", len(found), err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
