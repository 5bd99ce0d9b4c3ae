package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
)

// ReadDocuments reads FEEDBACK_DOCS from its first message to sequence upTo,
// or to the last there is, and calls take for each document, in order. A record
// may come more than once, the last one counts; erased and restricted ones are
// passed over. Messages that are no documents are passed to malformed, by their
// sequence, and skipped. It fails when ctx ends first.
func ReadDocuments(ctx context.Context, js jetstream.JetStream, upTo uint64, take func(*document.Document), malformed func(seq uint64, err error)) error {
	return ReadKept(ctx, js, upTo, func(d *document.Document, restricted bool) {
		if !restricted {
			take(d)
		}
	}, malformed)
}

// ReadKept is ReadDocuments, and gives restricted documents as well: for who
// looks after what is stored, and not at what it says.
func ReadKept(ctx context.Context, js jetstream.JetStream, upTo uint64, take func(d *document.Document, restricted bool), malformed func(seq uint64, err error)) error {
	stream, err := js.Stream(ctx, StreamDocs)
	if err != nil {
		return fmt.Errorf("reading %s: %w", StreamDocs, err)
	}
	if state := stream.CachedInfo().State; state.Msgs == 0 || state.FirstSeq > upTo {
		return nil
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return fmt.Errorf("reading %s: %w", StreamDocs, err)
	}
	// Heartbeats and short requests, so that a request the server lost is asked again soon.
	messages, err := consumer.Messages(jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
	if err != nil {
		return fmt.Errorf("reading %s: %w", StreamDocs, err)
	}
	defer messages.Stop()
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	for {
		msg, err := messages.Next()
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("reading %s: %w", StreamDocs, ctx.Err())
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return fmt.Errorf("reading %s: %w", StreamDocs, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("reading %s: %w", StreamDocs, err)
		}
		if meta.Sequence.Stream > upTo {
			return nil
		}
		if msg.Headers().Get(document.ErasedHeader) == "" {
			if d, err := document.Parse(msg.Data()); err != nil {
				malformed(meta.Sequence.Stream, err)
			} else {
				take(d, msg.Headers().Get(document.RestrictedHeader) != "")
			}
		}
		// The message upTo itself may have been deleted: the end is where
		// nothing is left, too.
		if meta.Sequence.Stream == upTo || meta.NumPending == 0 {
			return nil
		}
	}
}
