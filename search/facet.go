package search

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/numeric"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// FacetDay counts documents by day; the other facets have the names of fields.
const FacetDay = "day"

// facetFields maps each facet to its field, and says whether a document has at
// most one value of it.
var facetFields = map[string]struct {
	field  string
	single bool
}{
	fieldTheme:     {field: fieldTheme},
	fieldDimension: {field: fieldDimension},
	fieldPainPoint: {field: fieldPainPoint},
	fieldRisk:      {field: fieldRisk},
	fieldPII:       {field: fieldPII},
	fieldGrade:     {field: fieldGrade, single: true},
	fieldChannel:   {field: fieldChannel, single: true},
	fieldRegion:    {field: fieldRegion, single: true},
	fieldProduct:   {field: fieldProduct, single: true},
	fieldSource:    {field: fieldSource, single: true},
	fieldSentiment: {field: fieldSentiment, single: true},
	fieldLanguage:  {field: fieldLanguage, single: true},
	FacetDay:       {field: fieldTime, single: true},
}

// FacetNames lists the facets, in the order pages show them.
func FacetNames() []string {
	return []string{
		fieldTheme, fieldDimension, fieldPainPoint, fieldSentiment, fieldRisk,
		fieldChannel, fieldRegion, fieldProduct, fieldSource, fieldLanguage, fieldPII, fieldGrade, FacetDay,
	}
}

// Facet counts the documents of a result by the values of one field.
type Facet struct {
	Name  string `json:"name"`
	Cells []Cell `json:"cells"`
	// More is how many further values there are.
	More int `json:"more,omitempty"`
}

// Cell is one value of a facet. When fewer than K distinct customers stand
// behind it, it is suppressed and has no count. A document whose customer is
// unknown counts as a customer of its own.
type Cell struct {
	Value      string `json:"value"`
	Count      int    `json:"count,omitempty"`
	Suppressed bool   `json:"suppressed,omitempty"`
}

// tally counts one cell, with its customers up to the number that matters.
type tally struct {
	docs      int
	unknown   int
	customers []uint64
}

func (t *tally) add(customer uint64, known bool, k int) {
	t.docs++
	switch {
	case !known:
		t.unknown++
	case len(t.customers) < k && !slices.Contains(t.customers, customer):
		t.customers = append(t.customers, customer)
	}
}

// counter counts facets while the results of one search are collected.
type counter struct {
	names  []string
	tables []map[string]*tally
	fields map[string]int // field → index into names
	k      int
	loc    *time.Location
	seed   maphash.Seed

	// of the document at hand
	customer uint64
	known    bool
	pending  []pendingCell
	arena    []byte
	visitor  index.DocValueVisitor
}

type pendingCell struct{ facet, start, end int }

func newCounter(names []string, k int, loc *time.Location) *counter {
	c := &counter{names: names, fields: make(map[string]int), k: k, loc: loc, seed: maphash.MakeSeed()}
	for i, name := range names {
		c.fields[facetFields[name].field] = i
		c.tables = append(c.tables, make(map[string]*tally))
	}
	c.visitor = c.visit
	return c
}

func (c *counter) visit(field string, term []byte) {
	if field == fieldCustomer {
		c.customer, c.known = maphash.Bytes(c.seed, term), true
		return
	}
	i, ok := c.fields[field]
	if !ok {
		return
	}
	start := len(c.arena)
	if field == fieldTime {
		coded := numeric.PrefixCoded(term)
		if shift, err := coded.Shift(); err != nil || shift != 0 {
			return // a coarser form of the same time
		}
		n, err := coded.Int64()
		if err != nil {
			return
		}
		c.arena = time.Unix(0, n).In(c.loc).AppendFormat(c.arena, time.DateOnly)
	} else {
		c.arena = append(c.arena, term...)
	}
	c.pending = append(c.pending, pendingCell{i, start, len(c.arena)})
}

// count takes in one document.
func (c *counter) count(values index.DocValueReader, id index.IndexInternalID) error {
	c.known, c.pending, c.arena = false, c.pending[:0], c.arena[:0]
	if err := values.VisitDocValues(id, c.visitor); err != nil {
		return err
	}
	for _, p := range c.pending {
		value := c.arena[p.start:p.end]
		t := c.tables[p.facet][string(value)]
		if t == nil {
			t = new(tally)
			c.tables[p.facet][string(value)] = t
		}
		t.add(c.customer, c.known, c.k)
	}
	return nil
}

// facets returns the counts: per facet the largest cells first (days in order),
// then the suppressed ones by name, so that their order tells nothing. Where
// one cell alone would be suppressed in a field of single values, so is the
// smallest other: else the total would give it away.
func (c *counter) facets(size int) []Facet {
	out := make([]Facet, 0, len(c.names))
	for i, name := range c.names {
		var cells []Cell
		hidden := 0
		for value, t := range c.tables[i] {
			cell := Cell{Value: value, Count: t.docs}
			if len(t.customers)+t.unknown < c.k {
				cell = Cell{Value: value, Suppressed: true}
				hidden++
			}
			cells = append(cells, cell)
		}
		slices.SortFunc(cells, func(a, b Cell) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Value, b.Value)
		})
		if visible := len(cells) - hidden; hidden == 1 && visible > 0 && facetFields[name].single {
			cells[visible-1] = Cell{Value: cells[visible-1].Value, Suppressed: true}
			slices.SortFunc(cells[visible-1:], func(a, b Cell) int { return strings.Compare(a.Value, b.Value) })
		}
		f := Facet{Name: name, Cells: cells}
		if name == FacetDay {
			slices.SortFunc(f.Cells, func(a, b Cell) int { return strings.Compare(a.Value, b.Value) })
		} else if len(cells) > size {
			f.Cells, f.More = cells[:size], len(cells)-size
		}
		if f.Cells == nil {
			f.Cells = []Cell{}
		}
		out = append(out, f)
	}
	return out
}

// countingQuery shows every match of a query to a counter as it is collected,
// so that hits and facets come from one snapshot in one pass.
type countingQuery struct {
	query   query.Query
	counter *counter
}

func (q countingQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	fields := []string{fieldCustomer}
	for field := range q.counter.fields {
		fields = append(fields, field)
	}
	values, err := r.DocValueReader(fields)
	if err != nil {
		return nil, err
	}
	inner, err := q.query.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, err
	}
	return &countingSearcher{Searcher: inner, values: values, counter: q.counter}, nil
}

type countingSearcher struct {
	search.Searcher
	values  index.DocValueReader
	counter *counter
}

func (s *countingSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	match, err := s.Searcher.Next(ctx)
	if err != nil || match == nil {
		return match, err
	}
	return match, s.counter.count(s.values, match.IndexInternalID)
}
