package search

import (
	"strconv"

	bleve "github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/numeric"
	index "github.com/blevesearch/bleve_index_api"

	"qingting/internal/document"
)

// textField is one of the two readings of a text.
type textField struct {
	name    string
	options index.FieldIndexingOptions
	tokens  func(dst []token, text string) []token
	text    *sharedText
	length  int
	freqs   index.TokenFrequencies
}

// sharedText is folded once for both fields. Bleve analyses the fields of one
// document in order, in one goroutine.
type sharedText struct {
	source string
	fold   func(string) folded
	folded folded
	bytes  []byte
	done   bool
}

func (t *sharedText) read() (*folded, []byte) {
	if !t.done {
		t.folded = t.fold(t.source)
		t.bytes = []byte(t.folded.text)
		t.done = true
	}
	return &t.folded, t.bytes
}

func (f *textField) Name() string                                     { return f.name }
func (f *textField) Value() []byte                                    { return nil }
func (f *textField) ArrayPositions() []uint64                         { return nil }
func (f *textField) EncodedFieldType() byte                           { return 't' }
func (f *textField) Options() index.FieldIndexingOptions              { return f.options }
func (f *textField) AnalyzedLength() int                              { return f.length }
func (f *textField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *textField) NumPlainTextBytes() uint64                        { return uint64(len(f.text.source)) }

func (f *textField) Size() int { return len(f.text.source) + 64*len(f.freqs) }

// Analyze finds the terms of the text, with their counts. Neither positions nor
// offsets go into the index: they took half of it, and phrases and highlights
// are exact without, by reading the stored text.
func (f *textField) Analyze() {
	read, bytes := f.text.read()
	tokens := f.tokens(make([]token, 0, len(read.text)/2+1), read.text)
	f.length = len(tokens)
	f.freqs = make(index.TokenFrequencies, len(tokens))
	freqs := make([]index.TokenFreq, 0, len(tokens))
	for i := range tokens {
		t := &tokens[i]
		freq := f.freqs[t.term]
		if freq == nil {
			term := []byte(t.term)
			if t.end-t.start == len(t.term) {
				term = bytes[t.start:t.end:t.end]
				// A stem of the same length may differ from the text.
				if string(term) != t.term {
					term = []byte(t.term)
				}
			}
			freqs = append(freqs, index.TokenFreq{Term: term})
			freq = &freqs[len(freqs)-1]
			f.freqs[t.term] = freq
		}
		freq.SetFrequency(freq.Frequency() + 1)
	}
}

// keywordField holds values that are terms as they stand.
type keywordField struct {
	name    string
	options index.FieldIndexingOptions
	values  []string
	freqs   index.TokenFrequencies
}

func (f *keywordField) Name() string                                     { return f.name }
func (f *keywordField) Value() []byte                                    { return nil }
func (f *keywordField) ArrayPositions() []uint64                         { return nil }
func (f *keywordField) EncodedFieldType() byte                           { return 't' }
func (f *keywordField) Options() index.FieldIndexingOptions              { return f.options }
func (f *keywordField) AnalyzedLength() int                              { return len(f.values) }
func (f *keywordField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *keywordField) NumPlainTextBytes() uint64                        { return 0 }
func (f *keywordField) Size() int                                        { return 64 * len(f.values) }

func (f *keywordField) Analyze() {
	f.freqs = make(index.TokenFrequencies, len(f.values))
	for _, v := range f.values {
		f.freqs[v] = &index.TokenFreq{Term: []byte(v)}
	}
}

// newRecord lays out a document for Bleve.
func (ix *Index) newRecord(d *document.Document, seq uint64) (*bleve.Document, error) {
	body, err := ix.store.pack(d, seq)
	if err != nil {
		return nil, err
	}
	rec := bleve.NewDocument(d.Record)
	rec.AddField(bleve.NewTextFieldCustom(fieldBody, nil, body, bodyOptions, nil))
	ix.analyzer.fields(rec, d)
	return rec, nil
}

// fields adds what of a document can be searched.
func (a *analyzer) fields(rec *bleve.Document, d *document.Document) {
	text := &sharedText{source: d.Text, fold: a.fold}
	rec.AddField(&textField{name: fieldWords, options: wordsOptions, tokens: a.words, text: text})
	rec.AddField(&textField{name: fieldGrams, options: gramsOptions, tokens: a.grams, text: text})

	keyword := func(name string, values ...string) {
		kept := make([]string, 0, len(values))
		for _, v := range values {
			if v = validText(v); v != "" {
				kept = append(kept, v)
			}
		}
		if len(kept) > 0 {
			rec.AddField(&keywordField{name: name, options: keywordFields[name].options, values: kept})
		}
	}
	keyword(fieldChannel, d.Channel)
	keyword(fieldRegion, d.Region)
	keyword(fieldProduct, d.Product)
	keyword(fieldSource, d.Source)
	keyword(fieldTheme, tagIDs(d.Themes)...)
	keyword(fieldDimension, tagIDs(d.Dimensions)...)
	keyword(fieldPainPoint, tagIDs(d.PainPoints)...)
	keyword(fieldRisk, tagIDs(d.Risks)...)
	keyword(fieldSentiment, d.Sentiment.Label)
	keyword(fieldLanguage, d.Language)
	keyword(fieldPII, piiTypes(d.Redactions)...)
	keyword(fieldCustomer, d.Customer)
	if d.Grade > 0 {
		keyword(fieldGrade, strconv.Itoa(d.Grade))
	}
	keyword(fieldPolicy, d.Policy)
	keyword(fieldEpoch, epochs(d)...)
	keyword(fieldSubject, d.Subjects...)
	keyword(fieldHas, parts(d)...)
	if d.Rating != nil {
		keyword(fieldRating, string(numeric.MustNewPrefixCodedInt64(numeric.Float64ToInt64(*d.Rating), 0)))
	}
	if countable(d.Time) {
		keyword(fieldSpan, spansOf(d.Time)...)
	}
}

func tagIDs(tags []document.Tag) []string {
	ids := make([]string, len(tags))
	for i, t := range tags {
		ids[i] = t.ID
	}
	return ids
}

// epochs are those of all that is sealed of a document.
func epochs(d *document.Document) []string {
	list := []string{d.Epoch}
	for _, p := range d.Parts {
		list = append(list, p.Epoch)
	}
	return list
}

func piiTypes(redactions []document.Redaction) []string {
	var types []string
	seen := make(map[string]bool, len(redactions))
	for _, r := range redactions {
		if !seen[r.Type] {
			seen[r.Type] = true
			types = append(types, r.Type)
		}
	}
	return types
}

// parts names the optional parts of a document, for has:.
func parts(d *document.Document) []string {
	var has []string
	add := func(name string, present bool) {
		if present {
			has = append(has, name)
		}
	}
	add(fieldPII, len(d.Redactions) > 0)
	add(fieldRating, d.Rating != nil)
	add(fieldCustomer, d.Customer != "")
	add(fieldRegion, d.Region != "")
	add(fieldProduct, d.Product != "")
	add(fieldTheme, len(d.Themes) > 0)
	add(fieldPainPoint, len(d.PainPoints) > 0)
	add(fieldRisk, len(d.Risks) > 0)
	return has
}
