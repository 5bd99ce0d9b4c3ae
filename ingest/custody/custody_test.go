package custody_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/ingesttest"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/vault/unseal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	record = "abcdefghijklmnopqrstuvwx22"
	phone  = "13812345678"
)

// office is a broker with streams, the service and a client.
type office struct {
	svc    *custody.Service // of guarded
	nc     *nats.Conn
	js     jetstream.JetStream
	client *custody.Client
}

func clean(s string) string { return strings.ReplaceAll(s, phone, "⟦手机号⟧") }

func newOffice(t *testing.T, change ...func(*custody.Config)) *office {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	nc, js := ingesttest.Streams(t)
	kept, err := settings.Create(t.Context(), js, 1)
	must(err)
	cfg := custody.Config{Clean: clean, Trust: custody.TrustWord, Settings: kept}
	for _, c := range change {
		c(&cfg)
	}
	svc, err := custody.Serve(nc, js, cfg)
	must(err)
	t.Cleanup(func() {
		if err := svc.Stop(); err != nil {
			t.Error(err)
		}
	})
	return &office{nil, nc, js, custody.NewClient(nc)}
}

func (o *office) publish(t *testing.T, subject string, data []byte) {
	t.Helper()
	if _, err := o.js.Publish(t.Context(), subject, data); err != nil {
		t.Fatal(err)
	}
}

