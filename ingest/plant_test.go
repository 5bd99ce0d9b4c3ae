package ingest_test

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/ingesttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const phone = "13812345678"

// newJetStream is a broker of this test's own; streams makes ours there.
func newJetStream(t testing.TB) jetstream.JetStream {
	t.Helper()
	_, js := ingesttest.Connect(t, ingesttest.Start(t, broker.Config{}))
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
