package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/internal/document"
)

func TestReadDocuments(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	read := func(upTo uint64) (got []string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err := ingest.ReadDocuments(ctx, js, upTo,
			func(d *document.Document) { got = append(got, d.Record) },
			func(seq uint64, err error) { got = append(got, fmt.Sprint("malformed ", seq, err != nil)) })
		if err != nil {
			t.Errorf("ReadDocuments = %v", err)
		}
		return got
	}
	if got := read(math.MaxUint64); got != nil {
		t.Errorf("an empty stream gives %q", got)
	}
	for _, record := range []string{"a", "b", "", "a", "c"} {
		data, err := json.Marshal(document.Document{Schema: document.Schema, Record: record, Month: "202603", Text: "信号差", Time: created})
		if err != nil {
			t.Fatal(err)
		}
		if record == "" {
			data = []byte("{")
		}
		if _, err := js.Publish(t.Context(), ingest.DocsSubject(record), data); err != nil {
			t.Fatal(err)
		}
	}
	erased := &nats.Msg{Subject: ingest.DocsSubject("b"), Header: nats.Header{document.ErasedHeader: {"b"}}}
	if _, err := js.PublishMsg(t.Context(), erased); err != nil {
		t.Fatal(err)
	}
	all := []string{"a", "b", "malformed 3 true", "a", "c"}
	for upTo, want := range map[uint64][]string{0: nil, 2: all[:2], 4: all[:4], 6: all, 100: all} {
		if diff := cmp.Diff(want, read(upTo)); diff != "" {
			t.Errorf("up to %d: %s", upTo, diff)
		}
	}
	docs, err := js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	for _, seq := range []uint64{5, 6} { // the last ones, as an erasure leaves it
		if err := docs.SecureDeleteMsg(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(all[:4], read(6)); diff != "" {
		t.Errorf("with the end deleted: %s", diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = ingest.ReadDocuments(ctx, js, 6, func(*document.Document) { cancel() }, func(uint64, error) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestReadDocumentsNoStream(t *testing.T) {
	if err := ingest.ReadDocuments(t.Context(), newJetStream(t), 1, nil, nil); err == nil {
		t.Error("ReadDocuments without a stream")
	}
}
