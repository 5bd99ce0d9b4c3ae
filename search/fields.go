package search

import (
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of the index. Names are part of the query language.
const (
	fieldWords = "words" // text, by the segmenter
	fieldGrams = "grams" // text, by character pairs
	fieldBody  = "body"  // the whole document, stored and not indexed
	fieldHas   = "has"   // which optional parts a document has
	fieldSpan  = "span"  // the year, month, day and hour of time

	fieldRecord    = "_id" // Bleve's own
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
	fieldGrade     = "grade" // of sensitivity, 1 to 4
	fieldPolicy    = "policy"
	fieldEpoch     = "epoch"
	fieldSubject   = "subject" // tokens of persons, for custody: no part of the query language

	fieldRating = "rating"
	fieldTime   = "time"
)

// How each kind of field is held. No field is stored: body has it all.
const (
	wordsOptions   = index.IndexField
	gramsOptions   = index.IndexField
	bodyOptions    = index.StoreField
	keywordOptions = index.IndexField | index.SkipFreqNorm
	facetOptions   = keywordOptions // columns are made of the postings, no document values
)

// keywordFields lists the fields whose values are terms as they stand, with
// how each is held. Those of few values are matched in any letter case and
// width. A rating and a time are one term each, in Bleve's sortable form:
// Bleve's own numeric fields make sixteen of each value, for ranges, which took
// a sixth of the index; here ranges go by the few ratings there are, and by span.
var keywordFields = map[string]struct {
	options index.FieldIndexingOptions
	few     bool
}{
	fieldRecord:    {options: keywordOptions | index.StoreField},
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
	fieldGrade:     {options: facetOptions, few: true},
	fieldPolicy:    {options: keywordOptions},
	fieldEpoch:     {options: keywordOptions},
	fieldSubject:   {options: keywordOptions},
	fieldHas:       {options: keywordOptions, few: true},
	fieldSpan:      {options: keywordOptions},
	fieldRating:    {options: facetOptions},
	fieldTime:      {options: facetOptions},
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
	add := func(name string, options index.FieldIndexingOptions) {
		m.DefaultMapping.AddFieldMappingsAt(name, &mapping.FieldMapping{
			Type:         "text",
			Analyzer:     "keyword",
			Index:        options.IsIndexed(),
			Store:        options.IsStored(),
			DocValues:    options.IncludeDocValues(),
			SkipFreqNorm: options.SkipFreqNorm(),
		})
	}
	add(fieldWords, wordsOptions)
	add(fieldGrams, gramsOptions)
	add(fieldBody, bodyOptions)
	for name, f := range keywordFields {
		if name != fieldRecord {
			add(name, f.options)
		}
	}
	return m
}
