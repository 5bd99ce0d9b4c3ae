package search

import (
	"errors"
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// snapshot is one consistent view of all shards: documents, their places and
// their number stay as they were, whatever is written meanwhile. It keeps the
// files it reads and the index open until it is closed. It is safe for
// concurrent use.
type snapshot struct {
	parts []part
	done  sync.Once
	ix    *Index
	err   error
}

// part is the view of one shard. A document's number in it counts through its
// segments, whose first numbers are starts.
type part struct {
	reader   index.IndexReader
	segments []*scorch.SegmentSnapshot
	starts   []uint64
	mapping  mapping.IndexMapping
}

// snapshot opens a view of the index. ErrClosed when the index is closed.
func (ix *Index) snapshot() (*snapshot, error) {
	if err := ix.acquire(); err != nil {
		return nil, err
	}
	s := &snapshot{ix: ix}
	p, err := openPart(ix.bleve)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the index: %w", err), s.close())
	}
	s.parts = append(s.parts, p)
	return s, nil
}

// close releases the view. Closing again does nothing.
func (s *snapshot) close() error {
	s.done.Do(func() {
		for _, p := range s.parts {
			if err := p.reader.Close(); err != nil && s.err == nil {
				s.err = fmt.Errorf("reading the index: %w", err)
			}
		}
		s.ix.use.RUnlock()
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
	p := part{reader: reader, segments: view.Segments(), mapping: b.Mapping()}
	start := uint64(0)
	for _, segment := range p.segments {
		p.starts = append(p.starts, start)
		start += uint64(segment.FullSize())
	}
	return p, nil
}
