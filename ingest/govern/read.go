package govern

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// Message is one message of a stream.
type Message struct {
	Subject string
	Seq     uint64
	Stored  time.Time
	Header  nats.Header
	Data    []byte // nil when only the heads are read
}

// errEnough ends a reading before its end.
var errEnough = errors.New("enough")

// EachDocument calls visit for each message of FEEDBACK_DOCS from a sequence on,
// to what is its last one now, until visit returns false.
func EachDocument(ctx context.Context, js jetstream.JetStream, from uint64, visit func(Message) bool) error {
	err := read(ctx, js, ingest.StreamDocs, from, false, func(m Message) error {
		if !visit(m) {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// read calls visit for each message of a stream from a sequence on, to what is
// its last one now.
func read(ctx context.Context, js jetstream.JetStream, name string, from uint64, heads bool, visit func(Message) error) error {
	stream, err := js.Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 || state.LastSeq < from {
		return nil
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(1, from), HeadersOnly: heads,
	})
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	it, err := consumer.Messages(jetstream.PullMaxMessages(1024), jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	defer it.Stop()
	stop := context.AfterFunc(ctx, it.Stop)
	defer stop()
	for {
		msg, err := it.Next()
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("reading %s: %w", name, ctx.Err())
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			// What was left may have been deleted or have expired meanwhile.
			if info, err := stream.Info(ctx); err == nil && (info.State.Msgs == 0 || info.State.FirstSeq > state.LastSeq) {
				return nil
			}
			continue
		case err != nil:
			return fmt.Errorf("reading %s: %w", name, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if meta.Sequence.Stream > state.LastSeq {
			return nil
		}
		m := Message{Subject: msg.Subject(), Seq: meta.Sequence.Stream, Stored: meta.Timestamp, Header: msg.Headers(), Data: msg.Data()}
		if err := visit(m); err != nil {
			return err
		}
		if meta.Sequence.Stream == state.LastSeq || meta.NumPending == 0 {
			return nil
		}
	}
}
