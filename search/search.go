package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
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

	// Multi has the facet of a field count what matches without the filters on
	// that field, so that a page can offer to add a value to them.
	Multi bool
	// Collapse shows one of each group of near-duplicates among the best
	// CollapseWindow results; so does collapse:on in Text.
	Collapse bool
	// After is Results.Next of the page before; From is then ignored.
	After string

	Fragments    int // a hit, 0 is 2
	FragmentSize int // code points, 0 is 60

	Now      time.Time      // what relative dates count from, zero is now
	Location *time.Location // where days begin, nil is UTC

	// Budget is how long the search may take before it is ErrBudget; 0 is
	// DefaultBudget.
	Budget time.Duration

	// Strict has a long text always be there for the most part: see Results.Loose.
	Strict bool

	telling func([]tellingTerm) query.Query // see compiler
	loosen  bool
}

// DefaultBudget is what a search may take. A hundredth of it is usual.
const DefaultBudget = 5 * time.Second

// MaxWindow is how deep results can be paged by From; by After there is no end.
const MaxWindow = 10_000

// Filter keeps documents with any of Values in a keyword field.
type Filter struct {
	Field  string
	Values []string
}

// Results are what a search found.
type Results struct {
	Total uint64 `json:"total"`
	// TotalAtLeast says that Total is a lower bound: a phrase could be in more
	// texts than a search reads. Those it read are a sample, and the bound holds
	// in 99.5 of 100 searches. Facets then count those it read.
	TotalAtLeast bool `json:"total_at_least,omitempty"`
	// Loose says that hardly anything had the long texts of the query for the
	// most part, or all of its words, so that what shares some of the telling ones,
	// or half of a few, was found, too, and ranks below.
	Loose  bool          `json:"loose,omitempty"`
	Hits   []Hit         `json:"hits"`
	Facets []Facet       `json:"facets,omitempty"`
	Took   time.Duration `json:"-"`
	Sort   string        `json:"sort"`
	// Next is Query.After of the next page, empty after the last.
	Next  string `json:"next,omitempty"`
	Notes []Note `json:"notes,omitempty"`
}

// Hit is one document found.
type Hit struct {
	Document  *document.Document `json:"document"`
	Seq       uint64             `json:"seq"` // in the documents stream
	Score     float64            `json:"score"`
	Fragments []Fragment         `json:"fragments"`
	// Duplicates is how many near-duplicates are not shown for this one.
	Duplicates int `json:"duplicates,omitempty"`
	// NearDuplicate says that it is one of the record that Similar was asked for.
	NearDuplicate bool `json:"near_duplicate,omitempty"`
}

