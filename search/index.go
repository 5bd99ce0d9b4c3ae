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

	"qingting/internal/document"
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

	rebuilt string // why the index replaces another that cannot answer
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

// Open opens the index in dir, or creates it where there is none. It returns
// an error that is ErrRebuild, ErrDamaged or ErrInUse where that is the case;
// for the first two, delete dir and open again, or use OpenServing.
func Open(dir string, cfg Config) (*Index, error) { return openIndex(dir, cfg, false) }

// versionOf names all that decides what a document is in the index.
func versionOf(a *analyzer) string { return formatVersion + "/" + a.version() }

func openIndex(dir string, cfg Config, stale bool) (ix *Index, err error) {
	if cfg.Segmenter == nil {
		return nil, errors.New("search: Config.Segmenter is required")
	}
	if cfg.ShardDocs <= 0 {
		cfg.ShardDocs = 500_000
	}
	made := &Index{dir: dir, cfg: cfg, words: new(liveSegmenter), due: make(chan struct{}, 1), seal: make(chan struct{}, 1)}
	made.words.Store(&cfg.Segmenter)
	made.analyzer = &analyzer{seg: made.words}
	defer func() {
		if err != nil {
			if made.gen != nil {
				_ = made.gen.close() // the error being returned is the one that matters
			}
			if made.store != nil {
				_ = made.store.close()
			}
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	current, err := currentOf(dir)
	if err != nil {
		return nil, err
	}
	if current == "" {
		err = made.create(generationName+"1", manifest{Rebuilt: cfg.rebuilt, Lexicon: cfg.Lexicon})
	} else {
		err = made.open(current, stale)
	}
	if err != nil {
		return nil, err
	}
	made.tidy()
	made.columns.start(made)
	return made, nil
}

// create makes the first generation, or one in the place of what cannot be read.
func (ix *Index) create(name string, m manifest) (err error) {
	// A kill may have left one half made.
	if err := removeBut(ix.dir, generationName); err != nil {
		return fmt.Errorf("creating search index: %w", err)
	}
	if err := ix.openStore(); err != nil {
		return err
	}
	m.Version = versionOf(ix.analyzer)
	if ix.gen, err = createGeneration(filepath.Join(ix.dir, name), m); err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(ix.dir, fileCurrent), []byte(name+"\n")); err != nil {
		return fmt.Errorf("creating search index: %w", err)
	}
	return nil
}

func (ix *Index) openStore() error {
	n, err := openNames(filepath.Join(ix.dir, fileNames))
	if err != nil {
		return err
	}
	if ix.store, err = newStore(n); err != nil {
		return errors.Join(err, n.close())
	}
	return nil
}

func (ix *Index) open(current string, stale bool) (err error) {
	dir := filepath.Join(ix.dir, current)
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	if version := versionOf(ix.analyzer); m.Version != version {
		err := fmt.Errorf("%w: made by %q, this is %q", ErrRebuild, m.Version, version)
		if !stale || !sameFormat(m.Version) {
			return err
		}
		ix.Follow(ix.cfg.Segmenter, ix.cfg.Lexicon)
	}
	if ix.gen, err = openGeneration(dir); err != nil {
		return err
	}
	if n, _ := ix.gen.count(); n > 0 {
		if _, err := os.Stat(filepath.Join(ix.dir, fileNames)); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	if err := ix.openStore(); err != nil {
		return err
	}
	if err := ix.gen.probe(ix.store); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, dir, err)
	}
	// What is large is compared beside: see tidy.
	if ix.gen.size() <= verifyAtOnce {
		return ix.gen.verify(context.Background())
	}
	return nil
}

// verifyAtOnce is up to what size, in bytes, the files are compared with their
// checksums before the index opens: a tenth of a second.
const verifyAtOnce = 64 << 20

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

// errBehind says that what is to be applied is there already.
var errBehind = errors.New("lies before the checkpoint")

// Apply carries out changes, in order, and moves the checkpoint to seq, all in
// one atomic write that is on disk when Apply returns. Seq must not lie before
// the checkpoint. ctx is looked at before the write only.
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
	next := checkpoint{Stream: g.checkpoint().Stream, Seq: seq}
	if current := g.checkpoint().Seq; seq < current {
		return fmt.Errorf("search index: sequence %d %w %d", seq, errBehind, current)
	}
	if err := ix.rollWhenFull(g, changes); err != nil {
		return err
	}
	return ix.write(g, changes, next)
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

// bare is Bleve's own view of all shards.
func (ix *Index) bare() bleve.Index {
	var all []bleve.Index
	for _, s := range ix.generation().list() {
		all = append(all, s.bleve)
	}
	return bleve.NewIndexAlias(all...)
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
