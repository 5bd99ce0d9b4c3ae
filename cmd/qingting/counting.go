package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/internal/latency"
	"qingting/search"
	"qingting/textmining/statistics"
)

// counting keeps the statistics up with the documents. What the index held at
// the start is read from the stream once more; what comes after is passed on by
// the indexer, which has read it anyway.
type counting struct {
	stats *statistics.Store
	until uint64            // sequence the index had reached at the start
	age   latency.Histogram // of documents, from receipt until they can be found

	writes latency.Histogram // of the index, each as often as it had documents
	known  uint64            // documents that writes has; the indexer's goroutine's

	mu    sync.Mutex
	newer map[string]bool // records the indexer passed on while the older were read; nil after
	done  chan struct{}   // closed when the older ones are read
}

// freshFor is how old a document may be whose way here is measured.
const freshFor = 10 * time.Minute

func newCounting(stats *statistics.Store, until uint64) *counting {
	return &counting{stats: stats, until: until, newer: make(map[string]bool), done: make(chan struct{})}
}

// applied takes what the indexer has written.
func (c *counting) applied(changes []search.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ch := range changes {
		record := ch.Delete
		if ch.Put != nil {
			record = ch.Put.Record
			c.stats.Put(ch.Put)
			// What is older was indexed anew, or waited for the server.
			if age := time.Since(ch.Put.Intake); age < freshFor {
				c.age.Add(age)
			}
		} else {
			c.stats.Delete(record)
		}
		if c.newer != nil {
			c.newer[record] = true
		}
	}
}

// replay reads the older documents. One whose record has come anew since does
// not count any more.
func (c *counting) replay(ctx context.Context, st *streams, log *slog.Logger) error {
	err := ingest.ReadDocuments(ctx, st.js, c.until, func(d *document.Document) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.newer[d.Record] {
			c.stats.Put(d)
		}
	}, func(seq uint64, err error) { log.Warn("not a document", "sequence", seq, "error", err) })
	if ctx.Err() != nil {
		return nil // told to stop
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.newer = nil
	close(c.done)
	return nil
}

// wait returns when the older documents are counted.
func (c *counting) wait(ctx context.Context) error {
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// indexed is told after each write of the index.
func (s *node) indexed(p search.Progress) {
	if c := s.counted; p.Indexed > c.known {
		c.writes.AddMany(p.Took, p.Indexed-c.known)
		c.known = p.Indexed
	}
	s.cfg.log.Debug("indexed", "documents", p.Indexed, "sequence", p.Seq, "last", p.Last)
}
