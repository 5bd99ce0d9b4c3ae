package search

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"qingting/internal/document"
)

// benchIndex indexes docs, compacted, under b's temporary folder.
func benchIndex(b *testing.B, docs []*document.Document) *Index {
	b.Helper()
	ix, err := Open(filepath.Join(b.TempDir(), "index"), Config{Segmenter: benchSegmenter(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ix.Close() })
	seq := uint64(0)
	for part := range slices.Chunk(docs, 5000) {
		changes := make([]Change, len(part))
		for i, d := range part {
			seq++
			changes[i] = Change{Put: d, Seq: seq}
		}
		apply(b, ix, seq, changes...)
	}
	return ix
}

// BenchmarkSearch runs queries of several kinds over 100,000 documents and
// reports the median and the 99th percentile.
func BenchmarkSearch(b *testing.B) {
	docs := benchDocs(b, 100_000)
	ix := benchIndex(b, docs)
	bytes := 0
	for _, d := range docs {
		bytes += len(d.Text)
	}
	b.Logf("index/text %.2f", float64(dirSize(ix.dir))/float64(bytes))
	r := rand.New(rand.NewPCG(7, 7))
	piece := func(n int) string {
		runes := []rune(docs[r.IntN(len(docs))].Text)
		at := r.IntN(len(runes) - n)
		return string(runes[at : at+n])
	}
	for _, c := range []struct {
		name   string
		text   func() string
		facets []string
	}{
		{name: "word", text: func() string { return piece(2) }},
		{name: "two words", text: func() string { return piece(2) + " " + piece(2) }},
		{name: "or", text: func() string { return piece(2) + " OR " + piece(3) }},
		{name: "unbroken8", text: func() string { return piece(8) }},
		{name: "phrase4", text: func() string { return `"` + piece(4) + `"` }},
		{name: "character", text: func() string { return piece(1) }},
		{name: "filters", text: func() string { return "channel:电话 date:2026-02-03..2026-04 rating:<=2" }},
		{name: "word+facets", text: func() string { return piece(2) }, facets: FacetNames()},
		{name: "all+facets", text: func() string { return "" }, facets: FacetNames()},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				_, err := ix.Search(b.Context(), Query{Text: c.text(), Facets: c.facets, Now: corpusNow})
				// A piece may be punctuation, or an operator or mistake of the language.
				if syntax := (*SyntaxError)(nil); err != nil && !asSyntax(err, &syntax) {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// BenchmarkKnownItem looks documents up by pieces of them, and reports the mean
// reciprocal rank within the first ten, for three ways to remember a text: two
// fragments of five characters, four words run together, and twelve
// characters of which two are wrong. It needs real text: set QINGTING_TEXTS.
func BenchmarkKnownItem(b *testing.B) {
	if os.Getenv("QINGTING_TEXTS") == "" {
		b.Skip("QINGTING_TEXTS is not set")
	}
	docs := benchDocs(b, 15_000)
	ix := benchIndex(b, docs)
	an := ix.analyzer
	for name, remember := range remembered(an) {
		b.Run(name, func(b *testing.B) {
			sum, n, none := 0.0, 0, 0
			r := rand.New(rand.NewPCG(3, 3))
			for b.Loop() {
				for range 300 {
					d := docs[r.IntN(len(docs))]
					res, err := ix.Search(b.Context(), Query{Text: remember(r, d.Text), Size: 10})
					if syntax := (*SyntaxError)(nil); err != nil {
						if !asSyntax(err, &syntax) {
							b.Fatal(err)
						}
						continue
					}
					n++
					if len(res.Hits) == 0 {
						none++
					}
					for rank, h := range res.Hits {
						if h.Document.Text == d.Text {
							sum += 1 / float64(rank+1)
							break
						}
					}
				}
			}
			b.ReportMetric(sum/float64(n), "MRR@10")
			b.ReportMetric(float64(none)/float64(n), "nothing")
		})
	}
}

// remembered are the ways to remember a text.
func remembered(an *analyzer) map[string]func(r *rand.Rand, text string) string {
	return map[string]func(r *rand.Rand, text string) string{
		"fragments": func(r *rand.Rand, text string) string {
			return fragment(r, text, 5) + " " + fragment(r, text, 5)
		},
		"glued": func(r *rand.Rand, text string) string {
			words := an.words(nil, an.fold(text).text)
			words = slices.DeleteFunc(words, func(t token) bool { return utf8.RuneCountInString(t.term) < 2 || !startsCJK(t.term) })
			glued := ""
			for range min(4, len(words)) {
				glued += words[r.IntN(len(words))].term
			}
			return glued
		},
		"noisy": func(r *rand.Rand, text string) string {
			runes := []rune(fragment(r, text, 12))
			for range 2 {
				runes[r.IntN(len(runes))] = '一' + rune(r.IntN(3000))
			}
			return string(runes)
		},
	}
}

// fragment takes n characters of Chinese out of text, where there are as many
// in a row, else any.
func fragment(r *rand.Rand, text string, n int) string {
	runes := []rune(text)
	var starts []int
	for i, run := 0, 0; i < len(runes); i++ {
		if run++; !isHan(runes[i]) {
			run = 0
		}
		if run >= n {
			starts = append(starts, i-n+1)
		}
	}
	if len(starts) == 0 {
		starts = []int{0}
	}
	at := starts[r.IntN(len(starts))]
	return string(runes[at:min(len(runes), at+n)])
}

func asSyntax(err error, target **SyntaxError) bool {
	s, ok := err.(*SyntaxError)
	*target = s
	return ok
}
