package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"qingting/internal/document"
)

// Change is one document put or deleted.
type Change struct {
	// Put is indexed under its Record; a document of the same Record is replaced.
	Put *document.Document
	// Delete is the Record to remove, when Put is nil.
	Delete string
	// Seq is the document's sequence in the stream; results carry it.
	Seq uint64
	// Purge says that what was there before of the record must leave the files,
	// too: see Index.MustPurge.
	Purge bool
}

// errBehind says that what is to be applied is there already.
var errBehind = errors.New("lies before the checkpoint")

// batchBytes is how much text one write of Bleve's takes: while it analyses, it
// holds about a hundred times as much.
const batchBytes = 1 << 20

// Apply carries out changes, in order, and moves the checkpoint to seq, in one
// atomic write that is on disk when Apply returns. What has more than a megabyte
// of text takes several: each leaves the index as it is at the sequence of the
// last change in it. Seq must not lie before the checkpoint. ctx is looked at
// before the first write only.
func (ix *Index) Apply(ctx context.Context, changes []Change, seq uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ix.apply.Lock()
	defer ix.apply.Unlock()
	g, err := ix.enter()
	if err != nil {
		return err
	}
	defer ix.leave(g)
	current := g.checkpoint().Seq
	if seq < current {
		return fmt.Errorf("search index: sequence %d %w %d", seq, errBehind, current)
	}
	for {
		n := fitting(changes)
		if n == len(changes) {
			return ix.applyOne(g, changes, seq)
		}
		// What has no sequence of its own, or one out of order, is there again after a kill.
		current = min(seq, max(current, changes[n-1].Seq))
		if err := ix.applyOne(g, changes[:n], current); err != nil {
			return err
		}
		changes = changes[n:]
	}
}

// fitting is how many of the changes one write takes.
func fitting(changes []Change) int {
	text := 0
	for i, c := range changes {
		if c.Put == nil {
			continue
		}
		if text += len(c.Put.Text); text > batchBytes && i > 0 {
			return i
		}
	}
	return len(changes)
}

func (ix *Index) applyOne(g *generation, changes []Change, seq uint64) error {
	if err := ix.rollWhenFull(g, changes); err != nil {
		return err
	}
	return ix.write(g, changes, checkpoint{Stream: g.checkpoint().Stream, Seq: seq})
}

// write puts what is put into the last shard, with the checkpoint and with
// what is to be deleted elsewhere, and then deletes that: a kill in between is
// made up for when the index is opened.
func (ix *Index) write(g *generation, changes []Change, next checkpoint) error {
	at, err := json.Marshal(next)
	if err != nil {
		return err
	}
	records := make([]string, 0, len(changes))
	batch := g.last().bleve.NewBatch()
	purge := false
	for _, c := range changes {
		purge = purge || c.Purge
		if c.Put == nil {
			batch.Delete(c.Delete)
			records = append(records, c.Delete)
			continue
		}
		records = append(records, c.Put.Record)
		rec, err := ix.newRecord(c.Put, c.Seq)
		if err != nil {
			return err
		}
		if err := batch.IndexAdvanced(rec); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	if err := ix.store.names.flush(); err != nil {
		return err
	}
	elsewhere, err := g.elsewhere(records)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	journal := []byte{}
	if len(elsewhere) > 0 {
		if journal, err = json.Marshal(elsewhere); err != nil {
			return err
		}
		g.takeOff(at)
		defer g.land()
	}
	batch.SetInternal([]byte(keyCheckpoint), at)
	batch.SetInternal([]byte(keyElsewhere), journal)
	if purge {
		batch.SetInternal([]byte(keyPurge), []byte{1})
	}
	if err := g.last().bleve.Batch(batch); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	if err := g.deleteElsewhere(elsewhere); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	g.mu.Lock()
	g.at.Seq = next.Seq
	g.purge = g.purge || purge
	g.mu.Unlock()
	if len(changes) > 0 {
		ix.columns.wake()
		ix.written.Store(time.Now().UnixNano())
		ix.writes.Add(1)
	}
	if len(elsewhere) > 0 {
		ix.wakeTidy()
	}
	return nil
}

// rollWhenFull begins a shard when the last has its documents, or many and the
// month is over.
func (ix *Index) rollWhenFull(g *generation, changes []Change) error {
	month := ""
	for _, c := range changes {
		if c.Put != nil && !c.Put.Intake.IsZero() {
			month = c.Put.Intake.UTC().Format("200601")
			break
		}
	}
	if month == "" {
		return nil
	}
	if g.manifest.Month == "" {
		if err := g.setManifest(func(m *manifest) { m.Month = month }); err != nil {
			return err
		}
	}
	n, err := g.last().bleve.DocCount()
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	full := int(n) >= ix.cfg.ShardDocs
	over := month > g.manifest.Month && int(n) >= ix.cfg.ShardDocs/10
	if !full && !over {
		return nil
	}
	if err := g.roll(month); err != nil {
		return err
	}
	ix.wakeTidy()
	return nil
}
