package search

import (
	"context"
	"sync"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// columnsEvery is how often the index is looked at for segments whose columns
// are not there yet, besides after each write: a merge brings one at any time.
const columnsEvery = 250 * time.Millisecond

// columnCache keeps the columns of the segments that are in use. Its zero value
// is ready. It is safe for concurrent use.
type columnCache struct {
	mu      sync.Mutex
	known   map[segment.Segment]*columnEntry
	impacts impactCache
	fresh   chan struct{} // of capacity 1: something was written
	stop    context.CancelFunc
	stopped chan struct{}
}

// columnEntry is made once, by whoever comes first.
type columnEntry struct {
	mu   sync.Mutex
	cols *columns
}

// of returns the columns of a segment, and makes them where there are none. The
// caller holds a snapshot that has the segment.
func (cc *columnCache) of(ctx context.Context, s segment.Segment) (*columns, error) {
	cc.mu.Lock()
	e := cc.known[s]
	if e == nil {
		if cc.known == nil {
			cc.known = make(map[segment.Segment]*columnEntry)
		}
		e = new(columnEntry)
		cc.known[s] = e
	}
	cc.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cols == nil {
		cols, err := newColumns(ctx, s)
		if err != nil {
			return nil, err
		}
		e.cols = cols
	}
	return e.cols, nil
}

// keep drops the columns of segments that the view does not have. A search
// that is under way keeps those it uses.
func (cc *columnCache) keep(s *snapshot) {
	live := s.live()
	cc.impacts.keep(live)
	cc.mu.Lock()
	defer cc.mu.Unlock()
	for one := range cc.known {
		if !live[one] {
			delete(cc.known, one)
		}
	}
}

// usage is how many documents the columns are of, and their bytes.
func (cc *columnCache) usage() (docs, bytes int) {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	for _, e := range cc.known {
		e.mu.Lock()
		if e.cols != nil {
			docs += e.cols.size
			bytes += e.cols.bytes()
		}
		e.mu.Unlock()
	}
	return docs, bytes
}

// start makes columns as segments appear, off the query path, until end.
func (cc *columnCache) start(ix *Index) {
	ctx, cancel := context.WithCancel(context.Background())
	cc.stop, cc.stopped, cc.fresh = cancel, make(chan struct{}), make(chan struct{}, 1)
	go func() {
		defer close(cc.stopped)
		tick := time.NewTicker(columnsEvery)
		defer tick.Stop()
		for {
			// What fails here fails the next search, which says so.
			_ = ix.warm(ctx)
			select {
			case <-tick.C:
			case <-cc.fresh:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// wake has columns made at once of what was written.
func (cc *columnCache) wake() {
	select {
	case cc.fresh <- struct{}{}:
	default:
	}
}

// end stops what start began, and waits for it.
func (cc *columnCache) end() {
	if cc.stop != nil {
		cc.stop()
		<-cc.stopped
	}
}

// warm makes the columns that are missing, drops those that nobody needs, and
// reads the impacts that searches asked for.
func (ix *Index) warm(ctx context.Context) (err error) {
	defer ix.recoverDamage(&err)
	s, err := ix.snapshot()
	if err != nil {
		return err
	}
	defer s.close()
	for _, p := range s.parts {
		for _, one := range p.segments {
			if _, err := ix.columns.of(ctx, one.Segment()); err != nil {
				return err
			}
		}
	}
	ix.columns.keep(s)
	return ix.columns.impacts.read(ctx, s)
}

// ColumnBytes is the memory of the columns that facets, orders and counts are
// made from, and of how many documents they are, deleted ones among them.
func (ix *Index) ColumnBytes() (docs, bytes int) { return ix.columns.usage() }
