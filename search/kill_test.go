package search

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"qingting/internal/document"
)

// killDir is set in the child processes of tests: the index to fill. killDrops is
// set, too, in that of TestKillDuringDrop.
const (
	killDir   = "QINGTING_SEARCH_KILL_DIR"
	killDrops = "QINGTING_SEARCH_KILL_DROPS"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		err := error(nil)
		switch url := os.Getenv(killURL); {
		case url != "":
			err = followForever(dir, url)
		case os.Getenv(killDrops) != "":
			err = fillForever(dir, dropChange)
		default:
			err = fillForever(dir, killChange)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// killConfig makes shards small, so that rolling, sealing, dropping and
// deletions in several shards are all under way at any moment.
var killConfig = Config{Segmenter: plainSegmenter{}, ShardDocs: 60}

// killChange is what message seq of the made-up stream says: mostly a new
// record, every fourth time a later version of an earlier one, every seventh
// time the end of one of long ago.
func killChange(seq uint64) Change {
	switch {
	case seq%7 == 0:
		return Change{Delete: fmt.Sprint("r", seq/3), Seq: seq}
	case seq%4 == 0:
		return Change{Put: killDoc(fmt.Sprint("r", seq/2), seq), Seq: seq}
	}
	return Change{Put: killDoc(fmt.Sprint("r", seq), seq), Seq: seq}
}

// dropChange puts a record, and deletes it two hundred messages later: sealed
// shards empty one after another.
func dropChange(seq uint64) Change {
	if seq%2 == 0 {
		return Change{Delete: fmt.Sprint("r", seq-min(seq, 199)), Seq: seq}
	}
	return Change{Put: killDoc(fmt.Sprint("r", seq), seq), Seq: seq}
}

func killDoc(record string, seq uint64) *document.Document {
	d := doc(record, fmt.Sprint("网速太慢 ", seq))
	d.Intake = time.Date(2026, 1, 1, 0, 0, int(seq), 0, time.UTC)
	return d
}

// fillForever goes on from the checkpoint, 20 messages a write, and prints
// each checkpoint once its write has returned. Now and then it compacts.
func fillForever(dir string, change func(uint64) Change) error {
	ix, err := Open(dir, killConfig)
	if err != nil {
		return err
	}
	for seq := ix.Checkpoint(); ; {
		var changes []Change
		for range 20 {
			seq++
			changes = append(changes, change(seq))
		}
		if err := ix.Apply(context.Background(), changes, seq); err != nil {
			return err
		}
		fmt.Println(seq)
		if seq%300 == 0 {
			if err := ix.Compact(context.Background()); err != nil {
				return err
			}
		}
	}
}

// TestKillAndReopen kills a process that fills an index, again and again, at
// any instant, and checks each time that the index is what the messages up to
// its checkpoint say, and that nothing confirmed is lost.
func TestKillAndReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	last := uint64(0)
	for round := range 12 {
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
		confirmed := last
		lines := bufio.NewScanner(out)
		for n := 0; n < 3+5*(round%4) && lines.Scan(); n++ {
			if confirmed, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
				t.Fatalf("the child said %q", lines.Text())
			}
		}
		time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed: that is its error
		ix, err := Open(dir, killConfig)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		at := ix.Checkpoint()
		if at < confirmed || confirmed == 0 {
			t.Errorf("round %d: checkpoint %d, confirmed %d", round, at, confirmed)
		}
		sameAs(t, ix, killChange)
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
		last = at
	}
	if n := shards(t, dir); n < 3 {
		t.Errorf("%d shards: the test shows little", n)
	}
}

// sameAs compares an index with what the messages up to its checkpoint say.
func sameAs(t *testing.T, ix *Index, change func(uint64) Change) {
	t.Helper()
	want := make(map[string]Digest)
	for seq := range ix.Checkpoint() {
		c := change(seq + 1)
		if c.Put == nil {
			delete(want, c.Delete)
			continue
		}
		digest, err := DigestOf(c.Put)
		if err != nil {
			t.Fatal(err)
		}
		want[c.Put.Record] = digest
	}
	diff, err := ix.Compare(t.Context(), want)
	if err != nil || !diff.None() {
		t.Errorf("at %d: %+v, %v", ix.Checkpoint(), diff, err)
	}
}
