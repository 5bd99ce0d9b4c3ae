package search

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// killDir is set in the child process of TestKillAndReopen: the index to fill.
const killDir = "QINGTING_SEARCH_KILL_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if err := fillForever(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// fillForever goes on from the checkpoint, 20 documents a write, and prints
// each checkpoint once its write has returned.
func fillForever(dir string) error {
	ix, err := Open(dir, Config{Segmenter: plainSegmenter{}})
	if err != nil {
		return err
	}
	for seq := ix.Checkpoint(); ; {
		var changes []Change
		for range 20 {
			seq++
			changes = append(changes, Change{Put: doc(fmt.Sprintf("r%d", seq), "网速太慢"), Seq: seq})
		}
		if err := ix.Apply(context.Background(), changes, seq); err != nil {
			return err
		}
		fmt.Println(seq)
	}
}

// TestKillAndReopen kills a process that fills an index, again and again, and
// checks each time that the checkpoint and the documents agree and that
// nothing confirmed is lost.
func TestKillAndReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killDir+"="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		confirmed := uint64(0)
		lines := bufio.NewScanner(out)
		for n := 0; n < 4+3*round && lines.Scan(); n++ {
			if confirmed, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
				t.Fatalf("the child said %q", lines.Text())
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed: that is its error
		ix, err := Open(dir, Config{Segmenter: plainSegmenter{}})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		count, err := ix.Count()
		if err != nil {
			t.Fatal(err)
		}
		at := ix.Checkpoint()
		if count != at || at < confirmed || confirmed == 0 {
			t.Errorf("round %d: %d documents, checkpoint %d, confirmed %d", round, count, at, confirmed)
		}
		if last := fmt.Sprintf("r%d", at); records(t, ix, "record:"+last) != last {
			t.Errorf("round %d: record %s of the checkpoint is missing", round, last)
		}
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
