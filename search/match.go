package search

import (
	"context"
	"fmt"
	"math"
	"reflect"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// matches are the documents of one segment that a query may match: those in
// sure do, those not in maybe do not, and the text decides about the others.
// Where nothing hangs on a text both are the same bitmap. Neither is changed.
type matches struct {
	sure, maybe *roaring.Bitmap

	// How to decide: by the text for a phrase, else by the parts.
	phrase  *phraseQuery
	all     []*matches
	some    []*matches
	least   int // of some
	exclude []*matches
}

func exactly(b *roaring.Bitmap) *matches { return &matches{sure: b, maybe: b} }

func (m *matches) exact() bool { return m.sure == m.maybe }

// doubtful are the documents whose text decides.
func (m *matches) doubtful() *roaring.Bitmap {
	if m.exact() {
		return roaring.New()
	}
	return roaring.AndNot(m.maybe, m.sure)
}

// holds decides about one document; says looks for a phrase in its text.
func (m *matches) holds(doc uint32, says func(*phraseQuery) (bool, error)) (bool, error) {
	switch {
	case m.sure.Contains(doc):
		return true, nil
	case !m.maybe.Contains(doc):
		return false, nil
	case m.phrase != nil:
		return says(m.phrase)
	}
	for _, part := range m.all {
		if ok, err := part.holds(doc, says); !ok || err != nil {
			return false, err
		}
	}
	for _, part := range m.exclude {
		if ok, err := part.holds(doc, says); ok || err != nil {
			return false, err
		}
	}
	found := 0
	for _, part := range m.some {
		if found >= m.least {
			break
		}
		ok, err := part.holds(doc, says)
		if err != nil {
			return false, err
		}
		if ok {
			found++
		}
	}
	return found >= m.least, nil
}

// matcher finds the matches of queries in one part of the index. It takes
// apart what it knows; any other query is run as Bleve does, once. It is for
// one goroutine.
type matcher struct {
	ctx   context.Context
	ix    *Index
	part  *part
	other []ran
}

// ran is a query that Bleve was asked, and its answer by segments.
type ran struct {
	query query.Query
	found []*roaring.Bitmap
}

// in returns the matches of q in a segment. Deleted documents may be among them.
func (m *matcher) in(q query.Query, segment int) (*matches, error) {
	if err := m.ctx.Err(); err != nil {
		return nil, err
	}
	switch q := q.(type) {
	case filterQuery:
		return m.in(q.query, segment)
	case phraseQuery:
		inner, err := m.in(q.query, segment)
		if err != nil || inner.maybe.IsEmpty() {
			return inner, err
		}
		return &matches{sure: roaring.New(), maybe: inner.maybe, phrase: &q}, nil
	case *query.MatchAllQuery:
		return exactly(m.everything(segment)), nil
	case *query.MatchNoneQuery:
		return exactly(roaring.New()), nil
	case *query.TermQuery:
		b := roaring.New()
		return exactly(b), m.addTerm(b, segment, q.FieldVal, q.Term)
	case keywordQuery:
		b, err := m.keyword(q, segment)
		return exactly(b), err
	case numberQuery:
		b, err := m.number(q, segment)
		return exactly(b), err
	case timeQuery:
		b, err := m.time(q, segment)
		return exactly(b), err
	case prefixQuery:
		b, err := m.prefix(q, segment)
		return exactly(b), err
	case *query.ConjunctionQuery:
		return m.all(q.Conjuncts, nil, segment)
	case *query.DisjunctionQuery:
		return m.some(q.Disjuncts, int(math.Ceil(q.Min)), segment)
	case scoredQuery:
		return m.in(q.Query, segment)
	case sumQuery:
		return m.some(q.Disjuncts, 1, segment)
	case bestQuery:
		return m.some(q.parts, 1, segment)
	case *query.BooleanQuery:
		if q.Should == nil && q.Filter == nil {
			return m.boolean(q, segment)
		}
	}
	return m.run(q, segment)
}

func (m *matcher) everything(segment int) *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(0, uint64(m.part.segments[segment].FullSize()))
	return b
}

func (m *matcher) boolean(q *query.BooleanQuery, segment int) (*matches, error) {
	var must, not []query.Query
	if q.Must != nil {
		must = append(must, q.Must)
	}
	if d, ok := q.MustNot.(*query.DisjunctionQuery); ok && d.Min <= 1 {
		not = d.Disjuncts
	} else if q.MustNot != nil {
		not = append(not, q.MustNot)
	}
	return m.all(must, not, segment)
}

func (m *matcher) all(must, not []query.Query, segment int) (*matches, error) {
	out := &matches{}
	exact := true
	var sure, maybe *roaring.Bitmap
	for _, q := range must {
		part, err := m.in(q, segment)
		if err != nil {
			return nil, err
		}
		exact = exact && part.exact()
		if maybe == nil {
			sure, maybe = part.sure.Clone(), part.maybe.Clone()
		} else {
			sure.And(part.sure)
			maybe.And(part.maybe)
		}
		out.all = append(out.all, part)
		if maybe.IsEmpty() {
			return exactly(maybe), nil
		}
	}
	if maybe == nil {
		maybe = m.everything(segment)
		sure = maybe.Clone()
	}
	for _, q := range not {
		part, err := m.in(q, segment)
		if err != nil {
			return nil, err
		}
		exact = exact && part.exact()
		sure.AndNot(part.maybe)
		maybe.AndNot(part.sure)
		out.exclude = append(out.exclude, part)
	}
	if exact {
		return exactly(maybe), nil
	}
	out.sure, out.maybe = sure, maybe
	return out, nil
}

