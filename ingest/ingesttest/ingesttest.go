// Package ingesttest gives tests a real broker in this process, with the streams
// of qingting, and reads what lies there. All of it goes when the test ends.
//
//	_, js := ingesttest.Streams(t)
package ingesttest

import (
	"context"
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/broker"
)

// StoreKey is the at-rest key of every broker of a test.
const StoreKey = "0123456789abcdef0123456789abcdef"

// Start starts a broker of cfg, whose key is StoreKey, and whose directory is
// one of the test's where cfg names none.
func Start(tb testing.TB, cfg broker.Config) *broker.Broker {
	tb.Helper()
	if cfg.Dir == "" {
		cfg.Dir = tb.TempDir()
	}
	cfg.StoreKey = StoreKey
	b, err := broker.Start(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(b.Shutdown)
	return b
}

// Connect is a connection from within the broker's process, to which no
// permissions apply.
func Connect(tb testing.TB, b *broker.Broker) (*nats.Conn, jetstream.JetStream) {
	tb.Helper()
	nc, err := b.Connect()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(nc.Close)
	js, err := ingest.JetStream(nc)
	if err != nil {
		tb.Fatal(err)
	}
	return nc, js
}

// Open is Connect to a broker in which there are the streams of qingting.
func Open(tb testing.TB, b *broker.Broker) (*nats.Conn, jetstream.JetStream) {
	tb.Helper()
	nc, js := Connect(tb, b)
	if err := ingest.Streams(tb.Context(), js, ingest.StreamLimits{}); err != nil {
		tb.Fatal(err)
	}
	return nc, js
}

// Streams starts a broker and opens it.
func Streams(tb testing.TB) (*nats.Conn, jetstream.JetStream) {
	tb.Helper()
	return Open(tb, Start(tb, broker.Config{}))
}

// Messages are all of a stream, oldest first.
func Messages(tb testing.TB, js jetstream.JetStream, stream string) (list []*jetstream.RawStreamMsg) {
	tb.Helper()
	s, err := js.Stream(tb.Context(), stream)
	if err != nil {
		tb.Fatal(err)
	}
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		msg, err := s.GetMsg(tb.Context(), seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, msg)
	}
	return list
}

// Epochs reads the envelopes of epochs, as an officer's opener needs them.
type Epochs struct{ JS jetstream.JetStream }

// GetEpoch implements unseal.EpochSource.
func (e Epochs) GetEpoch(ctx context.Context, id string) ([]byte, error) {
	keys, err := e.JS.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return nil, err
	}
	msg, err := keys.GetLastMsgForSubject(ctx, ingest.KeySubject(id))
	if err != nil {
		return nil, err
	}
	return msg.Data, nil
}
