package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/search"
	"qingting/textmining"
)

// searchBench is what "bench --documents" prints.
type searchBench struct {
	Documents  int           `json:"documents"`
	Characters float64       `json:"characters_per_document"`
	Processors int           `json:"processors"`
	Go         string        `json:"go"`
	Index      measurement   `json:"index"` // until the last document is on disk
	Bytes      int64         `json:"index_bytes"`
	Text       int64         `json:"text_bytes"`
	Searches   []searchSpeed `json:"searches"`
	Memory     uint64        `json:"resident_bytes"` // of the process, after the searches
}

// searchSpeed is what one kind of search takes.
type searchSpeed struct {
	Kind   string  `json:"kind"`
	Median float64 `json:"p50_ms"`
	Slow   float64 `json:"p95_ms"`
}

// searches indexes documents and asks for them.
func (c *benchCmd) searches(ctx context.Context, con *console) error {
	dir, err := os.MkdirTemp("", "qingting-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	annotator, err := textmining.DefaultAnnotator()
	if err != nil {
		return err
	}
	redactor, err := newRedactor("", nil)
	if err != nil {
		return err
	}
	ix, err := search.Open(filepath.Join(dir, "index"), search.Config{Segmenter: words{annotator.Segmenter()}})
	if err != nil {
		return err
	}
	defer ix.Close()
	res := searchBench{Documents: c.Documents, Processors: runtime.GOMAXPROCS(0), Go: runtime.Version()}
	asked := benchQueries{}
	for from := 0; from < c.Documents; {
		docs, err := benchDocuments(ctx, redactor, annotator, from, min(20_000, c.Documents-from))
		if err != nil {
			return err
		}
		asked.from(docs)
		for _, d := range docs {
			res.Text += int64(len(d.Text))
			res.Characters += float64(len([]rune(d.Text))) / float64(c.Documents)
		}
		began := time.Now()
		if err := applyAll(ctx, ix, docs, from); err != nil {
			return err
		}
		res.Index.Seconds += time.Since(began).Seconds()
		from += len(docs)
		fmt.Fprintf(con.Err, "indexed %d of %d\n", from, c.Documents)
	}
	res.Index.Stage, res.Index.Documents, res.Index.Bytes = "index (all cores)", c.Documents, res.Text
	if err := ix.Compact(ctx); err != nil { // files of before are gone then
		return err
	}
	if err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			res.Bytes += info.Size()
		}
		return err
	}); err != nil {
		return err
	}
	for _, kind := range asked.kinds() {
		speed, err := kind.measure(ctx, ix)
		if err != nil {
			return err
		}
		res.Searches = append(res.Searches, speed)
	}
	res.Memory = resident("VmRSS:")
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(res)
	}
	fmt.Fprintf(con.Out, "%d documents of %.0f characters on average, %d processors, %s\n\n", res.Documents, res.Characters, res.Processors, res.Go)
	fmt.Fprintf(con.Out, "documents/s        %.0f\nindex ÷ text       %.2f\nresident memory    %d MB\n\n%-34s %10s %10s\n",
		res.Index.perSecond(), float64(res.Bytes)/float64(res.Text), res.Memory>>20, "search", "p50 ms", "p95 ms")
	for _, s := range res.Searches {
		fmt.Fprintf(con.Out, "%-34s %10.1f %10.1f\n", s.Kind, s.Median, s.Slow)
	}
	return nil
}

// benchDocuments makes documents of the built-in corpus as a server would, from a
// number on; not sealed, and from other customers than those of any other number.
func benchDocuments(ctx context.Context, redactor *privacy.Redactor, annotator *textmining.Annotator, from, n int) ([]*document.Document, error) {
	items := corpus.Generate(uint64(from+1), corpus.Options{Items: n})
	docs := make([]*document.Document, len(items))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(indexes(len(items)), 1000) {
		g.Go(func() error {
			for _, i := range part {
				it := items[i]
				text := redactor.Redact(it.Text, it.Time).Text
				docs[i] = &document.Document{
					Schema: document.Schema, Record: fmt.Sprintf("b%08d", from+i), Month: it.Time.UTC().Format("200601"),
					Source: demoSource, Channel: it.Channel, Region: it.Region, Product: it.Product, Time: it.Time, Intake: it.Time,
					Rating: it.Rating, Customer: fmt.Sprintf("c%07d", (from+i)/3), Text: text, Annotation: annotator.Annotate(text),
				}
			}
			return ctx.Err()
		})
	}
	return docs, g.Wait()
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// benchQueries takes queries from the documents themselves.
type benchQueries struct{ pieces []string }

func (q *benchQueries) from(docs []*document.Document) {
	step := max(1, len(docs)/100)
	for i := 0; i < len(docs); i += step {
		runes := []rune(docs[i].Text)
		for at := range len(runes) - 4 {
			if piece := string(runes[at : at+4]); strings.IndexFunc(piece, func(r rune) bool { return r < 0x4e00 || r > 0x9fff }) < 0 {
				q.pieces = append(q.pieces, piece)
				break
			}
		}
	}
}

// benchKind is one kind of search.
type benchKind struct {
	name   string
	query  search.Query
	pieces []string
	text   func(piece func(k int) string) string
}

func (q *benchQueries) kinds() []benchKind {
	two := func(s string) string { return string([]rune(s)[:2]) }
	last := func(s string) string { return string([]rune(s)[2:]) }
	kinds := []benchKind{
		{name: "one word", text: func(piece func(int) string) string { return two(piece(0)) }},
		{name: "phrase of four characters", text: func(piece func(int) string) string { return `"` + piece(0) + `"` }},
		{
			name: "three words, five facets", query: search.Query{Facets: []string{"theme", "channel", "region", "sentiment", "day"}},
			text: func(piece func(int) string) string {
				return two(piece(0)) + " OR " + last(piece(1)) + " OR " + two(piece(2))
			},
		},
		{name: "channel, rating and time", text: func(func(int) string) string { return "channel:app rating:<=2 date:2026-09..2026-10" }},
	}
	for i := range kinds {
		kinds[i].pieces = q.pieces
	}
	return kinds
}

// measure asks a hundred times, after ten that do not count.
func (k benchKind) measure(ctx context.Context, ix *search.Index) (searchSpeed, error) {
	const warm, n = 10, 100
	took := make([]float64, 0, n)
	for i := range warm + n {
		q := k.query
		q.Text = k.text(func(j int) string { return k.pieces[(i*7+j)%len(k.pieces)] })
		began := time.Now()
		if _, err := ix.Search(ctx, q); err != nil {
			return searchSpeed{}, err
		}
		if i >= warm {
			took = append(took, time.Since(began).Seconds()*1000)
		}
	}
	slices.Sort(took)
	return searchSpeed{k.name, took[n/2], took[n*95/100]}, nil
}
