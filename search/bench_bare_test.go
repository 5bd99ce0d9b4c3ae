package search

import (
	"encoding/json"
	"testing"

	bleve "github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"qingting/internal/document"
)

// bareRecord lays a document out for Bleve without anything of ours but the
// segmenter: Bleve's cjk analyser for the pairs, its fields, the JSON as it is.
func bareRecord(b *testing.B, d *document.Document) *bleve.Document {
	body, err := json.Marshal(d)
	if err != nil {
		b.Fatal(err)
	}
	const vectors = index.IndexField | index.IncludeTermVectors
	words := bareAnalyzer{&analyzer{seg: benchSegmenter(b)}}
	rec := bleve.NewDocument(d.Record)
	rec.AddField(bleve.NewTextFieldCustom(fieldBody, nil, body, index.StoreField, nil))
	rec.AddField(bleve.NewTextFieldCustom(fieldWords, nil, []byte(d.Text), vectors, words))
	rec.AddField(bleve.NewTextFieldCustom(fieldGrams, nil, []byte(d.Text), vectors, cjkAnalyzer(b)))
	for name, value := range map[string]string{
		fieldRecord: d.Record, fieldChannel: d.Channel, fieldRegion: d.Region, fieldProduct: d.Product, fieldSource: d.Source,
		fieldTheme: d.Themes[0].ID, fieldDimension: d.Dimensions[0].ID, fieldPainPoint: d.PainPoints[0].ID,
		fieldSentiment: d.Sentiment.Label, fieldLanguage: d.Language, fieldPII: d.Redactions[0].Type,
		fieldCustomer: d.Customer, fieldPolicy: d.Policy, fieldEpoch: d.Epoch,
	} {
		rec.AddField(bleve.NewTextFieldCustom(name, nil, []byte(value), index.IndexField|index.DocValues, nil))
	}
	rec.AddField(bleve.NewNumericFieldWithIndexingOptions(fieldRating, nil, *d.Rating, index.IndexField|index.DocValues))
	at, err := bleve.NewDateTimeFieldWithIndexingOptions(fieldTime, nil, d.Time, "", index.IndexField|index.DocValues)
	if err != nil {
		b.Fatal(err)
	}
	rec.AddField(at)
	return rec
}
