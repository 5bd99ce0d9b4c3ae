package ingest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

func TestStreamsCreatedOnce(t *testing.T) {
	js := streams(t, ingest.StreamLimits{VaultAge: time.Hour})
	// Again, with what an operator has tuned since.
	s, err := js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	if cfg.MaxAge != time.Hour {
		t.Errorf("the vault keeps for %v, want an hour", cfg.MaxAge)
	}
	cfg.MaxAge = 2 * time.Hour
	if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ingest.StreamIn, ingest.StreamVault, ingest.StreamKeys, ingest.StreamDocs, ingest.StreamDead, ingest.StreamAudit, ingest.StreamAlerts} {
		if _, err := js.Stream(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s, err = js.Stream(t.Context(), ingest.StreamVault); err != nil || s.CachedInfo().Config.MaxAge != 2*time.Hour {
		t.Errorf("what the operator tuned is gone (%v)", err)
	}
}

// A stream whose settings would break a guarantee is named, with its field.
func TestStreamsMismatch(t *testing.T) {
	for _, c := range []struct {
		field string
		cfg   jetstream.StreamConfig
	}{
		{"subjects", jetstream.StreamConfig{Name: ingest.StreamDocs, Subjects: []string{"feedback.docs.>"}}},
		{"retention", jetstream.StreamConfig{Name: ingest.StreamIn, Subjects: []string{"feedback.in.>"}, Discard: jetstream.DiscardNew}},
		{"discard policy", jetstream.StreamConfig{Name: ingest.StreamIn, Subjects: []string{"feedback.in.>"}, Retention: jetstream.WorkQueuePolicy}},
		{"max messages per subject", jetstream.StreamConfig{Name: ingest.StreamVault, Subjects: []string{"feedback.vault.*.*"}}},
		{"max messages per subject", jetstream.StreamConfig{Name: ingest.StreamAlerts, Subjects: []string{"feedback.alerts.>"}, MaxMsgsPerSubject: 1}},
		{"storage", jetstream.StreamConfig{Name: ingest.StreamDocs, Subjects: []string{"feedback.docs.*"}, Storage: jetstream.MemoryStorage}},
		{"deny-delete", jetstream.StreamConfig{Name: ingest.StreamAudit, Subjects: []string{"feedback.audit"}, DenyPurge: true}},
		{"deny-purge", jetstream.StreamConfig{Name: ingest.StreamAudit, Subjects: []string{"feedback.audit"}, DenyDelete: true}},
		{"deny-delete", jetstream.StreamConfig{Name: ingest.StreamVault, Subjects: []string{"feedback.vault.*.*"}, MaxMsgsPerSubject: 1, DenyDelete: true}},
		{"no-ack", jetstream.StreamConfig{Name: ingest.StreamDocs, Subjects: []string{"feedback.docs.*"}, NoAck: true}},
	} {
		t.Run(c.cfg.Name+" "+c.field, func(t *testing.T) {
			js := newJetStream(t)
			if _, err := js.CreateStream(t.Context(), c.cfg); err != nil {
				t.Fatal(err)
			}
			err := ingest.Streams(t.Context(), js, ingest.StreamLimits{})
			if err == nil || !strings.Contains(err.Error(), "stream "+c.cfg.Name+" has "+c.field) {
				t.Errorf("Streams = %v", err)
			}
		})
	}
}
