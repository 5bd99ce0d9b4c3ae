package govern_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/govern"
	"qingting/ingest/ingesttest"
	"qingting/ingest/settings"
	"qingting/internal/document"
)

// BenchmarkDryRun reads 20,000 documents with sealed values.
func BenchmarkDryRun(b *testing.B) {
	const records = 20_000
	_, js := ingesttest.Streams(b)
	s, err := settings.Create(b.Context(), js, 1)
	if err != nil {
		b.Fatal(err)
	}
	var acks []jetstream.PubAckFuture
	publish := func(subject string, data []byte) {
		ack, err := js.PublishAsync(subject, data)
		if err != nil {
			b.Fatal(err)
		}
		if acks = append(acks, ack); len(acks) == 200 {
			for _, a := range acks {
				<-a.Ok()
			}
			acks = acks[:0]
		}
	}
	for n := range records {
		id := fmt.Sprintf("%026d", n)
		d := document.Document{Schema: document.Schema, Record: id, Month: "202601", Source: "app", Intake: today, Text: "宽带断网三天没人来修，打了三次热线", Redactions: []document.Redaction{{Type: "MOBILE", Action: "tag"}}}
		data, err := json.Marshal(d)
		if err != nil {
			b.Fatal(err)
		}
		publish(ingest.VaultSubject("202601", id), make([]byte, 500))
		publish(ingest.DocsSubject(id), data)
	}
	<-js.PublishAsyncComplete()
	k := govern.NewKeeper(js, s, govern.KeeperConfig{Now: func() time.Time { return today }})
	b.ReportAllocs()
	for b.Loop() {
		ended := make(chan struct{})
		if _, err := k.Begin(b.Context(), govern.Who{Actor: "lin"}, true, func() { close(ended) }); err != nil {
			b.Fatal(err)
		}
		<-ended
	}
	b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
