package search

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
)

// item is one message of the stream, read.
type item struct {
	change    Change
	seq       uint64
	last      uint64 // of the stream, when the message was sent
	malformed error
}

// receive reads messages into items, which it closes in the end.
func receive(ctx context.Context, messages jetstream.MessagesContext, items chan<- item) error {
	defer close(items)
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		switch {
		case err == nil:
		case ctx.Err() != nil, errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return nil
		case errors.Is(err, nats.ErrTimeout), errors.Is(err, jetstream.ErrNoHeartbeat):
			continue // a pause of the server; the consumer resumes after what it last gave
		default:
			return fmt.Errorf("reading documents: %w", err)
		}
		it, err := readItem(msg)
		if err != nil {
			return fmt.Errorf("reading documents: %w", err)
		}
		select {
		case items <- it:
		case <-ctx.Done():
			return nil
		}
	}
}

func readItem(msg jetstream.Msg) (item, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return item{}, err
	}
	it := item{seq: meta.Sequence.Stream, last: meta.Sequence.Stream + meta.NumPending}
	// What was erased or amended may not stay in the files of the index either.
	purge := msg.Headers().Get(document.ErasedHeader) != "" || msg.Headers().Get(document.AmendedHeader) != ""
	if record := document.Forgotten(msg.Headers().Get); record != "" {
		it.change = Change{Delete: record, Seq: it.seq, Purge: purge}
		return it, nil
	}
	d, err := document.Parse(msg.Data())
	if err != nil {
		it.malformed = err
		return it, nil
	}
	it.change = Change{Put: d, Seq: it.seq, Purge: purge}
	return it, nil
}