func (o *office) ledger(t *testing.T) (list []audit.Entry) {
	t.Helper()
	s, err := o.js.Stream(t.Context(), ingest.StreamAudit)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		msg, err := s.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(msg.Data, []byte(phone)) {
			t.Error("the ledger holds the number")
		}
		e, err := audit.ParseEntry(msg.Data)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func request() custody.Request {
	return custody.Request{Actor: "wangq", Purpose: "complaint", Reason: "客户来电核实，" + phone, Ticket: "T-" + phone, Record: record}
}

func TestRecord(t *testing.T) {
	o := newOffice(t)
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
	for _, text := range []string{"旧", "新"} {
		data, err := json.Marshal(document.Document{Schema: document.Schema, Record: record, Month: "202603", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		o.publish(t, ingest.DocsSubject(record), data)
	}
	rel, err := o.client.Record(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	if rel.Record != record || string(rel.Sealed) != "sealed" || rel.Document == nil || rel.Document.Text != "新" {
		t.Error("not what the streams hold")
	}
	entries := o.ledger(t)
	if len(entries) != 1 || rel.Entry != 0 {
		t.Fatalf("%d entries, the answer names %d", len(entries), rel.Entry)
	}
	e := entries[0]
	if e.Actor != "wangq" || e.Action != "reveal" || e.Record != record || e.Reason != "客户来电核实，⟦手机号⟧" || e.Ticket != "T-⟦手机号⟧" || time.Since(e.Time) > time.Minute {
		t.Errorf("entry of %q, %q", e.Actor, e.Action)
	}
}

// Without its entry nothing leaves, be the ledger gone or full.
func TestNoEntryNoCiphertext(t *testing.T) {
	t.Parallel()
	park := func(t *testing.T, o *office) {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		l := ingest.Letter{Subject: "feedback.in.app", Data: []byte("x"), Reason: ingest.ReasonEmpty, Sequence: 1, Received: time.Now()}
		if err := ingest.Park(t.Context(), o.js, time.Now(), l, []age.Recipient{id.Recipient()}); err != nil {
			t.Fatal(err)
		}
	}
	for name, refuse := range map[string]func(t *testing.T, o *office) error{
		"gone": func(t *testing.T, o *office) error { return o.js.DeleteStream(t.Context(), ingest.StreamAudit) },
		"full": func(t *testing.T, o *office) error {
			s, err := o.js.Stream(t.Context(), ingest.StreamAudit)
			if err != nil {
				return err
			}
			cfg := s.CachedInfo().Config
			cfg.Discard, cfg.MaxBytes = jetstream.DiscardNew, 1
			_, err = o.js.UpdateStream(t.Context(), cfg)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
			park(t, o)
			if err := refuse(t, o); err != nil {
				t.Fatal(err)
			}
			if rel, err := o.client.Record(t.Context(), request()); err == nil || rel.Sealed != nil {
				t.Errorf("a record left without an entry: %v", err)
			}
			r := request()
			r.Letter = 1
			if sealed, err := o.client.Letter(t.Context(), r); err == nil || sealed != nil {
				t.Errorf("a letter left without an entry: %v", err)
			}
			if err := o.client.Retry(t.Context(), r, ingest.Letter{Subject: "feedback.in.app", Data: []byte("x")}); err == nil {
				t.Error("a letter went back without an entry")
			}
			in, err := o.js.Stream(t.Context(), ingest.StreamIn)
			if err != nil || in.CachedInfo().State.Msgs != 0 {
				t.Errorf("the queue has a message (%v)", err)
			}
		})
	}
}

func TestRefusedRequests(t *testing.T) {
	o := newOffice(t)
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
	for name, change := range map[string]func(*custody.Request){
		"no actor":       func(r *custody.Request) { r.Actor = "" },
		"blank actor":    func(r *custody.Request) { r.Actor = " \t" },
		"personal actor": func(r *custody.Request) { r.Actor = phone },
		"no reason":      func(r *custody.Request) { r.Reason = "" },
		"blank reason":   func(r *custody.Request) { r.Reason = "　\n" },
		"no record":      func(r *custody.Request) { r.Record = "" },
		"wildcard":       func(r *custody.Request) { r.Record = "*" },
		"all":            func(r *custody.Request) { r.Record = ">" },
		"long wildcard":  func(r *custody.Request) { r.Record = strings.Repeat("*", 26) },
		"token more":     func(r *custody.Request) { r.Record = record[:24] + ".>" },
		"capitals":       func(r *custody.Request) { r.Record = strings.ToUpper(record) },
		"too long":       func(r *custody.Request) { r.Record = record + "a" },
		"line end":       func(r *custody.Request) { r.Record = record[:25] + "\n" },
	} {
		r := request()
		change(&r)
		rel, err := o.client.Record(t.Context(), r)
		if err == nil || rel.Sealed != nil {
			t.Errorf("%s: released", name)
		} else if strings.Contains(err.Error(), phone) {
			t.Errorf("%s: the error shows the number", name)
		}
	}
	if n := len(o.ledger(t)); n != 0 {
		t.Errorf("%d entries of what was never asked for rightly", n)
	}
	// What is not even a request.
	for _, subject := range []string{"record", "epoch", "letters", "letter", "retry"} {
		msg, err := o.nc.Request("qingting.custody."+subject, []byte(`{"actor":`+phone), 10*time.Second)
		if err != nil || msg.Header.Get("Nats-Service-Error") != "malformed request" {
			t.Errorf("%s: %v", subject, err)
		}
	}
}

// An unknown record is asked for in the open: the entry is there all the same.
func TestUnknown(t *testing.T) {
	o := newOffice(t)
	if _, err := o.client.Record(t.Context(), request()); err == nil || !strings.Contains(err.Error(), "nothing sealed") {
		t.Errorf("unknown record: %v", err)
	}
	if n := len(o.ledger(t)); n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
	if _, err := o.client.Epoch(t.Context(), "abc"); !errors.Is(err, custody.ErrNoEpoch) {
		t.Errorf("unknown epoch: %v", err)
	}
	for _, id := range []string{"", "*", ">", "a.b", "a b"} {
		if _, err := o.client.Epoch(t.Context(), id); err == nil || errors.Is(err, custody.ErrNoEpoch) {
			t.Errorf("epoch %q: %v", id, err)
		}
	}
	o.publish(t, ingest.KeySubject("abc"), []byte("envelope"))
	if got, err := o.client.Epoch(t.Context(), "abc"); err != nil || string(got) != "envelope" {
		t.Errorf("epoch: %v", err)
	}
	r := request()
	for _, id := range []uint64{0, 7} {
		r.Letter = id
		if _, err := o.client.Letter(t.Context(), r); err == nil || !strings.Contains(err.Error(), "no such dead letter") {
			t.Errorf("letter %d: %v", id, err)
		}
		if err := o.client.Retry(t.Context(), r, ingest.Letter{Subject: "feedback.in.app"}); err == nil || !strings.Contains(err.Error(), "no such dead letter") {
			t.Errorf("retry %d: %v", id, err)
		}
	}
	r.Letter = 1
	for _, subject := range []string{"feedback.audit", "feedback.in.>", "$JS.API.STREAM.DELETE.FEEDBACK_AUDIT"} {
		if err := o.client.Retry(t.Context(), r, ingest.Letter{Subject: subject}); err == nil {
			t.Errorf("retry to %s", subject)
		}
	}
}

// More letters than one answer holds are all listed, and any of them opened.
func TestLetters(t *testing.T) {
	o := newOffice(t)
	if list, err := o.client.Letters(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d letters (%v)", len(list), err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	const letters = 1203
	for i := range letters {
		l := ingest.Letter{Subject: "feedback.in.app", Data: fmt.Append(nil, i), Reason: ingest.ReasonEmpty, Sequence: uint64(i), Received: time.Now()}
		if err := ingest.Park(t.Context(), o.js, time.Unix(1, 0), l, []age.Recipient{id.Recipient()}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := o.client.Letters(t.Context())
	if err != nil || len(list) != letters {
		t.Fatalf("%d letters (%v), want %d", len(list), err, letters)
	}
	for i, l := range list {
		if l.Sequence != uint64(i) {
			t.Fatalf("letter %d is that of %d", i, l.Sequence)
		}
	}
	r := request()
	r.Letter = list[1100].ID
	sealed, err := o.client.Letter(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := unseal.OpenDirect(sealed, id)
	if err != nil {
		t.Fatal(err)
	}
	if l, err := ingest.ParseLetter(plain); err != nil || string(l.Data) != "1100" {
		t.Errorf("another letter: %v", err)
	}
	entries := o.ledger(t)
	if len(entries) != 1 || entries[0].Action != "letter" || entries[0].Letter != r.Letter {
		t.Errorf("%d entries, want one of the letter", len(entries))
	}
}

// What the NATS server does not carry is an error at once and not silence.
func TestAnswerTooLarge(t *testing.T) {
	o := newOffice(t)
	o.publish(t, ingest.VaultSubject("202603", record), make([]byte, 7<<20))
	began := time.Now()
	if _, err := o.client.Record(t.Context(), request()); err == nil || !strings.Contains(err.Error(), "could not be sent") || time.Since(began) > 10*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	nc, _ := ingesttest.Connect(t, ingesttest.Start(t, broker.Config{}))
	if _, err := custody.NewClient(nc).Letters(context.Background()); err == nil || !strings.Contains(err.Error(), "is one running") {
		t.Errorf("without a service: %v", err)
	}
	if _, err := custody.Serve(nc, nil, custody.Config{}); err == nil {
		t.Error("Serve without Clean")
	}
}
