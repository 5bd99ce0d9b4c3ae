package search

import (
	"path/filepath"
	"testing"
)

func TestContents(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	gone := doc("b", "zzsecretzz 话费")
	apply(t, ix, 1, Change{Put: doc("a", "网速太慢"), Seq: 1}, Change{Put: gone, Seq: 2})
	apply(t, ix, 2, Change{Delete: "b", Seq: 3})
	terms := func() map[Term]bool {
		found := make(map[Term]bool)
		for term, err := range ix.Terms(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			found[term] = true
		}
		return found
	}
	got := terms()
	for _, want := range []Term{{fieldWords, "网速"}, {fieldRecord, "a"}} {
		if !got[want] {
			t.Errorf("%v is not told of", want)
		}
	}
	for term, want := range map[Term]bool{{fieldWords, "网速"}: true, {fieldWords, "zzsecretzz"}: false, {fieldWords, "没有"}: false} {
		if live, err := ix.Live(t.Context(), term); err != nil || live != want {
			t.Errorf("Live(%v) = %v, %v", term, live, err)
		}
	}
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got = terms(); got[Term{fieldWords, "zzsecretzz"}] || !got[Term{fieldWords, "网速"}] {
		t.Error("after compacting, the dictionary is not that of what is there")
	}
	var texts []string
	for d, err := range ix.Stored(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, d.Text)
	}
	if len(texts) != 1 || texts[0] != "网速太慢" {
		t.Errorf("%d documents are stored", len(texts))
	}
}
