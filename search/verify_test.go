package search

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
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

// A file that is not as it was written is found and named, also while the index is open.
func TestVerify(t *testing.T) {
	ix := openSmall(t, filepath.Join(t.TempDir(), "index"), 100)
	seq := uint64(0)
	put(t, ix, &seq, 1, 5)
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ix.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	var files []string
	eventually(t, "a file", func() (ok bool) {
		files, _ = ix.generation().last().segmentFiles()
		return len(files) > 0
	})
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		// What the checksum says: nothing else reads it.
		if _, err := f.WriteAt([]byte{1, 2, 3, 4}, info.Size()-4); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	err := ix.Verify(t.Context())
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), filepath.Base(files[0])) {
		t.Errorf("Verify: %v", err)
	}
}
