package search

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Bleve holds some hundred times the text of a batch while it analyses it: many
// large documents at once take no more memory than a few.
func TestLargeDocumentsFitInMemory(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	w := newWriter(3)
	var changes []Change
	text := 0
	for i := range 140 {
		d := w.doc(i)
		d.Text = w.text(10_000)
		text += len(d.Text)
		changes = append(changes, Change{Put: d, Seq: uint64(i + 1)})
	}
	if text < 3*batchBytes {
		t.Fatalf("%d bytes of text show little", text)
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		var now runtime.MemStats
		tick := time.NewTicker(5 * time.Millisecond) // to look stops the world
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&now)
				peak.Store(max(peak.Load(), now.HeapInuse))
			case <-done:
				return
			}
		}
	}()
	apply(t, ix, 140, changes...)
	close(done)
	<-watched
	if n, err := ix.Count(); err != nil || n != 140 || ix.Checkpoint() != 140 {
		t.Errorf("%d documents at %d, %v", n, ix.Checkpoint(), err)
	}
	t.Logf("%d MB for %d kB of text", int(peak.Load()-before.HeapInuse)>>20, text>>10)
	if used := int(peak.Load() - min(peak.Load(), before.HeapInuse)); used > 400<<20 {
		t.Errorf("%d MB for %d MB of text", used>>20, text>>20)
	}
}

// What is written in parts comes to the same: the last version of each record
// counts, and the sequence of the whole.
func TestApplyInParts(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	changes := []Change{{Delete: "nobody", Seq: 1}}
	for seq := uint64(2); seq <= 8; seq++ {
		text := fmt.Sprint("第", seq, "次，", strings.Repeat("网速太慢", batchBytes/40))
		changes = append(changes, Change{Put: doc(fmt.Sprint("r", seq%5), text), Seq: seq})
	}
	changes = append(changes, Change{Delete: "r3", Seq: 9}, Change{Put: doc("r4", "最后"), Seq: 10})
	if n := fitting(changes); n != 4 {
		t.Fatalf("%d of %d changes fit into one write, want 4", n, len(changes))
	}
	if n := fitting(changes[1:2]); n != 1 {
		t.Fatalf("%d changes fit, want the one there is", n)
	}
	apply(t, ix, 12, changes...)
	if got := records(t, ix, "最后"); got != "r4" {
		t.Errorf("the last of a record's versions: %q", got)
	}
	if got := records(t, ix, "第2次 OR 第3次 OR 第4次"); got != "" {
		t.Errorf("versions of before: %q", got)
	}
	if n, err := ix.Count(); err != nil || n != 4 || ix.Checkpoint() != 12 { // r0, r1, r2, r4
		t.Errorf("%d documents at %d, %v", n, ix.Checkpoint(), err)
	}
}
