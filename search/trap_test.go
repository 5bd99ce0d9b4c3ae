package search

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
)

// Invalid UTF-8 makes Bleve's own Chinese analysis panic, in a goroutine that
// nobody can recover.
func TestInvalidTextIsIndexed(t *testing.T) {
	ix := open(t, t.TempDir())
	broken := doc("r9", "网速\xff慢\xe7")
	broken.Channel = "电\xff话"
	apply(t, ix, 1, Change{Put: broken, Seq: 1}, Change{Put: doc("r8", strings.Repeat("\xe7\xbd", 2000)), Seq: 1},
		Change{Put: doc("r7", ""), Seq: 1}, Change{Put: doc("r6", "⟦"+strings.Repeat("长", 500)), Seq: 1})
	for query, want := range map[string]string{"网速": "r9", "慢": "r9", "channel:电�话": "r9", "record:r7": "r7", "长长": "r6"} {
		if got := records(t, ix, query); got != want {
			t.Errorf("%s found %q, want %q", query, got, want)
		}
	}
}

// Bleve's own queries on a field without term vectors find no phrase and give
// no error. This index has none, so a phrase must not be left to Bleve.
func TestPhrasesDoNotRestOnTermVectors(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "打不开网页", "不开网页打", "打开不了")
	phrase := bleve.NewPhraseQuery([]string{"打不", "不开"}, fieldGrams)
	found, err := ix.bare().Search(bleve.NewSearchRequest(phrase))
	if err != nil || found.Total != 0 {
		t.Fatalf("Bleve's phrase query found %d (%v): the trap is gone, phraseQuery may be too", found.Total, err)
	}
	if got := records(t, ix, `"打不开"`); got != "r0" {
		t.Errorf("phrase found %q, want r0", got)
	}
}

// Scores, and so the order of hits, must not depend on how the index happens to
// be cut into segments, as they do with Bleve's BM25.
func TestScoresDoNotMoveWithSegments(t *testing.T) {
	ix := open(t, t.TempDir())
	for i := range 40 {
		apply(t, ix, uint64(i+1), Change{Put: doc(fmt.Sprintf("r%d", i), strings.Repeat("话费，", i%7)+"网速"+strings.Repeat("很慢，", i%5)), Seq: 1})
	}
	scores := func() string {
		res, err := ix.Search(t.Context(), Query{Text: "网速 慢 OR 话费", Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Hits) == 0 || res.Hits[0].Score == 0 {
			t.Fatal("nothing is ranked")
		}
		var b strings.Builder
		for _, h := range res.Hits {
			fmt.Fprintf(&b, "%.6f ", h.Score)
		}
		return b.String()
	}
	before := scores()
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := scores(); before != after {
		t.Errorf("scores before compacting\n%s\nafter\n%s", before, after)
	}
}

// Filters and exclusions do not change the ranking, and a search with nothing
// else ranks nothing.
func TestFiltersDoNotRank(t *testing.T) {
	ix := corpusIndex(t)
	plain, filtered := records(t, ix, "网速 信号 OR 客服"), records(t, ix, "(网速 信号 OR 客服) has:rating -channel:none date:2020..2030")
	if plain != filtered || plain == "" {
		t.Errorf("with filters the order is\n%s\nwithout\n%s", filtered, plain)
	}
	res, err := ix.Search(t.Context(), Query{Text: "channel:电话"})
	if err != nil {
		t.Fatal(err)
	}
	if res.Sort != SortNewest || res.Hits[0].Score != 0 {
		t.Errorf("a search of filters only is sorted by %s with score %v", res.Sort, res.Hits[0].Score)
	}
}

// A deletion must leave no trace in the folder once the index is compacted,
// also from a lone segment, which has nothing to merge with.
func TestCompactRemovesWhatWasDeleted(t *testing.T) {
	for _, writes := range []int{1, 4} {
		dir := filepath.Join(t.TempDir(), "index")
		ix := open(t, dir)
		for w := range writes {
			apply(t, ix, uint64(w+1),
				Change{Put: doc(fmt.Sprintf("keep%d", w), "网速太慢"), Seq: 1},
				Change{Put: doc(fmt.Sprintf("zzrecordzz%d", w), "zzsecretzz 话费"), Seq: 1})
		}
		var deletions []Change
		for w := range writes {
			deletions = append(deletions, Change{Delete: fmt.Sprintf("zzrecordzz%d", w)})
		}
		apply(t, ix, uint64(writes), deletions...)
		if err := ix.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Fields(records(t, ix, "")); len(got) != writes {
			t.Errorf("%d writes: %q are left", writes, got)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*", "*", "store", "*.zap"))
		if err != nil || len(files) != 1 {
			t.Errorf("%d writes: segments %q (%v), want one", writes, files, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, trace := range []string{"zzsecretzz", "zzrecordzz"} {
				if bytes.Contains(data, []byte(trace)) {
					t.Errorf("%d writes: %s holds %s", writes, f, trace)
				}
			}
		}
		if err := ix.Compact(t.Context()); err != nil {
			t.Errorf("compacting again: %v", err)
		}
		// Nothing left at all.
		deletions = nil
		for w := range writes {
			deletions = append(deletions, Change{Delete: fmt.Sprintf("keep%d", w)})
		}
		apply(t, ix, uint64(writes), deletions...)
		if err := ix.Compact(t.Context()); err != nil {
			t.Error(err)
		}
		if files, err := filepath.Glob(filepath.Join(dir, "*", "*", "store", "*.zap")); err != nil || len(files) != 0 {
			t.Errorf("an empty index has the segments %q (%v)", files, err)
		}
	}
}

// bare is Bleve's own view of all shards.
func (ix *Index) bare() bleve.Index {
	var all []bleve.Index
	for _, s := range ix.generation().list() {
		all = append(all, s.bleve)
	}
	return bleve.NewIndexAlias(all...)
}

// What all terms of a phrase are in may be more than one search reads. The total
// is then a lower bound, and said to be one; a total that the bitmaps alone would
// give counts texts that have the terms and not the phrase.
func TestTotalOfAPhraseIsALowerBound(t *testing.T) {
	ix := open(t, t.TempDir())
	const has, lacks = 3000, 4000
	var changes []Change
	for i := range has + lacks {
		text := "打不开"
		if i%7 >= 3 {
			text = "打不动，不开心"
		}
		changes = append(changes, Change{Put: doc(fmt.Sprintf("r%d", i), text), Seq: uint64(i + 1)})
	}
	apply(t, ix, uint64(len(changes)), changes...)
	for _, c := range []struct {
		query       string
		least, most uint64
		bound       bool
	}{{`"打不开"`, has * 9 / 10, has, true}, {`"打不开" AND record:r0,r1,r5`, 2, 2, false}} {
		res, err := ix.Search(t.Context(), Query{Text: c.query})
		if err != nil {
			t.Fatal(err)
		}
		if res.Total < c.least || res.Total > c.most || res.TotalAtLeast != c.bound {
			t.Errorf("%s found %d, a lower bound: %v", c.query, res.Total, res.TotalAtLeast)
		}
		for _, h := range res.Hits {
			if h.Document.Text != "打不开" {
				t.Errorf("%s shows %q", c.query, h.Document.Text)
			}
		}
	}
}
