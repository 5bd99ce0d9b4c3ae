package search

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkLarge indexes as many made-up documents as QINGTING_DOCUMENTS says,
// of QINGTING_CHARACTERS each (66 by default), and reports documents a second,
// the size of the index against the texts, what queries take and the memory of
// the process.
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
	w := newWriter(1)
	dir := filepath.Join(b.TempDir(), "index")
	ix, err := Open(dir, Config{Segmenter: benchSegmenter(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	text, pieces := 0, []string{}
	wall, processor := time.Duration(0), time.Duration(0)
	for seq := uint64(0); seq < uint64(total); {
		changes := make([]Change, 0, 2000)
		for range min(2000, total-int(seq)) {
			d := w.doc(int(seq))
			d.Text = w.text(characters)
			text += len(d.Text)
			seq++
			changes = append(changes, Change{Put: d, Seq: seq})
		}
		runes := []rune(changes[0].Put.Text)
		pieces = append(pieces, string(runes[5:9]))
		began, used := time.Now(), cpu()
		apply(b, ix, seq, changes...)
		wall, processor = wall+time.Since(began), processor+cpu()-used
	}
	b.ReportMetric(float64(total)/wall.Seconds(), "docs/s")
	b.ReportMetric(float64(total)/processor.Seconds(), "docs/cpu-s")
	for _, s := range ix.gen.list() {
		if err := s.settle(b.Context(), sealed, ix.rewriteOne); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(dirSize(dir))/float64(text), "size/text")
	for name, q := range map[string]Query{
		"term": {}, "phrase": {}, "filters": {Text: "channel:电话 rating:<=2 date:2026-02..2026-03"},
		"3words": {Facets: []string{fieldTheme, fieldChannel, fieldRegion, fieldSentiment, FacetDay}},
	} {
		var took []time.Duration
		for i := range 100 {
			piece := func(k int) string { return pieces[(i*7+k)%len(pieces)] }
			switch name {
			case "term":
				q.Text = string([]rune(piece(0))[:2])
			case "phrase":
				q.Text = `"` + piece(0) + `"`
			case "3words":
				q.Text = string([]rune(piece(0))[:2]) + " OR " + string([]rune(piece(1))[:2]) + " OR " + string([]rune(piece(2))[:2])
			}
			q.Now = corpusNow
			began := time.Now()
			_, err := ix.Search(b.Context(), q)
			if syntax := (*SyntaxError)(nil); err != nil && !asSyntax(err, &syntax) {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[50].Microseconds())/1000, name+"-p50-ms")
		b.ReportMetric(float64(took[95].Microseconds())/1000, name+"-p95-ms")
	}
	b.ReportMetric(resident(), "resident-MB")
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
