package measure

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	own "qingting/internal/document"
	"qingting/search"
	"qingting/search/synonym"
)

// batch is how many documents go into an index at a time.
const batch = 5000

// ours is the index of package search, asked as an analyst asks it.
type ours struct{ index *search.Index }

// NewIndex fills an index of package search in dir, which must not exist, with
// documents; it is asked with the built-in synonyms, as one that is set up anew.
func NewIndex(ctx context.Context, dir string, documents []string, seg search.Segmenter) (Engine, error) {
	ix, err := search.Open(filepath.Join(dir, "index"), search.Config{Segmenter: seg})
	if err != nil {
		return nil, err
	}
	builtin, err := synonym.Builtin()
	if err != nil {
		ix.Close()
		return nil, err
	}
	ix.SetSynonyms(builtin)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for from := 0; from < len(documents); from += batch {
		var changes []search.Change
		seq := uint64(from)
		for i, text := range documents[from:min(from+batch, len(documents))] {
			seq++
			changes = append(changes, search.Change{Seq: seq, Put: &own.Document{
				Schema: own.Schema, Record: strconv.Itoa(from + i), Month: at.Format("200601"), Time: at, Intake: at, Text: text,
			}})
		}
		if err := ix.Apply(ctx, changes, seq); err != nil {
			ix.Close()
			return nil, err
		}
	}
	return ours{ix}, nil
}

func (e ours) Search(ctx context.Context, text string, k int) ([]int, error) {
	res, err := e.index.Search(ctx, search.Query{Text: search.Literal(text), Size: k})
	var syntax *search.SyntaxError
	if errors.As(err, &syntax) {
		return nil, nil // nothing but punctuation
	}
	if err != nil {
		return nil, err
	}
	out := make([]int, len(res.Hits))
	for i, h := range res.Hits {
		if out[i], err = strconv.Atoi(h.Document.Record); err != nil {
			return nil, fmt.Errorf("record of a hit: %w", err)
		}
	}
	return out, nil
}

func (e ours) Close() error { return e.index.Close() }

// bare is an index of Bleve's, with one field, ranked by tf-idf.
type bare struct {
	index    bleve.Index
	analyzer analysis.Analyzer
}

const bareField = "text"

// NewCJK fills a Bleve index with Bleve's own analyzer of Chinese, character
// pairs, by Bleve's own mapping.
func NewCJK(ctx context.Context, dir string, documents []string) (Engine, error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = cjk.AnalyzerName
	m.ScoringModel = index.TFIDFScoring
	field := bleve.NewTextFieldMapping()
	field.Store, field.IncludeInAll, field.Analyzer = false, false, cjk.AnalyzerName
	m.DefaultMapping.Dynamic = false
	m.DefaultMapping.AddFieldMappingsAt(bareField, field)
	return newBare(ctx, filepath.Join(dir, "cjk"), documents, m, m.AnalyzerNamed(cjk.AnalyzerName))
}

// NewWords fills a Bleve index with the words of a segmenter, in lower case.
func NewWords(ctx context.Context, dir string, documents []string, seg search.Segmenter) (Engine, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.TFIDFScoring
	return newBare(ctx, filepath.Join(dir, "words"), documents, m, wordAnalyzer{seg})
}

func newBare(ctx context.Context, dir string, documents []string, m *mapping.IndexMappingImpl, a analysis.Analyzer) (Engine, error) {
	ix, err := bleve.New(dir, m)
	if err != nil {
		return nil, fmt.Errorf("bleve: %w", err)
	}
	e := &bare{ix, a}
	b := ix.NewBatch()
	for i, text := range documents {
		d := document.NewDocument(strconv.Itoa(i))
		d.AddField(document.NewTextFieldCustom(bareField, nil, []byte(text), index.IndexField, a))
		if err := b.IndexAdvanced(d); err != nil {
			ix.Close()
			return nil, fmt.Errorf("bleve: %w", err)
		}
		if b.Size() < batch && i < len(documents)-1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			ix.Close()
			return nil, err
		}
		if err := ix.Batch(b); err != nil {
			ix.Close()
			return nil, fmt.Errorf("bleve: %w", err)
		}
		b.Reset()
	}
	return e, nil
}

// Search is Bleve's match query: any of the terms of the text.
func (e *bare) Search(ctx context.Context, text string, k int) ([]int, error) {
	tokens := e.analyzer.Analyze([]byte(text))
	if len(tokens) == 0 {
		return nil, nil
	}
	terms := make([]query.Query, len(tokens))
	for i, t := range tokens {
		q := bleve.NewTermQuery(string(t.Term))
		q.SetField(bareField)
		terms[i] = q
	}
	res, err := e.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(query.NewDisjunctionQuery(terms), k, 0, false))
	if err != nil {
		return nil, fmt.Errorf("bleve: %w", err)
	}
	out := make([]int, len(res.Hits))
	for i, h := range res.Hits {
		if out[i], err = strconv.Atoi(h.ID); err != nil {
			return nil, fmt.Errorf("bleve: %w", err)
		}
	}
	return out, nil
}

func (e *bare) Close() error { return e.index.Close() }

// wordAnalyzer gives Bleve a segmenter's words.
type wordAnalyzer struct{ seg search.Segmenter }

func (a wordAnalyzer) Analyze(input []byte) analysis.TokenStream {
	text := lower(input)
	var out analysis.TokenStream
	a.seg.Tokens(text, func(start, end int) {
		out = append(out, &analysis.Token{Term: []byte(text[start:end]), Start: start, End: end, Position: len(out) + 1})
	})
	return out
}

// lower folds letter case; offsets need not hold, for nothing is highlighted.
func lower(input []byte) string { return strings.ToLower(strings.ToValidUTF8(string(input), "\uFFFD")) }
