package main

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
)

// TestPublishedIntoSilence has the first messages lost without a word, as by a
// cluster that is choosing a leader: each line is published again.
func TestPublishedIntoSilence(t *testing.T) {
	t.Parallel()
	srv := natsServer(t, withJetStream)
	nc, err := nats.Connect(srv.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	// Somebody listens, so that the server does not say that nobody is there.
	var swallowed atomic.Int32
	deaf, err := nc.Subscribe("feedback.in.>", func(*nats.Msg) { swallowed.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	js := administrator(t, srv.ClientURL())
	s := newSite(t)
	done := make(chan error, 1)
	go func() { done <- s.tryPublish(t, 0, 5, "--nats", srv.ClientURL()) }()
	waitUntil(t, "messages", func() bool { return swallowed.Load() == 5 })
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	if err := deaf.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(strings.TrimSpace(err.Error()))
	}
	if n := held(t, js, ingest.StreamIn); n != 5 {
		t.Errorf("%s holds %d messages, want 5", ingest.StreamIn, n)
	}
}
