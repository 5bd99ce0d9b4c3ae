package amend_test

import (
	"context"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/ingest/worker"
)

// A correction replaces all that was sealed of a record, additions among it,
// whether or not it has values of its own.
func TestCorrectionReplacesAdditions(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		sealed int
	}{"with values": {"更正，电话13987654321", 1}, "without": {"更正，网好了", 0}} {
		t.Run(name, func(t *testing.T) {
			p := newPlant(t)
			f := ingest.Feedback{ID: "t1", Source: "crm", Time: march, Text: "邮箱a.b@example.com，手机号" + phone}
			record := p.intake(t, p.pipeline(t, lax), f)
			if _, err := p.amender(t, "").Amend(t.Context(), record, rescan()); err != nil {
				t.Fatal(err)
			}
			if n := len(ingesttest.Messages(t, p.js, ingest.StreamVault)); n != 2 {
				t.Fatalf("%d messages in the vault, want base and addition", n)
			}
			w, err := worker.New(p.js, p.pipeline(t, ""), worker.Config{})
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			ran := make(chan error, 1)
			go func() { ran <- w.Run(ctx) }()
			f.Text = c.text
			data, err := f.Encode()
			if err != nil {
				t.Fatal(err)
			}
			p.publish(t, "feedback.in.app", data)
			for deadline := time.Now().Add(20 * time.Second); w.Counts().Processed == 0; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("not processed")
				}
			}
			stop()
			if err := <-ran; err != nil {
				t.Error(err)
			}
			if n := len(ingesttest.Messages(t, p.js, ingest.StreamVault)); n != c.sealed {
				t.Errorf("%d messages in the vault, want %d", n, c.sealed)
			}
			docs, _ := p.versions(t, record)
			if d := docs[len(docs)-1]; len(d.Parts) != 0 || p.restore(t, d, "") != c.text {
				t.Error("the latest document is not the correction")
			}
		})
	}
}
