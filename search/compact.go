package search

import (
	"context"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"
)

// Compact rewrites what holds deleted documents and returns when the files of
// before are gone. Until then a deleted document is only marked so: call it
// after an erasure, to take the text out of the folder. Shards that have lost
// nothing stay as they are. Writes wait meanwhile, searches do not; a search
// under way can hold an old file until it ends.
func (ix *Index) Compact(ctx context.Context) error {
	ix.apply.Lock()
	defer ix.apply.Unlock()
	g, err := ix.enter()
	if err != nil {
		return err
	}
	defer ix.leave(g)
	for _, s := range g.list() {
		if n, err := s.bleve.DocCount(); err == nil && n == 0 && s != g.last() {
			if err := g.drop(s); err != nil {
				return err
			}
			continue
		}
		if err := s.settle(ctx, whole, ix.rewriteOne); err != nil {
			return fmt.Errorf("compacting search index: %w", err)
		}
	}
	return g.purged()
}

// whole accepts what holds nothing deleted.
func whole(s shape) bool { return s.deleted == 0 }

// MustPurge reports whether something was erased or amended whose text the files
// may still hold: Compact is due. It is part of the index, so that a killed
// process does not forget it.
func (ix *Index) MustPurge() bool { return ix.generation().mustPurge() }

func (g *generation) mustPurge() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.purge
}

// purged notes that the files hold nothing that was replaced. Nobody writes.
func (g *generation) purged() error {
	if !g.mustPurge() {
		return nil
	}
	if err := g.last().bleve.DeleteInternal([]byte(keyPurge)); err != nil {
		return fmt.Errorf("compacting search index: %w", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.purge = false
	return nil
}

// rewriteOne puts any one document of a shard again, as it is: that makes a
// second segment.
func (ix *Index) rewriteOne(s *shard) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	p, err := openPart(s.bleve)
	if err != nil {
		return err
	}
	defer p.reader.Close()
	var first index.IndexInternalID
	all, err := p.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	if first, err = all.Next(); err != nil || first == nil {
		return err // Bleve drops a segment without documents by itself
	}
	bodies, err := newBodyReader(p.reader)
	if err != nil {
		return err
	}
	entry, err := bodies.read(first)
	if err != nil {
		return err
	}
	d, seq, err := ix.store.unpack(entry)
	if err != nil {
		return err
	}
	rec, err := ix.newRecord(d, seq)
	if err != nil {
		return err
	}
	batch := s.bleve.NewBatch()
	if err := batch.IndexAdvanced(rec); err != nil {
		return err
	}
	return s.bleve.Batch(batch)
}
