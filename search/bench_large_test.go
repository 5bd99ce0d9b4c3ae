package search

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"qingting/internal/document"
)

// BenchmarkLarge indexes as many made-up documents as QINGTING_DOCUMENTS says,
// of QINGTING_CHARACTERS each (66 by default), and reports documents a second,
// the size of the index against the texts, what queries take and the memory of
// the process; what the same queries take while documents are written as fast as
// they can be; and the documents a second that Bleve alone takes in, with the
// same segmenter, as a share of them.
func BenchmarkLarge(b *testing.B) {
	total, _ := strconv.Atoi(os.Getenv("QINGTING_DOCUMENTS"))
	if total == 0 {
		b.Skip("QINGTING_DOCUMENTS is not set")
	}
	characters, _ := strconv.Atoi(os.Getenv("QINGTING_CHARACTERS"))
	if characters == 0 {
		characters = 66
	}
	for b.Loop() { // what is measured is below, once; Loop forgets what was reported before it
	}
	l := &large{total: total, characters: characters}
	ix, err := Open(filepath.Join(b.TempDir(), "index"), Config{Segmenter: benchSegmenter(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	wall, processor := l.index(b, func(docs []*document.Document) {
		l.put(b, ix, docs)
	})
	b.ReportMetric(float64(total)/wall.Seconds(), "docs/s")
	b.ReportMetric(float64(total)/processor.Seconds(), "docs/cpu-s")
	for _, s := range ix.gen.list() {
		if err := s.settle(b.Context(), sealed, ix.rewriteOne); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(dirSize(ix.dir))/float64(l.text), "size/text")
	l.search(b, ix, "")
	b.ReportMetric(resident(), "resident-MB")
	l.searchBesideWrites(b, ix)
	if err := ix.Close(); err != nil {
		b.Fatal(err)
	}
	bareWall, bareProcessor := (&large{total: total, characters: characters}).bare(b)
	b.ReportMetric(float64(total)/bareWall.Seconds(), "bare-docs/s")
	b.ReportMetric(bareWall.Seconds()/wall.Seconds(), "of-bare")
	b.ReportMetric(bareProcessor.Seconds()/processor.Seconds(), "of-bare-by-cpu")
}

// large is what BenchmarkLarge has made up so far.
type large struct {
	total, characters int
	seq               uint64
	text              int      // bytes
	pieces            []string // four characters of each batch, to search for
}

// index makes up all documents and gives them to put, whose time it returns.
func (l *large) index(b *testing.B, put func([]*document.Document)) (wall, processor time.Duration) {
	w := newWriter(1)
	for made := 0; made < l.total; {
		docs := l.make(w, made)
		made += len(docs)
		began, used := time.Now(), cpu()
		put(docs)
		wall, processor = wall+time.Since(began), processor+cpu()-used
	}
	return wall, processor
}

// make makes up a batch.
func (l *large) make(w *writer, made int) []*document.Document {
	docs := make([]*document.Document, min(2000, l.total-made))
	for i := range docs {
		docs[i] = w.doc(made + i)
		docs[i].Text = w.text(l.characters)
		l.text += len(docs[i].Text)
	}
	runes := []rune(docs[0].Text)
	l.pieces = append(l.pieces, string(runes[5:9]))
	return docs
}

func (l *large) put(b *testing.B, ix *Index, docs []*document.Document) {
	changes := make([]Change, len(docs))
	for i, d := range docs {
		l.seq++
		changes[i] = Change{Put: d, Seq: l.seq}
	}
	if err := ix.Apply(b.Context(), changes, l.seq); err != nil {
		b.Error(err)
	}
}

// bare indexes the same documents with nothing but Bleve.
func (l *large) bare(b *testing.B) (wall, processor time.Duration) {
	ix, err := bleve.NewUsing(filepath.Join(b.TempDir(), "bare"), newMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	return l.index(b, func(docs []*document.Document) {
		for part := range slices.Chunk(docs, 1000) {
			batch := ix.NewBatch()
			for _, d := range part {
				if err := batch.IndexAdvanced(bareRecord(b, d)); err != nil {
					b.Fatal(err)
				}
			}
			if err := ix.Batch(batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// largeQueries are the kinds of queries that BenchmarkLarge asks.
var largeQueries = []struct {
	name  string
	query Query
	text  func(piece func(k int) string) string
}{
	{"term", Query{}, func(piece func(int) string) string { return string([]rune(piece(0))[:2]) }},
	{"phrase", Query{}, func(piece func(int) string) string { return `"` + piece(0) + `"` }},
	{"filters", Query{}, func(func(int) string) string { return "channel:电话 rating:<=2 date:2026-02..2026-03" }},
	{
		"3words",
		Query{Facets: []string{fieldTheme, fieldChannel, fieldRegion, fieldSentiment, FacetDay}},
		func(piece func(int) string) string {
			return string([]rune(piece(0))[:2]) + " OR " + string([]rune(piece(1))[:2]) + " OR " + string([]rune(piece(2))[:2])
		},
	},
}

// search asks a hundred queries of each kind, and reports the median, the 95th
// percentile and the mean processor time.
func (l *large) search(b *testing.B, ix *Index, how string) {
	for _, kind := range largeQueries {
		took := make([]time.Duration, 0, 100)
		used := cpu()
		for i := range cap(took) {
			q := kind.query
			q.Text = kind.text(func(k int) string { return l.pieces[(i*7+k)%len(l.pieces)] })
			q.Now = corpusNow
			began := time.Now()
			_, err := ix.Search(b.Context(), q)
			if syntax := (*SyntaxError)(nil); err != nil && !asSyntax(err, &syntax) {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		if how == "" {
			b.ReportMetric((cpu()-used).Seconds()*1000/float64(len(took)), kind.name+"-cpu-ms")
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[50].Microseconds())/1000, kind.name+how+"-p50-ms")
		b.ReportMetric(float64(took[95].Microseconds())/1000, kind.name+how+"-p95-ms")
	}
}

// searchBesideWrites asks the same while another goroutine writes batch upon
// batch, as in a rebuild.
func (l *large) searchBesideWrites(b *testing.B, ix *Index) {
	writes := *l
	done := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		w := newWriter(2)
		for {
			select {
			case <-done:
				return
			default:
				writes.put(b, ix, writes.make(w, 0))
			}
		}
	})
	l.search(b, ix, "-beside-writes")
	close(done)
	writing.Wait()
}

// resident is the memory that the system counts for this process, in megabytes;
// 0 where it cannot be had.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
