package ingest_test

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const phone = "13812345678"

// newJetStream is a broker of this test's own; streams makes ours there.
func newJetStream(t testing.TB) jetstream.JetStream {
	t.Helper()
	b, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: "0123456789abcdef0123456789abcdef"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Shutdown)
	nc, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := ingest.JetStream(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func streams(t testing.TB, limits ingest.StreamLimits) jetstream.JetStream {
	t.Helper()
	js := newJetStream(t)
	if err := ingest.Streams(t.Context(), js, limits); err != nil {
		t.Fatal(err)
	}
	return js
}

func count(t testing.TB, js jetstream.JetStream, stream string) uint64 {
	t.Helper()
	s, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

func first(t testing.TB, js jetstream.JetStream, stream string) *jetstream.RawStreamMsg {
	t.Helper()
	s, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := s.GetMsg(t.Context(), s.CachedInfo().State.FirstSeq)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}
