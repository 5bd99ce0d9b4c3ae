package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Message is one message of a stream.
type Message struct {
	Subject  string
	Sequence uint64
	Stored   time.Time
	Header   nats.Header
	Data     []byte // empty where headers alone are read
}

// Part is a part of a stream, from one sequence to another.
type Part struct {
	First   uint64 // 0 is the first there is
	Last    uint64 // 0, and what is beyond the end, is the last there is when the reading begins
	Headers bool   // headers alone are wanted
}

const (
	readAhead = 1024 // messages that are asked for at a time
	// silence is after what time without a message the reading begins anew, which
	// tells whether anything is left; it doubles up to longSilence while nothing comes.
	silence     = time.Second
	longSilence = 30 * time.Second
)

// Messages reads a part of a stream, oldest first. It ends behind the last
// message of the part that is there, also when what was left is deleted
// meanwhile. An error comes last: that ctx has ended, or that the stream cannot
// be read. It needs no more of the server than to look at the stream and to
// create a consumer and ask it for messages.
func Messages(ctx context.Context, js jetstream.JetStream, stream string, part Part) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		if err := readPart(ctx, js, stream, part, yield); err != nil {
			yield(Message{}, fmt.Errorf("reading %s: %w", stream, err))
		}
	}
}

func readPart(ctx context.Context, js jetstream.JetStream, name string, part Part, yield func(Message, error) bool) error {
	stream, err := js.Stream(ctx, name)
	if err != nil {
		return err
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 {
		return nil
	}
	next, last := max(1, part.First), state.LastSeq
	if part.Last > 0 {
		last = min(last, part.Last)
	}
	for wait := silence; next <= last; {
		consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: next, HeadersOnly: part.Headers,
		})
		if err != nil {
			return err
		}
		if info := consumer.CachedInfo(); info == nil || info.NumPending == 0 {
			return nil // what was left has been deleted
		}
		from := next
		if next, err = readOn(ctx, consumer, wait, next, last, yield); err != nil {
			return err
		}
		if wait = min(2*wait, longSilence); next > from {
			wait = silence
		}
	}
	return nil
}

// readOn passes on what a consumer brings. It returns the sequence to go on from
// when nothing came for a while, and one beyond last when there is no more.
func readOn(ctx context.Context, consumer jetstream.Consumer, wait time.Duration, next, last uint64, yield func(Message, error) bool) (uint64, error) {
	// Heartbeats and short requests, so that a request the server lost is asked again soon.
	it, err := consumer.Messages(jetstream.PullMaxMessages(readAhead), jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
	if err != nil {
		return next, err
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	quiet := time.AfterFunc(wait, it.Stop)
	defer quiet.Stop()
	for {
		quiet.Reset(wait)
		msg, err := it.Next()
		quiet.Stop() // the time of whoever looks at the message does not count
		switch {
		case ctx.Err() != nil:
			return next, ctx.Err()
		case errors.Is(err, jetstream.ErrMsgIteratorClosed), errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			return next, nil
		case err != nil:
			return next, err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return next, err
		}
		seq := meta.Sequence.Stream
		if seq > last {
			return last + 1, nil
		}
		next = seq + 1
		m := Message{Subject: msg.Subject(), Sequence: seq, Stored: meta.Timestamp, Header: msg.Headers(), Data: msg.Data()}
		if !yield(m, nil) || meta.NumPending == 0 {
			return last + 1, nil
		}
	}
}
