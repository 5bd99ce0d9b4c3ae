package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/internal/document"
)

// What an amended document held before leaves the files of the index by
// itself, also when the process ends between writing and compacting.
func TestAmendedLeavesTheFiles(t *testing.T) {
	for name, header := range map[string]string{"amended": document.AmendedHeader, "erased": document.ErasedHeader} {
		t.Run(name, func(t *testing.T) {
			js := broker(t)
			stream := docsStream(t, js)
			dir := filepath.Join(t.TempDir(), "index")
			ix, err := Open(dir, Config{Segmenter: plainSegmenter{}})
			if err != nil {
				t.Fatal(err)
			}
			publish(t, js, doc("keep", "网速太慢"))
			x, stop := start(t, ix, stream, IndexerConfig{Purge: time.Hour})
			await(t, x, publish(t, js, doc("a", "zzsecretzz 话费")))
			if ix.MustPurge() {
				t.Error("there is nothing to purge yet")
			}
			data, err := json.Marshal(doc("a", "话费"))
			if err != nil {
				t.Fatal(err)
			}
			msg := &nats.Msg{Subject: "feedback.docs.00", Data: data, Header: nats.Header{header: {"a"}}}
			ack, err := js.PublishMsg(t.Context(), msg)
			if err != nil {
				t.Fatal(err)
			}
			await(t, x, ack.Sequence)
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			if !ix.MustPurge() || !inFiles(t, dir, "zzsecretzz") {
				t.Fatal("the test shows nothing")
			}
			if err := ix.Close(); err != nil {
				t.Fatal(err)
			}
			ix = open(t, dir)
			if !ix.MustPurge() {
				t.Fatal("forgotten over the restart")
			}
			start(t, ix, stream, IndexerConfig{Purge: 20 * time.Millisecond})
			for deadline := time.Now().Add(20 * time.Second); ix.MustPurge(); time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("not compacted")
				}
			}
			if inFiles(t, dir, "zzsecretzz") {
				t.Error("the files still hold it")
			}
			if got := records(t, ix, "慢"); got != "keep" {
				t.Errorf("found %q, want keep", got)
			}
		})
	}
}

func inFiles(t *testing.T, dir, value string) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return gone(err)
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, []byte(value))
		return gone(err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// gone takes away the error that a file is gone: Bleve deletes files at any time.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Who waits before Run has looked at the index is told as well.
func TestWaitForWhatIsThere(t *testing.T) {
	js := broker(t)
	stream := docsStream(t, js)
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	last := publish(t, js, doc("a", "话费"))
	x, stop := start(t, ix, stream, IndexerConfig{})
	await(t, x, last)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	again := NewIndexer(ix, stream, IndexerConfig{})
	waited := make(chan error, 1)
	go func() { waited <- again.WaitFor(t.Context(), last) }()
	time.Sleep(20 * time.Millisecond) // it waits now
	go func() { _ = again.Run(t.Context()) }()
	select {
	case err := <-waited:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits still")
	}
}
