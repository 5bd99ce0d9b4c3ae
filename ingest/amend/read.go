package amend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// message is one message of FEEDBACK_DOCS.
type message struct {
	seq     uint64
	subject string
	header  nats.Header
	data    []byte
}

// documents reads FEEDBACK_DOCS from one sequence to another; headers alone when
// bodies are not wanted.
func documents(ctx context.Context, docs jetstream.Stream, from, last uint64, bodies bool) iter.Seq2[message, error] {
	return func(yield func(message, error) bool) {
		fail := func(err error) { yield(message{}, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)) }
		state, err := docs.Info(ctx)
		if err != nil {
			fail(err)
			return
		}
		if last = min(last, state.State.LastSeq); state.State.Msgs == 0 || from > last {
			return
		}
		consumer, err := docs.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(1, from), HeadersOnly: !bodies,
		})
		if err != nil {
			fail(err)
			return
		}
		// Heartbeats and short requests, so that a request the server lost is asked again soon.
		it, err := consumer.Messages(jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
		if err != nil {
			fail(err)
			return
		}
		defer it.Stop()
		stop := context.AfterFunc(ctx, it.Stop)
		defer stop()
		for {
			msg, err := it.Next()
			switch {
			case ctx.Err() != nil:
				fail(ctx.Err())
				return
			case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
				// What is left may have been deleted meanwhile.
				if _, err := docs.GetMsg(ctx, max(1, from), jetstream.WithGetMsgSubject(ingest.DocsSubjects)); errors.Is(err, jetstream.ErrMsgNotFound) {
					return
				}
				continue
			case err != nil:
				fail(err)
				return
			}
			meta, err := msg.Metadata()
			if err != nil {
				fail(err)
				return
			}
			if from = meta.Sequence.Stream + 1; from > last+1 {
				return
			}
			if !yield(message{meta.Sequence.Stream, msg.Subject(), msg.Headers(), msg.Data()}, nil) || from > last || meta.NumPending == 0 {
				return
			}
		}
	}
}

// head is how every document of ours begins: its record need not be parsed for.
var head = []byte(`{"schema":"` + document.Schema + `","record":"`)

// recordOf is the record that a message is of, or empty.
func recordOf(m message) (record string, erased bool) {
	if r := m.header.Get(document.ErasedHeader); r != "" {
		return r, true
	}
	if rest, ok := bytes.CutPrefix(m.data, head); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			return string(rest[:end]), false
		}
	}
	if d, err := document.Parse(m.data); err == nil {
		return d.Record, false
	}
	return "", false
}

// Finish deletes what an amendment left that was interrupted: versions that the
// message of a newer one lists and that are there still. It reads the headers
// of all documents; call it once when a server starts.
func (a *Amender) Finish(ctx context.Context) (deleted int, err error) {
	docs, err := a.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	last := docs.CachedInfo().State.LastSeq
	var there, doomed []uint64
	for m, err := range documents(ctx, docs, 1, last, false) {
		if err != nil {
			return 0, err
		}
		there = append(there, m.seq)
		if list := m.header.Get(document.AmendedHeader); list != "" {
			doomed = append(doomed, parseSequences(list)...)
		}
	}
	for _, seq := range doomed {
		if _, ok := slices.BinarySearch(there, seq); !ok {
			continue
		}
		gone, err := ingest.SecureDelete(ctx, docs, seq)
		if err != nil {
			return deleted, fmt.Errorf("deleting an amended version: %w", err)
		}
		if gone {
			deleted++
		}
	}
	return deleted, nil
}
