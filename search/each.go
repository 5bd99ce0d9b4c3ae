package search

import (
	"context"
	"iter"
	"time"
)

// eachChunk is how many documents Each holds at a time, and eachBudget what it
// may take to find them.
const (
	eachChunk  = 4096
	eachBudget = time.Minute
)

// Each yields every document that matches q, in the order of time, oldest first
// and those without a time last, however many they are: a few thousand are held
// at a time. Hits have no score and no fragments; From, Size, Sort, Facets and
// collapse: are ignored, and so is Budget.
//
// Each chunk comes from a view of its own, so that a long export neither keeps
// erased documents alive nor gives them out: what is deleted before its turn is
// left out, and what arrives meanwhile is in where its time is yet to come.
// Nothing is given twice unless its time changes. After an error nothing more comes.
func (ix *Index) Each(ctx context.Context, q Query) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		a, err := ix.ask(&q)
		if err != nil {
			yield(Hit{}, err)
			return
		}
		a.order = SortOldest
		var after *candidate
		for {
			var hits []Hit
			err := ix.within(ctx, eachBudget, func(ctx context.Context, s *snapshot) (err error) {
				hits, after, err = a.chunk(ctx, s, after)
				return err
			})
			if err != nil {
				yield(Hit{}, err)
				return
			}
			for _, h := range hits {
				if !yield(h, nil) {
					return
				}
			}
			if len(hits) < eachChunk {
				return
			}
		}
	}
}

func (a *question) chunk(ctx context.Context, s *snapshot, after *candidate) ([]Hit, *candidate, error) {
	p, err := newPass(ctx, a.ix, s, a.root, a.filters, passOptions{unread: true})
	if err != nil {
		return nil, nil, err
	}
	list, err := p.verified(a.order, nil, eachChunk, after)
	if err != nil || len(list) == 0 {
		return nil, after, err
	}
	hits, r := make([]Hit, 0, len(list)), p.reader()
	for i, c := range list {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		d, seq, err := r.document(c.at)
		if err != nil {
			return nil, nil, err
		}
		d.Subjects = nil
		hits = append(hits, Hit{Document: d, Seq: seq})
	}
	return hits, &list[len(list)-1], nil
}
