package search

import (
	"errors"
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// snapshot is one consistent view of all shards: documents, their places and
// their number stay as they were, whatever is written meanwhile. It keeps the
// files it reads and the index open until it is closed. It is safe for
// concurrent use.
type snapshot struct {
	parts []part
	done  sync.Once
	ix    *Index
	gen   *generation
	err   error
}

// part is the view of one shard. A document's number in it counts through its
// segments, whose first numbers are starts.
type part struct {
	reader   index.IndexReader
	segments []*scorch.SegmentSnapshot
	starts   []uint64
	mapping  mapping.IndexMapping
	cache    *postingsCache
}

// snapshot opens a view of the index. ErrClosed when the index is closed,
// ErrDamaged when its files are, ErrRebuilding when it cannot answer yet.
func (ix *Index) snapshot() (*snapshot, error) {
	for {
		g, err := ix.enter()
		if err != nil {
			return nil, err
		}
		if err := g.answers(); err != nil {
			ix.leave(g)
			return nil, err
		}
		s := &snapshot{ix: ix, gen: g}
		again, err := s.open()
		if err == nil && again == nil {
			return s, nil
		}
		if also := s.close(); err == nil {
			err = also
		}
		if err != nil {
			return nil, fmt.Errorf("reading the index: %w", err)
		}
		<-again
	}
}

// answers is ErrRebuilding while the generation lacks what an earlier one had.
func (g *generation) answers() error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.manifest.Rebuilt == "" {
		return nil
	}
	return fmt.Errorf("%w: %.0f %% is done; please ask again later", ErrRebuilding, 100*g.manifest.done(g.at.Seq))
}

// now is a channel that is closed already.
var now = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// open takes the sealed shards before the last. A batch may reach both: its
// documents are in the last shard a moment before what they replace is out of
// the others. When the view could have caught that moment, open returns what
// tells when to try again.
func (s *snapshot) open() (again <-chan struct{}, err error) {
	g := s.gen
	g.mu.RLock()
	shards, flown := g.shards, g.flown
	g.mu.RUnlock()
	for _, one := range shards {
		p, err := openPart(one.bleve)
		if err != nil {
			if !g.has(one) {
				return now, nil // it was dropped
			}
			return nil, err
		}
		s.parts = append(s.parts, p)
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.flown != flown {
		return now, nil
	}
	if g.flight.landing == nil {
		return nil, nil
	}
	at, err := s.parts[len(s.parts)-1].reader.GetInternal([]byte(keyCheckpoint))
	if err != nil || string(at) != g.flight.at {
		return nil, err // the batch is not in yet
	}
	return g.flight.landing, nil
}

// live are the segments of the view.
func (s *snapshot) live() map[segment.Segment]bool {
	live := make(map[segment.Segment]bool)
	for _, p := range s.parts {
		for _, one := range p.segments {
			live[one.Segment()] = true
		}
	}
	return live
}

// close releases the view. Closing again does nothing.
func (s *snapshot) close() error {
	s.done.Do(func() {
		for _, p := range s.parts {
			if err := p.reader.Close(); err != nil && s.err == nil {
				s.err = fmt.Errorf("reading the index: %w", err)
			}
		}
		s.ix.leave(s.gen)
	})
	return s.err
}

// opener is what of Bleve's index a view is made from.
type opener interface {
	Advanced() (index.Index, error)
	Mapping() mapping.IndexMapping
}

func openPart(b opener) (part, error) {
	advanced, err := b.Advanced()
	if err != nil {
		return part{}, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return part{}, err
	}
	view, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return part{}, errors.Join(fmt.Errorf("unexpected reader %T", reader), reader.Close())
	}
	p := part{reader: reader, segments: view.Segments(), mapping: b.Mapping(), cache: newPostingsCache()}
	start := uint64(0)
	for _, segment := range p.segments {
		p.starts = append(p.starts, start)
		start += uint64(segment.FullSize())
	}
	return p, nil
}
