package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// wish is a segmenter that an index is to be made anew with.
type wish struct {
	segmenter Segmenter
	lexicon   []byte
}

// Follow makes an Indexer rebuild the index with another segmenter, beside the
// one that answers, and keep the lexicon with it. With the segmenter that the
// index has, it does nothing.
func (ix *Index) Follow(seg Segmenter, lexicon []byte) {
	ix.mu.Lock()
	ix.want = &wish{seg, lexicon}
	ix.mu.Unlock()
	select {
	case ix.due <- struct{}{}:
	default:
	}
}

// Segmenter is what cuts texts in the index that answers: that of a rebuild from
// the moment it takes over. Whoever is to agree with searches goes by it.
func (ix *Index) Segmenter() Segmenter { return *ix.words.Load() }

// wanted is what the index is to be rebuilt with, or nil.
func (ix *Index) wanted() *wish {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.want == nil {
		return nil
	}
	ix.gen.mu.RLock()
	defer ix.gen.mu.RUnlock()
	if versionOf(&analyzer{seg: ix.want.segmenter}) == ix.gen.manifest.Version {
		return nil
	}
	return ix.want
}

// besides opens an index of the same folder, made as wished, in a generation of
// its own: one that a rebuild left unfinished, or a new one.
func (ix *Index) besides(w *wish) (*Index, error) {
	next := &Index{
		dir: ix.dir, cfg: ix.cfg, store: ix.store, beside: true,
		words: new(liveSegmenter), due: make(chan struct{}, 1), seal: make(chan struct{}, 1),
	}
	next.words.Store(&w.segmenter)
	next.analyzer = &analyzer{seg: next.words}
	version := versionOf(next.analyzer)
	serving := filepath.Base(ix.generation().dir)
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	highest := 0
	for _, e := range entries {
		number, found := strings.CutPrefix(e.Name(), generationName)
		if !found {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil {
			highest = max(highest, n)
		}
		dir := filepath.Join(ix.dir, e.Name())
		if e.Name() == serving || next.gen != nil {
			continue
		}
		if m, err := readManifest(dir); err == nil && m.Version == version {
			if g, err := openGeneration(dir); err == nil {
				next.gen = g
				continue
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("search index: %w", err)
		}
	}
	if next.gen == nil {
		name := generationName + strconv.Itoa(highest+1)
		if next.gen, err = createGeneration(filepath.Join(ix.dir, name), manifest{Version: version, Lexicon: w.lexicon}); err != nil {
			return nil, err
		}
	}
	// One that is still empty may take over before its Indexer has looked at the stream.
	if next.gen.at.Stream == "" {
		next.gen.at.Stream = ix.generation().checkpoint().Stream
	}
	next.tidy()
	return next, nil
}

// takeOver makes the generation of next, which is closed by it, the one that
// counts. Nobody writes to either meanwhile, and next is not behind.
func (ix *Index) takeOver(next *Index) error {
	next.end()
	next.idle.Wait()
	g := next.generation()
	if err := replaceFile(filepath.Join(ix.dir, fileCurrent), []byte(filepath.Base(g.dir)+"\n")); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	ix.mu.Lock()
	old := ix.gen
	ix.gen = g
	ix.words.Store(next.words.Load())
	ix.mu.Unlock()
	ix.writes.Add(1)
	ix.wakeTidy()
	return old.retire()
}

// renew makes the index anew with the wanted segmenter, by an Indexer of its
// own, and swaps it for the one that answers once it has caught up with it.
func (x *Indexer) renew(ctx context.Context, w *wish) (err error) {
	reason := "another segmenter: " + w.segmenter.Version()
	x.ix.apply.Lock() // sweep must not be under way
	x.ix.rebuild.Store(&rebuildStatus{reason: reason})
	next, err := x.ix.besides(w)
	x.ix.apply.Unlock()
	defer x.ix.rebuild.Store(nil)
	if err != nil {
		return err
	}
	began := time.Now()
	x.cfg.Logger.Info("rebuilding the search index beside the one that answers", "reason", reason)
	taken := false
	defer func() {
		if !taken {
			err = errors.Join(err, next.Close())
		}
	}()
	building, stop := context.WithCancel(ctx)
	defer stop()
	told := time.Now()
	cfg := IndexerConfig{Batch: x.cfg.Batch, Linger: x.cfg.Linger, Purge: x.cfg.Purge, Logger: x.cfg.Logger, beside: true}
	cfg.Progress = func(p Progress) {
		done := float64(p.Seq) / float64(max(1, p.Last))
		x.ix.rebuild.Store(&rebuildStatus{reason, done})
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			x.cfg.Logger.Info("rebuilding the search index", "percent", int(100*done), "sequence", p.Seq, "last", p.Last)
		}
	}
	builder := NewIndexer(next, x.stream, cfg)
	ended := make(chan error, 1)
	go func() { ended <- builder.Run(building) }()
	if err := builder.WaitFor(ctx, x.ix.Checkpoint()); err != nil {
		stop()
		return errors.Join(err, <-ended)
	}
	// What came meanwhile: nobody writes to the old one any more.
	x.ix.apply.Lock()
	defer x.ix.apply.Unlock()
	err = builder.WaitFor(ctx, x.ix.Checkpoint())
	stop()
	if err = errors.Join(err, <-ended); err != nil {
		return err
	}
	if err := x.ix.takeOver(next); err != nil {
		return err
	}
	taken = true
	x.cfg.Logger.Info("the search index is rebuilt and answers", "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// renewals rebuilds the index whenever another segmenter is wanted.
func (x *Indexer) renewals(ctx context.Context) {
	for {
		if w := x.ix.wanted(); w != nil {
			if err := x.renew(ctx, w); err != nil && ctx.Err() == nil {
				x.cfg.Logger.Error("rebuilding the search index; the one of before answers, and it is tried again", "error", err)
				select {
				case <-time.After(time.Minute):
					continue
				case <-ctx.Done():
				}
			}
		}
		select {
		case <-x.ix.due:
		case <-ctx.Done():
			return
		}
	}
}

// startOver replaces a damaged generation by an empty one, which does not
// answer until it has caught up with the stream.
func (ix *Index) startOver(reason string) (err error) {
	ix.apply.Lock()
	defer ix.apply.Unlock()
	old := ix.generation()
	_, number, _ := strings.Cut(filepath.Base(old.dir), "-")
	n, _ := strconv.Atoi(number)
	if err := removeBut(ix.dir, generationName, filepath.Base(old.dir)); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	name := generationName + strconv.Itoa(n+1)
	g, err := createGeneration(filepath.Join(ix.dir, name), manifest{Version: versionOf(ix.analyzer), Rebuilt: reason, Lexicon: old.manifest.Lexicon})
	if err != nil {
		return err
	}
	// The table of names may hold what a sweep was still to take out.
	err = g.last().bleve.SetInternal([]byte(keyPurge), []byte{1})
	if g.purge = true; err == nil {
		err = replaceFile(filepath.Join(ix.dir, fileCurrent), []byte(name+"\n"))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("search index: %w", err), g.close())
	}
	ix.mu.Lock()
	ix.gen = g
	ix.mu.Unlock()
	ix.damage.Store(nil)
	defer ix.recoverDamage(&err)
	return old.retire()
}

// caughtUp notes how far an index is that was made anew: from the first look at
// the stream it is to reach what was there then, and then it answers.
func (ix *Index) caughtUp(at, last uint64) error {
	g := ix.generation()
	g.mu.RLock()
	m := g.manifest
	g.mu.RUnlock()
	switch {
	case m.Rebuilt == "":
		return nil
	case m.Until == 0 && at < last:
		return g.setManifest(func(m *manifest) { m.Until = last })
	case at >= m.Until:
		return g.setManifest(func(m *manifest) { m.Until, m.Rebuilt = 0, "" })
	}
	return nil
}
