package worker_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/ingest/worker"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/detect"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
	"qingting/textmining"
)

// plant is everything around a worker: a broker with its streams, an officer,
// a pipeline of the real parts.
type plant struct {
	js       jetstream.JetStream
	officer  *age.HybridIdentity
	intake   *age.X25519Identity
	pipeline *worker.Pipeline
	config   worker.Config
	log      lockedBuffer
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
	_, js := ingesttest.Streams(t)
	p := &plant{js: js}
	var err error
	p.officer, err = age.GenerateHybridIdentity()
	must(err)
	p.intake, err = age.GenerateX25519Identity()
	must(err)
	key := bytes.Repeat([]byte{7}, 32)
	records, err := ingest.NewRecordIDs(key)
	must(err)
	names, err := privacy.NewPseudonymizer(key)
	must(err)
	detector, err := detect.New()
	must(err)
	redactor, err := privacy.NewRedactor(detector, privacy.DefaultPolicy(), names)
	must(err)
	sealer, err := vault.NewSealer([]age.Recipient{p.officer.Recipient()}, worker.Epochs{JS: js})
	must(err)
	t.Cleanup(func() { _ = sealer.Close() })
	a, err := annotator()
	must(err)
	p.pipeline = &worker.Pipeline{
		Records: records, Redactor: redactor, Policy: privacy.DefaultPolicy(), Pseudonyms: names,
		Sealer: sealer, Annotator: a, Identities: []age.Identity{p.intake},
	}
	p.config = worker.Config{
		AckWait: time.Second, Backoff: 10 * time.Millisecond,
		Log: newLog(&p.log),
	}
	return p
}

// run starts a worker; stop ends it and waits.
func (p *plant) run(t testing.TB) (w *worker.Worker, stop func()) {
	t.Helper()
	w, err := worker.New(p.js, p.pipeline, p.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run = %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the worker does not stop")
		}
	})
	t.Cleanup(stop)
	return w, stop
}

// work runs a worker until the queue is empty.
func (p *plant) work(t testing.TB) worker.Counts {
	t.Helper()
	w, stop := p.run(t)
	p.await(t, "an empty queue", func() bool { return p.count(t, ingest.StreamIn) == 0 })
	stop()
	return w.Counts()
}

func (p *plant) await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after 30 s; the worker said:\n%s", what, p.log.String())
		}
	}
}

func (p *plant) count(t testing.TB, stream string) uint64 {
	t.Helper()
	s, err := p.js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

func (p *plant) send(t testing.TB, f ingest.Feedback) {
	t.Helper()
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	p.sendRaw(t, "feedback.in.app", data)
}

func (p *plant) sendRaw(t testing.TB, subject string, data []byte) {
	t.Helper()
	if _, err := p.js.Publish(t.Context(), subject, data); err != nil {
		t.Fatal(err)
	}
}

func (p *plant) documents(t testing.TB) (list []*document.Document) {
	t.Helper()
	for _, m := range ingesttest.Messages(t, p.js, ingest.StreamDocs) {
		d, err := document.Parse(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		if want := ingest.DocsSubject(d.Record); m.Subject != want {
			t.Errorf("the document lies at %s, want %s", m.Subject, want)
		}
		list = append(list, d)
	}
	return list
}

// restore opens the vault entry of a document and puts the text together.
func (p *plant) restore(t testing.TB, d *document.Document) string {
	t.Helper()
	vault, err := p.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := vault.GetLastMsgForSubject(t.Context(), ingest.VaultSubject(d.Month, d.Record))
	if err != nil {
		t.Fatalf("record %s: %v", d.Record, err)
	}
	opener := unseal.NewOpener(ingesttest.Epochs{JS: p.js}, p.officer)
	defer opener.Close()
	rec, err := opener.Open(t.Context(), d.Record, msg.Data)
	if err != nil {
		t.Fatalf("record %s: %v", d.Record, err)
	}
	text, err := unseal.Restore(d.Text, "", rec)
	if err != nil {
		t.Fatalf("record %s: %v", d.Record, err)
	}
	return text
}

// letters opens every dead letter.
func (p *plant) letters(t testing.TB) (list []ingest.Letter) {
	t.Helper()
	for _, m := range ingesttest.Messages(t, p.js, ingest.StreamDead) {
		plain, err := unseal.OpenDirect(m.Data, p.officer)
		if err != nil {
			t.Fatal(err)
		}
		l, err := ingest.ParseLetter(plain)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}
