package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		if name == ingest.StreamIn { // a work queue takes no second consumer
			if values {
				if err := s.queue(ctx, st.js); err != nil {
					return fmt.Errorf("reading %s: %w", name, err)
				}
			}
			continue
		}
		for m, err := range ingest.Messages(ctx, st.js, name, ingest.Part{}) {
			if err != nil {
				return err
			}
			s.message(name, m.Sequence, m.Subject, m.Header, m.Data, values)
		}
	}
	return nil
}

// queue looks at the messages of the work queue without taking them.
func (s *leakScan) queue(ctx context.Context, js jetstream.JetStream) error {
	stream, err := js.Stream(ctx, ingest.StreamIn)
	if err != nil {
		return err
	}
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
