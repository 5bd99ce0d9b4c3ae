package search

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	ix := openSmall(t, filepath.Join(t.TempDir(), "index"), 2)
	seq := uint64(0)
	put(t, ix, &seq, 1, 5)
	want := make(map[string]Digest)
	for d, err := range ix.Stored(t.Context()) {
		if err == nil {
			want[d.Record], err = DigestOf(d)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff, err := ix.Compare(t.Context(), want); err != nil || !diff.None() {
		t.Fatalf("it differs from itself: %+v, %v", diff, err)
	}
	delete(want, "r002")
	want["r003"] = Digest{1}
	want["r009"] = Digest{2}
	diff, err := ix.Compare(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Difference{Missing: []string{"r009"}, Extra: []string{"r002"}, Changed: []string{"r003"}}, diff); d != "" {
		t.Error(d)
	}
}
