package search

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"
)

// candidate is a document that may be shown, with what it is ordered by: rank,
// then the newer, then by key.
type candidate struct {
	part  int
	id    index.IndexInternalID
	score float64

	at   place
	rank int64
	time int64
	key  uint64
}

// before reports whether a comes before b in the results.
func (a *candidate) before(b *candidate) bool {
	switch {
	case a.rank != b.rank:
		return a.rank > b.rank
	case a.time != b.time:
		return a.time > b.time
	}
	return a.key < b.key
}

func compareCandidates(a, b candidate) int {
	switch {
	case a.before(&b):
		return -1
	case b.before(&a):
		return 1
	}
	return 0
}

// best keeps the first size candidates of those it is offered that come after
// a given one. It is a heap with the last of them on top.
type best struct {
	size  int
	after *candidate // nil for all
	found []candidate
}

// full reports whether c need not be offered: there are enough before it.
func (b *best) full(c *candidate) bool {
	return len(b.found) == b.size && (b.size == 0 || !c.before(&b.found[0]))
}

func (b *best) offer(c candidate) {
	if b.full(&c) || b.after != nil && !b.after.before(&c) {
		return
	}
	h := b.found
	if len(h) < b.size {
		h = append(h, c)
		for i := len(h) - 1; i > 0; {
			up := (i - 1) / 2
			if !h[up].before(&h[i]) {
				break
			}
			h[up], h[i] = h[i], h[up]
			i = up
		}
		b.found = h
		return
	}
	h[0] = c
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(h) {
			return
		}
		if down+1 < len(h) && h[down].before(&h[down+1]) {
			down++
		}
		if !h[i].before(&h[down]) {
			return
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
}

// top returns the first size of the documents of p.may that come after a given
// one, in order.
func (p *pass) top(order string, ranking query.Query, size int, after *candidate) ([]candidate, error) {
	if size == 0 {
		return nil, p.ctx.Err()
	}
	var mu sync.Mutex
	all := best{size: size}
	g, ctx := errgroup.WithContext(p.ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, r := range p.ranges() {
		g.Go(func() (err error) {
			defer p.ix.recoverDamage(&err)
			b := &best{size: size, after: after}
			if order == SortRelevance {
				err = p.rank(ctx, r, ranking, b)
			} else {
				err = p.sort(ctx, r, order, b)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, c := range b.found {
				all.offer(c)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(all.found, compareCandidates)
	for i := range all.found {
		c := &all.found[i]
		c.part = c.at.part
		c.id = index.NewIndexInternalID(nil, p.s.parts[c.part].starts[c.at.segment]+uint64(c.at.doc))
	}
	return all.found, nil
}

// stretch is a run of the documents of one part, by their numbers in it.
type stretch struct {
	part     int
	from, to uint64
}

// ranges divides the work among the cores, by the documents there may be.
func (p *pass) ranges() []stretch {
	const worth = 8192 // documents for which it pays to begin another
	var out []stretch
	for i, part := range p.s.parts {
		total := uint64(0)
		for _, docs := range p.may[i] {
			total += docs.GetCardinality()
		}
		if total == 0 {
			continue
		}
		pieces := min(uint64(runtime.GOMAXPROCS(0)), 1+total/worth)
		from, taken, piece := uint64(0), uint64(0), uint64(1)
		for j, docs := range p.may[i] {
			n := docs.GetCardinality()
			for piece < pieces && taken+n > piece*total/pieces {
				nth, err := docs.Select(uint32(piece*total/pieces - taken))
				if err != nil {
					break
				}
				to := part.starts[j] + uint64(nth)
				out = append(out, stretch{i, from, to})
				from = to
				piece++
			}
			taken += n
		}
		out = append(out, stretch{i, from, math.MaxUint64})
	}
	return out
}

// within returns the documents of a segment that a stretch has.
func (r stretch) within(docs *roaring.Bitmap, start, size uint64) *roaring.Bitmap {
	if r.from <= start && r.to >= start+size {
		return docs
	}
	docs = docs.Clone()
	if r.from > start {
		docs.RemoveRange(0, r.from-start)
	}
	if r.to < start+size {
		docs.RemoveRange(max(r.to, start)-start, size)
	}
	return docs
}

// sort offers the documents of a stretch in an order that columns give.
func (p *pass) sort(ctx context.Context, r stretch, order string, b *best) error {
	buffer := make([]uint32, batch)
	part := &p.s.parts[r.part]
	for j, docs := range p.may[r.part] {
		cols := p.cols[r.part][j]
		docs = r.within(docs, part.starts[j], uint64(cols.size))
		rank := cols.ranker(order)
		many := docs.ManyIterator()
		for n := many.NextMany(buffer); n > 0; n = many.NextMany(buffer) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for _, doc := range buffer[:n] {
				c := candidate{rank: rank(doc)}
				if len(b.found) == b.size && c.rank < b.found[0].rank {
					continue
				}
				c.time, c.key, c.at = cols.time[doc], cols.key[doc], place{r.part, j, doc}
				b.offer(c)
			}
		}
	}
	return nil
}

// ranker returns what a document's rank is in an order; what has no value comes
// last in all of them.
func (c *columns) ranker(order string) func(doc uint32) int64 {
	switch order {
	case SortOldest:
		return func(doc uint32) int64 {
			if t := c.time[doc]; t != noTime {
				return -t
			}
			return math.MinInt64
		}
	case SortRating, SortRatingDown:
		s := &c.sets[columnOf(fieldRating)]
		ranks := make([]int64, len(s.sets)) // by set
		for i, set := range s.sets {
			ranks[i] = math.MinInt64
			if len(set) == 0 {
				continue
			}
			if v, ok := decodeRating(s.values[set[0]]); ok {
				if order == SortRating {
					v = -v
				}
				ranks[i] = max(math.MinInt64+1, sortable(v))
			}
		}
		return func(doc uint32) int64 { return ranks[s.at(doc)] }
	}
	return func(doc uint32) int64 { return c.time[doc] }
}

// sortable is a number in the order of the floats.
func sortable(v float64) int64 {
	n := int64(math.Float64bits(v))
	if n < 0 {
		n = math.MinInt64 - n
	}
	return n
}

// rank offers the documents of a stretch by what they score. Those that the
// ranking query does not reach have the score 0.
func (p *pass) rank(ctx context.Context, r stretch, ranking query.Query, b *best) error {
	part := &p.s.parts[r.part]
	scoring, err := newScorer(ctx, p.ix, p.s, r.part)
	if err != nil {
		return err
	}
	for j, docs := range p.may[r.part] {
		cols := p.cols[r.part][j]
		docs = r.within(docs, part.starts[j], uint64(cols.size))
		if docs.IsEmpty() {
			continue
		}
		sum := takeSums(cols.size)
		if ranking != nil {
			if err := scoring.add(ranking, j, docs, sum.scores); err != nil {
				return err
			}
		}
		least := float32(-1) // with less a document need not be offered
		scoring.visit(docs, func(docs []uint32) {
			for _, doc := range docs {
				score := sum.scores[doc]
				sum.scores[doc] = 0
				if score < least {
					continue
				}
				b.offer(candidate{
					score: float64(score), rank: sortable(float64(score)), time: cols.time[doc], key: cols.key[doc], at: place{r.part, j, doc},
				})
				if len(b.found) == b.size {
					least = float32(b.found[0].score)
				}
			}
		})
		sumsPool.Put(sum)
	}
	return ctx.Err()
}

// rankingQuery is what of a query adds to the score: what only narrows is left
// to the bitmaps. It is nil when nothing does.
func rankingQuery(q query.Query) query.Query {
	switch q := q.(type) {
	case filterQuery:
		return nil
	case *query.ConjunctionQuery:
		var kept []query.Query
		for _, part := range q.Conjuncts {
			if part = rankingQuery(part); part != nil {
				kept = append(kept, part)
			}
		}
		switch len(kept) {
		case 0:
			return nil
		case 1:
			return kept[0]
		}
		return query.NewConjunctionQuery(kept)
	case *query.BooleanQuery:
		if q.Should == nil && q.Must != nil {
			return rankingQuery(q.Must)
		}
	}
	return q
}
