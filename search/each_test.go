package search

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestEachGivesEveryMatchOnceInOrder, also when there are more than are held at
// a time, when times are equal, and when documents are deleted and arrive
// meanwhile.
func TestEachGivesEveryMatchOnceInOrder(t *testing.T) {
	ix := open(t, t.TempDir())
	r := rand.New(rand.NewPCG(1, 1))
	const n = eachChunk + 700
	var changes []Change
	for i := range n {
		d := doc(fmt.Sprintf("r%05d", i), "网速慢")
		if i%3 == 0 {
			d.Text = "网速很慢"
		}
		d.Time = time.Date(2026, 1, 1, r.IntN(500), 0, 0, 0, time.UTC)
		if i%100 == 7 {
			d.Time = time.Time{}
		}
		changes = append(changes, Change{Put: d, Seq: 1})
	}
	apply(t, ix, 1, changes...)
	for _, query := range []string{"", "网速", `"网速慢"`} {
		seen := make(map[string]bool)
		last := time.Time{}
		for h, err := range ix.Each(t.Context(), Query{Text: query}) {
			if err != nil {
				t.Fatal(err)
			}
			d := h.Document
			if seen[d.Record] {
				t.Fatalf("%q: %s comes twice", query, d.Record)
			}
			seen[d.Record] = true
			if !d.Time.IsZero() && d.Time.Before(last) || d.Time.IsZero() && len(seen) < n/2 {
				t.Fatalf("%q: %v after %v", query, d.Time, last)
			}
			last = d.Time
		}
		want := n
		if query == `"网速慢"` {
			want = n - (n+2)/3
		}
		if len(seen) != want {
			t.Errorf("%q: %d documents, want %d", query, len(seen), want)
		}
	}
	count := 0
	for h, err := range ix.Each(t.Context(), Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count == 10 {
			apply(t, ix, 2, Change{Delete: "r00107", Seq: 2}) // without a time: its turn is last
		}
		if h.Document.Record == "r00107" {
			t.Error("a document that was erased before its turn was given out")
		}
	}
	for _, err := range ix.Each(t.Context(), Query{Text: "("}) {
		if syntax := (*SyntaxError)(nil); !errors.As(err, &syntax) {
			t.Errorf("a mistake: %v", err)
		}
	}
}
