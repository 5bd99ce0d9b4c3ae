package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
)

// Follow reads FEEDBACK_DOCS from its first document on and calls take for
// each, in order, until ctx ends; then it returns nil. A record may come more
// than once, the last one counts. Messages that are no documents are passed to
// malformed, by their sequence, and skipped.
func Follow(ctx context.Context, js jetstream.JetStream, take func(d *document.Document, seq uint64), malformed func(seq uint64, err error)) error {
	consumer, err := js.OrderedConsumer(ctx, StreamDocs, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverAllPolicy,
	})
	if err != nil {
		return fmt.Errorf("reading %s: %w", StreamDocs, err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("reading %s: %w", StreamDocs, err)
	}
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	for {
		msg, err := messages.Next()
		switch {
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return nil
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return fmt.Errorf("reading %s: %w", StreamDocs, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("reading %s: %w", StreamDocs, err)
		}
		d, err := document.Parse(msg.Data())
		if err != nil {
			malformed(meta.Sequence.Stream, err)
			continue
		}
		take(d, meta.Sequence.Stream)
	}
}
