package search

import (
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of the index. Names are part of the query language.
const (
	fieldWords = "words" // text, by the segmenter
	fieldGrams = "grams" // text, by character pairs; the only field with positions
	fieldBody  = "body"  // the whole document, stored and not indexed
	fieldHas   = "has"   // which optional parts a document has

	fieldRecord    = "record"
	fieldChannel   = "channel"
	fieldRegion    = "region"
	fieldProduct   = "product"
	fieldSource    = "source"
	fieldTheme     = "theme"
	fieldDimension = "dimension"
	fieldPainPoint = "painpoint"
	fieldRisk      = "risk"
	fieldSentiment = "sentiment"
	fieldLanguage  = "language"
	fieldPII       = "pii"
	fieldCustomer  = "customer"
	fieldPolicy    = "policy"
	fieldEpoch     = "epoch"

	fieldRating = "rating"
	fieldTime   = "time"
)

// How each kind of field is held. No field is stored: body has it all.
const (
	wordsOptions   = index.IndexField
	gramsOptions   = index.IndexField | index.IncludeTermVectors
	bodyOptions    = index.StoreField
	keywordOptions = index.IndexField | index.SkipFreqNorm
	facetOptions   = keywordOptions | index.DocValues
	numberOptions  = index.IndexField | index.SkipFreqNorm | index.DocValues
)

// keywordFields lists the fields matched as a whole, with how each is held.
// Those of few values are matched in any letter case and width.
var keywordFields = map[string]struct {
	options index.FieldIndexingOptions
	few     bool
}{
	fieldRecord:    {options: keywordOptions},
	fieldChannel:   {options: facetOptions, few: true},
	fieldRegion:    {options: facetOptions, few: true},
	fieldProduct:   {options: facetOptions, few: true},
	fieldSource:    {options: facetOptions, few: true},
	fieldTheme:     {options: facetOptions, few: true},
	fieldDimension: {options: facetOptions, few: true},
	fieldPainPoint: {options: facetOptions, few: true},
	fieldRisk:      {options: facetOptions, few: true},
	fieldSentiment: {options: facetOptions, few: true},
	fieldLanguage:  {options: facetOptions, few: true},
	fieldPII:       {options: facetOptions, few: true},
	fieldCustomer:  {options: facetOptions},
	fieldPolicy:    {options: keywordOptions},
	fieldEpoch:     {options: keywordOptions},
	fieldHas:       {options: keywordOptions, few: true},
}

// newMapping describes the fields for Bleve's own tools, and closes the index
// to any other: static, nothing in _all. Documents arrive already analysed, so
// it decides no terms.
func newMapping() mapping.IndexMapping {
	m := mapping.NewIndexMapping()
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultAnalyzer = "keyword"
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	m.ScoringModel = index.TFIDFScoring
	add := func(name, kind string, options index.FieldIndexingOptions) {
		f := &mapping.FieldMapping{
			Type:               kind,
			Index:              options.IsIndexed(),
			Store:              options.IsStored(),
			IncludeTermVectors: options.IncludeTermVectors(),
			DocValues:          options.IncludeDocValues(),
			SkipFreqNorm:       options.SkipFreqNorm(),
		}
		if kind == "text" {
			f.Analyzer = "keyword"
		}
		m.DefaultMapping.AddFieldMappingsAt(name, f)
	}
	add(fieldWords, "text", wordsOptions)
	add(fieldGrams, "text", gramsOptions)
	add(fieldBody, "text", bodyOptions)
	add(fieldRating, "number", numberOptions)
	add(fieldTime, "datetime", numberOptions)
	for name, f := range keywordFields {
		add(name, "text", f.options)
	}
	return m
}
