package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// sealedStreams hold what is sealed: their bodies are random to who has no key.
var sealedStreams = []string{ingest.StreamVault, ingest.StreamKeys, ingest.StreamDead}

// madeHeaders are headers whose values this project, or NATS, makes by itself.
var madeHeaders = []string{
	"Nats-", "Qingting-Amended", "Qingting-Erased", "Qingting-Restricted", "Qingting-Sequence", "Qingting-Received",
	"Qingting-Size", "Qingting-Deliveries", "KV-Operation",
	ingest.HeaderOfficers, ingest.HeaderBorn, // fingerprints in hexadecimal, a time
}

// streams looks at every message of every stream there is. The queue is
// searched for values only.
func (s *leakScan) streams(ctx context.Context, st *streams, values bool) error {
	var all []*jetstream.StreamInfo
	list := st.js.ListStreams(ctx)
	for info := range list.Info() {
		all = append(all, info)
	}
	if err := list.Err(); err != nil {
		return fmt.Errorf("listing the streams: %w", err)
	}
	total := uint64(0)
	for _, info := range all {
		total += info.State.Msgs
	}
	s.bar.ChangeMax64(int64(total))
	slices.SortFunc(all, func(a, b *jetstream.StreamInfo) int { return strings.Compare(a.Config.Name, b.Config.Name) })
	for _, info := range all {
		name := info.Config.Name
		if name == ingest.StreamIn && !values {
			continue
		}
		stream, err := st.js.Stream(ctx, name)
		if err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
		if err := s.stream(ctx, stream, values); err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return nil
}

func (s *leakScan) stream(ctx context.Context, stream jetstream.Stream, values bool) error {
	state, name := stream.CachedInfo().State, stream.CachedInfo().Config.Name
	if state.Msgs == 0 {
		return nil
	}
	if name == ingest.StreamIn { // a work queue takes no second consumer
		return s.queue(ctx, stream)
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return err
	}
	it, err := consumer.Messages(jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(time.Second))
	if err != nil {
		return err
	}
	defer it.Stop()
	stop := context.AfterFunc(ctx, it.Stop)
	defer stop()
	for {
		msg, err := it.Next()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		s.message(name, meta.Sequence.Stream, msg.Subject(), msg.Headers(), msg.Data(), values)
		if meta.Sequence.Stream >= state.LastSeq || meta.NumPending == 0 {
			return nil
		}
	}
}

// queue looks at the messages of the work queue without taking them.
func (s *leakScan) queue(ctx context.Context, stream jetstream.Stream) error {
	for seq := stream.CachedInfo().State.FirstSeq; ; {
		msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(">"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		s.message(ingest.StreamIn, msg.Sequence, msg.Subject, msg.Header, msg.Data, true)
		seq = msg.Sequence + 1
	}
}

func (s *leakScan) message(stream string, seq uint64, subject string, header nats.Header, data []byte, values bool) {
	_ = s.bar.Add(1) // it is only to be looked at
	where := fmt.Sprintf("message %d", seq)
	if values {
		s.text(stream, where+" subject", subject)
		for _, name := range slices.Sorted(maps.Keys(header)) {
			s.text(stream, where+" header", name+": "+strings.Join(header[name], ", "))
		}
		s.text(stream, where, string(data))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if slices.ContainsFunc(madeHeaders, func(own string) bool { return strings.HasPrefix(name, own) }) {
			continue
		}
		for _, v := range header[name] {
			s.text(stream, where+" header", v)
		}
	}
	// The last token of a subject is a record, an epoch, a shard, a reason or a
	// name of a setting: all made here, and keyed where they could tell anything.
	switch {
	case slices.Contains(sealedStreams, stream):
	case stream == ingest.StreamCheckpoints: // a signed note: root hash, key names
	default:
		s.body(stream, where, data)
	}
}
