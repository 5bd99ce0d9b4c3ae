package search

import (
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is kept of frequent terms changes nothing that a search finds, however
// its documents are narrowed, and whatever was deleted; it stays within its
// bound, and goes with its segments.
func TestImpacts(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	ix.columns.end() // the test warms it itself
	ix.columns.stop = nil
	ix.columns.impacts.worth = 20
	w := newWriter(3)
	var changes []Change
	for i := range 1000 {
		d := w.doc(i)
		d.Text = w.text(12 + i%80)
		changes = append(changes, Change{Put: d, Seq: uint64(i + 1)})
	}
	apply(t, ix, 1000, changes...)
	for i := range 100 {
		changes[i] = Change{Delete: changes[i*7].Put.Record}
	}
	apply(t, ix, 1001, changes[:100]...)
	queries := []string{"流量", "流量 网速", "流量 OR 客服 OR 的", "的", "流量 channel:电话", "流量 -网速", `"流量" rating:<=2`, "话费 date:2026-02", "流量网速客服套餐信号投诉"}
	answers := func() (all []string) {
		for _, text := range queries {
			res, err := ix.Search(t.Context(), Query{Text: text, Size: 60, Now: corpusNow, Budget: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range res.Hits {
				all = append(all, fmt.Sprint(text, " ", h.Document.Record, " ", h.Score))
			}
			all = append(all, fmt.Sprint(text, " ", res.Total))
		}
		return all
	}
	ic := &ix.columns.impacts
	before := answers()
	if len(ic.known) > 0 || len(ic.due) == 0 {
		t.Fatalf("%d kept and %d asked for before anything was read", len(ic.known), len(ic.due))
	}
	if err := ix.warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(ic.known) == 0 || len(ic.due) > 0 {
		t.Fatalf("%d kept, %d still asked for", len(ic.known), len(ic.due))
	}
	if diff := cmp.Diff(before, answers()); diff != "" {
		t.Errorf("results by what is kept (-before +after):\n%s", diff)
	}

	bytes := 0
	for _, im := range ic.known {
		bytes += 4 * len(im.values)
	}
	if bytes != ic.bytes {
		t.Errorf("%d bytes are counted, there are %d", ic.bytes, bytes)
	}
	ic.most = bytes / 3
	answers()
	for key, im := range ic.known {
		ic.put(key, im) // makes room
		break
	}
	if ic.bytes > ic.most || len(ic.known) == 0 {
		t.Errorf("%d bytes of %d, of %d terms", ic.bytes, ic.most, len(ic.known))
	}

	old := maps.Clone(ic.known)
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ix.warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for key := range ic.known {
		if old[key] == nil {
			continue
		}
		t.Errorf("the impacts of %q are kept of a segment that is gone", key.term)
	}
	ix.columns.mu.Lock()
	defer ix.columns.mu.Unlock()
	if n := len(ix.columns.known); n != 1 {
		t.Errorf("columns of %d segments are kept, of 1 there is", n)
	}
}
