package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// nudgeTurns is after how many looks, 20 ms apart, Bleve is given something to
// persist; keyNudge is where.
const (
	nudgeTurns = 5
	keyNudge   = "qingting.nudge"
)

// Compact merges the index into one segment and returns when the files of the
// old ones are gone. Until then a deleted document is only marked so: call it
// after an erasure, to take the text out of the folder. Writes wait meanwhile,
// searches do not; a search under way can hold an old file until it ends.
func (ix *Index) Compact(ctx context.Context) error {
	if err := ix.acquire(); err != nil {
		return err
	}
	defer ix.use.RUnlock()
	ix.apply.Lock()
	defer ix.apply.Unlock()
	advanced, err := ix.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("compacting search index: %w", err)
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("compacting search index: unexpected kind %T", advanced)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for turn := 1; ; turn++ {
		segments, deleted, err := layout(s)
		if err != nil {
			return fmt.Errorf("compacting search index: %w", err)
		}
		if segments > 1 || deleted > 0 {
			if segments == 1 {
				// Bleve merges no segment with nothing, whatever is deleted in it.
				if err := ix.rewriteOne(); err != nil {
					return fmt.Errorf("compacting search index: %w", err)
				}
			}
			if err := s.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions); err != nil {
				return fmt.Errorf("compacting search index: %w", err)
			}
		} else {
			// Bleve deletes files in its own time, after the snapshots that hold them.
			files, err := filepath.Glob(filepath.Join(ix.dir, "store", "*.zap"))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("compacting search index: %w", err)
			}
			if len(files) <= segments {
				return ix.purged()
			}
			if turn%nudgeTurns == 0 {
				// It looks for them only when it persists something: in an
				// index at rest, never.
				if err := ix.bleve.SetInternal([]byte(keyNudge), nil); err != nil {
					return fmt.Errorf("compacting search index: %w", err)
				}
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// MustPurge reports whether something was erased or amended whose text the files
// may still hold: Compact is due. It is part of the index, so that a killed
// process does not forget it.
func (ix *Index) MustPurge() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.purge
}

// purged notes that the files hold nothing that was replaced. ix.apply is held.
func (ix *Index) purged() error {
	if !ix.MustPurge() {
		return nil
	}
	if err := ix.bleve.DeleteInternal([]byte(keyPurge)); err != nil {
		return fmt.Errorf("compacting search index: %w", err)
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.purge = false
	return nil
}

// rewriteOne puts any one document again, as it is: that makes a second segment.
func (ix *Index) rewriteOne() error {
	req := bleve.NewSearchRequestOptions(bleve.NewMatchAllQuery(), 1, 0, false)
	req.Fields, req.Score = []string{fieldBody}, noScore
	found, err := ix.bleve.Search(req)
	if err != nil {
		return err
	}
	if len(found.Hits) == 0 {
		return nil // Bleve drops a segment without documents by itself
	}
	d, seq, err := ix.unpack(found.Hits[0])
	if err != nil {
		return err
	}
	rec, err := ix.newRecord(d, seq)
	if err != nil {
		return err
	}
	batch := ix.bleve.NewBatch()
	if err := batch.IndexAdvanced(rec); err != nil {
		return err
	}
	return ix.bleve.Batch(batch)
}

// layout counts the segments of an index and the deleted documents in them.
func layout(s *scorch.Scorch) (segments int, deleted uint64, err error) {
	r, err := s.Reader()
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return 0, 0, fmt.Errorf("unexpected reader %T", r)
	}
	for _, segment := range snapshot.Segments() {
		segments++
		deleted += uint64(segment.FullSize() - segment.LiveSize())
	}
	return segments, deleted, nil
}
