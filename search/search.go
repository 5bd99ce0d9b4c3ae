package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2"
	bleveSearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"qingting/internal/document"
)

// The orders of results.
const (
	SortRelevance  = "relevance"
	SortNewest     = "newest"
	SortOldest     = "oldest"
	SortRating     = "rating"  // lowest first
	SortRatingDown = "-rating" // highest first
)

// Query is a search. The zero value of a field is its default.
type Query struct {
	// Text is in the query language; empty matches everything.
	Text string
	// Filters narrow the result further; each must hold.
	Filters []Filter
	// Since and Until bound the time: Since <= time < Until. Zero is open.
	Since, Until time.Time

	From, Size int    // Size 0 is 20; From+Size at most MaxWindow
	Sort       string // overridden by sort: in Text; "" is relevance with text, else newest

	Facets    []string // of FacetNames
	FacetSize int      // values a facet, 0 is 20
	K         int      // customers below which a cell is suppressed, 0 is 5

	Fragments    int // a hit, 0 is 2
	FragmentSize int // code points, 0 is 60

	Now      time.Time      // what relative dates count from, zero is now
	Location *time.Location // where days begin, nil is UTC
}

// MaxWindow is how deep results can be paged.
const MaxWindow = 10_000

// Filter keeps documents with any of Values in a keyword field.
type Filter struct {
	Field  string
	Values []string
}

// Results are what a search found.
type Results struct {
	Total  uint64        `json:"total"`
	Hits   []Hit         `json:"hits"`
	Facets []Facet       `json:"facets,omitempty"`
	Took   time.Duration `json:"-"`
	Sort   string        `json:"sort"`
}

// Hit is one document found.
type Hit struct {
	Document  *document.Document `json:"document"`
	Seq       uint64             `json:"seq"` // in the documents stream
	Score     float64            `json:"score"`
	Fragments []Fragment         `json:"fragments"`
}

// Search runs q. A mistake in q.Text is a *SyntaxError; when ctx ends first,
// its error is returned.
func (ix *Index) Search(ctx context.Context, q Query) (res *Results, err error) {
	if err := q.defaults(); err != nil {
		return nil, err
	}
	parsed, err := parseQuery(q.Text, q.Now, q.Location)
	if err != nil {
		return nil, err
	}
	c := &compiler{analyzer: ix.analyzer, store: ix.store}
	root, err := c.root(ix.expand(parsed.root), &q)
	if err != nil {
		return nil, err
	}
	order := parsed.sort
	if order == "" {
		order = q.Sort
	}
	if order == "" || order == SortRelevance && !c.scored {
		order = SortNewest
		if c.scored {
			order = SortRelevance
		}
	}
	var count *counter
	if len(q.Facets) > 0 {
		count = newCounter(q.Facets, q.K, q.Location)
		root = countingQuery{root, count}
	}
	req := bleve.NewSearchRequestOptions(root, q.Size, q.From, false)
	req.Fields = []string{fieldBody}
	req.Sort = sortOrder(order)
	if !c.scored {
		req.Score = noScore
	}
	defer func() {
		if r := recover(); r != nil {
			res, err = nil, fmt.Errorf("%w: %s: %v", ErrDamaged, ix.dir, r)
		}
	}()
	if err := ix.acquire(); err != nil {
		return nil, err
	}
	defer ix.use.RUnlock()
	found, err := ix.bleve.SearchInContext(ctx, req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("searching: %w", err)
	}
	res = &Results{Total: found.Total, Hits: make([]Hit, 0, len(found.Hits)), Took: found.Took, Sort: order}
	for _, match := range found.Hits {
		d, seq, err := ix.unpack(match)
		if err != nil {
			return nil, err
		}
		d.Subjects = nil // an analyst could follow a person by them
		hit := Hit{Document: d, Seq: seq, Score: match.Score}
		hit.Fragments = fragments(d.Text, ix.analyzer.highlight(d.Text, c.marks), q.FragmentSize, q.Fragments)
		res.Hits = append(res.Hits, hit)
	}
	if count != nil {
		res.Facets = count.facets(q.FacetSize)
	}
	return res, nil
}

