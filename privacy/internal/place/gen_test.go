package place

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestEmbeddedDataIsWhatTheGeneratorMakes keeps the tables reproducible.
func TestEmbeddedDataIsWhatTheGeneratorMakes(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "run", "./internal/gen", dir).CombinedOutput(); err != nil {
		t.Fatalf("generate: %v\n%s", err, out)
	}
	files, err := filepath.Glob("data/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no embedded data: %v", err)
	}
	for _, f := range files {
		want, err := os.ReadFile(filepath.Join(dir, filepath.Base(f)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what go generate makes", f)
		}
	}
}
