package search

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// shard is one Bleve index in a folder of its own. Shards follow one another by
// intake: the last takes what comes, until it is full; the others only lose
// documents, and go as a whole when they have none left.
type shard struct {
	name  string
	dir   string
	bleve bleve.Index

	merging sync.Mutex // serialises settle
	// writing is held while a sealed shard is written to: a document that settle
	// puts again must not be one that was deleted meanwhile.
	writing sync.Mutex
}

// shardOptions tune Bleve. Merges are of many segments at once, so that each
// document is rewritten seldom while an index grows.
func shardOptions() map[string]any {
	return map[string]any{"bolt_timeout": "1s"}
}

func createShard(dir, name string) (*shard, error) {
	path := filepath.Join(dir, name)
	b, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, shardOptions())
	if err != nil {
		return nil, fmt.Errorf("creating search index: %w", err)
	}
	return &shard{name: name, dir: path, bleve: b}, nil
}

func openShard(dir, name string) (s *shard, err error) {
	path := filepath.Join(dir, name)
	s = &shard{name: name, dir: path}
	defer func() {
		// Segment files are mapped and parsed without checks: a cut-off file is a panic.
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %s: %w: %v", ErrDamaged, path, errPanicked, r)
		}
		if err != nil && s.bleve != nil {
			_ = s.bleve.Close() // the error being returned is the one that matters
		}
	}()
	b, err := bleve.OpenUsing(path, shardOptions())
	switch {
	case isTimeout(err):
		return s, fmt.Errorf("%w: %s", ErrInUse, path)
	case err != nil:
		return s, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	s.bleve = b
	if _, err := b.DocCount(); err != nil {
		return s, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return s, nil
}

// isTimeout recognises bbolt's complaint about a locked file, whose type
// Bleve's module graph does not let us name.
func isTimeout(err error) bool { return err != nil && err.Error() == "timeout" }

// segmentFiles lists the segment files in the shard's folder.
func (s *shard) segmentFiles() ([]string, error) {
	return filepath.Glob(filepath.Join(s.dir, "store", "*.zap"))
}

func (s *shard) scorch() (*scorch.Scorch, error) {
	advanced, err := s.bleve.Advanced()
	if err != nil {
		return nil, err
	}
	inner, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil, fmt.Errorf("unexpected kind %T", advanced)
	}
	return inner, nil
}

// shape is what the files of a shard are, at one moment.
type shape struct {
	segments int
	size     uint64 // documents, with those deleted
	deleted  uint64
}

// shape counts the segments of a shard and the documents in them.
func (s *shard) shape() (out shape, err error) {
	p, err := openPart(s.bleve)
	if err != nil {
		return out, err
	}
	defer p.reader.Close()
	for _, segment := range p.segments {
		out.segments++
		out.size += uint64(segment.FullSize())
		out.deleted += uint64(segment.FullSize() - segment.LiveSize())
	}
	return out, nil
}

// merge rewrites the shard as one segment.
func (s *shard) merge(ctx context.Context) error {
	inner, err := s.scorch()
	if err != nil {
		return err
	}
	return inner.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions)
}

// nudgeTurns is after how many looks, 20 ms apart, Bleve is given something to
// persist; keyNudge is where.
const (
	nudgeTurns = 5
	keyNudge   = "qingting.nudge"
)

// settle returns when accept takes the shard's shape and no file is left of
// what was before. Until then it merges, after rewrite has seen to it that
// there are two segments: Bleve merges no segment with nothing, whatever is
// deleted in it.
func (s *shard) settle(ctx context.Context, accept func(shape) bool, rewrite func(*shard) error) error {
	s.merging.Lock()
	defer s.merging.Unlock()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for turn := 1; ; turn++ {
		now, err := s.shape()
		if err != nil {
			return err
		}
		if !accept(now) {
			if now.segments == 1 {
				if err := rewrite(s); err != nil {
					return err
				}
			}
			if err := s.merge(ctx); err != nil {
				return err
			}
		} else if swept, err := s.swept(now, turn); swept || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// swept reports whether no file is left of what was before the shape of now; else
// it has Bleve, in some of the turns of a loop, look for such files.
func (s *shard) swept(now shape, turn int) (bool, error) {
	// Bleve deletes files in its own time, after the snapshots that hold them.
	files, err := s.segmentFiles()
	if err != nil || len(files) <= now.segments {
		return err == nil, err
	}
	if turn%nudgeTurns == 0 {
		// It looks for them only when it persists something: in an index at rest,
		// never.
		return false, s.bleve.SetInternal([]byte(keyNudge), nil)
	}
	return false, nil
}

func (s *shard) close() error { return s.bleve.Close() }