// unpack returns the document stored with a match.
func (ix *Index) unpack(match *bleveSearch.DocumentMatch) (*document.Document, uint64, error) {
	body, ok := match.Fields[fieldBody].(string)
	if !ok {
		return nil, 0, fmt.Errorf("%w: %s: a record has no stored document", ErrDamaged, ix.dir)
	}
	d, seq, err := ix.store.unpack([]byte(body))
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	return d, seq, nil
}

func (q *Query) defaults() error {
	set := func(value *int, fallback int) {
		if *value == 0 {
			*value = fallback
		}
	}
	set(&q.Size, 20)
	set(&q.FacetSize, 20)
	set(&q.K, 5)
	set(&q.Fragments, 2)
	set(&q.FragmentSize, 60)
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	if q.Location == nil {
		q.Location = time.UTC
	}
	if q.From < 0 || q.Size < 0 || q.From+q.Size > MaxWindow {
		return fmt.Errorf("results %d to %d are out of reach: at most %d can be paged through; narrow the search",
			q.From, q.From+q.Size, MaxWindow)
	}
	if q.FacetSize < 0 || q.K < 0 || q.Fragments < 0 || q.FragmentSize < 0 {
		return errors.New("a size in the search is negative")
	}
	for _, name := range q.Facets {
		if _, ok := facetFields[name]; !ok {
			return fmt.Errorf("unknown facet %q", name)
		}
	}
	if q.Sort != "" {
		order, ok := sorts[q.Sort]
		if !ok {
			return fmt.Errorf("unknown order %q (relevance, newest, oldest, rating or -rating)", q.Sort)
		}
		q.Sort = order
	}
	return nil
}

// root joins the query string and the filters.
func (c *compiler) root(n node, q *Query) (query.Query, error) {
	var parts []node
	if n != nil {
		parts = append(parts, n)
	}
	for _, f := range q.Filters {
		if field, ok := fieldNames[f.Field]; ok {
			f.Field = field
		}
		if _, ok := keywordFields[f.Field]; !ok || f.Field == fieldRating || f.Field == fieldTime || f.Field == fieldSpan || f.Field == fieldSubject {
			return nil, fmt.Errorf("unknown filter field %q", f.Field)
		}
		k := keywordNode{field: f.Field}
		for _, v := range f.Values {
			k.values = append(k.values, keywordValue{text: v})
		}
		parts = append(parts, k)
	}
	if !q.Since.IsZero() || !q.Until.IsZero() {
		parts = append(parts, timeNode{q.Since, q.Until})
	}
	if root := c.all(parts); root != nil {
		return root, nil
	}
	if n != nil {
		return nil, &SyntaxError{Query: q.Text, Message: "there is nothing here to search for"}
	}
	return filterQuery{query.NewMatchAllQuery()}, nil
}

func sortOrder(order string) bleveSearch.SortOrder {
	byTime := func(desc bool) *bleveSearch.SortField {
		return &bleveSearch.SortField{Field: fieldTime, Desc: desc, Type: bleveSearch.SortFieldAsDate, Missing: bleveSearch.SortFieldMissingLast}
	}
	byRating := func(desc bool) *bleveSearch.SortField {
		return &bleveSearch.SortField{Field: fieldRating, Desc: desc, Type: bleveSearch.SortFieldAsNumber, Missing: bleveSearch.SortFieldMissingLast}
	}
	switch order {
	case SortNewest:
		return bleveSearch.SortOrder{byTime(true)}
	case SortOldest:
		return bleveSearch.SortOrder{byTime(false)}
	case SortRating:
		return bleveSearch.SortOrder{byRating(false), byTime(true)}
	case SortRatingDown:
		return bleveSearch.SortOrder{byRating(true), byTime(true)}
	}
	return bleveSearch.SortOrder{&bleveSearch.SortScore{Desc: true}, byTime(true)}
}
