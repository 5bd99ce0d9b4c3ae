package search

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is left of many small writes is merged once they pause, to few segments,
// without a write and without anything lost; the files of before go.
func TestQuietShardIsGathered(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix, err := Open(dir, Config{Segmenter: plainSegmenter{}, quiet: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	seq := uint64(0)
	for round := range 3 {
		for range 12 {
			put(t, ix, &seq, time.January, 1)
		}
		eventually(t, "few segments", func() bool {
			st, err := ix.Status()
			if err != nil {
				t.Fatal(err)
			}
			files, err := ix.generation().last().segmentFiles()
			if err != nil {
				t.Fatal(err)
			}
			// 12 and 24 are merged with what comes: neither is three times as large.
			return st.Shards[0].Segments <= 2 && len(files) <= 2
		})
		if got := len(recordsList(t, ix)); got != 12*(round+1) {
			t.Fatalf("%d documents are found, want %d", got, 12*(round+1))
		}
	}
}

func recordsList(t testing.TB, ix *Index) (list []string) {
	t.Helper()
	for record, err := range ix.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, record)
	}
	return list
}

func TestWorthGathering(t *testing.T) {
	for _, c := range []struct {
		sizes []int64
		want  int64
	}{
		{nil, 0},
		{[]int64{5}, 0},
		{[]int64{1, 1}, 3},
		{[]int64{100, 1}, 0},
		{[]int64{1, 100, 1, 1}, 4},
		{[]int64{100, 1000, 1, 100}, 202},
		{[]int64{1000, 100, 10, 1}, 0},
		{[]int64{1000, 90, 20, 6}, 0},
		{[]int64{300, 90, 20, 7}, 418}, // 7 with 20, so 300 is less than three times the rest
		{[]int64{0, 0, 9}, 0},
	} {
		t.Run(fmt.Sprint(c.sizes), func(t *testing.T) {
			if diff := cmp.Diff(c.want, worthGathering(c.sizes)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
