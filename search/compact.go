package search

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

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
	if !g.mustPurge() {
		return nil
	}
	if swept, err := ix.sweep(ctx, g); err != nil || !swept {
		return err
	}
	return g.purged()
}

// sweep takes out of the table of names what only deleted documents had. The
// shards hold nothing deleted any more, and nobody writes. While the index is made
// anew the table is that of two generations, and sweep does nothing: it is due
// until it has.
func (ix *Index) sweep(ctx context.Context, g *generation) (swept bool, err error) {
	if ix.beside || ix.rebuild.Load() != nil || ix.wanted() != nil {
		return false, nil
	}
	// What a rebuild left that is wanted no more.
	if err := removeBut(ix.dir, generationName, filepath.Base(g.dir)); err != nil {
		return false, fmt.Errorf("compacting search index: %w", err)
	}
	used := make(map[string]bool)
	for _, s := range g.list() {
		if err := s.terms(ctx, used, fieldSource, fieldChannel, fieldRegion, fieldProduct, fieldEpoch); err != nil {
			return false, fmt.Errorf("compacting search index: %w", err)
		}
	}
	return true, ix.store.names.sweep(used)
}

// terms adds the terms of fields to all.
func (s *shard) terms(ctx context.Context, all map[string]bool, fields ...string) error {
	p, err := openPart(s.bleve)
	if err != nil {
		return err
	}
	defer p.reader.Close()
	for _, field := range fields {
		dict, err := p.reader.FieldDict(field)
		if err != nil {
			return err
		}
		entry, err := dict.Next()
		for ; err == nil && entry != nil && ctx.Err() == nil; entry, err = dict.Next() {
			all[entry.Term] = true
		}
		if err = errors.Join(err, dict.Close(), ctx.Err()); err != nil {
			return err
		}
	}
	return nil
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
