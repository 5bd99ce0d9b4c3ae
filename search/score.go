package search

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// scorer gives documents that match a query the scores that Bleve's tf-idf has
// for them: √tf · 1/√length · idf² of each term, sums of conjunctions, sums of
// disjunctions times the share of their parts that match. Bleve steps through
// the documents with a searcher a term beside each other; here the postings
// are gone through term by term, and only as far as they are of documents to
// rank. How rare a term is counts over the whole snapshot. It is for one
// goroutine.
type scorer struct {
	s       *snapshot
	m       *matcher
	all     float64  // documents of the snapshot
	docs    []uint32 // buffers
	has     []uint32
	reading segment.PostingsIterator
}

func newScorer(ctx context.Context, ix *Index, s *snapshot, part int) (*scorer, error) {
	all, err := s.size()
	return &scorer{s: s, m: &matcher{ctx: ctx, ix: ix, part: &s.parts[part]}, all: float64(all), docs: make([]uint32, batch)}, err
}

// size counts the documents.
func (s *snapshot) size() (sum uint64, err error) {
	for _, p := range s.parts {
		n, err := p.reader.DocCount()
		if err != nil {
			return 0, fmt.Errorf("search index: %w", err)
		}
		sum += n
	}
	return sum, nil
}

// sums are the scores of documents by number, and how many parts of a query
// each matches; all zero when not in use.
type sums struct {
	scores []float32
	counts []uint16
}

var sumsPool = sync.Pool{New: func() any { return new(sums) }}

// takeSums returns zeros for the documents of a segment of size; who takes them
// puts them back as zeros.
func takeSums(size int) *sums {
	s := sumsPool.Get().(*sums)
	if cap(s.scores) < size {
		s.scores, s.counts = make([]float32, size), make([]uint16, size)
	}
	s.scores, s.counts = s.scores[:size], s.counts[:size]
	return s
}

// add adds to into what docs, all of which match q, score.
func (c *scorer) add(q query.Query, segment int, docs *roaring.Bitmap, into []float32) error {
	switch q := q.(type) {
	case *query.TermQuery:
		return c.addTerm(q, segment, docs, into, nil)
	case phraseQuery:
		return c.add(q.query, segment, docs, into)
	case *query.ConjunctionQuery:
		return c.each(q.Conjuncts, segment, docs, into)
	case *query.BooleanQuery:
		if q.Must != nil {
			return c.add(q.Must, segment, docs, into)
		}
	case *query.DisjunctionQuery:
		if len(q.Disjuncts) == int(q.Min) || len(q.Disjuncts) == 1 {
			return c.each(q.Disjuncts, segment, docs, into)
		}
		return c.some(q.Disjuncts, segment, docs, into)
	case scoredQuery:
		return c.add(q.by, segment, docs, into)
	case sumQuery:
		return c.each(q.Disjuncts, segment, docs, into)
	case bestQuery:
		return c.best(q.parts, segment, docs, into)
	}
	return nil
}

func (c *scorer) each(parts []query.Query, segment int, docs *roaring.Bitmap, into []float32) error {
	for _, q := range parts {
		if err := c.add(q, segment, docs, into); err != nil {
			return err
		}
	}
	return nil
}

// among is those of docs that match q, as far as one can tell unread.
func (c *scorer) among(q query.Query, segment int, docs *roaring.Bitmap) (*roaring.Bitmap, error) {
	found, err := c.m.in(q, segment)
	if err != nil {
		return nil, err
	}
	return roaring.And(found.maybe, docs), nil
}

// visit calls use with the documents, a batch at a time.
func (c *scorer) visit(docs *roaring.Bitmap, use func(docs []uint32)) {
	many := docs.ManyIterator()
	for n := many.NextMany(c.docs); n > 0; n = many.NextMany(c.docs) {
		use(c.docs[:n])
	}
}

