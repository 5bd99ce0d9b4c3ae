package settings_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/privacy/audit"
)

func open(t *testing.T) (*settings.Settings, jetstream.JetStream) {
	t.Helper()
	_, js := ingesttest.Streams(t)
	s, err := settings.Create(t.Context(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s, js
}

var who = settings.Change{Actor: "operator1", Reason: "a test"}

func entries(t *testing.T, js jetstream.JetStream) (all []audit.Entry) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestPutIsInTheLedger(t *testing.T) {
	s, js := open(t)
	v, err := s.Get(t.Context(), settings.Sources)
	if err != nil || v.Revision != 0 || v.Data != nil || v.Hash() != "" {
		t.Fatalf("never set: %+v, %v", v, err)
	}
	first, err := s.Put(t.Context(), settings.Sources, []byte(`{"a":1}`), 0, who)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Put(t.Context(), settings.Sources, []byte(`{"a":2}`), first.Revision, who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), settings.Sources, []byte(`{"a":3}`), first.Revision, who); !errors.Is(err, settings.ErrChanged) {
		t.Errorf("over another's change: %v", err)
	}
	same, err := s.Put(t.Context(), settings.Sources, []byte(`{"a":2}`), second.Revision, who)
	if err != nil || same.Revision != second.Revision {
		t.Errorf("the same again: %+v, %v", same, err)
	}
	if err := s.Delete(t.Context(), settings.Sources, second.Revision, who); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Get(t.Context(), settings.Sources); err != nil || v.Data != nil {
		t.Errorf("removed: %+v, %v", v, err)
	}
	all := entries(t, js)
	if len(all) != 3 {
		t.Fatalf("%d entries, want 3", len(all))
	}
	for i, want := range []struct{ before, after string }{{"", first.Hash()}, {first.Hash(), second.Hash()}, {second.Hash(), ""}} {
		if e := all[i]; e.Action != audit.ActionSource || e.Actor != "operator1" || e.Before != want.before || e.After != want.after {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	list, err := s.History(t.Context(), settings.Sources)
	if err != nil || len(list) != 3 || list[2].Data != nil {
		t.Errorf("history: %d versions, %v", len(list), err)
	}
}

// TestNoLedgerNoChange takes the ledger away.
func TestNoLedgerNoChange(t *testing.T) {
	s, js := open(t)
	if err := js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), settings.Policy, []byte("x"), 0, who); err == nil {
		t.Error("changed without an entry")
	}
	if v, err := s.Get(t.Context(), settings.Policy); err != nil || v.Data != nil {
		t.Errorf("changed without an entry: %+v, %v", v, err)
	}
}

func TestWatch(t *testing.T) {
	s, _ := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	values := make(chan string)
	go func() {
		defer close(values)
		for v, err := range s.Watch(ctx, settings.Users) {
			if err != nil {
				t.Error(err)
			}
			values <- string(v.Data)
		}
	}()
	if got := <-values; got != "" {
		t.Errorf("at first %q", got)
	}
	revision := uint64(0)
	for _, want := range []string{"a", "b"} {
		v, err := s.Put(t.Context(), settings.Users, []byte(want), revision, who)
		if err != nil {
			t.Fatal(err)
		}
		revision = v.Revision
		if got := <-values; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	cancel()
	for range values {
	}
}

func TestKeyRefused(t *testing.T) {
	s, _ := open(t)
	for _, key := range []settings.Key{"", "a b", "*", "a.>", "A", ".a"} {
		if _, err := s.Get(t.Context(), key); err == nil {
			t.Errorf("%q was taken for a key", key)
		}
	}
}
