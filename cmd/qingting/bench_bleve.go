package main

import (
	"context"
	"os"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"

	"qingting/internal/document"
	"qingting/textmining/segment"
)

// bareBatch is the documents a batch, the best of those measured for Bleve.
const bareBatch = 1000

// bareDocument is what Bleve is given: the same text in the same two analyses,
// the same fields.
type bareDocument struct {
	Words, Grams                               string
	Record, Channel, Region, Product, Source   string
	Themes, Dimensions, PainPoints, Risks, PII []string
	Sentiment, Language, Customer              string
	Policy, Epoch                              string
	Rating                                     float64
	Time                                       time.Time
	Body                                       string
}

// bareBleve indexes the documents through Bleve's own API and returns the seconds.
func bareBleve(ctx context.Context, docs []*document.Document) (float64, error) {
	dir, err := os.MkdirTemp("", "qingting-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	m, err := bareMapping()
	if err != nil {
		return 0, err
	}
	ix, err := bleve.New(dir+"/bleve", m)
	if err != nil {
		return 0, err
	}
	defer ix.Close()
	began := time.Now()
	batch := ix.NewBatch()
	for i, d := range docs {
		if err := batch.Index(d.Record, bareOf(d)); err != nil {
			return 0, err
		}
		if batch.Size() == bareBatch || i == len(docs)-1 {
			if err := ix.Batch(batch); err != nil {
				return 0, err
			}
			batch.Reset()
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return time.Since(began).Seconds(), nil
}

func bareOf(d *document.Document) bareDocument {
	ids := func(tags []document.Tag) (list []string) {
		for _, t := range tags {
			list = append(list, t.ID)
		}
		return list
	}
	b := bareDocument{
		Words: d.Text, Grams: d.Text, Body: d.Text,
		Record: d.Record, Channel: d.Channel, Region: d.Region, Product: d.Product, Source: d.Source,
		Themes: ids(d.Themes), Dimensions: ids(d.Dimensions), PainPoints: ids(d.PainPoints), Risks: ids(d.Risks),
		Sentiment: d.Sentiment.Label, Language: d.Language, Customer: d.Customer, Policy: d.Policy, Epoch: d.Epoch, Time: d.Time,
	}
	for _, r := range d.Redactions {
		b.PII = append(b.PII, r.Type)
	}
	if d.Rating != nil {
		b.Rating = *d.Rating
	}
	return b
}

// bareTokenizer gives Bleve the segmenter's words.
type bareTokenizer struct{ words }

func (t bareTokenizer) Tokenize(input []byte) (stream analysis.TokenStream) {
	text := string(input)
	t.Tokens(text, func(start, end int) {
		stream = append(stream, &analysis.Token{Term: input[start:end], Start: start, End: end, Position: len(stream) + 1, Type: analysis.Ideographic})
	})
	return stream
}

const bareTokenizerName = "qingting-bench-words"

func bareMapping() (mapping.IndexMapping, error) {
	seg, err := segment.New()
	if err != nil {
		return nil, err
	}
	// Bleve resolves tokenizers by name in a registry of the process; a second
	// round finds its name taken, by an equal one.
	_ = registry.RegisterTokenizer(bareTokenizerName, func(map[string]any, *registry.Cache) (analysis.Tokenizer, error) {
		return bareTokenizer{words{seg}}, nil
	})
	m := bleve.NewIndexMapping()
	err = m.AddCustomAnalyzer("words", map[string]any{
		"type": custom.Name, "tokenizer": bareTokenizerName, "token_filters": []string{lowercase.Name},
	})
	if err != nil {
		return nil, err
	}
	doc := bleve.NewDocumentStaticMapping()
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = analyzer, false, false, true, false
		return f
	}
	doc.AddFieldMappingsAt("Words", text("words"))
	doc.AddFieldMappingsAt("Grams", text(cjk.AnalyzerName))
	for _, name := range []string{
		"Record", "Channel", "Region", "Product", "Source", "Themes", "Dimensions", "PainPoints", "Risks", "PII",
		"Sentiment", "Language", "Customer", "Policy", "Epoch",
	} {
		f := bleve.NewKeywordFieldMapping()
		f.Store, f.IncludeInAll, f.IncludeTermVectors = false, false, false
		doc.AddFieldMappingsAt(name, f)
	}
	stored := bleve.NewTextFieldMapping()
	stored.Index, stored.Store, stored.IncludeInAll, stored.DocValues = false, true, false, false
	doc.AddFieldMappingsAt("Body", stored)
	rating := bleve.NewNumericFieldMapping()
	rating.Store, rating.IncludeInAll = false, false
	doc.AddFieldMappingsAt("Rating", rating)
	at := bleve.NewDateTimeFieldMapping()
	at.Store, at.IncludeInAll = false, false
	doc.AddFieldMappingsAt("Time", at)
	m.DefaultMapping = doc
	return m, nil
}
