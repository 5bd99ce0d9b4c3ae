package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"qingting/internal/document"
	"qingting/search/synonym"
)

// formatVersion changes whenever documents would be indexed otherwise: fields,
// analysis, the stored form.
const formatVersion = "2"

// The keys of the index's own state; each batch writes the checkpoint.
const (
	keyVersion    = "qingting.version"
	keyCheckpoint = "qingting.checkpoint"
	keyPurge      = "qingting.purge" // there while MustPurge
)

// Config says how an index analyses text.
type Config struct {
	Segmenter Segmenter // required
}

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

// checkpoint is how far of which stream the index has come.
type checkpoint struct {
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
}

// Index is the search index in one folder. It is safe for concurrent use;
// Apply calls are carried out one at a time.
type Index struct {
	dir      string
	bleve    bleve.Index
	analyzer *analyzer
	store    *store
	synonyms atomic.Pointer[synonym.Expander]
	columns  columnCache

	// use is held by each call while it works, and taken by Close: Bleve panics
	// when it is closed twice.
	use    sync.RWMutex
	closed bool

	apply sync.Mutex // serialises writers
	mu    sync.RWMutex
	at    checkpoint
	purge bool // guarded by mu: see MustPurge
}

// Open opens the index in dir, or creates it where there is none. It returns
// an error that is ErrRebuild, ErrDamaged or ErrInUse where that is the case;
// for the first two, delete dir and open again.
func Open(dir string, cfg Config) (ix *Index, err error) {
	if cfg.Segmenter == nil {
		return nil, errors.New("search: Config.Segmenter is required")
	}
	ix = &Index{dir: dir, analyzer: &analyzer{seg: cfg.Segmenter}}
	version := formatVersion + "/" + ix.analyzer.version()
	if ix.store, err = newStore(); err != nil {
		return nil, err
	}
	defer func() {
		// Segment files are mapped and parsed without checks: a cut-off file is a panic.
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %s: %v", ErrDamaged, dir, r)
		}
		if err != nil {
			if ix.bleve != nil {
				_ = ix.bleve.Close() // the error being returned is the one that matters
			}
			ix.store.close()
			ix = nil
		}
	}()
	empty, err := isEmpty(dir)
	if err != nil {
		return nil, err
	}
	if empty {
		err = ix.create(version)
	} else {
		err = ix.open(version)
	}
	if err == nil {
		ix.columns.start(ix)
	}
	return ix, err
}

func (ix *Index) create(version string) error {
	b, err := bleve.NewUsing(ix.dir, newMapping(), scorch.Name, scorch.Name, map[string]any{})
	if err != nil {
		return fmt.Errorf("creating search index: %w", err)
	}
	ix.bleve = b
	if err := b.SetInternal([]byte(keyVersion), []byte(version)); err != nil {
		return fmt.Errorf("creating search index: %w", err)
	}
	return nil
}

func (ix *Index) open(version string) error {
	b, err := bleve.OpenUsing(ix.dir, map[string]any{"bolt_timeout": "1s"})
	switch {
	case isTimeout(err):
		return fmt.Errorf("%w: %s", ErrInUse, ix.dir)
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	ix.bleve = b
	found, err := b.GetInternal([]byte(keyVersion))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	if len(found) == 0 {
		return fmt.Errorf("%w: %s: it was never completed", ErrDamaged, ix.dir)
	}
	if string(found) != version {
		return fmt.Errorf("%w: made by %q, this is %q", ErrRebuild, found, version)
	}
	at, err := b.GetInternal([]byte(keyCheckpoint))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	if len(at) > 0 {
		if err := json.Unmarshal(at, &ix.at); err != nil {
			return fmt.Errorf("%w: %s: checkpoint: %w", ErrDamaged, ix.dir, err)
		}
	}
	purge, err := b.GetInternal([]byte(keyPurge))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	ix.purge = len(purge) > 0
	if _, err := b.DocCount(); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
	}
	return nil
}

// isTimeout recognises bbolt's complaint about a locked file, whose type
// Bleve's module graph does not let us name.
func isTimeout(err error) bool { return err != nil && err.Error() == "timeout" }

func isEmpty(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return true, os.MkdirAll(filepath.Dir(dir), 0o700)
	}
	if err != nil {
		return false, fmt.Errorf("search index: %w", err)
	}
	return len(entries) == 0, nil
}

// Bind ties the index to a stream, by a name that a stream created anew does
// not share, such as its name and creation time. An index that holds another
// stream's documents is ErrRebuild.
func (ix *Index) Bind(stream string) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.at.Stream != "" && ix.at.Stream != stream {
		return fmt.Errorf("%w: it follows stream %q, not %q", ErrRebuild, ix.at.Stream, stream)
	}
	if ix.at.Stream == "" && ix.at.Seq > 0 && stream != "" {
		return fmt.Errorf("%w: it was filled without a stream", ErrRebuild)
	}
	ix.at.Stream = stream
	return nil
}

// Checkpoint is the stream sequence up to which changes are in the index.
func (ix *Index) Checkpoint() uint64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.at.Seq
}

// Apply carries out changes, in order, and moves the checkpoint to seq, all in
// one atomic write that is on disk when Apply returns. Seq must not lie before
// the checkpoint. ctx is looked at before the write only.
func (ix *Index) Apply(ctx context.Context, changes []Change, seq uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := ix.acquire(); err != nil {
		return err
	}
	defer ix.use.RUnlock()
	ix.apply.Lock()
	defer ix.apply.Unlock()
	ix.mu.RLock()
	next := checkpoint{Stream: ix.at.Stream, Seq: seq}
	current := ix.at.Seq
	ix.mu.RUnlock()
	if seq < current {
		return fmt.Errorf("search index: sequence %d lies before checkpoint %d", seq, current)
	}
	at, err := json.Marshal(next)
	if err != nil {
		return err
	}
	batch := ix.bleve.NewBatch()
	purge := false
	for _, c := range changes {
		purge = purge || c.Purge
		if c.Put == nil {
			batch.Delete(c.Delete)
			continue
		}
		rec, err := ix.newRecord(c.Put, c.Seq)
		if err != nil {
			return err
		}
		if err := batch.IndexAdvanced(rec); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	batch.SetInternal([]byte(keyCheckpoint), at)
	if purge {
		batch.SetInternal([]byte(keyPurge), []byte{1})
	}
	if err := ix.bleve.Batch(batch); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	ix.mu.Lock()
	ix.at.Seq = seq
	ix.purge = ix.purge || purge
	ix.mu.Unlock()
	return nil
}

// acquire begins a use of the index; the caller ends it with use.RUnlock.
func (ix *Index) acquire() error {
	ix.use.RLock()
	if ix.closed {
		ix.use.RUnlock()
		return ErrClosed
	}
	return nil
}

// Count returns the number of documents.
func (ix *Index) Count() (uint64, error) {
	if err := ix.acquire(); err != nil {
		return 0, err
	}
	defer ix.use.RUnlock()
	n, err := ix.bleve.DocCount()
	if err != nil {
		return 0, fmt.Errorf("search index: %w", err)
	}
	return n, nil
}

// Close releases the folder, when the calls under way have ended. Closing
// again does nothing.
func (ix *Index) Close() error {
	ix.columns.end()
	ix.use.Lock()
	defer ix.use.Unlock()
	if ix.closed {
		return nil
	}
	ix.closed = true
	ix.store.close()
	if err := ix.bleve.Close(); err != nil {
		return fmt.Errorf("closing search index: %w", err)
	}
	return nil
}
