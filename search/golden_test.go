package search

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"qingting/internal/document"
	"qingting/textmining/segment"
)

// realSegmenter adapts the segmenter of package segment.
type realSegmenter struct{ *segment.Segmenter }

func (s realSegmenter) Tokens(text string, emit func(start, end int)) {
	for _, t := range s.AppendTokens(make([]segment.Token, 0, len(text)/3), text) {
		if t.Kind != segment.Punct && t.Kind != segment.Space {
			emit(t.Start, t.End)
		}
	}
}

// segmenter loads package segment's segmenter, once for all tests.
var segmenter = sync.OnceValues(func() (realSegmenter, error) {
	s, err := segment.New()
	return realSegmenter{s}, err
})

func benchSegmenter(t testing.TB) Segmenter {
	t.Helper()
	s, err := segmenter()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// corpus reads testdata/corpus.tsv: invented feedback.
func corpus(t testing.TB) []*document.Document {
	t.Helper()
	data, err := os.ReadFile("testdata/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var docs []*document.Document
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 11 {
			t.Fatalf("%d columns in %q", len(f), line)
		}
		d := doc(f[0], f[10])
		d.Channel, d.Region, d.Product, d.Customer, d.Sentiment.Label = f[1], f[2], f[3], f[6], f[7]
		if d.Time, err = time.Parse(time.DateOnly, f[4]); err != nil {
			t.Fatal(err)
		}
		rating, err := strconv.ParseFloat(f[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		d.Rating = &rating
		d.Themes = []document.Tag{{ID: f[8], Score: 1}}
		if f[9] != "" {
			d.Redactions = []document.Redaction{{Type: f[9]}}
		}
		docs = append(docs, d)
	}
	return docs
}

func corpusIndex(t testing.TB) *Index {
	t.Helper()
	ix, err := Open(filepath.Join(t.TempDir(), "index"), Config{Segmenter: benchSegmenter(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	var changes []Change
	for i, d := range corpus(t) {
		changes = append(changes, Change{Put: d, Seq: uint64(i + 1)})
	}
	// Several segments, so that nothing rests on there being one.
	for part := range slices.Chunk(changes, 17) {
		apply(t, ix, part[len(part)-1].Seq, part...)
	}
	return ix
}

var corpusNow = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func TestSearches(t *testing.T) {
	data, err := os.ReadFile("testdata/searches.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Comment, Query string
		Want           *string  // the records found, in order of their names
		Has, Without   []string // some found, some not
		Order          []string // the first hits
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	ix := corpusIndex(t)
	check := func(t *testing.T) {
		for _, c := range cases {
			found := strings.Fields(recordsOf(t, ix, Query{Text: c.Query, Strict: true, Size: 100, Now: corpusNow}))
			sorted := slices.Sorted(slices.Values(found))
			if c.Want != nil && strings.Join(sorted, " ") != *c.Want {
				t.Errorf("%s: %s found %q, want %q", c.Comment, c.Query, strings.Join(sorted, " "), *c.Want)
			}
			for _, r := range c.Has {
				if !slices.Contains(found, r) {
					t.Errorf("%s: %s found %q, without %s", c.Comment, c.Query, found, r)
				}
			}
			for _, r := range c.Without {
				if slices.Contains(found, r) {
					t.Errorf("%s: %s found %q, with %s", c.Comment, c.Query, found, r)
				}
			}
			if !slices.Equal(c.Order, found[:min(len(c.Order), len(found))]) {
				t.Errorf("%s: %s found %q, want first %q", c.Comment, c.Query, found, c.Order)
			}
			if c.Want == nil && len(c.Has) == 0 && len(c.Order) == 0 {
				t.Errorf("%s: %s expects nothing", c.Comment, c.Query)
			}
		}
	}
	t.Run("segments", check)
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Run("compacted", check)
}
