package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/audit"
)

// Append writes an entry and returns its index, from 0, once the stream has it.
// A zero Time becomes the present. What the entry announces must not happen
// when Append fails.
func Append(ctx context.Context, js jetstream.JetStream, e audit.Entry) (int64, error) {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	leaf, err := e.Encode()
	if err != nil {
		return 0, err
	}
	// The id makes a second try harmless: the stream knows the entry.
	msg := nats.NewMsg(ingest.SubjectAudit)
	msg.Data = leaf
	msg.Header.Set(jetstream.MsgIDHeader, rand.Text())
	for try := 1; ; try++ {
		seq, err := publish(ctx, js, msg)
		if err == nil {
			return int64(seq) - 1, nil
		}
		if try == tries || ctx.Err() != nil || !errors.Is(err, nats.ErrDisconnected) {
			return 0, fmt.Errorf("%w: %w", ErrNotWritten, err)
		}
	}
}

// ErrNotWritten is of Append: what the entry announces must not happen.
var ErrNotWritten = errors.New("the ledger did not take the entry")

// tries is how often an entry is sent whose acknowledgement a lost connection
// took away.
const tries = 3

// publish sends an entry and waits for its sequence. Other than a plain request,
// it hears at once when the connection is lost.
func publish(ctx context.Context, js jetstream.JetStream, msg *nats.Msg) (uint64, error) {
	if !js.Conn().IsConnected() {
		return 0, nats.ErrConnectionReconnecting
	}
	ack, err := js.PublishMsgAsync(msg, jetstream.WithExpectStream(ingest.StreamAudit))
	if err != nil {
		return 0, err
	}
	timeout := time.NewTimer(ingest.AckTimeout)
	defer timeout.Stop()
	select {
	case a := <-ack.Ok():
		return a.Sequence, nil
	case err := <-ack.Err():
		return 0, err
	case <-timeout.C:
		return 0, nats.ErrTimeout
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// ErrGap is a ledger whose stream lacks a message: the stream was made anew, or
// edited by who may do what nobody should.
var ErrGap = errors.New("the ledger's stream lacks an entry")

// Entries reads the leaves from an index to what is the last one now.
func Entries(ctx context.Context, js jetstream.JetStream, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stream, err := js.Stream(ctx, ingest.StreamAudit)
		if err != nil {
			yield(nil, fmt.Errorf("stream %s: %w", ingest.StreamAudit, err))
			return
		}
		last := stream.CachedInfo().State.LastSeq
		for msg, err := range messages(ctx, stream, uint64(from)+1, last) {
			if err != nil {
				yield(nil, err)
				return
			}
			if want := uint64(from) + 1; msg.seq != want {
				yield(nil, fmt.Errorf("%w: %d", ErrGap, from))
				return
			}
			from++
			if !yield(msg.data, nil) {
				return
			}
		}
		if uint64(from) < last {
			yield(nil, fmt.Errorf("%w: %d", ErrGap, from))
		}
	}
}

// Entry reads one leaf.
func Entry(ctx context.Context, js jetstream.JetStream, index int64) ([]byte, error) {
	stream, err := js.Stream(ctx, ingest.StreamAudit)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamAudit, err)
	}
	msg, err := stream.GetMsg(ctx, uint64(index)+1)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, fmt.Errorf("%w: entry %d", audit.ErrBeyond, index)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	return msg.Data, nil
}

// Notes reads the checkpoints as they were published, from the from-th on, from
// 0: witnesses' cosigned copies among them, their signatures unchecked.
func Notes(ctx context.Context, js jetstream.JetStream, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stream, err := js.Stream(ctx, ingest.StreamCheckpoints)
		if err != nil {
			yield(nil, fmt.Errorf("stream %s: %w", ingest.StreamCheckpoints, err))
			return
		}
		for msg, err := range messages(ctx, stream, uint64(from)+1, stream.CachedInfo().State.LastSeq) {
			if !yield(msg.data, err) {
				return
			}
		}
	}
}

// Checkpoints reads every checkpoint. One that keys do not trust is an error.
func Checkpoints(ctx context.Context, js jetstream.JetStream, keys audit.Keys) ([]audit.SignedCheckpoint, error) {
	var all []audit.SignedCheckpoint
	for note, err := range Notes(ctx, js, 0) {
		if err != nil {
			return nil, err
		}
		c, err := keys.Open(note)
		if err != nil {
			return nil, fmt.Errorf("checkpoint %d: %w", len(all), err)
		}
		all = append(all, c)
	}
	return all, nil
}

type message struct {
	seq  uint64
	data []byte
}

// messages reads a stream from one sequence to another.
func messages(ctx context.Context, stream jetstream.Stream, from, last uint64) iter.Seq2[message, error] {
	return func(yield func(message, error) bool) {
		if from > last {
			return
		}
		name := stream.CachedInfo().Config.Name
		consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
		})
		if err != nil {
			yield(message{}, fmt.Errorf("reading %s: %w", name, err))
			return
		}
		it, err := consumer.Messages(jetstream.PullMaxMessages(512))
		if err != nil {
			yield(message{}, fmt.Errorf("reading %s: %w", name, err))
			return
		}
		defer it.Stop()
		for {
			msg, err := it.Next(jetstream.NextContext(ctx))
			if err != nil {
				yield(message{}, fmt.Errorf("reading %s: %w", name, err))
				return
			}
			meta, err := msg.Metadata()
			if err != nil {
				yield(message{}, fmt.Errorf("reading %s: %w", name, err))
				return
			}
			if meta.Sequence.Stream > last {
				return
			}
			if !yield(message{meta.Sequence.Stream, msg.Data()}, nil) || meta.Sequence.Stream == last {
				return
			}
		}
	}
}
