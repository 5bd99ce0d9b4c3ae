package search

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Progress is how far an Indexer has come since it was made.
type Progress struct {
	Seq       uint64 // the checkpoint
	Last      uint64 // last sequence of the stream, as last seen
	Indexed   uint64 // documents put
	Deleted   uint64
	Malformed uint64        // messages that were no document, skipped
	Took      time.Duration // of the last write
}

// Progress reports how far the indexer has come.
func (x *Indexer) Progress() Progress {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.progress
}

// Lag asks the stream how many sequences the index is behind.
func (x *Indexer) Lag(ctx context.Context) (uint64, error) {
	info, err := x.stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading documents: %w", err)
	}
	return info.State.LastSeq - min(info.State.LastSeq, x.ix.Checkpoint()), nil
}

// WaitFor returns when sequence seq of the stream is in the index. It fails
// when ctx or Run ends first.
func (x *Indexer) WaitFor(ctx context.Context, seq uint64) error {
	for {
		x.mu.Lock()
		at, changed, done, err := x.progress.Seq, x.changed, x.done, x.err
		x.mu.Unlock()
		switch {
		case at >= seq && x.ix.Checkpoint() >= seq:
			return nil
		case done && err != nil:
			return fmt.Errorf("indexing stopped: %w", err)
		case done:
			return errors.New("indexing has stopped")
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
