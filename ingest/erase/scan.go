package erase

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// message is one message of the documents stream.
type message struct {
	seq    uint64
	record string // that it is of
	erased bool   // it is a tombstone
	marked bool   // it is restricted
	data   []byte
}

// scan reads the documents stream after a sequence to what is its last one now,
// which it returns. Messages that are no documents are passed over.
func (e *Eraser) scan(ctx context.Context, after uint64, visit func(message)) (last uint64, err error) {
	stream, err := e.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 || state.LastSeq <= after {
		return max(after, state.LastSeq), nil
	}
	if more, err := follows(ctx, stream, after, state.LastSeq); err != nil || !more {
		return state.LastSeq, err
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
	})
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
	}
	it, err := consumer.Messages(jetstream.PullMaxMessages(4096), jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
	}
	defer it.Stop()
	for seen := after; ; {
		next, cancel := context.WithTimeout(ctx, silence)
		msg, err := it.Next(jetstream.NextContext(next))
		cancel()
		switch {
		case ctx.Err() != nil:
			return 0, fmt.Errorf("reading %s: %w", ingest.StreamDocs, ctx.Err())
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			// Perhaps what was left has been deleted: then nothing follows.
			more, err := follows(ctx, stream, seen, state.LastSeq)
			if err != nil || !more {
				return state.LastSeq, err
			}
			continue
		case err != nil:
			return 0, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return 0, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		if seen = meta.Sequence.Stream; seen > state.LastSeq {
			return state.LastSeq, nil
		}
		if m, ok := read(seen, msg.Headers(), msg.Data()); ok {
			visit(m)
		}
		if meta.Sequence.Consumer%1024 == 0 {
			told(ctx, StageReading, int64(seen-after), int64(state.LastSeq-after))
		}
		if seen == state.LastSeq || meta.NumPending == 0 {
			return state.LastSeq, nil
		}
	}
}

// silence is after what time without a message the scan asks whether there is
// one.
const silence = 500 * time.Millisecond

// follows reports whether the stream has a message after one sequence and up to
// another.
func follows(ctx context.Context, stream jetstream.Stream, after, last uint64) (bool, error) {
	msg, err := stream.GetMsg(ctx, after+1, jetstream.WithGetMsgSubject("feedback.docs.*"))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
	}
	return msg.Sequence <= last, nil
}

func read(seq uint64, h nats.Header, data []byte) (message, bool) {
	m := message{seq: seq, data: data}
	if m.record = h.Get(document.ErasedHeader); m.record != "" {
		m.erased = true
		return m, true
	}
	m.marked = h.Get(document.RestrictedHeader) != ""
	m.record = recordOf(data)
	return m, m.record != ""
}

// docHead is how every document of ours begins: the record follows, and need
// not be parsed for.
var docHead = []byte(`{"schema":"` + document.Schema + `","record":"`)

func recordOf(data []byte) string {
	if rest, ok := bytes.CutPrefix(data, docHead); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			return string(rest[:end])
		}
	}
	if d, err := document.Parse(data); err == nil {
		return d.Record
	}
	return ""
}

// tokenSet finds tokens in the JSON of documents.
type tokenSet map[string]bool

func newTokenSet(tokens []string) tokenSet {
	set := make(tokenSet, len(tokens))
	for _, t := range tokens {
		set[t] = true
	}
	return set
}

var subjectsHead = []byte(`"subjects":[`)

// in returns the tokens that a document has.
func (s tokenSet) in(data []byte) (found []string) {
	start := bytes.Index(data, subjectsHead)
	if start < 0 {
		return nil
	}
	list, _, _ := bytes.Cut(data[start+len(subjectsHead):], []byte("]"))
	for part := range bytes.SplitSeq(list, []byte(",")) {
		if t := string(bytes.Trim(part, `"`)); s[t] {
			found = append(found, t)
		}
	}
	return found
}
