package govern_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/govern"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// place is a broker with streams and settings.
type place struct {
	js       jetstream.JetStream
	settings *settings.Settings
}

func newPlace(t *testing.T) *place {
	t.Helper()
	_, js := ingesttest.Streams(t)
	kept, err := settings.Create(t.Context(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	return &place{js, kept}
}

func (p *place) put(t *testing.T, key settings.Key, data []byte) {
	t.Helper()
	v, err := p.settings.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.settings.Put(t.Context(), key, data, v.Revision, settings.Change{Actor: "lin", Reason: "test"}); err != nil {
		t.Fatal(err)
	}
}

func (p *place) register(t *testing.T, list ...govern.Source) {
	t.Helper()
	var r govern.Register
	for _, s := range list {
		r.Set(s)
	}
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	p.put(t, settings.Sources, data)
}

func (p *place) retain(t *testing.T, r govern.Retention) {
	t.Helper()
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	p.put(t, settings.Retention, data)
}

func source(name string) govern.Source {
	return govern.Source{Name: name, Purposes: []string{"改进服务"}, Bases: []string{"contract"}}
}

// recordID is the n-th record.
func recordID(n int) string {
	return strings.Repeat("a", 24) + string(rune('a'+n/26)) + string(rune('a'+n%26))
}

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// store puts a document, and sealed values when it has types, days old.
func (p *place) store(t *testing.T, n int, src string, days int, types ...string) {
	t.Helper()
	d := document.Document{Schema: document.Schema, Record: recordID(n), Month: "202601", Source: src, Intake: today.AddDate(0, 0, -days), Text: "断网了"}
	for _, typ := range types {
		d.Redactions = append(d.Redactions, document.Redaction{Type: typ, Action: "tag"})
	}
	if len(types) > 0 {
		p.publish(t, ingest.VaultSubject(d.Month, d.Record), []byte("sealed"))
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	p.publish(t, ingest.DocsSubject(d.Record), data)
}

func (p *place) publish(t *testing.T, subject string, data []byte) {
	t.Helper()
	if _, err := p.js.Publish(t.Context(), subject, data); err != nil {
		t.Fatal(err)
	}
}

// sealed are the records that the vault has, by number.
func (p *place) sealed(t *testing.T) (list []int) {
	t.Helper()
	s, err := p.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		if _, err := s.GetLastMsgForSubject(t.Context(), ingest.VaultSubject("*", recordID(n))); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// documents are the records that the documents stream has, and those it tells
// readers to forget.
func (p *place) documents(t *testing.T) (there, forgotten []int) {
	t.Helper()
	s, err := p.js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	number := func(record string) int { return int(record[24]-'a')*26 + int(record[25]-'a') }
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		msg, err := s.GetMsg(t.Context(), seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if r := msg.Header.Get(document.ErasedHeader); r != "" {
			forgotten = append(forgotten, number(r))
			continue
		}
		d, err := document.Parse(msg.Data)
		if err != nil {
			t.Fatal(err)
		}
		there = append(there, number(d.Record))
	}
	slices.Sort(there)
	slices.Sort(forgotten)
	return there, forgotten
}

func (p *place) entries(t *testing.T, action audit.Action) (list []audit.Entry) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), p.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			t.Fatal(err)
		}
		if e.Action == action {
			list = append(list, e)
		}
	}
	return list
}

// runOnce makes a run and waits for its report.
func (p *place) runOnce(t *testing.T, dry bool) (*govern.Report, error) {
	t.Helper()
	k := govern.NewKeeper(p.js, p.settings, govern.KeeperConfig{Now: func() time.Time { return today }})
	ended := make(chan struct{})
	id, err := k.Begin(t.Context(), govern.Who{Actor: "lin", Reason: "test"}, dry, func() { close(ended) })
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	r, over, err := k.Result(t.Context(), id)
	if !over {
		t.Fatal("the run has ended and is not over")
	}
	return r, err
}

func TestRetention(t *testing.T) {
	p := newPlace(t)
	p.register(t, source("app"), source("store"), govern.Source{
		Name: "hotline", Purposes: []string{"改进服务"}, Bases: []string{"contract"}, Retention: govern.Days{Vault: 5},
	})
	p.retain(t, govern.Retention{
		Vault: govern.Periods{Days: 90, Sources: map[string]int{"store": 200}, Types: map[string]int{"ID_CARD": 30}},
		Docs:  govern.Periods{Sources: map[string]int{"store": 365}},
	})
	p.store(t, 0, "app", 89, "MOBILE")
	p.store(t, 1, "app", 90, "MOBILE")            // the general time
	p.store(t, 2, "app", 31, "MOBILE", "ID_CARD") // the type's, which is shorter
	p.store(t, 3, "store", 100, "MOBILE")         // the source's own, which is longer
	p.store(t, 4, "store", 366, "MOBILE")         // the document, too
	p.store(t, 5, "hotline", 6, "MOBILE")         // the register's
	p.store(t, 6, "app", 4000)                    // nothing sealed, documents are kept
	p.store(t, 7, "store", 400, "MOBILE")         // published again since: young
	p.store(t, 7, "store", 3, "MOBILE")
	p.publish(t, ingest.VaultSubject("202601-1ab", recordID(4)), []byte("an addition"))

	dry, err := p.runOnce(t, true)
	if err != nil {
		t.Fatal(err)
	}
	want := govern.Tally{
		Records: 4, Sources: map[string]int{"app": 2, "store": 1, "hotline": 1}, Types: map[string]int{"MOBILE": 4, "ID_CARD": 1},
		From: today.AddDate(0, 0, -366), To: today.AddDate(0, 0, -6),
	}
	if diff := cmp.Diff(want, dry.Vault); diff != "" {
		t.Errorf("what would go (-want +got):\n%s", diff)
	}
	if dry.Docs.Records != 1 || len(p.entries(t, audit.ActionRetention)) != 0 || len(p.sealed(t)) != 7 {
		t.Error("a dry run does more than count")
	}
	r, err := p.runOnce(t, false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dry.Vault, r.Vault); diff != "" {
		t.Errorf("dry run and run differ:\n%s", diff)
	}
	if got := p.sealed(t); !slices.Equal(got, []int{0, 3, 7}) {
		t.Errorf("the vault has %v", got)
	}
	there, forgotten := p.documents(t)
	if !slices.Equal(there, []int{0, 1, 2, 3, 5, 6, 7, 7}) || !slices.Equal(forgotten, []int{4}) {
		t.Errorf("documents %v, forgotten %v", there, forgotten)
	}
	checkProof(t, p.entries(t, audit.ActionRetention))
	s, err := p.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	if age := s.CachedInfo().Config.MaxAge; age != 202*24*time.Hour {
		t.Errorf("the vault's stream drops after %s", age)
	}
	if r, err = p.runOnce(t, false); err != nil || r.Vault.Records+r.Docs.Records != 0 {
		t.Errorf("a second run deletes %+v, %v", r, err)
	}
}

