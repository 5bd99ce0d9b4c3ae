package worker_test

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// Whatever stream refuses, in whatever way, nothing is acknowledged, no
// document appears without its sealed values, and nothing becomes a dead
// letter: once the stream is back, everything is processed.
func TestFailsClosed(t *testing.T) {
	for _, stream := range []string{ingest.StreamKeys, ingest.StreamVault, ingest.StreamAudit, ingest.StreamDocs} {
		t.Run(stream+" gone", func(t *testing.T) {
			testFailsClosed(t, stream,
				func(p *plant) error { return p.js.DeleteStream(t.Context(), stream) },
				func(p *plant) error { return ingest.Streams(t.Context(), p.js, ingest.StreamLimits{}) })
		})
		t.Run(stream+" full", func(t *testing.T) {
			change := func(p *plant, full bool) error {
				s, err := p.js.Stream(t.Context(), stream)
				if err != nil {
					return err
				}
				cfg := s.CachedInfo().Config
				cfg.Discard, cfg.MaxBytes = jetstream.DiscardOld, -1
				if full {
					cfg.Discard, cfg.MaxBytes = jetstream.DiscardNew, 1
				}
				_, err = p.js.UpdateStream(t.Context(), cfg)
				return err
			}
			testFailsClosed(t, stream,
				func(p *plant) error { return change(p, true) },
				func(p *plant) error { return change(p, false) })
		})
	}
}

func testFailsClosed(t *testing.T, stream string, refuse, restore func(*plant) error) {
	p := newPlant(t)
	p.config.MaxDeliver, p.config.MaxCrash = 2, 3 // the broker's faults must not count
	const text = "我的手机号是" + phone
	if err := refuse(p); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"t1", "t2", ""} {
		p.send(t, complaint(id, text))
	}
	w, stop := p.run(t)
	p.await(t, "five tries each", func() bool { return w.Counts().Retried >= 15 })
	if c := w.Counts(); c.Processed != 0 || c.Dead != 0 {
		t.Errorf("while %s refuses: %+v", stream, c)
	}
	if n := p.count(t, ingest.StreamIn); n != 3 {
		t.Errorf("%d messages left in the queue, want 3", n)
	}
	if stream != ingest.StreamDocs && p.count(t, ingest.StreamDocs) != 0 {
		t.Error("a document without sealed values")
	}
	if stream == ingest.StreamKeys && p.count(t, ingest.StreamVault) != 0 {
		t.Error("something was sealed under a key that nobody has")
	}
	if err := restore(p); err != nil {
		t.Fatal(err)
	}
	p.await(t, "an empty queue", func() bool { return p.count(t, ingest.StreamIn) == 0 })
	stop()
	if c := w.Counts(); c.Processed != 3 || c.Dead != 0 {
		t.Errorf("after %s is back: %+v", stream, c)
	}
	records := map[string]bool{}
	for _, d := range p.documents(t) {
		records[d.Record] = true
		if p.restore(t, d) != text {
			t.Error("the sealed values do not fit")
		}
	}
	if len(records) != 3 {
		t.Errorf("%d records, want 3", len(records))
	}
}

// When the dead letters' stream refuses, what would go there waits.
func TestDeadLettersWait(t *testing.T) {
	p := newPlant(t)
	if err := p.js.DeleteStream(t.Context(), ingest.StreamDead); err != nil {
		t.Fatal(err)
	}
	p.config.MaxCrash = 2
	p.sendRaw(t, "feedback.in.app", []byte{0xff})
	w, stop := p.run(t)
	p.await(t, "five tries", func() bool { return w.Counts().Retried >= 5 })
	if n := p.count(t, ingest.StreamIn); n != 1 || w.Counts().Dead != 0 {
		t.Errorf("%d messages left, %d dead", n, w.Counts().Dead)
	}
	if err := ingest.Streams(t.Context(), p.js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	p.await(t, "an empty queue", func() bool { return p.count(t, ingest.StreamIn) == 0 })
	stop()
	if l := p.letters(t); len(l) != 1 || l[0].Reason != ingest.ReasonEncoding {
		t.Errorf("%d dead letters", len(l))
	}
}
