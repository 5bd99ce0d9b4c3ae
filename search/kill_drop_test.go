package search

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKillDuringDrop kills a process that drops emptied shards, the moment the
// manifest names one less: its folder is still there, whole or in part. The index
// is what the messages say, and the folder goes when it is opened.
func TestKillDuringDrop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	const enough = 3
	interrupted, last := 0, uint64(0)
	for round := 0; interrupted < enough; round++ {
		if round == 60 {
			t.Fatalf("%d of %d kills came while a shard was dropped, want %d", interrupted, round, enough)
		}
		killAtDrop(t, dir)
		manifest, err := readManifest(filepath.Join(dir, generationName+"1"))
		if err != nil {
			t.Fatal(err)
		}
		if shards(t, dir) > len(manifest.Shards) {
			interrupted++
		}
		ix, err := Open(dir, killConfig)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		// Nothing is dropped or begun before the folders are counted, but by the index itself.
		if n := shards(t, dir); n > len(manifest.Shards) {
			t.Errorf("round %d: %d folders of %d shards", round, n, len(manifest.Shards))
		}
		if ix.Checkpoint() < last {
			t.Errorf("round %d: checkpoint %d, before it was %d", round, ix.Checkpoint(), last)
		}
		last = ix.Checkpoint()
		sameAs(t, ix, dropChange)
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAtDrop lets a process fill the index until it drops a shard.
func killAtDrop(t *testing.T, dir string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killDir+"="+dir, killDrops+"=1")
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	first := ""
	for deadline := time.Now().Add(time.Minute); ; {
		if time.Now().After(deadline) {
			t.Error("no shard was dropped")
			break
		}
		m, err := readManifest(filepath.Join(dir, generationName+"1"))
		if err != nil {
			continue // it is not made yet
		}
		if first != "" && m.Shards[0] != first {
			break
		}
		first = m.Shards[0]
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed: that is its error
}