func (m *matcher) some(any []query.Query, least, segment int) (*matches, error) {
	least = max(1, least)
	if least > len(any) {
		return exactly(roaring.New()), nil
	}
	if least == len(any) {
		return m.all(any, nil, segment)
	}
	out := &matches{least: least}
	exact := true
	var sure, maybe []*roaring.Bitmap
	for _, q := range any {
		part, err := m.in(q, segment)
		if err != nil {
			return nil, err
		}
		if part.maybe.IsEmpty() {
			continue
		}
		exact = exact && part.exact()
		out.some = append(out.some, part)
		sure, maybe = append(sure, part.sure), append(maybe, part.maybe)
	}
	out.maybe = atLeast(maybe, least)
	if exact {
		return exactly(out.maybe), nil
	}
	out.sure = atLeast(sure, least)
	return out, nil
}

// atLeast returns what is in least of the bitmaps or more: the i-th of up is
// what was in more than i of those that came by.
func atLeast(bitmaps []*roaring.Bitmap, least int) *roaring.Bitmap {
	if least > len(bitmaps) {
		return roaring.New()
	}
	if least == 1 {
		return roaring.FastOr(bitmaps...)
	}
	if least*len(bitmaps) > countAbove {
		return counted(bitmaps, least)
	}
	up := make([]*roaring.Bitmap, least)
	for i := range up {
		up[i] = roaring.New()
	}
	for n, b := range bitmaps {
		for i := min(n, least-1); i > 0; i-- {
			up[i].Or(roaring.And(up[i-1], b))
		}
		up[0].Or(b)
	}
	return up[least-1]
}

// countAbove is from how many bitmaps times least of them on they are counted
// document by document.
const countAbove = 256

// counted is atLeast for many bitmaps.
func counted(bitmaps []*roaring.Bitmap, least int) *roaring.Bitmap {
	size := uint32(0)
	for _, b := range bitmaps {
		if !b.IsEmpty() {
			size = max(size, b.Maximum()+1)
		}
	}
	sum := takeSums(int(size))
	counts := sum.counts
	buffer := make([]uint32, batch)
	var found []uint32
	for _, b := range bitmaps {
		many := b.ManyIterator()
		for n := many.NextMany(buffer); n > 0; n = many.NextMany(buffer) {
			for _, doc := range buffer[:n] {
				if counts[doc]++; int(counts[doc]) == least {
					found = append(found, doc)
				}
			}
		}
	}
	clear(counts)
	sumsPool.Put(sum)
	return roaring.BitmapOf(found...)
}

// run has Bleve match a query, without ranking.
func (m *matcher) run(q query.Query, segment int) (*matches, error) {
	for _, known := range m.other {
		if reflect.DeepEqual(known.query, q) {
			return exactly(known.found[segment]), nil
		}
	}
	found, err := m.search(q)
	if err != nil {
		return nil, err
	}
	m.other = append(m.other, ran{q, found})
	return exactly(found[segment]), nil
}

func (m *matcher) search(q query.Query) ([]*roaring.Bitmap, error) {
	searcher, err := q.Searcher(m.ctx, m.part.reader, m.part.mapping, search.SearcherOptions{Score: noScore})
	if err != nil {
		return nil, err
	}
	defer searcher.Close()
	found := make([]*roaring.Bitmap, len(m.part.segments))
	for i := range found {
		found[i] = roaring.New()
	}
	sc := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: m.part.reader}
	at := 0
	for n := 0; ; n++ {
		if n%512 == 0 && m.ctx.Err() != nil {
			return nil, m.ctx.Err()
		}
		match, err := searcher.Next(sc)
		if err != nil {
			return nil, fmt.Errorf("searching: %w", err)
		}
		if match == nil {
			return found, nil
		}
		number := match.IndexInternalID.Value()
		for at+1 < len(m.part.starts) && m.part.starts[at+1] <= number {
			at++
		}
		found[at].Add(uint32(number - m.part.starts[at]))
		sc.DocumentMatchPool.Put(match)
	}
}

// bitmapsQuery gives Bleve the documents of bitmaps, one a segment, found at
// once, so that Bleve only steps through them.
type bitmapsQuery struct{ query query.Query }

func (q bitmapsQuery) Searcher(ctx context.Context, r index.IndexReader, mapping mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	p, err := partOf(r, mapping)
	if err != nil {
		return nil, err
	}
	m := &matcher{ctx: ctx, part: p}
	var s bitmapSearcher
	for i, segment := range p.segments {
		found, err := m.in(q.query, i)
		if err != nil {
			return nil, err
		}
		if !found.exact() && !isUnread(ctx) { // a phrase: the texts have to be looked at
			o.Score = noScore
			return q.query.Searcher(ctx, r, mapping, o)
		}
		docs := found.maybe
		if deleted := segment.Deleted(); deleted != nil && docs.Intersects(deleted) {
			docs = roaring.AndNot(docs, deleted)
		}
		if !docs.IsEmpty() {
			s.parts = append(s.parts, bitmapPart{p.starts[i], docs.Iterator()})
			s.count += docs.GetCardinality()
		}
	}
	return &s, nil
}
