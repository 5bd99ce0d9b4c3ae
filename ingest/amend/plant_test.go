package amend_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/ingest/worker"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
	"qingting/textmining"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const phone = "13812345678"

var march = time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)

// lax is a policy that lets mobile numbers through.
const lax = `
policy: 1
default: tag
types:
  MOBILE: {action: keep}
`

// plant is a broker with its streams, an officer, and pipelines by policy.
type plant struct {
	js      jetstream.JetStream
	officer *age.HybridIdentity
	sealer  *vault.Sealer
	tokens  subject.Keys
	seq     uint64
}

var annotator = sync.OnceValues(textmining.DefaultAnnotator)

func newPlant(t testing.TB) *plant {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p := &plant{}
	_, p.js = ingesttest.Streams(t)
	var err error
	p.officer, err = age.GenerateHybridIdentity()
	must(err)
	p.sealer, err = vault.NewSealer([]age.Recipient{p.officer.Recipient()}, worker.Epochs{JS: p.js})
	must(err)
	t.Cleanup(func() { _ = p.sealer.Close() })
	p.tokens, err = subject.ParseKeys(subject.NewKeyText())
	must(err)
	return p
}

func policyOf(t testing.TB, text string) *privacy.Policy {
	t.Helper()
	if text == "" {
		return privacy.DefaultPolicy()
	}
	p, err := privacy.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func redactorOf(t testing.TB, policy *privacy.Policy) (*privacy.Redactor, *privacy.Pseudonymizer) {
	t.Helper()
	names, err := privacy.NewPseudonymizer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d, err := privacy.NewDetector(policy)
	if err != nil {
		t.Fatal(err)
	}
	r, err := privacy.NewRedactor(d, policy, names)
	if err != nil {
		t.Fatal(err)
	}
	return r, names
}

func (p *plant) amender(t testing.TB, policy string) *amend.Amender {
	t.Helper()
	pol := policyOf(t, policy)
	r, _ := redactorOf(t, pol)
	a, err := annotator()
	if err != nil {
		t.Fatal(err)
	}
	return &amend.Amender{JS: p.js, Redactor: r, Policy: pol, Sealer: p.sealer, Annotator: a, Subjects: p.tokens}
}

func (p *plant) pipeline(t testing.TB, policy string) *worker.Pipeline {
	t.Helper()
	a := p.amender(t, policy)
	_, names := redactorOf(t, a.Policy)
	records, err := ingest.NewRecordIDs(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return &worker.Pipeline{
		Records: records, Redactor: a.Redactor, Policy: a.Policy, Pseudonyms: names,
		Sealer: p.sealer, Annotator: a.Annotator, Subjects: p.tokens,
	}
}

// intake stores feedback as the worker does, by a policy, and returns the record.
func (p *plant) intake(t testing.TB, pipe *worker.Pipeline, f ingest.Feedback) string {
	t.Helper()
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	p.seq++
	out, err := pipe.Process(t.Context(), worker.Incoming{Subject: "feedback.in.app", Data: data, Created: march, Sequence: p.seq, Received: march})
	if err != nil {
		t.Fatal(err)
	}
	if out.Sealed != nil {
		p.publish(t, ingest.VaultSubject(out.Month, out.Record), out.Sealed.Data)
	}
	if _, err := ledger.Append(t.Context(), p.js, audit.Entry{
		Actor: "server", Action: audit.ActionIntake, Documents: []audit.Sealed{{Record: out.Record, Hash: amend.Version(out.Doc)}},
	}); err != nil {
		t.Fatal(err)
	}
	p.publish(t, ingest.DocsSubject(out.Record), out.Doc)
	return out.Record
}

func (p *plant) publish(t testing.TB, subject string, data []byte) {
	t.Helper()
	if _, err := p.js.Publish(t.Context(), subject, data); err != nil {
		t.Fatal(err)
	}
}

// versions are the stored documents of a record, oldest first.
func (p *plant) versions(t testing.TB, record string) (docs []*document.Document, raw [][]byte) {
	t.Helper()
	for _, m := range ingesttest.Messages(t, p.js, ingest.StreamDocs) {
		d, err := document.Parse(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		if d.Record == record {
			docs, raw = append(docs, d), append(raw, m.Data)
		}
	}
	return docs, raw
}

// latest is the one document of a record that there may be.
func (p *plant) latest(t testing.TB, record string) (*document.Document, []byte) {
	t.Helper()
	docs, raw := p.versions(t, record)
	if len(docs) != 1 {
		t.Fatalf("%d versions of record %s are stored, want 1", len(docs), record)
	}
	return docs[0], raw[0]
}

// opened opens the base and the additions that a document names.
func (p *plant) opened(t testing.TB, d *document.Document) []vault.Record {
	t.Helper()
	stream, err := p.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ingest.VaultParts(t.Context(), stream, d.Record)
	if err != nil {
		t.Fatal(err)
	}
	opener := unseal.NewOpener(ingesttest.Epochs{JS: p.js}, p.officer)
	defer opener.Close()
	parts := make([]vault.Record, 1+len(d.Parts))
	for _, s := range sealed {
		rec, err := opener.Open(t.Context(), ingest.PartRecord(d.Record, s.ID), s.Data)
		if err != nil {
			t.Fatalf("record %s: %v", d.Record, err)
		}
		if s.ID == "" {
			parts[0] = rec
		}
		for i, part := range d.Parts {
			if part.ID == s.ID {
				parts[i+1] = rec
			}
		}
	}
	for i, part := range d.Parts {
		if parts[i+1].ID == "" {
			t.Fatalf("record %s: addition %s is not in the vault", d.Record, part.ID)
		}
	}
	return parts
}

func (p *plant) restore(t testing.TB, d *document.Document, field string) string {
	t.Helper()
	text := d.Text
	if name, ok := strings.CutPrefix(field, "attributes."); ok {
		text = d.Attributes[name]
	}
	got, err := unseal.RestoreParts(text, field, p.opened(t, d))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// entries are those of the ledger by action.
func (p *plant) entries(t testing.TB, action audit.Action) (list []audit.Entry) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), p.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(leaf, []byte(phone)) {
			t.Error("the ledger holds a number")
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

// inTheClear searches all that is stored but not sealed.
func (p *plant) inTheClear(t testing.TB, value string) bool {
	t.Helper()
	for _, stream := range []string{ingest.StreamDocs, ingest.StreamAudit, ingest.StreamVault, ingest.StreamKeys} {
		for _, m := range ingesttest.Messages(t, p.js, stream) {
			head, err := json.Marshal(m.Header)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(m.Data, []byte(value)) || bytes.Contains(head, []byte(value)) || strings.Contains(m.Subject, value) {
				return true
			}
		}
	}
	return false
}
