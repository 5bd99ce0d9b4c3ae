package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommitted fails when the vectors in the tree are not the ones this
// command writes; run go generate in privacy/vault and read the difference.
func TestCommitted(t *testing.T) {
	const dir = "../../testdata/vectors"
	want := map[string]string{}
	for _, v := range all() {
		if _, double := want[v.name]; double {
			t.Errorf("two vectors are called %s", v.name)
		}
		want[v.name] = v.render()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[entry.Name()] = string(content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("testdata/vectors (-written by the command +in the tree):\n%s", diff)
	}
}
