package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
)

// The keys of the index's own state, in its last shard; each batch writes the
// checkpoint.
const (
	keyCheckpoint = "qingting.checkpoint"
	keyPurge      = "qingting.purge"     // there while MustPurge
	keyElsewhere  = "qingting.elsewhere" // what the batch deletes in other shards
)

// generation is the whole index as one version of format and segmenter makes
// it, in a folder of its own.
type generation struct {
	dir string

	mu       sync.RWMutex
	manifest manifest
	shards   []*shard // oldest first
	at       checkpoint
	purge    bool
	flight   flight
	flown    int // flights that have ended, and shards begun
	refs     int
	retired  chan struct{} // closed when refs is 0 after retire
}

// createGeneration makes a generation with one empty shard, at checkpoint at.
func createGeneration(dir string, m manifest) (g *generation, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("creating search index: %w", err)
	}
	m.Next = 2
	m.Shards = []string{shardName + "000001"}
	s, err := createShard(dir, m.Shards[0])
	if err != nil {
		return nil, err
	}
	g = &generation{dir: dir, manifest: m, shards: []*shard{s}}
	if err := m.write(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("creating search index: %w", err), s.close())
	}
	return g, nil
}

// openGeneration opens what is in dir, the shards side by side. ErrInUse,
// ErrDamaged.
func openGeneration(dir string) (g *generation, err error) {
	g = &generation{dir: dir}
	if g.manifest, err = readManifest(dir); err != nil {
		return nil, err
	}
	g.shards = make([]*shard, len(g.manifest.Shards))
	errs := make([]error, len(g.shards))
	var opening sync.WaitGroup
	for i, name := range g.manifest.Shards {
		opening.Go(func() {
			s, err := openShard(dir, name)
			if errs[i] = err; err == nil {
				g.shards[i] = s
			}
		})
	}
	opening.Wait()
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
			g = nil
		}
	}()
	for _, err := range errs {
		if errors.Is(err, ErrInUse) {
			return g, err // what is wrong with the others is somebody else's at work
		}
	}
	if err := errors.Join(errs...); err != nil {
		return g, err
	}
	if err := g.readState(); err != nil {
		return g, fmt.Errorf("%w: %s: %w", ErrDamaged, dir, err)
	}
	// Nobody else has it open, so this is nobody else's.
	if err := removeBut(dir, shardName, g.manifest.Shards...); err != nil {
		return g, fmt.Errorf("search index: %w", err)
	}
	return g, nil
}

// readState reads the checkpoint, and ends the batch that a kill cut in two.
func (g *generation) readState() error {
	last := g.last()
	at, err := last.bleve.GetInternal([]byte(keyCheckpoint))
	if err != nil {
		return err
	}
	if len(at) > 0 {
		if err := json.Unmarshal(at, &g.at); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
	} else if len(g.shards) > 1 {
		return errors.New("the last shard has no checkpoint")
	}
	purge, err := last.bleve.GetInternal([]byte(keyPurge))
	if err != nil {
		return err
	}
	g.purge = len(purge) > 0
	data, err := last.bleve.GetInternal([]byte(keyElsewhere))
	if err != nil || len(data) == 0 {
		return err
	}
	var elsewhere map[string][]string
	if err := json.Unmarshal(data, &elsewhere); err != nil {
		return fmt.Errorf("deletions: %w", err)
	}
	return g.deleteElsewhere(elsewhere)
}

func (g *generation) last() *shard { return g.shards[len(g.shards)-1] }

// list is the shards there are now.
func (g *generation) list() []*shard {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.shards
}

// has reports whether a shard was not dropped.
func (g *generation) has(s *shard) bool { return slices.Contains(g.list(), s) }

// roll seals the last shard and begins another. It takes the checkpoint along,
// and counts from the moment the manifest names it.
func (g *generation) roll(month string) error {
	m := g.manifest
	name := fmt.Sprintf("%s%06d", shardName, m.Next)
	s, err := createShard(g.dir, name)
	if err != nil {
		return err
	}
	at, err := json.Marshal(g.at)
	if err == nil {
		batch := s.bleve.NewBatch()
		batch.SetInternal([]byte(keyCheckpoint), at)
		if g.purge {
			batch.SetInternal([]byte(keyPurge), []byte{1})
		}
		err = s.bleve.Batch(batch)
	}
	m.Next++
	m.Shards = append(m.Shards[:len(m.Shards):len(m.Shards)], name)
	m.Month = month
	if err == nil {
		err = m.write(g.dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("search index: a new shard: %w", err), s.close(), os.RemoveAll(s.dir))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.manifest = m
	g.shards = append(g.shards[:len(g.shards):len(g.shards)], s)
	g.flown++ // a view that takes the shard of before for the last is none
	return nil
}

// drop removes a sealed shard, with its folder. Views that have it open keep it
// until they are closed: the files stay readable.
func (g *generation) drop(s *shard) error {
	g.mu.Lock()
	m := g.manifest
	m.Shards = nil
	var left []*shard
	for _, other := range g.shards {
		if other != s {
			m.Shards, left = append(m.Shards, other.name), append(left, other)
		}
	}
	err := m.write(g.dir)
	if err == nil {
		g.manifest, g.shards = m, left
	}
	g.mu.Unlock()
	if err != nil {
		return fmt.Errorf("search index: dropping a shard: %w", err)
	}
	return errors.Join(s.close(), os.RemoveAll(s.dir))
}

// setManifest changes the manifest by its own words.
func (g *generation) setManifest(change func(*manifest)) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.manifest
	change(&m)
	if err := m.write(g.dir); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	g.manifest = m
	return nil
}

// enter and leave are around every use of a generation, so that retire knows
// when it can be closed.
func (g *generation) enter() {
	g.mu.Lock()
	g.refs++
	g.mu.Unlock()
}

func (g *generation) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refs--; g.refs == 0 && g.retired != nil {
		close(g.retired)
	}
}

// retire waits until nobody uses the generation, closes it and removes its
// folder. Nobody may enter any more.
func (g *generation) retire() error {
	g.mu.Lock()
	g.retired = make(chan struct{})
	if g.refs == 0 {
		close(g.retired)
	}
	g.mu.Unlock()
	<-g.retired
	return errors.Join(g.close(), os.RemoveAll(g.dir))
}

func (g *generation) close() error {
	var errs []error
	for _, s := range g.shards {
		if s != nil {
			errs = append(errs, s.close())
		}
	}
	return errors.Join(errs...)
}

// size is the bytes of the segment files.
func (g *generation) size() (n int64) {
	for _, s := range g.list() {
		_ = s.eachFile(func(path string) error {
			if info, err := os.Stat(path); err == nil {
				n += info.Size()
			}
			return nil
		})
	}
	return n
}
