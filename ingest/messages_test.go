package ingest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// sequences reads a part of FEEDBACK_DOCS.
func sequences(t *testing.T, js jetstream.JetStream, part ingest.Part) (list []uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for m, err := range ingest.Messages(ctx, js, ingest.StreamDocs, part) {
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject == "" || m.Stored.IsZero() || (len(m.Data) == 0) != part.Headers {
			t.Errorf("message %d: %+v", m.Sequence, m)
		}
		list = append(list, m.Sequence)
	}
	return list
}

func TestMessages(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	if got := sequences(t, js, ingest.Part{}); got != nil {
		t.Errorf("an empty stream has %v", got)
	}
	for range 6 {
		if _, err := js.Publish(t.Context(), ingest.DocsSubject("a"), []byte("text")); err != nil {
			t.Fatal(err)
		}
	}
	docs, err := js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	for _, seq := range []uint64{3, 6} {
		if err := docs.DeleteMsg(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		part ingest.Part
		want []uint64
	}{
		{ingest.Part{}, []uint64{1, 2, 4, 5}},
		{ingest.Part{First: 2, Last: 4}, []uint64{2, 4}},
		{ingest.Part{First: 2, Last: 3, Headers: true}, []uint64{2}},
		{ingest.Part{First: 3, Last: 100}, []uint64{4, 5}},
		{ingest.Part{First: 6}, nil},
		{ingest.Part{First: 7}, nil},
	} {
		if diff := cmp.Diff(c.want, sequences(t, js, c.part)); diff != "" {
			t.Errorf("%+v: %s", c.part, diff)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range ingest.Messages(ctx, js, ingest.StreamDocs, ingest.Part{}) {
		n, last = n+1, err
		cancel()
	}
	if !errors.Is(last, context.Canceled) || n != 2 {
		t.Errorf("after ctx has ended: %d, %v", n, last)
	}
	for m := range ingest.Messages(t.Context(), js, ingest.StreamDocs, ingest.Part{}) {
		if m.Sequence > 1 {
			t.Error("what nobody wants is read")
		}
		break
	}
}

// A reading ends when what is left of its part is deleted while it reads.
func TestMessagesDeletedMeanwhile(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	const n = 3000 // more than are asked for at a time
	for i := range n {
		record := "stays"
		if i >= n/2 {
			record = "goes"
		}
		if _, err := js.PublishAsync(ingest.DocsSubject(record), []byte("text")); err != nil {
			t.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
	docs, err := js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	next := uint64(1)
	for m, err := range ingest.Messages(ctx, js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			t.Fatal(err)
		}
		if m.Sequence == 1 {
			if err := docs.Purge(ctx, jetstream.WithPurgeSubject(ingest.DocsSubject("goes"))); err != nil {
				t.Fatal(err)
			}
		}
		if m.Sequence != next {
			t.Fatalf("message %d follows %d", m.Sequence, next-1)
		}
		next++
	}
	if next <= n/2 {
		t.Errorf("only %d messages of those that stay", next-1)
	}
}
