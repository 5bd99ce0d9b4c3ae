package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// exampleDocument is the n-th document, of a customer of its own.
func exampleDocument(n int) *document.Document {
	rating := 2.0
	return &document.Document{
		Schema: document.Schema, Record: strings.Repeat("a", 24) + string(rune('a'+n/26)) + string(rune('a'+n%26)), Month: "202603",
		Source: "app", Channel: "app", Region: "浙江", Product: "broadband", Time: time.Date(2026, 3, 1+n%28, 8, 0, 0, 0, time.UTC),
		Intake: time.Date(2026, 3, 1+n%28, 9, 0, 0, 0, time.UTC), Rating: &rating, Customer: fmt.Sprintf("customer%d", n),
		Text: "宽带断网", Policy: "policyone", Engine: "1.1", Grade: 1,
		Annotation: document.Annotation{Language: "zh", Sentiment: document.Polarity{Label: "negative", Score: -0.5}},
	}
}

// storeDocument puts a document into the stream, with a header.
func (s *site) storeDocument(t *testing.T, js jetstream.JetStream, d *document.Document, header ...string) {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	msg := nats.NewMsg(ingest.DocsSubject(d.Record))
	msg.Data = data
	for i := 0; i+1 < len(header); i += 2 {
		msg.Header.Set(header[i], header[i+1])
	}
	if _, err := js.PublishMsg(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
}
