package search

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// checkedSearcher keeps the matches that pass a check of their own.
type checkedSearcher struct {
	search.Searcher
	ctx   context.Context
	check func(index.IndexInternalID) (bool, error)
	seen  int
}

func (s *checkedSearcher) Next(sc *search.SearchContext) (*search.DocumentMatch, error) {
	match, err := s.Searcher.Next(sc)
	return s.pass(sc, match, err)
}

func (s *checkedSearcher) Advance(sc *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	match, err := s.Searcher.Advance(sc, id)
	return s.pass(sc, match, err)
}

// pass goes on to the first match from match on that passes. Bleve looks at
// the context between matches; many may fail here before one is.
func (s *checkedSearcher) pass(sc *search.SearchContext, match *search.DocumentMatch, err error) (*search.DocumentMatch, error) {
	for err == nil && match != nil {
		if s.seen++; s.seen%256 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		var ok bool
		if ok, err = s.check(match.IndexInternalID); err != nil {
			return nil, err
		}
		if ok {
			return match, nil
		}
		sc.DocumentMatchPool.Put(match)
		match, err = s.Searcher.Next(sc)
	}
	return nil, err
}

// bodyReader reads stored documents by their number in a snapshot. Bleve's way
// by id would look each up twice.
type bodyReader struct {
	segments []*scorch.SegmentSnapshot
	starts   []uint64
	record   []byte
	entry    []byte
}

func newBodyReader(r index.IndexReader) (*bodyReader, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("search index: unexpected reader %T", r)
	}
	b := &bodyReader{segments: snapshot.Segments()}
	start := uint64(0)
	for _, s := range b.segments {
		b.starts = append(b.starts, start)
		start += uint64(s.FullSize())
	}
	return b, nil
}

// read returns the entry of a document, as store reads it; it is good until the
// next call.
func (b *bodyReader) read(id index.IndexInternalID) ([]byte, error) {
	number := id.Value()
	i := sort.Search(len(b.starts), func(i int) bool { return b.starts[i] > number }) - 1
	if i < 0 {
		return nil, errors.New("search index: document number out of range")
	}
	b.entry = b.entry[:0]
	// Bleve gives the id first.
	err := b.segments[i].VisitDocument(number-b.starts[i], func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case fieldRecord:
			b.record = append(b.record[:0], value...)
		case fieldBody:
			b.entry = entryOf(b.entry, string(b.record), value)
			return false
		}
		return true
	})
	if err == nil && len(b.entry) == 0 {
		err = errNoBody
	}
	return b.entry, err
}

// storedTime reads the time of a document of a segment out of its stored form;
// false when it has none that can be told.
func storedTime(s segment.Segment, doc uint64) (t time.Time, ok bool, err error) {
	found := false
	var malformed error
	err = s.VisitStoredFields(doc, func(field string, _ byte, value []byte, _ []uint64) bool {
		if field != fieldBody {
			return true
		}
		found = true
		u := unpacker{data: value}
		u.uint() // the sequence
		t = u.time(timeBase())
		malformed = u.err
		return false
	})
	switch {
	case err != nil:
	case malformed != nil:
		err = malformed
	case !found:
		err = errNoBody
	}
	return t, countable(t), err
}

var errNoBody = errors.New("search index: a record has no stored document")
