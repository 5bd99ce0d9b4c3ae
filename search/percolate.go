package search

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	bleve "github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/numeric"
	index "github.com/blevesearch/bleve_index_api"

	"qingting/internal/document"
	"qingting/search/synonym"
)

// Percolator turns searching round: it holds queries, and says which of them a
// document is found by, without an index and at once.
//
//	p := search.NewPercolator(seg, synonyms, queries)
//	for _, i := range p.Match(doc) { … queries[i] … }
//
// It says yes exactly when Index.Search would find the document, Query.Strict: a query is
// compiled as for a search, and a document is laid out as for the index. Which
// queries may match at all is looked up by the terms of the document, so that a
// thousand cost hardly more than one. It is immutable and safe for concurrent
// use. Relative dates count from Query.Now: make another one when days pass.
type Percolator struct {
	analyzer *analyzer
	queries  []condition // nil: cannot be held, see Errors
	errs     []error

	facts  facts
	tries  [][]int32 // by fact: the queries to try on a document of which it is true
	always []int32   // those to try on every document
}

// ErrNotHeld says that a query cannot be held by a Percolator.
var ErrNotHeld = errors.New("this query cannot be watched")

// NewPercolator holds queries; those that cannot be are told by Errors and match
// nothing. Of a Query, Text, Filters, Since, Until, Now and Location count.
func NewPercolator(seg Segmenter, synonyms *synonym.Set, queries []Query) *Percolator {
	p := &Percolator{
		analyzer: &analyzer{seg: seg}, queries: make([]condition, len(queries)), errs: make([]error, len(queries)),
		facts: facts{
			terms: make(map[string]map[string]int32), folded: make(map[string]map[string]int32),
			prefixes: make(map[string]map[rune][]prefixFact), starts: make(map[string][]prefixFact),
		},
	}
	ix := &Index{analyzer: p.analyzer}
	ix.SetSynonyms(synonyms)
	for i, q := range queries {
		p.queries[i], p.errs[i] = ix.condition(q, &p.facts)
	}
	p.tries = make([][]int32, p.facts.n)
	for i, c := range p.queries {
		if p.errs[i] != nil {
			continue
		}
		list, _ := c.needs()
		if len(list) == 0 {
			p.always = append(p.always, int32(i))
		}
		for _, fact := range list {
			p.tries[fact] = append(p.tries[fact], int32(i))
		}
	}
	return p
}

// Errors has an error for each query that cannot be held: a *SyntaxError, or
// ErrNotHeld.
func (p *Percolator) Errors() []error { return p.errs }

// Match returns the queries that find a document, by their places, in order.
func (p *Percolator) Match(d *document.Document) []int {
	l := p.analyzer.laidOut(d)
	l.facts = make([]bool, p.facts.n)
	var list []int32
	p.facts.of(l, func(fact int32) {
		if !l.facts[fact] {
			l.facts[fact] = true
			list = append(list, fact)
		}
	})
	tried := make([]bool, len(p.queries))
	var found []int
	try := func(queries []int32) {
		for _, i := range queries {
			if !tried[i] {
				tried[i] = true
				if p.queries[i].holds(l) {
					found = append(found, int(i))
				}
			}
		}
	}
	try(p.always)
	for _, fact := range list {
		try(p.tries[fact])
	}
	slices.Sort(found)
	return found
}

// facts numbers what queries ask of a document's terms, so that each is found
// out once a document, whatever the queries.
type facts struct {
	n        int32
	terms    map[string]map[string]int32 // by field: it has the term
	folded   map[string]map[string]int32 // it has a value that reads so, folded
	prefixes map[string]map[rune][]prefixFact
	starts   map[string][]prefixFact // it has a value that begins so, folded
}

// prefixFact is that a field has a term that begins so.
type prefixFact struct {
	prefix string
	fact   int32
}

func (f *facts) number(table map[string]map[string]int32, field, term string) int32 {
	if table[field] == nil {
		table[field] = make(map[string]int32)
	}
	fact, ok := table[field][term]
	if !ok {
		fact = f.n
		f.n++
		table[field][term] = fact
	}
	return fact
}

func (f *facts) prefix(field, prefix string) int32 {
	if f.prefixes[field] == nil {
		f.prefixes[field] = make(map[rune][]prefixFact)
	}
	r, _ := utf8.DecodeRuneInString(prefix)
	for _, p := range f.prefixes[field][r] {
		if p.prefix == prefix {
			return p.fact
		}
	}
	f.n++
	f.prefixes[field][r] = append(f.prefixes[field][r], prefixFact{prefix, f.n - 1})
	return f.n - 1
}

func (f *facts) prefixFolded(field, prefix string) int32 {
	for _, p := range f.starts[field] {
		if p.prefix == prefix {
			return p.fact
		}
	}
	f.n++
	f.starts[field] = append(f.starts[field], prefixFact{prefix, f.n - 1})
	return f.n - 1
}

// of calls visit for each fact that is true of a document, some more than once.
func (f *facts) of(l *laid, visit func(int32)) {
	for field, list := range l.fields {
		terms, folded, prefixes, starts := f.terms[field], f.folded[field], f.prefixes[field], f.starts[field]
		if terms == nil && folded == nil && prefixes == nil && starts == nil {
			continue
		}
		for term := range list {
			if fact, ok := terms[term]; ok {
				visit(fact)
			}
			if folded != nil || starts != nil {
				value := foldKeyword(term)
				if fact, ok := folded[value]; ok {
					visit(fact)
				}
				for _, p := range starts {
					if strings.HasPrefix(value, p.prefix) {
						visit(p.fact)
					}
				}
			}
			if prefixes == nil {
				continue
			}
			r, _ := utf8.DecodeRuneInString(term)
			for _, p := range prefixes[r] {
				if strings.HasPrefix(term, p.prefix) {
					visit(p.fact)
				}
			}
		}
	}
}

// laid is a document as the index has it.
type laid struct {
	fields map[string]index.TokenFrequencies
	facts  []bool  // those that are true of it
	grams  []token // in order, for phrases
	parsed bool
	source string
	from   *analyzer
}

func (a *analyzer) laidOut(d *document.Document) *laid {
	rec := bleve.NewDocument(d.Record)
	a.fields(rec, d)
	l := &laid{fields: make(map[string]index.TokenFrequencies, len(rec.Fields)), source: d.Text, from: a}
	for _, f := range rec.Fields {
		f.Analyze()
		l.fields[f.Name()] = f.AnalyzedTokenFrequencies()
	}
	if countable(d.Time) {
		l.fields[fieldTime] = index.TokenFrequencies{string(numeric.MustNewPrefixCodedInt64(d.Time.UnixNano(), 0)): nil}
	}
	l.fields[fieldRecord] = index.TokenFrequencies{d.Record: nil}
	return l
}

// sequence is the grams of the text, in order.
func (l *laid) sequence() []token {
	if !l.parsed {
		l.grams, l.parsed = l.from.grams(nil, l.from.fold(l.source).text), true
	}
	return l.grams
}
