package search

import (
	"context"
	"errors"
	"fmt"
)

// tidy runs beside the index until it is closed: it compares the files with
// their checksums once, and whenever shards were sealed or lost documents,
// merges the sealed ones to a segment each and drops those that are empty.
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
		for {
			if err := ix.tidyUp(ctx); err != nil && ctx.Err() == nil {
				ix.harmed(ix.generation(), err)
			}
			select {
			case <-ix.seal:
			case <-ctx.Done():
				return
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

// sealed accepts one segment, with few of its documents deleted.
func sealed(s shape) bool { return s.segments <= 1 && s.deleted*4 <= s.size }
