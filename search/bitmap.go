package search

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// prefixQuery matches any term with a prefix, without ranking. A common
// character begins thousands of pairs: Bleve opens a reader a term a segment
// for them; here their postings are joined, segment by segment, to one bitmap.
type prefixQuery struct{ field, prefix string }

func (q prefixQuery) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, _ search.SearcherOptions) (search.Searcher, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("search index: unexpected reader %T", r)
	}
	limit := maxExpansion
	if startsCJK(q.prefix) {
		limit = 1 << 20 // there are only as many pairs as characters
	}
	// No term holds the byte 0xff, and the last byte of UTF-8 is less.
	end := []byte(q.prefix)
	end[len(end)-1]++
	var s bitmapSearcher
	start := uint64(0)
	for _, segment := range snapshot.Segments() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dict, err := segment.Segment().Dictionary(q.field)
		if err != nil {
			return nil, fmt.Errorf("search index: %w", err)
		}
		found := roaring.New()
		terms := dict.AutomatonIterator(nil, []byte(q.prefix), end)
		for n := 0; ; n++ {
			entry, err := terms.Next()
			if err != nil {
				return nil, fmt.Errorf("search index: %w", err)
			}
			if entry == nil {
				break
			}
			if n >= limit {
				return nil, fmt.Errorf("%w: %q* stands for more than %d words; write more of it", ErrTooBroad, q.prefix, limit)
			}
			postings, err := dict.PostingsList([]byte(entry.Term), nil, nil)
			if err != nil {
				return nil, fmt.Errorf("search index: %w", err)
			}
			joinable, ok := postings.(interface{ OrInto(*roaring.Bitmap) })
			if !ok {
				return nil, fmt.Errorf("search index: unexpected postings %T", postings)
			}
			joinable.OrInto(found)
		}
		if deleted := segment.Deleted(); deleted != nil {
			found.AndNot(deleted)
		}
		if !found.IsEmpty() {
			s.parts = append(s.parts, bitmapPart{start, found.Iterator()})
			s.count += found.GetCardinality()
		}
		start += uint64(segment.FullSize())
	}
	if s.count == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	return &s, nil
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
