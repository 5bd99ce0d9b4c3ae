package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/go-ego/gse"

	"qingting/search"
	"qingting/search/measure"
)

// evalSearchCmd measures the ranking of search beside Bleve's.
type evalSearchCmd struct {
	Files         []string `arg:"" help:"Judged rows as JSONL: {\"a\",\"b\",\"label\"}, {\"query\",\"document\",\"label\"} or {\"message\",\"reply\"}; with --known-item the texts to look for. - is standard input."`
	QueryField    string   `placeholder:"FIELD" help:"Field with the query: without it the first of query, a, message, questions, question, text."`
	DocumentField string   `placeholder:"FIELD" help:"Field with the document: without it the first of document, b, reply, doc, passage, text. With --known-item the field with the text."`
	LabelField    string   `placeholder:"FIELD" help:"Field with the grade, 0 for no: without it label, relevance, score or grade; without one a row says yes."`
	KnownItem     bool     `help:"Look each text up by pieces of it: two fragments of five characters, four words run together, twelve characters of which two are wrong."`
	Queries       int      `placeholder:"N" help:"How many queries: of each kind with --known-item (default 600), else evenly drawn from the file (default all)."`
	Seed          uint64   `default:"1" help:"Seed of the queries and of the intervals (default ${default})."`
	JSON          bool     `name:"json" help:"Write the report as JSON."`
}

func (c *evalSearchCmd) Help() string {
	return `The collection is all the documents of a file, each once; the queries are those that at least one document
answers. Three engines get the same queries over the same collection, in one run: search as an analyst uses it, Bleve
with its own cjk analyzer, and Bleve with the words of gse; Bleve ranks by tf-idf and takes any of the terms. nDCG and
reciprocal rank look at the first 10, recall at the first 50. The ratio is that to the better of the two by nDCG (with
--known-item by reciprocal rank), with the interval of 95 in 100 bootstrap samples of the queries.`
}

// searchFigures is what one engine made of the queries.
type searchFigures struct {
	Engine string  `json:"engine"`
	NDCG   float64 `json:"ndcg_10"`
	Recall float64 `json:"recall_50"`
	MRR    float64 `json:"mrr_10"`
	P50    float64 `json:"p50_ms"`
	P95    float64 `json:"p95_ms"`
}

// searchReport is one set of queries.
type searchReport struct {
	File      string          `json:"file"`
	Kind      string          `json:"kind,omitempty"` // of a known item
	Documents int             `json:"documents"`
	Queries   int             `json:"queries"`
	Engines   []searchFigures `json:"engines"`
	// Better is the better one of Bleve's, and the ratios are to it.
	Better      string        `json:"better"`
	NDCGRatio   measure.Ratio `json:"ndcg_ratio"`
	RecallRatio measure.Ratio `json:"recall_ratio"` // to the cjk analyzer
	MRRRatio    measure.Ratio `json:"mrr_ratio"`
}

// The names of the engines, ours first.
const (
	engineOurs = "qingting"
	engineCJK  = "bleve cjk"
	engineGSE  = "bleve gse"
)

// Run measures and prints.
func (c *evalSearchCmd) Run(ctx context.Context, con *console) error {
	if c.Queries < 0 {
		return usageError{errors.New("--queries must not be negative")}
	}
	ours, theirs, err := (&evalSegmentCmd{Telecom: true}).segmenters()
	if err != nil {
		return err
	}
	var reports []searchReport
	for _, name := range c.Files {
		set, kinds, err := c.read(name, con, words{ours})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		more, err := c.measure(ctx, name, set, kinds, words{ours}, gseWords{theirs})
		if err != nil {
			if ctx.Err() != nil {
				return interrupted(ctx)
			}
			return fmt.Errorf("%s: %w", name, err)
		}
		reports = append(reports, more...)
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(reports)
	}
	return searchTable(con, reports)
}

// queriesOf are the queries of one kind.
type queriesOf struct {
	kind    string
	queries []measure.Query
}

func (c *evalSearchCmd) read(name string, con *console, seg search.Segmenter) (documents []string, kinds []queriesOf, err error) {
	in, err := openInput(name, con)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	if !c.KnownItem {
		set, err := measure.Read(in, measure.Fields{Query: c.QueryField, Document: c.DocumentField, Label: c.LabelField})
		if err != nil {
			return nil, nil, err
		}
		set.Sample(c.Queries)
		return set.Documents, []queriesOf{{queries: set.Queries}}, nil
	}
	if documents, err = measure.ReadTexts(in, c.DocumentField); err != nil {
		return nil, nil, err
	}
	n := c.Queries
	if n == 0 {
		n = 600
	}
	for _, kind := range measure.KnownKinds() {
		queries := measure.Known(kind, documents, n, seg, c.Seed)
		if len(queries) == 0 {
			return nil, nil, errors.New("the texts are too short to look for by pieces of them")
		}
		kinds = append(kinds, queriesOf{kind, queries})
	}
	return documents, kinds, nil
}

