package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// tidy runs beside the index until it is closed: it compares the files with
// their checksums once; whenever shards were sealed or lost documents, it merges
// the sealed ones to a segment each and drops those that are empty; and when
// nothing was written for a while, it merges the small segments of the last one.
func (ix *Index) tidy() {
	ctx, cancel := context.WithCancel(context.Background())
	ix.end = cancel
	ix.idle.Go(func() {
		g, err := ix.enter()
		if err != nil {
			return
		}
		err = g.verify(ctx)
		ix.leave(g)
		if errors.Is(err, ErrDamaged) {
			ix.harmed(g, fmt.Errorf("%w: %s", err, g.dir))
		}
		pause := cmp.Or(ix.cfg.quiet, quietAfter)
		look := time.NewTicker(pause / 2)
		defer look.Stop()
		gathered := ^uint64(0) // as many writes there were when the last shard was seen to
		for {
			if err := ix.tidyUp(ctx); err != nil && ctx.Err() == nil {
				ix.harmed(ix.generation(), err)
			}
			for wait := true; wait; {
				select {
				case <-ix.seal:
					wait = false
				case <-look.C:
					writes := ix.writes.Load()
					if writes == gathered || time.Since(time.Unix(0, ix.written.Load())) < pause {
						continue
					}
					gathered = writes
					if err := ix.gather(ctx); err != nil && ctx.Err() == nil {
						ix.harmed(ix.generation(), err)
					}
				case <-ctx.Done():
					return
				}
			}
		}
	})
	ix.wakeTidy()
}

func (ix *Index) wakeTidy() {
	select {
	case ix.seal <- struct{}{}:
	default:
	}
}

// tidyUp sees to the sealed shards, one at a time.
func (ix *Index) tidyUp(ctx context.Context) (err error) {
	g, err := ix.enter()
	if errors.Is(err, ErrClosed) {
		return nil
	}
	if err != nil {
		return err
	}
	defer ix.leave(g)
	defer ix.recoverDamage(&err)
	shards := g.list()
	for _, s := range shards[:len(shards)-1] {
		if err := ix.tidyOne(ctx, g, s); err != nil && g.has(s) {
			return err
		}
	}
	return nil
}

// tidyOne sees to one sealed shard. Compact may drop it meanwhile.
func (ix *Index) tidyOne(ctx context.Context, g *generation, s *shard) error {
	if n, err := s.bleve.DocCount(); err != nil {
		return err
	} else if n > 0 {
		return s.settle(ctx, sealed, ix.rewriteOne)
	}
	ix.apply.Lock()
	defer ix.apply.Unlock()
	if !g.has(s) {
		return nil
	}
	return g.drop(s)
}

// quietAfter is how long nothing is written before the last shard is seen to.
const quietAfter = 5 * time.Second

// gather merges the small segments of the last shard: a search looks each of its
// words up in each segment. Writes go on meanwhile.
func (ix *Index) gather(ctx context.Context) (err error) {
	g, err := ix.enter()
	if errors.Is(err, ErrClosed) {
		return nil
	}
	if err != nil {
		return err
	}
	defer ix.leave(g)
	defer ix.recoverDamage(&err)
	list := g.list()
	s := list[len(list)-1]
	writes := ix.writes.Load()
	if err := s.gather(ctx, func() bool { return ix.writes.Load() == writes }); err != nil && g.has(s) {
		return err
	}
	return nil
}

// gather returns when the files of before are gone, or when it is quiet no more
// and Bleve sees to them by itself.
func (s *shard) gather(ctx context.Context, quiet func() bool) error {
	s.merging.Lock()
	defer s.merging.Unlock()
	if err := s.gatherOnce(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for turn := 1; quiet(); turn++ {
		now, err := s.shape()
		if err != nil {
			return err
		}
		if swept, err := s.swept(now, turn); swept || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (s *shard) gatherOnce(ctx context.Context) error {
	p, err := openPart(s.bleve)
	if err != nil {
		return err
	}
	sizes := make([]int64, len(p.segments))
	for i, one := range p.segments {
		sizes[i] = one.LiveSize()
	}
	if err := p.reader.Close(); err != nil {
		return err
	}
	below := worthGathering(sizes)
	if below == 0 {
		return nil
	}
	inner, err := s.scorch()
	if err != nil {
		return err
	}
	options := mergeplan.SingleSegmentMergePlanOptions
	options.MaxSegmentSize = min(2*below, mergeplan.MaxSegmentSizeLimit) // Bleve takes what is below half of it
	options.SegmentsPerMergeTask = max(2, len(sizes))
	return inner.ForceMerge(ctx, &options)
}

// worthGathering says below which size segments are to be merged; 0 is none. A
// segment stays as it is when it is three times as large as all the smaller ones
// together or more, so that a document is rewritten seldom however often feedback
// pauses; of what is left there are few.
func worthGathering(sizes []int64) (below int64) {
	sizes = slices.Sorted(slices.Values(sizes))
	sum, most := int64(0), int64(0)
	for i, size := range sizes {
		if i > 0 && size < 3*sum {
			most = sum + size
		}
		sum += size
	}
	if most == 0 {
		return 0
	}
	return most + 1
}

// sealed accepts one segment, with few of its documents deleted.
func sealed(s shape) bool { return s.segments <= 1 && s.deleted*4 <= s.size }
