package search

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// rescored is how many of the best by Bleve's score are ordered anew.
const rescored = 200

// found is one page of results.
type found struct {
	shown []candidate
	more  []int  // near-duplicates of each, when they are collapsed
	next  string // cursor
}

// page finds the hits to show.
func (a *question) page(p *pass) (*found, error) {
	at, err := a.cursor()
	if err != nil {
		return nil, err
	}
	ranking := query.Query(nil)
	if a.order == SortRelevance {
		ranking = rankingQuery(a.root)
	}
	if a.collapse {
		return a.collapsed(p, ranking, at)
	}
	if a.Size == 0 {
		return &found{}, nil
	}
	if at != nil && at.mode == cursorAfter {
		after, err := at.candidate(p, ranking)
		if err != nil {
			return nil, err
		}
		list, err := p.verified(a.order, ranking, a.Size+1, after)
		if err != nil {
			return nil, err
		}
		return a.cut(list, 0, 0), nil
	}
	// From the beginning: what is ordered anew must be so as a whole.
	first := a.From
	if at != nil {
		first = at.offset
	}
	want, window := first+a.Size+1, 0
	if a.order == SortRelevance {
		want = max(want, rescored)
	}
	list, err := p.verified(a.order, ranking, want, nil)
	if err != nil {
		return nil, err
	}
	if a.order == SortRelevance {
		window = min(rescored, len(list))
		last := list[:window][max(0, window-1):] // by Bleve's score
		last = slices.Clone(last)
		if err := a.ix.rescore(p.ctx, p.s, a.compiler, list[:window]); err != nil {
			return nil, err
		}
		a.raise(list[:window])
		if at != nil {
			// Documents that came meanwhile may have moved the last one shown.
			if i := slices.IndexFunc(list, func(c candidate) bool { return c.key == at.key }); i >= 0 {
				first = i + 1
			}
		}
		out := a.cut(list, first, window)
		if out.next != "" && first+a.Size == window {
			// The next page goes on after all that was ordered anew.
			out.next = a.write(cursor{mode: cursorAfter, rank: last[0].rank, time: last[0].time, key: last[0].key})
		}
		return out, nil
	}
	return a.cut(list, first, 0), nil
}

// cut takes a page out of a list that goes one further, where it can. The first
// window of it are in an order of their own.
func (a *question) cut(list []candidate, first, window int) *found {
	if at := len(list); first > at {
		first = at
	}
	shown := list[first:min(len(list), first+a.Size)]
	out := &found{shown: shown}
	if len(list) <= first+a.Size || len(shown) == 0 {
		return out
	}
	last := shown[len(shown)-1]
	next := cursor{mode: cursorAfter, rank: last.rank, time: last.time, key: last.key}
	if first+len(shown) < window {
		next = cursor{mode: cursorOffset, offset: first + len(shown), key: last.key}
	}
	out.next = a.write(next)
	return out
}

// verified returns the first size of the documents that match after a given one.
func (p *pass) verified(order string, ranking query.Query, size int, after *candidate) ([]candidate, error) {
	if !p.lazy {
		return p.top(order, ranking, size, after)
	}
	// Most of what has all terms of a phrase has the phrase: look through the
	// best until there are enough.
	for ask := 2*size + 64; ; ask *= 4 {
		list, err := p.top(order, ranking, ask, after)
		if err != nil {
			return nil, err
		}
		kept := make([]candidate, 0, size)
		for start := 0; start < len(list) && len(kept) < size; start += 256 {
			chunk := list[start:min(len(list), start+256)]
			places, held := make([]place, len(chunk)), make([]bool, len(chunk))
			for i, c := range chunk {
				places[i] = c.at
			}
			if err := p.check(places, held); err != nil {
				return nil, err
			}
			for i, c := range chunk {
				if held[i] && len(kept) < size {
					kept = append(kept, c)
				}
			}
		}
		if len(kept) == size || len(list) < ask {
			return kept, nil
		}
	}
}

// cursor is where a page ends: after a document, by what it is ordered by; or,
// among results that were ordered anew, at a place in them. It is written with
// a hash of the query, so that it is refused for another.
type cursor struct {
	mode       byte
	offset     int
	rank, time int64
	key        uint64
}

const (
	cursorVersion = 1
	cursorAfter   = 'a'
	cursorOffset  = 'o'
)

// fingerprint tells this query from others, as far as its results go.
func (a *question) fingerprint() uint32 {
	s := fmt.Sprintf("%q %q %q %v %v %v", a.Text, a.order, a.Filters, a.Since.UnixNano(), a.Until.UnixNano(), a.collapse)
	return uint32(hashOf(s) >> 32)
}

func (a *question) write(c cursor) string {
	b := []byte{cursorVersion, c.mode}
	b = binary.BigEndian.AppendUint32(b, a.fingerprint())
	b = binary.AppendUvarint(b, uint64(c.offset))
	b = binary.AppendVarint(b, c.rank)
	b = binary.AppendVarint(b, c.time)
	b = binary.BigEndian.AppendUint64(b, c.key)
	b = binary.BigEndian.AppendUint32(b, uint32(hashOf(string(b))))
	return base64.RawURLEncoding.EncodeToString(b)
}

// cursor reads Query.After; nil when there is none.
func (a *question) cursor() (*cursor, error) {
	if a.After == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(a.After)
	if err != nil || len(b) < 10 || len(b) > 64 || binary.BigEndian.Uint32(b[len(b)-4:]) != uint32(hashOf(string(b[:len(b)-4]))) {
		return nil, fmt.Errorf("%w: it is not whole", ErrCursor)
	}
	if b[0] != cursorVersion {
		return nil, fmt.Errorf("%w: it is of another version", ErrCursor)
	}
	if binary.BigEndian.Uint32(b[2:]) != a.fingerprint() {
		return nil, fmt.Errorf("%w: it belongs to another query", ErrCursor)
	}
	c := &cursor{mode: b[1]}
	b = b[6 : len(b)-4]
	offset, n := binary.Uvarint(b)
	b = b[max(0, n):]
	rank, m := binary.Varint(b)
	b = b[max(0, m):]
	time, k := binary.Varint(b)
	b = b[max(0, k):]
	if n <= 0 || m <= 0 || k <= 0 || len(b) != 8 || offset > math.MaxInt32 || c.mode != cursorAfter && c.mode != cursorOffset {
		return nil, fmt.Errorf("%w: it is malformed", ErrCursor)
	}
	c.offset, c.rank, c.time, c.key = int(offset), rank, time, binary.BigEndian.Uint64(b)
	return c, nil
}

// candidate is the document that the page before ended with. A score moves a
// little when documents come and go: that document's score of today is where
// the next page begins, so that nothing is shown twice and nothing left out.
func (c *cursor) candidate(p *pass, ranking query.Query) (*candidate, error) {
	out := &candidate{rank: c.rank, time: c.time, key: c.key}
	if ranking == nil {
		return out, nil
	}
	for i := range p.s.parts {
		for j, cols := range p.cols[i] {
			doc := slices.Index(cols.key, c.key)
			if doc < 0 || !p.may[i][j].Contains(uint32(doc)) {
				continue
			}
			scoring, err := newScorer(p.ctx, p.ix, p.s, i)
			if err != nil {
				return nil, err
			}
			sum := takeSums(cols.size)
			if err := scoring.add(ranking, j, roaring.BitmapOf(uint32(doc)), sum.scores); err != nil {
				return nil, err
			}
			out.rank = sortable(float64(sum.scores[doc]))
			sum.scores[doc] = 0
			sumsPool.Put(sum)
			return out, nil
		}
	}
	return out, nil
}