// Search runs q. A mistake in q.Text is a *SyntaxError; when ctx ends first,
// its error is returned, and ErrBudget when the search's own time is over.
func (ix *Index) Search(ctx context.Context, q Query) (*Results, error) {
	begin := time.Now()
	asked, err := ix.ask(&q)
	if err != nil {
		return nil, err
	}
	var res *Results
	err = ix.within(ctx, q.Budget, func(ctx context.Context, s *snapshot) error {
		if res, err = asked.answer(ctx, s); err != nil || res.Total >= fewFound {
			return err
		}
		again, err := asked.forgiving(ctx, s)
		if again == nil && err == nil && res.Total < fewWords {
			again, err = asked.looser(asked.found)
		}
		if again == nil || err != nil {
			return err
		}
		all := res.Total
		if res, err = again.answer(ctx, s); err == nil {
			res.Loose = again.above == nil || res.Total > all
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	res.Took = time.Since(begin)
	return res, nil
}

// question is a query understood.
type question struct {
	*Query
	ix       *Index
	parsed   node
	compiler *compiler
	root     query.Query
	filters  []namedFilter
	order    string
	collapse bool
	found    *pass               // of the answer
	above    [][]*roaring.Bitmap // what ranks above the rest, by part and segment
}

// namedFilter is one of Query.Filters.
type namedFilter struct {
	field string
	query query.Query
}

// ask reads q, and sets its defaults.
func (ix *Index) ask(q *Query) (*question, error) {
	if err := q.defaults(); err != nil {
		return nil, err
	}
	parsed, err := parseQuery(q.Text, q.Now, q.Location)
	if err != nil {
		return nil, err
	}
	c := &compiler{analyzer: ix.analyzer, store: ix.store, telling: q.telling, loosen: q.loosen}
	n := ix.expand(parsed.root)
	if len(q.Filters) > 0 && n != nil && (&compiler{analyzer: ix.analyzer, store: ix.store}).compile(n) == nil {
		n = nil // punctuation, say, narrows nothing
	}
	bare := *q
	bare.Filters = nil
	root, err := c.root(n, &bare)
	if err != nil {
		return nil, err
	}
	a := &question{Query: q, ix: ix, parsed: parsed.root, compiler: c, root: root, collapse: q.Collapse || parsed.collapse}
	for _, f := range q.Filters {
		n, err := f.node()
		if err != nil {
			return nil, err
		}
		a.filters = append(a.filters, namedFilter{n.field, filterQuery{keywordQuery(n)}})
	}
	if a.order = parsed.sort; a.order == "" {
		a.order = q.Sort
	}
	if a.order == "" || a.order == SortRelevance && !c.scored {
		a.order = SortNewest
		if c.scored {
			a.order = SortRelevance
		}
	}
	return a, nil
}

// within calls use with a snapshot, and with a context that ends with the budget.
func (ix *Index) within(ctx context.Context, budget time.Duration, use func(context.Context, *snapshot) error) (err error) {
	defer ix.recoverDamage(&err)
	if err := ctx.Err(); err != nil {
		return err
	}
	if budget == 0 {
		budget = DefaultBudget
	}
	bounded, cancel := context.WithTimeoutCause(ctx, budget, fmt.Errorf("%w of %v; narrow it, for example by date or field", ErrBudget, budget))
	defer cancel()
	s, err := ix.snapshot()
	if err != nil {
		return err
	}
	defer s.close()
	err = use(bounded, s)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case bounded.Err() != nil:
		return context.Cause(bounded)
	}
	return err
}

// answer finds the hits and counts the facets, from one view.
func (a *question) answer(ctx context.Context, s *snapshot) (*Results, error) {
	p, err := newPass(ctx, a.ix, s, a.root, a.filters, passOptions{multi: a.Multi})
	if err != nil {
		return nil, err
	}
	a.found = p
	res := &Results{Total: p.total, TotalAtLeast: p.lazy, Sort: a.order, Hits: []Hit{}}
	found, err := a.page(p)
	if err != nil {
		return nil, err
	}
	res.Next = found.next
	r := p.reader()
	for i, c := range found.shown {
		hit, err := a.hit(r, c)
		if err != nil {
			return nil, err
		}
		if found.more != nil {
			hit.Duplicates = found.more[i]
		}
		res.Hits = append(res.Hits, hit)
	}
	if len(a.Facets) > 0 {
		if res.Facets, err = p.facets(a.Facets, a.FacetSize, a.K, a.Location); err != nil {
			return nil, err
		}
	}
	res.Notes = a.notes(p)
	return res, nil
}

// hit reads a document and marks what matched in it.
func (a *question) hit(r *textReader, c candidate) (Hit, error) {
	d, seq, err := r.document(c.at)
	if err != nil {
		return Hit{}, err
	}
	d.Subjects = nil // an analyst could follow a person by them
	hit := Hit{Document: d, Seq: seq, Score: c.score}
	hit.Fragments = fragments(d.Text, a.ix.analyzer.highlight(d.Text, a.compiler.marks), a.FragmentSize, a.Fragments)
	return hit, nil
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
	if q.After != "" {
		q.From = 0
	}
	if q.From < 0 || q.Size < 0 || q.From > MaxWindow || q.From+q.Size > MaxWindow {
		return fmt.Errorf("results %d to %d are out of reach: at most %d can be paged through; narrow the search",
			q.From, q.From+q.Size, MaxWindow)
	}
	if q.FacetSize < 0 || q.K < 0 || q.Fragments < 0 || q.FragmentSize < 0 {
		return errors.New("a size in the search is negative")
	}
	times := 0
	for _, name := range q.Facets {
		f, ok := facetFields[name]
		if !ok {
			return fmt.Errorf("unknown facet %q", name)
		}
		if f.field == fieldTime {
			times++
		}
	}
	if times > 1 {
		return errors.New("of the facets day, week and month a search can have one")
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
		k, err := f.node()
		if err != nil {
			return nil, err
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

// node is the filter as a part of a query.
func (f Filter) node() (keywordNode, error) {
	if field, ok := fieldNames[f.Field]; ok {
		f.Field = field
	}
	if _, ok := keywordFields[f.Field]; !ok || f.Field == fieldRating || f.Field == fieldTime || f.Field == fieldSpan || f.Field == fieldSubject {
		return keywordNode{}, fmt.Errorf("unknown filter field %q", f.Field)
	}
	k := keywordNode{field: f.Field}
	for _, v := range f.Values {
		k.values = append(k.values, keywordValue{text: v})
	}
	return k, nil
}