// measure asks the engines one after the other, so that only one index is open at a time.
func (c *evalSearchCmd) measure(ctx context.Context, name string, documents []string, kinds []queriesOf, ours, gse search.Segmenter) ([]searchReport, error) {
	dir, err := os.MkdirTemp("", "qingting-eval-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	engines := []struct {
		name string
		make func() (measure.Engine, error)
	}{
		{engineOurs, func() (measure.Engine, error) { return measure.NewIndex(ctx, dir, documents, ours) }},
		{engineCJK, func() (measure.Engine, error) { return measure.NewCJK(ctx, dir, documents) }},
		{engineGSE, func() (measure.Engine, error) { return measure.NewWords(ctx, dir, documents, gse) }},
	}
	runs := make([][]measure.Run, len(kinds))
	for _, e := range engines {
		engine, err := e.make()
		if err != nil {
			return nil, err
		}
		for i, k := range kinds {
			run, err := measure.Rank(ctx, engine, k.queries)
			if err != nil {
				engine.Close()
				return nil, fmt.Errorf("%s: %w", e.name, err)
			}
			runs[i] = append(runs[i], run)
		}
		if err := engine.Close(); err != nil {
			return nil, err
		}
	}
	var reports []searchReport
	for i, k := range kinds {
		r := searchReport{File: filepath.Base(name), Kind: k.kind, Documents: len(documents), Queries: len(k.queries)}
		for j, e := range engines {
			run := runs[i][j]
			r.Engines = append(r.Engines, searchFigures{
				Engine: e.name, NDCG: run.NDCG.Mean(), Recall: run.Recall.Mean(), MRR: run.MRR.Mean(),
				P50: milliseconds(run.Quantile(.5)), P95: milliseconds(run.Quantile(.95)),
			})
		}
		r.compare(runs[i], c.Seed)
		reports = append(reports, r)
	}
	return reports, nil
}

// compare sets ours against the better of the other two, and recall against
// that of character pairs, which miss least.
func (r *searchReport) compare(runs []measure.Run, seed uint64) {
	figure := func(run measure.Run) measure.Scores {
		if r.Kind != "" {
			return run.MRR
		}
		return run.NDCG
	}
	better := 1
	if figure(runs[2]).Mean() > figure(runs[1]).Mean() {
		better = 2
	}
	r.Better = r.Engines[better].Engine
	r.NDCGRatio = measure.Compare(runs[0].NDCG, runs[better].NDCG, seed)
	r.MRRRatio = measure.Compare(runs[0].MRR, runs[better].MRR, seed)
	r.RecallRatio = measure.Compare(runs[0].Recall, runs[1].Recall, seed)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// searchTable prints one table for all sets.
func searchTable(con *console, reports []searchReport) error {
	w := newRightGrid(con.Out)
	fmt.Fprintln(w, "queries\tof\tengine\tnDCG@10\trecall@50\tMRR@10\tp50 ms\tp95 ms\tnDCG ratio\t95 %\tMRR ratio\t95 %\trecall ratio\t95 %\t")
	for _, r := range reports {
		name := r.File
		if r.Kind != "" {
			name = r.Kind
		}
		for i, e := range r.Engines {
			fmt.Fprintf(w, "%s\t%d\t%s\t%.4f\t%.4f\t%.4f\t%.2f\t%.2f\t", name, r.Queries, e.Engine, e.NDCG, e.Recall, e.MRR, e.P50, e.P95)
			if i == 0 {
				for _, ratio := range []measure.Ratio{r.NDCGRatio, r.MRRRatio, r.RecallRatio} {
					fmt.Fprintf(w, "%.3f\t%.3f–%.3f\t", ratio.Value, ratio.Low, ratio.High)
				}
			} else {
				fmt.Fprint(w, "\t\t\t\t\t\t")
			}
			fmt.Fprintln(w)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		name := r.File
		if r.Kind != "" {
			name += ", " + r.Kind
		}
		fmt.Fprintf(con.Err, "%s: %d documents; ratios of nDCG and MRR to %s, of recall to %s\n", name, r.Documents, r.Better, engineCJK)
	}
	return nil
}

// gseWords gives Bleve the words that gse cuts, without spaces and punctuation.
type gseWords struct{ seg *gse.Segmenter }

// Tokens implements search.Segmenter.
func (w gseWords) Tokens(text string, emit func(start, end int)) {
	for _, s := range gseSpans(w.seg, text) {
		if strings.ContainsFunc(text[s.Start:s.End], isWordRune) {
			emit(s.Start, s.End)
		}
	}
}

// Version implements search.Segmenter; no index of ours is made with it.
func (w gseWords) Version() string { return "gse" }

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
