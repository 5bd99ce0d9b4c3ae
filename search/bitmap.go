package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// partOf lays a reader out as a part of a snapshot.
func partOf(r index.IndexReader, m mapping.IndexMapping) (*part, error) {
	view, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("search index: unexpected reader %T", r)
	}
	p := &part{reader: r, segments: view.Segments(), mapping: m, cache: newPostingsCache()}
	start := uint64(0)
	for _, s := range p.segments {
		p.starts = append(p.starts, start)
		start += uint64(s.FullSize())
	}
	return p, nil
}

// addTerm adds the documents of a term.
func (m *matcher) addTerm(into *roaring.Bitmap, segment int, field, term string) error {
	lists, err := m.part.postings(field, term)
	if err != nil || lists[segment] == nil {
		return err
	}
	return addList(into, lists[segment])
}

func addPostings(into *roaring.Bitmap, dict segment.TermDictionary, term string) error {
	postings, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	return addList(into, postings)
}

func addList(into *roaring.Bitmap, postings segment.PostingsList) error {
	if all, ok := postings.(joinable); ok {
		all.OrInto(into)
		return nil
	}
	docs := postings.Iterator(false, false, false, nil)
	for {
		p, err := docs.Next()
		if err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		if p == nil {
			return nil
		}
		into.Add(uint32(p.Number()))
	}
}

// addTerms adds the documents of the terms from start to before end that keep
// accepts; empty bounds are open. More than limit of them, unless it is 0, are
// refused.
func (m *matcher) addTerms(into *roaring.Bitmap, segment int, field string, start, end []byte, limit int, keep func(string) bool) error {
	dict, err := m.part.segments[segment].Segment().Dictionary(field)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	terms := dict.AutomatonIterator(nil, start, end)
	for n, kept := 0, 0; ; n++ {
		if n%256 == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		entry, err := terms.Next()
		if err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		if entry == nil {
			return nil
		}
		if keep != nil && !keep(entry.Term) {
			continue
		}
		if kept++; limit > 0 && kept > limit {
			return fmt.Errorf("%w: %q* stands for more than %d words or values; write more of it", ErrTooBroad, start, limit)
		}
		if err := addPostings(into, dict, entry.Term); err != nil {
			return err
		}
	}
}

// prefixEnd is the end of what begins with prefix: no term holds the byte 0xff,
// and the last byte of UTF-8 is less.
func prefixEnd(prefix string) []byte {
	if prefix == "" {
		return nil
	}
	end := []byte(prefix)
	end[len(end)-1]++
	return end
}

// keyword matches any of the values. In fields of few values letter case, width
// and script make no difference: the values there are tried one by one.
func (m *matcher) keyword(q keywordQuery, segment int) (*roaring.Bitmap, error) {
	b := roaring.New()
	if keywordFields[q.field].few {
		want := make([]string, len(q.values))
		for i, v := range q.values {
			want[i] = foldKeyword(v.text)
		}
		return b, m.addTerms(b, segment, q.field, nil, nil, maxExpansion, func(term string) bool {
			term = foldKeyword(term)
			for i, v := range q.values {
				if term == want[i] || v.prefix && strings.HasPrefix(term, want[i]) {
					return true
				}
			}
			return false
		})
	}
	for _, v := range q.values {
		var err error
		if v.prefix {
			err = m.addTerms(b, segment, q.field, []byte(v.text), prefixEnd(v.text), maxExpansion, nil)
		} else {
			err = m.addTerm(b, segment, q.field, v.text)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// number matches a range by going through the numbers there are.
func (m *matcher) number(q numberQuery, segment int) (*roaring.Bitmap, error) {
	b := roaring.New()
	return b, m.addTerms(b, segment, q.field, nil, nil, 0, func(term string) bool {
		v, ok := decodeRating(term)
		return ok && (q.from == nil || v > *q.from || v == *q.from && !q.strictFrom) &&
			(q.to == nil || v < *q.to || v == *q.to && !q.strictTo)
	})
}

// time matches a range by whole years, months, days and hours, and looks at
// the documents of what hours are left.
func (m *matcher) time(q timeQuery, segment int) (*roaring.Bitmap, error) {
	b := roaring.New()
	from, to := q.from, q.to
	if from.IsZero() {
		from = time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if to.IsZero() {
		to = time.Date(2251, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if !from.Before(to) {
		return b, nil
	}
	whole, partly := cover(from, to)
	for _, term := range whole {
		if err := m.addTerm(b, segment, fieldSpan, term); err != nil {
			return nil, err
		}
	}
	if len(partly) == 0 {
		return b, nil
	}
	edges := roaring.New()
	for _, term := range partly {
		if err := m.addTerm(edges, segment, fieldSpan, term); err != nil {
			return nil, err
		}
	}
	for docs := edges.Iterator(); docs.HasNext(); {
		doc := docs.Next()
		t, ok, err := storedTime(m.part.segments[segment].Segment(), uint64(doc))
		if err != nil {
			return nil, err
		}
		if ok && !t.Before(from) && t.Before(to) {
			b.Add(doc)
		}
	}
	return b, nil
}

// prefixQuery matches any term with a prefix, without ranking. A common
// character begins thousands of pairs: Bleve opens a reader a term a segment
// for them; here their postings are joined, segment by segment, to one bitmap.
type prefixQuery struct{ field, prefix string }

func (q prefixQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	return bitmapsQuery{q}.Searcher(ctx, r, m, o)
}

func (m *matcher) prefix(q prefixQuery, segment int) (*roaring.Bitmap, error) {
	limit := maxExpansion
	if startsCJK(q.prefix) {
		limit = 0 // there are only as many pairs as characters
	}
	return remember(m.ctx, memoKey{m.part.segments[segment].Segment(), q}, func() (*roaring.Bitmap, error) {
		b := roaring.New()
		return b, m.addTerms(b, segment, q.field, []byte(q.prefix), prefixEnd(q.prefix), limit, nil)
	})
}

// bitmapSearcher gives the documents of bitmaps, with no score.
type bitmapSearcher struct {
	parts []bitmapPart // what is left
	count uint64
}

// bitmapPart is one segment: its first document number, and those in it.
type bitmapPart struct {
	start uint64
	docs  roaring.IntPeekable
}

func (s *bitmapSearcher) Next(sc *search.SearchContext) (*search.DocumentMatch, error) {
	for len(s.parts) > 0 {
		p := s.parts[0]
		if p.docs.HasNext() {
			match := sc.DocumentMatchPool.Get()
			match.IndexInternalID = index.NewIndexInternalID(match.IndexInternalID, p.start+uint64(p.docs.Next()))
			return match, nil
		}
		s.parts = s.parts[1:]
	}
	return nil, nil
}

func (s *bitmapSearcher) Advance(sc *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	number := id.Value()
	for len(s.parts) > 1 && s.parts[1].start <= number {
		s.parts = s.parts[1:]
	}
	if len(s.parts) > 0 && number > s.parts[0].start {
		s.parts[0].docs.AdvanceIfNeeded(uint32(number - s.parts[0].start))
	}
	return s.Next(sc)
}

func (s *bitmapSearcher) Close() error               { return nil }
func (s *bitmapSearcher) Weight() float64            { return 0 }
func (s *bitmapSearcher) SetQueryNorm(float64)       {}
func (s *bitmapSearcher) Count() uint64              { return s.count }
func (s *bitmapSearcher) Min() int                   { return 0 }
func (s *bitmapSearcher) Size() int                  { return 64 * len(s.parts) }
func (s *bitmapSearcher) DocumentMatchPoolSize() int { return 1 }
