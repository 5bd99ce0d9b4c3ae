package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

func newPublisher(t testing.TB, js jetstream.JetStream, opts ingest.PublisherOptions) *ingest.Publisher {
	t.Helper()
	p, err := ingest.NewPublisher(js, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func TestPublisherSends(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	p := newPublisher(t, js, ingest.PublisherOptions{})
	want := ingest.Feedback{ID: "7", Source: "crm", Text: "信号差，请回电" + phone, Channel: "门店 1", Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	if err := p.Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	msg := first(t, js, ingest.StreamIn)
	if msg.Subject != "feedback.in.___1" {
		t.Errorf("published to %s", msg.Subject)
	}
	for name, values := range msg.Header {
		if strings.Contains(strings.Join(values, ""), phone) || strings.Contains(strings.Join(values, ""), "crm") {
			t.Errorf("header %s shows content", name)
		}
	}
	got, err := ingest.Decode(msg.Subject, msg.Header, msg.Data, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := p.Send(t.Context(), ingest.Feedback{}); err == nil {
		t.Error("feedback without text is sent")
	}
}

func TestPublisherSeals(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	p := newPublisher(t, js, ingest.PublisherOptions{Recipient: id.Recipient()})
	if err := p.Send(t.Context(), ingest.Feedback{Text: "请回电" + phone}); err != nil {
		t.Fatal(err)
	}
	msg := first(t, js, ingest.StreamIn)
	if strings.Contains(string(msg.Data), phone) {
		t.Error("the number is in the clear")
	}
	got, err := ingest.Decode(msg.Subject, msg.Header, msg.Data, []age.Identity{id}, time.Now())
	if err != nil || got.Text != "请回电"+phone {
		t.Errorf("opened: %v", err)
	}
}

// A retry within two minutes is one message, a correction is another.
func TestPublisherDeduplicates(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, opts := range map[string]ingest.PublisherOptions{"plain": {}, "sealed": {Recipient: id.Recipient()}} {
		before := count(t, js, ingest.StreamIn)
		p := newPublisher(t, js, opts)
		for _, text := range []string{"信号差", "信号差", "信号很差", "信号差"} {
			if err := p.Send(t.Context(), ingest.Feedback{ID: "7", Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, js, ingest.StreamIn) - before; n != 2 {
			t.Errorf("%s: %d messages, want 2", name, n)
		}
	}
	before := count(t, js, ingest.StreamIn)
	p := newPublisher(t, js, ingest.PublisherOptions{})
	for range 2 { // two customers may say the same
		if err := p.Send(t.Context(), ingest.Feedback{Text: "信号差"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, js, ingest.StreamIn) - before; n != 2 {
		t.Errorf("without id: %d messages, want 2", n)
	}
}

// A full stream is an error for each message it does not hold, and no other.
func TestPublisherBackPressure(t *testing.T) {
	js := streams(t, ingest.StreamLimits{InMsgs: 10})
	p := newPublisher(t, js, ingest.PublisherOptions{})
	results := make(chan error, 25)
	for i := range 25 {
		if err := p.Publish(t.Context(), ingest.Feedback{ID: fmt.Sprint(i), Text: "信号差"}, func(err error) { results <- err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Errorf("Flush reports what a callback has reported: %v", err)
	}
	refused := 0
	for range 25 {
		if err := <-results; errors.Is(err, ingest.ErrBackPressure) {
			refused++
		} else if err != nil {
			t.Errorf("another error: %v", err)
		}
	}
	if n := count(t, js, ingest.StreamIn); n != 10 || refused != 15 {
		t.Errorf("%d taken and %d refused, want 10 and 15", n, refused)
	}
	// Without a callback, Flush is who says it, once.
	for i := range 3 {
		if err := p.Publish(t.Context(), ingest.Feedback{ID: fmt.Sprint("b", i), Text: "信号差"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(t.Context()); !errors.Is(err, ingest.ErrBackPressure) || !strings.Contains(err.Error(), "3 messages") {
		t.Errorf("Flush = %v", err)
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Errorf("a second Flush = %v", err)
	}
	if err := p.Send(t.Context(), ingest.Feedback{Text: "信号差"}); !errors.Is(err, ingest.ErrBackPressure) {
		t.Errorf("Send = %v", err)
	}
	// What was refused may be sent again once there is room.
	s, err := js.Stream(t.Context(), ingest.StreamIn)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Send(t.Context(), ingest.Feedback{ID: "24", Text: "信号差"}); err != nil || count(t, js, ingest.StreamIn) != 1 {
		t.Errorf("sent again: %v, %d messages", err, count(t, js, ingest.StreamIn))
	}
}

// At most MaxInFlight await acknowledgement; the wait for a place ends with ctx.
func TestPublisherMaxInFlight(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	p := newPublisher(t, js, ingest.PublisherOptions{MaxInFlight: 1})
	hold := make(chan struct{})
	if err := p.Publish(t.Context(), ingest.Feedback{Text: "一"}, func(error) { <-hold }); err != nil {
		t.Fatal(err)
	}
	// The first is acknowledged and its callback holds up the next ones.
	if err := p.Publish(t.Context(), ingest.Feedback{Text: "二"}, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := p.Publish(ctx, ingest.Feedback{Text: "三"}, nil)
	if !errors.Is(err, ingest.ErrBackPressure) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Publish with one in flight = %v", err)
	}
	close(hold)
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, js, ingest.StreamIn); n != 2 {
		t.Errorf("%d messages, want 2: an error means not sent", n)
	}
	if _, err := ingest.NewPublisher(js, ingest.PublisherOptions{MaxInFlight: -1}); err == nil {
		t.Error("a negative number in flight is taken")
	}
}

func TestPublisherClosed(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	p := newPublisher(t, js, ingest.PublisherOptions{})
	settled := 0
	for range 100 {
		if err := p.Publish(t.Context(), ingest.Feedback{Text: "信号差"}, func(error) { settled++ }); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	if settled != 100 || count(t, js, ingest.StreamIn) != 100 {
		t.Errorf("Close left %d of 100 unsettled", 100-settled)
	}
	p.Close()
	if err := p.Send(t.Context(), ingest.Feedback{Text: "信号差"}); !errors.Is(err, ingest.ErrClosed) {
		t.Errorf("Send after Close = %v", err)
	}
	if err := p.Flush(t.Context()); !errors.Is(err, ingest.ErrClosed) {
		t.Errorf("Flush after Close = %v", err)
	}
}

// Without the stream, or past its size, an error and not silence.
func TestPublisherNoStream(t *testing.T) {
	p := newPublisher(t, newJetStream(t), ingest.PublisherOptions{})
	if err := p.Send(t.Context(), ingest.Feedback{Text: "信号差"}); err == nil {
		t.Error("sent to nowhere")
	}
}
