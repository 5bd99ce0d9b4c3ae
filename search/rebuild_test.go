package search

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

// An index that is still empty is made anew, too, and belongs to its stream then.
func TestRebuildOfAnEmptyIndex(t *testing.T) {
	js := broker(t)
	stream := docsStream(t, js)
	for range 5 {
		dir := filepath.Join(t.TempDir(), "index")
		for run := range 2 {
			ix, err := OpenServing(dir, Config{Segmenter: plainSegmenter{fmt.Sprint(1 + run)}})
			if err != nil {
				t.Fatal(err)
			}
			ix.Follow(plainSegmenter{"2"}, nil)
			x, stop := start(t, ix, stream, IndexerConfig{})
			eventually(t, "the swap", func() bool { return ix.wanted() == nil && ix.rebuild.Load() == nil })
			await(t, x, publish(t, js, doc(fmt.Sprint("r", run), "网速太慢")))
			if err := errors.Join(stop(), ix.Close()); err != nil {
				t.Fatalf("run %d: %v", run, err)
			}
		}
	}
}