func (c *scorer) some(parts []query.Query, segment int, docs *roaring.Bitmap, into []float32) error {
	sum := takeSums(len(into))
	for _, q := range parts {
		if q, ok := q.(*query.TermQuery); ok {
			if err := c.addTerm(q, segment, docs, sum.scores, sum.counts); err != nil {
				return err
			}
			continue
		}
		found, err := c.among(q, segment, docs)
		if err != nil {
			return err
		}
		if err := c.add(q, segment, found, sum.scores); err != nil {
			return err
		}
		c.visit(found, func(docs []uint32) {
			for _, doc := range docs {
				sum.counts[doc]++
			}
		})
	}
	share := 1 / float32(len(parts))
	c.visit(docs, func(docs []uint32) {
		for _, doc := range docs {
			into[doc] += sum.scores[doc] * float32(sum.counts[doc]) * share
			sum.scores[doc], sum.counts[doc] = 0, 0
		}
	})
	sumsPool.Put(sum)
	return nil
}

func (c *scorer) best(parts []query.Query, segment int, docs *roaring.Bitmap, into []float32) error {
	most, one := takeSums(len(into)), takeSums(len(into))
	for _, q := range parts {
		found, err := c.among(q, segment, docs)
		if err != nil {
			return err
		}
		if err := c.add(q, segment, found, one.scores); err != nil {
			return err
		}
		c.visit(found, func(docs []uint32) {
			for _, doc := range docs {
				most.scores[doc] = max(most.scores[doc], one.scores[doc])
				one.scores[doc] = 0
			}
		})
	}
	c.visit(docs, func(docs []uint32) {
		for _, doc := range docs {
			into[doc] += most.scores[doc]
			most.scores[doc] = 0
		}
	})
	sumsPool.Put(most)
	sumsPool.Put(one)
	return nil
}

// addTerm adds what a term scores, and counts the documents that have it.
func (c *scorer) addTerm(q *query.TermQuery, number int, docs *roaring.Bitmap, into []float32, counts []uint16) error {
	if err := c.m.ctx.Err(); err != nil {
		return err
	}
	lists, err := c.m.part.postings(q.FieldVal, q.Term)
	if err != nil || lists[number] == nil {
		return err
	}
	found, err := c.s.documentsWith(q.FieldVal, q.Term)
	if err != nil {
		return err
	}
	idf := 1 + math.Log(c.all/float64(found+1))
	weight := float32(q.Boost() * idf * idf)
	key := impactKey{c.m.part.segments[number].Segment(), q.FieldVal, q.Term}
	if im := c.m.ix.columns.impacts.of(key, lists[number].Count()); im != nil {
		if c.has == nil {
			c.has = make([]uint32, batch)
		}
		im.add(weight, docs, into, counts, c.has, c.docs)
		return nil
	}
	it := lists[number].Iterator(true, true, false, c.reading)
	narrow, ok := it.(segment.OptimizablePostingsIterator)
	if !ok {
		return fmt.Errorf("search index: unexpected postings %T", it)
	}
	c.reading = it
	first, last := uint64(0), uint64(math.MaxUint64)
	if one, ok := narrow.DocNum1Hit(); ok {
		if one > math.MaxUint32 || !docs.Contains(uint32(one)) {
			return nil
		}
	} else if all := narrow.ActualBitmap(); all == nil {
		return nil
	} else if wanted := roaring.And(all, docs); wanted.IsEmpty() {
		return nil
	} else if n := wanted.GetCardinality(); n < all.GetCardinality() {
		from, to := wanted.Minimum(), wanted.Maximum()
		if n == all.Rank(to)-all.Rank(from)+1 {
			first, last = uint64(from), uint64(to) // Bleve is quicker without a bitmap of its own to go by
		} else {
			narrow.ReplaceActual(wanted)
		}
	}
	p, err := it.Advance(first)
	for ; err == nil && p != nil && p.Number() <= last; p, err = it.Next() {
		doc := p.Number()
		into[doc] += weight * impact(p)
		if counts != nil {
			counts[doc]++
		}
	}
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	return nil
}
