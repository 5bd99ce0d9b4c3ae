package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func openSmall(t testing.TB, dir string, size int) *Index {
	t.Helper()
	ix, err := Open(dir, Config{Segmenter: plainSegmenter{}, ShardDocs: size})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

// put puts n documents of a month of intake, one a write.
func put(t testing.TB, ix *Index, seq *uint64, month time.Month, n int) {
	t.Helper()
	for range n {
		*seq++
		d := doc(fmt.Sprintf("r%03d", *seq), "网速太慢")
		d.Intake = time.Date(2026, month, 3, 0, 0, 0, 0, time.UTC)
		apply(t, ix, *seq, Change{Put: d, Seq: *seq})
	}
}

func shards(t testing.TB, dir string) int {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, generationName+"*", shardName+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(paths)
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass: %s", what)
		}
	}
}

// Shards follow the documents and the months; a record is in one of them,
// whichever had it before; one that is emptied goes, with its folder.
func TestShards(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := openSmall(t, dir, 10)
	seq := uint64(0)
	put(t, ix, &seq, time.January, 12) // ten, and two
	put(t, ix, &seq, time.February, 3) // in a shard of their own
	if got := shards(t, dir); got != 3 {
		t.Fatalf("%d shards, want 3", got)
	}
	if n, err := ix.Count(); err != nil || n != 15 {
		t.Fatalf("Count() = %d, %v", n, err)
	}
	// A later version, in the last shard; a deletion, in the first; both at once.
	later := doc("r002", "话费扣多了")
	seq += 2
	apply(t, ix, seq, Change{Put: later, Seq: seq - 1}, Change{Delete: "r003", Seq: seq})
	if got := records(t, ix, "话费"); got != "r002" {
		t.Errorf("the later version: %q", got)
	}
	if n, _ := ix.Count(); n != 14 {
		t.Errorf("%d documents, want 14", n)
	}
	if got := records(t, ix, "record:r002 网速"); got != "" {
		t.Errorf("the earlier version is there still: %q", got)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = openSmall(t, dir, 10)
	if n, _ := ix.Count(); n != 14 || ix.Checkpoint() != seq {
		t.Errorf("reopened with %d documents at %d", n, ix.Checkpoint())
	}
	var gone []Change
	for i := range 10 {
		gone = append(gone, Change{Delete: fmt.Sprintf("r%03d", i+1)})
	}
	view, err := ix.snapshot() // one that is open meanwhile goes on
	if err != nil {
		t.Fatal(err)
	}
	gone = append(gone, Change{Put: later, Seq: seq})
	seq++
	apply(t, ix, seq, gone...)
	eventually(t, "the empty shard goes", func() bool { return shards(t, dir) == 2 })
	seen := 0
	for _, p := range view.parts {
		all, err := p.reader.DocIDReaderAll()
		if err != nil {
			t.Fatal(err)
		}
		for id, err := all.Next(); id != nil; id, err = all.Next() {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.reader.ExternalID(id); err != nil {
				t.Fatal(err)
			}
			seen++
		}
	}
	if err := view.close(); err != nil || seen != 14 {
		t.Errorf("the view of before has %d documents, %v", seen, err)
	}
	if n, _ := ix.Count(); n != 6 {
		t.Errorf("%d documents are left, want 6", n)
	}
}

// A kill between the two halves of a batch is made up for: the last shard has
// the document and the journal, the other has not lost the old one yet.
func TestHalfABatchIsFinished(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := openSmall(t, dir, 5)
	seq := uint64(0)
	put(t, ix, &seq, time.January, 7)
	s := ix.gen.last()
	rec, err := ix.newRecord(doc("r001", "话费"), 8)
	if err != nil {
		t.Fatal(err)
	}
	batch := s.bleve.NewBatch()
	if err := batch.IndexAdvanced(rec); err != nil {
		t.Fatal(err)
	}
	batch.SetInternal([]byte(keyCheckpoint), []byte(`{"seq":8}`))
	batch.SetInternal([]byte(keyElsewhere), []byte(`{"shard-000001":["r001"]}`))
	if err := s.bleve.Batch(batch); err != nil {
		t.Fatal(err)
	}
	if err := ix.store.names.flush(); err != nil {
		t.Fatal(err)
	}
	if n, _ := ix.Count(); n != 8 {
		t.Fatalf("%d documents: the test shows nothing", n)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = openSmall(t, dir, 5)
	if n, _ := ix.Count(); n != 7 || ix.Checkpoint() != 8 || records(t, ix, "record:r001") != "r001" {
		t.Errorf("%d documents at %d, r001: %q", n, ix.Checkpoint(), records(t, ix, "record:r001"))
	}
}

// No view, at any moment, sees a record twice or not at all.
func TestViewsAreWhole(t *testing.T) {
	ix := openSmall(t, filepath.Join(t.TempDir(), "index"), 50)
	seq := uint64(0)
	const n = 120
	for range 3 {
		var changes []Change
		for range n / 3 {
			seq++
			changes = append(changes, Change{Put: doc(fmt.Sprint("r", seq), "网速"), Seq: seq})
			changes[len(changes)-1].Put.Intake = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		apply(t, ix, seq, changes...)
	}
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !stop.Load() {
			count := 0
			for _, err := range ix.Records(context.Background()) {
				if err != nil {
					t.Error(err)
					return
				}
				count++
			}
			if count != n {
				t.Errorf("a view has %d records, want %d", count, n)
				return
			}
		}
	}()
	for i := range 30 {
		var changes []Change
		for k := range 20 {
			seq++
			d := doc(fmt.Sprint("r", (i*20+k*7)%n+1), "话费")
			d.Intake = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			changes = append(changes, Change{Put: d, Seq: seq})
		}
		apply(t, ix, seq, changes...)
	}
	stop.Store(true)
	<-done
}

// Another segmenter makes the index anew beside the one that answers, also
// after a stop in the midst of it; then it is swapped, and the old one is gone.
func TestRebuildBeside(t *testing.T) {
	js := broker(t)
	stream := docsStream(t, js)
	dir := filepath.Join(t.TempDir(), "index")
	ix := openSmall(t, dir, 100)
	x, stop := start(t, ix, stream, IndexerConfig{})
	var last uint64
	for i := range 250 {
		last = publish(t, js, doc(fmt.Sprintf("r%03d", i), "网速太慢"))
	}
	await(t, x, last)
	if err := errors.Join(stop(), ix.Close()); err != nil {
		t.Fatal(err)
	}
	other := Config{Segmenter: plainSegmenter{"2"}, ShardDocs: 100}
	if _, err := Open(dir, other); !errors.Is(err, ErrRebuild) {
		t.Fatalf("Open: %v, want ErrRebuild", err)
	}
	ix, err := OpenServing(dir, other)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ix.Close() }()
	if n := len(strings.Fields(records(t, ix, "网速"))); n != 250 {
		t.Fatalf("before the rebuild %d documents answer", n)
	}
	x, stop = start(t, ix, stream, IndexerConfig{Batch: 20})
	for i := 0; i < 300; i++ { // asked all the while
		if n := len(strings.Fields(records(t, ix, "网速"))); n < 250 {
			t.Fatalf("%d documents answer", n)
		}
		if i == 5 {
			last = publish(t, js, doc("meanwhile", "网速"))
		}
		if ix.wanted() == nil && i > 10 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	await(t, x, last)
	eventually(t, "the swap", func() bool { return ix.wanted() == nil })
	eventually(t, "the old one goes", func() bool {
		paths, _ := filepath.Glob(filepath.Join(dir, generationName+"*"))
		return len(paths) == 1
	})
	if got := ix.Segmenter().Version(); got != "plain2" {
		t.Errorf("after the rebuild texts are cut by %q", got)
	}
	if n := len(strings.Fields(records(t, ix, "网速"))); n != 251 {
		t.Errorf("after the rebuild %d documents answer", n)
	}
	last = publish(t, js, doc("after", "网速"))
	await(t, x, last)
	if err := errors.Join(stop(), ix.Close()); err != nil {
		t.Fatal(err)
	}
	ix, err = Open(dir, other)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := ix.Count(); n != 252 {
		t.Errorf("reopened with %d documents", n)
	}
}

// A damaged index is made anew from the stream, and says so until it is.
func TestDamagedIndexIsMadeAnew(t *testing.T) {
	js := broker(t)
	var stream jetstream.Stream = docsStream(t, js)
	dir := filepath.Join(t.TempDir(), "index")
	ix := openSmall(t, dir, 10)
	x, stop := start(t, ix, stream, IndexerConfig{})
	var last uint64
	for i := range 25 {
		last = publish(t, js, doc(fmt.Sprintf("r%03d", i), "网速太慢"))
	}
	await(t, x, last)
	if err := errors.Join(stop(), ix.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, generationName+"1", shardName+"000001", "store", "root.bolt")); err != nil {
		t.Fatal(err)
	}
	ix, err := OpenServing(dir, Config{Segmenter: plainSegmenter{}, ShardDocs: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ix.Close() }()
	if _, err := ix.Search(t.Context(), Query{}); !errors.Is(err, ErrRebuilding) {
		t.Errorf("Search: %v, want ErrRebuilding", err)
	}
	x, stop = start(t, ix, stream, IndexerConfig{})
	await(t, x, last)
	if n := len(strings.Fields(records(t, ix, "网速"))); n != 25 {
		t.Errorf("%d documents answer", n)
	}
	// And while it serves: the files are found to be damaged.
	ix.harmed(ix.generation(), fmt.Errorf("%w: a test says so", ErrDamaged))
	eventually(t, "it is made anew", func() bool {
		res, err := ix.Search(t.Context(), Query{Text: "网速", Size: 100})
		return err == nil && res.Total == 25
	})
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}
