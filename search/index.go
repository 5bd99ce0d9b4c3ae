package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"qingting/search/synonym"
)

// formatVersion changes whenever documents would be indexed otherwise: fields,
// analysis, the stored form.
const formatVersion = "4"

// Config says how an index analyses text.
type Config struct {
	Segmenter Segmenter // required
	// ShardDocs is how many documents a shard takes before it is sealed and
	// another begun; 0 is 500,000. A month of intake, too, begins a shard, when
	// the last has a tenth as many.
	ShardDocs int

	// Lexicon is what the segmenter was made from, kept with the index for whoever
	// opens it later: see LexiconOf.
	Lexicon []byte

	rebuilt string        // why the index replaces another that cannot answer
	quiet   time.Duration // instead of quietAfter, when not 0
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
	analyzer *analyzer
	words    *liveSegmenter // the analyzer's
	store    *store
	synonyms atomic.Pointer[synonym.Expander]
	columns  columnCache
	cfg      Config

	// use is held by each call while it works, and taken by Close: Bleve panics
	// when it is closed twice.
	use    sync.RWMutex
	closed bool
	damage atomic.Pointer[error] // found by what runs beside

	apply  sync.Mutex // serialises writers
	mu     sync.RWMutex
	gen    *generation // guarded by mu: Rebuild swaps it
	want   *wish       // guarded by mu: what a rebuild is due for, or nil
	due    chan struct{}
	beside bool // built beside another, whose store it uses

	rebuild atomic.Pointer[rebuildStatus] // while one is under way

	writes  atomic.Uint64 // since it was opened
	written atomic.Int64  // when, the last, in nanoseconds since 1970

	end  context.CancelFunc // of what runs beside
	idle sync.WaitGroup
	seal chan struct{}
}

// liveSegmenter is the segmenter of the moment.
type liveSegmenter struct{ atomic.Pointer[Segmenter] }

func (l *liveSegmenter) Tokens(text string, emit func(start, end int)) {
	(*l.Load()).Tokens(text, emit)
}

func (l *liveSegmenter) Version() string { return (*l.Load()).Version() }

// Bind ties the index to a stream, by a name that a stream created anew does
// not share, such as its name and creation time. An index that holds another
// stream's documents is ErrRebuild.
func (ix *Index) Bind(stream string) error {
	g := ix.generation()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.at.Stream != "" && g.at.Stream != stream {
		return fmt.Errorf("%w: it follows stream %q, not %q", ErrRebuild, g.at.Stream, stream)
	}
	if g.at.Stream == "" && g.at.Seq > 0 && stream != "" {
		return fmt.Errorf("%w: it was filled without a stream", ErrRebuild)
	}
	g.at.Stream = stream
	return nil
}

// generation is the one that counts now.
func (ix *Index) generation() *generation {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.gen
}

// enter begins a use of the generation that counts now; the caller ends it
// with leave.
func (ix *Index) enter() (*generation, error) {
	if err := ix.acquire(); err != nil {
		return nil, err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	ix.gen.enter()
	return ix.gen, nil
}

func (ix *Index) leave(g *generation) {
	g.leave()
	ix.use.RUnlock()
}

// Checkpoint is the stream sequence up to which changes are in the index.
func (ix *Index) Checkpoint() uint64 { return ix.generation().checkpoint().Seq }

func (g *generation) checkpoint() checkpoint {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.at
}

// acquire begins a use of the index; the caller ends it with use.RUnlock.
func (ix *Index) acquire() error {
	ix.use.RLock()
	err := ix.damage.Load()
	switch {
	case ix.closed:
		ix.use.RUnlock()
		return ErrClosed
	case err != nil:
		ix.use.RUnlock()
		return *err
	}
	return nil
}

// Count returns the number of documents.
func (ix *Index) Count() (uint64, error) {
	g, err := ix.enter()
	if err != nil {
		return 0, err
	}
	defer ix.leave(g)
	return g.count()
}

func (g *generation) count() (n uint64, err error) {
	for _, s := range g.list() {
		of, err := s.bleve.DocCount()
		if err != nil {
			return 0, fmt.Errorf("search index: %w", err)
		}
		n += of
	}
	return n, nil
}

// Close releases the folder, when the calls under way have ended. Closing
// again does nothing.
func (ix *Index) Close() error {
	ix.columns.end()
	ix.end()
	ix.idle.Wait()
	ix.use.Lock()
	defer ix.use.Unlock()
	if ix.closed {
		return nil
	}
	ix.closed = true
	var err error
	if !ix.beside {
		err = ix.store.close()
	}
	if err = errors.Join(err, ix.gen.close()); err != nil {
		return fmt.Errorf("closing search index: %w", err)
	}
	return nil
}