func checkProof(t *testing.T, entries []audit.Entry) {
	t.Helper()
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s %d", e.Object, e.Outcome, e.Counts["records"]))
		if e.Object == "stream:FEEDBACK_VAULT" && (e.Counts["source:app"] != 2 || e.Counts["type:ID_CARD"] != 1 || e.Before != "2025-11-21T12:00:00Z" || e.After != "2026-11-16T12:00:00Z") {
			t.Errorf("an entry counts %v, from %s to %s", e.Counts, e.Before, e.After)
		}
	}
	slices.Sort(lines[:2])
	slices.Sort(lines[2:])
	want := []string{
		"stream:FEEDBACK_DOCS announced 1", "stream:FEEDBACK_VAULT announced 4", "stream:FEEDBACK_DOCS done 1", "stream:FEEDBACK_VAULT done 4",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("proof (-want +got):\n%s", diff)
	}
}

// TestRetentionIsInTheLedgerFirst: without the ledger, nothing is deleted.
func TestRetentionIsInTheLedgerFirst(t *testing.T) {
	p := newPlace(t)
	p.retain(t, govern.Retention{Vault: govern.Periods{Days: 1}, Docs: govern.Periods{Days: 1}})
	p.store(t, 0, "app", 10, "MOBILE")
	if err := p.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if _, err := p.runOnce(t, false); err == nil {
		t.Error("a run without the ledger succeeds")
	}
	there, forgotten := p.documents(t)
	if len(p.sealed(t)) != 1 || len(there) != 1 || len(forgotten) != 0 {
		t.Error("a run without the ledger deletes")
	}
}

// TestRestrictedRecordsStay: what a person wants kept and not used is not deleted.
func TestRestrictedRecordsStay(t *testing.T) {
	p := newPlace(t)
	p.retain(t, govern.Retention{Vault: govern.Periods{Days: 1}, Docs: govern.Periods{Days: 1}})
	p.store(t, 0, "app", 10, "MOBILE")
	s, err := p.js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := s.GetMsg(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	again := jetstreamMsg(msg.Subject, msg.Data)
	again.Header.Set(document.RestrictedHeader, recordID(0))
	if _, err := p.js.PublishMsg(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	r, err := p.runOnce(t, false)
	if err != nil || r.Held != 1 || r.Vault.Records+r.Docs.Records != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestBrokenRunIsFinished: a run that ended after the readers were told, and
// before the document was deleted, is taken up by the next.
func TestBrokenRunIsFinished(t *testing.T) {
	p := newPlace(t)
	p.retain(t, govern.Retention{Vault: govern.Periods{Days: 1}, Docs: govern.Periods{Days: 1}})
	p.store(t, 0, "app", 10)
	told := jetstreamMsg(ingest.DocsSubject(recordID(0)), nil)
	told.Header.Set(document.ErasedHeader, recordID(0))
	if _, err := p.js.PublishMsg(t.Context(), told); err != nil {
		t.Fatal(err)
	}
	if _, err := p.runOnce(t, false); err != nil {
		t.Fatal(err)
	}
	if there, forgotten := p.documents(t); len(there) != 0 || len(forgotten) != 1 {
		t.Errorf("documents %v, forgotten %v", there, forgotten)
	}
}

// TestOneRunsAtATime: of two daily keepers one acts, once a day.
func TestOneRunsAtATime(t *testing.T) {
	p := newPlace(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	for range 2 {
		k := govern.NewKeeper(p.js, p.settings, govern.KeeperConfig{Look: 5 * time.Millisecond})
		go func() { ended <- k.Run(ctx) }()
	}
	for deadline := time.Now().Add(20 * time.Second); len(p.entries(t, audit.ActionRetention)) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody runs")
		}
	}
	time.Sleep(200 * time.Millisecond) // forty looks
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if e := p.entries(t, audit.ActionRetention); len(e) != 1 || e[0].Actor != "server" || e[0].Outcome != govern.OutcomeNothing {
		t.Errorf("the ledger has %v", e)
	}
}
