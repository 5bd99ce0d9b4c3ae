package ingest_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/ingest"
	"qingting/internal/document"
)

func TestFollow(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	publish := func(record string) {
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
	for _, record := range []string{"a", "b", "", "a"} {
		publish(record)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	type seen struct {
		Record   string
		Sequence uint64
	}
	var got []seen
	err := ingest.Follow(ctx, js, func(d *document.Document, seq uint64) {
		got = append(got, seen{d.Record, seq})
		switch seq {
		case 4:
			publish("late") // Follow goes on with what comes
		case 5:
			cancel()
		}
	}, func(seq uint64, err error) {
		if err == nil {
			t.Error("malformed without a reason")
		}
		got = append(got, seen{"", seq})
	})
	if err != nil {
		t.Errorf("Follow = %v", err)
	}
	if diff := cmp.Diff([]seen{{"a", 1}, {"b", 2}, {"", 3}, {"a", 4}, {"late", 5}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFollowNoStream(t *testing.T) {
	if err := ingest.Follow(t.Context(), newJetStream(t), nil, nil); err == nil {
		t.Error("Follow without a stream")
	}
}
