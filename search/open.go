package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

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

// OpenServing opens the index for a server, which is to serve whatever state
// the folder is in. What another segmenter made goes on answering while an
// Indexer makes the index anew beside it; what cannot be read, for its format
// or for damage, is deleted, and searches fail with ErrRebuilding until an
// Indexer has made it anew. It returns ErrInUse and what the system refuses.
func OpenServing(dir string, cfg Config) (*Index, error) {
	ix, err := openIndex(dir, cfg, true)
	if !errors.Is(err, ErrRebuild) && !errors.Is(err, ErrDamaged) {
		return ix, err
	}
	if !errors.Is(err, errPanicked) && inUse(dir) {
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	entries, err2 := os.ReadDir(dir)
	if err2 != nil {
		return nil, fmt.Errorf("search index: %w", err2)
	}
	// The folder itself may be a mount; what says that there is an index goes last.
	for _, last := range []bool{false, true} {
		for _, e := range entries {
			if (e.Name() == fileCurrent) == last {
				if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
					return nil, fmt.Errorf("deleting the old search index: %w", err)
				}
			}
		}
	}
	cfg.rebuilt = err.Error()
	return openIndex(dir, cfg, true)
}

// inUse reports whether another process has a shard of the index open.
func inUse(dir string) bool {
	for _, pattern := range []string{"store", filepath.Join(generationName+"*", shardName+"*", "store")} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			continue
		}
		for _, p := range paths {
			shard := filepath.Dir(p)
			s, err := openShard(filepath.Dir(shard), filepath.Base(shard))
			if err == nil {
				err = s.close()
			}
			if errors.Is(err, ErrInUse) {
				return true
			}
		}
	}
	return false
}

// sameFormat reports whether a version is of the format of this release.
func sameFormat(version string) bool {
	format, _, _ := strings.Cut(version, "/")
	return format == formatVersion
}

// LexiconOf returns the lexicon that the index in dir was made with; false
// where there is no index of this format.
func LexiconOf(dir string) ([]byte, bool) {
	current, err := currentOf(dir)
	if err != nil || current == "" {
		return nil, false
	}
	m, err := readManifest(filepath.Join(dir, current))
	return m.Lexicon, err == nil
}
