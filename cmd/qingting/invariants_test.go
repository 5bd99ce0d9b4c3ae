package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/placeholder"
	"qingting/privacy/vault"
	"qingting/search"
	"qingting/textmining"
	"qingting/textmining/statistics"
)

// The eight promises of docs/architecture.md, one test each. Where the test of
// one is long, its body stands in a file of its own and is run from here alone.

// No personal data in the clear at rest: canary values through every path, then
// every byte on disk is searched.
func TestInvariant1NothingInTheClear(t *testing.T) { noPersonalDataAtRest(t) }

// The server can seal, never unseal: an attacker with all it has opens nothing.
func TestInvariant2TheServerNeverUnseals(t *testing.T) { serverStateOpensNothing(t) }

// No ciphertext leaves the vault before its entry is durable.
func TestInvariant3LedgerBeforeCiphertext(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	record := h.take(t, "我的手机号是"+badPhone)
	client := h.serve(t)
	ask := custody.Request{Actor: "lin", Record: record, Purpose: "verify", Reason: "核实" + badPhone, Ticket: "C-1"}
	rel, err := client.Record(t.Context(), ask)
	if err != nil || len(rel.Sealed) == 0 {
		t.Fatalf("nothing came: %v", err)
	}
	leaf, err := ledger.Entry(t.Context(), h.js, rel.Entry)
	if err != nil {
		t.Fatal(err)
	}
	e, err := audit.ParseEntry(leaf)
	if err != nil {
		t.Fatal(err)
	}
	if e.Actor != "lin" || e.Record != record || e.Time.IsZero() || e.Purpose != "verify" || !strings.Contains(e.Reason, "核实") || strings.Contains(string(leaf), badPhone) {
		t.Error("the entry does not say who, which, when and why, or says too much")
	}
	// In the stream, the entry stands before the answer: without it there is none.
	if err := h.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if rel, err := client.Record(t.Context(), ask); custody.CodeOf(err) != custody.CodeLedger || rel.Sealed != nil || rel.Parts != nil {
		t.Errorf("without the ledger: %v", err)
	}
}

// If sealing or the ledger fails, no document proceeds and none is lost; when
// they are back, all is done.
func TestInvariant4FailsClosed(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{ingest.StreamVault, ingest.StreamKeys, ingest.StreamAudit} {
		t.Run(stream, func(t *testing.T) {
			h := newHall(t)
			if err := h.js.DeleteStream(t.Context(), stream); err != nil {
				t.Fatal(err)
			}
			h.send(t, "我的手机号是"+badPhone)
			w := h.work(t)
			await(t, "a second try", func() bool { return w.Counts().Retried >= 2 })
			if h.count(t, ingest.StreamDocs) != 0 || h.count(t, ingest.StreamIn) != 1 || w.Counts().Dead != 0 {
				t.Error("the document went on, or was given up")
			}
			if err := ingest.Streams(t.Context(), h.js, ingest.StreamLimits{}); err != nil {
				t.Fatal(err)
			}
			await(t, "the document", func() bool { return h.count(t, ingest.StreamDocs) == 1 && h.count(t, ingest.StreamIn) == 0 })
		})
	}
}

// Erasure reaches vault, documents and index, and every file; the ledger keeps
// the fact.
func TestInvariant5ErasureReachesEverything(t *testing.T) { erasureLeavesNoTrace(t) }

// Redaction is the same for (text, policy, engine), and each decision says why,
// those against a candidate too.
func TestInvariant6DecisionsAreExplained(t *testing.T) {
	key := []byte(strings.Repeat("k", 32))
	one, err := newRedactor("", key)
	if err != nil {
		t.Fatal(err)
	}
	other, err := newRedactor("", key)
	if err != nil {
		t.Fatal(err)
	}
	at, rejected := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), 0
	for _, text := range sampleTexts() {
		first, second := one.Explain(text, at), other.Explain(text, at)
		if first.Text != second.Text || !cmp.Equal(first.Spans, second.Spans) || !cmp.Equal(first.Rejected, second.Rejected) {
			t.Fatal("two redactors of one policy differ")
		}
		if got := one.Redact(text, at).Text; got != first.Text {
			t.Error("explaining changes what is redacted")
		}
		for _, s := range first.Spans {
			if s.Rule == "" || len(s.Evidence) == 0 || s.Confidence <= 0 {
				t.Errorf("a %s has no rule, evidence or confidence", s.Type)
			}
		}
		for _, r := range first.Rejected {
			if rejected++; r.Rule == "" || r.Why == "" {
				t.Errorf("a %s was turned down without a reason", r.Type)
			}
		}
	}
	if rejected == 0 {
		t.Error("no candidate was turned down: the sample is too easy")
	}
}

// Redacting twice is redacting once, output is UTF-8, and offsets are exact.
func TestInvariant7RedactingTwiceIsOnce(t *testing.T) {
	r, err := newRedactor("", nil)
	if err != nil {
		t.Fatal(err)
	}
	at, taken := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), 0
	for _, text := range append(sampleTexts(), "坏\xff字节，电话"+badPhone) {
		once := r.Redact(text, at)
		if !utf8.ValidString(once.Text) {
			t.Error("the output is not UTF-8")
		}
		if twice := r.Redact(once.Text, at); twice.Text != once.Text {
			t.Errorf("redacted twice, %d characters change", len(twice.Text))
		}
		points, source := []rune(once.Text), []rune(privacy.Sanitise(text))
		v := 0
		for _, s := range once.Spans {
			if s.Action == privacy.Keep {
				continue
			}
			said := string(points[s.Start:s.End])
			if n, _ := placeholder.Match(said); s.Action == privacy.Tag && n != len(said) {
				t.Errorf("the span of a %s is not its placeholder", s.Type)
			}
			if plain, _ := once.Values[v].Open(); plain != string(source[s.SourceStart:s.SourceEnd]) {
				t.Errorf("the span of a %s is not its value", s.Type)
			}
			v, taken = v+1, taken+1
		}
	}
	if taken < 50 {
		t.Errorf("only %d values in the sample", taken)
	}
}

// No facet and no figure shows a cell of fewer than five customers.
func TestInvariant8SmallCells(t *testing.T) {
	a, err := annotator()
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open(t.TempDir(), search.Config{Segmenter: words{a.Segmenter()}})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	figures := statistics.New(statistics.Config{Taxonomy: a.Taxonomy()})
	var changes []search.Change
	for n, region := range strings.Fields("浙江 浙江 浙江 浙江 浙江 浙江 西藏 西藏 西藏 西藏 西藏 西藏 青海 青海 青海 青海") {
		d := exampleDocument(n)
		if d.Region = region; region == "西藏" {
			d.Customer = fmt.Sprint("customer", n%4) // six documents of four people
		}
		changes = append(changes, search.Change{Put: d, Seq: uint64(n) + 1})
		figures.Put(d)
	}
	if err := ix.Apply(t.Context(), changes, uint64(len(changes))); err != nil {
		t.Fatal(err)
	}
	res, err := ix.Search(t.Context(), search.Query{Facets: []string{"region"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range res.Facets[0].Cells {
		if small := cell.Value != "浙江"; cell.Suppressed != small || small && cell.Count != 0 {
			t.Errorf("the facet shows %+v", cell)
		}
	}
	for region, small := range map[string]bool{"浙江": false, "西藏": true, "青海": true} {
		r := figures.Report(statistics.Query{Region: region})
		if r.Documents.Withheld() != small || small && (r.Documents.N != 0 || r.Customers.N != 0 || r.MeanRating != nil || r.Series != nil) {
			t.Errorf("%s: the figures show %+v", region, r)
		}
	}
}

// sampleTexts are feedback as customers write it, and hard cases.
func sampleTexts() []string {
	texts := []string{
		"流量包订单号20261122345678901，不是电话", "验证码 138291，别告诉别人", "⟦手机号⟧和⟦MOBILE·kqzmwtbx⟧已经去除",
		"工单13800138000000已处理，共10086条", "幺三八 1234 五六七八 找我", "",
	}
	for _, item := range corpus.Generate(7, corpus.Options{Items: 300}) {
		texts = append(texts, item.Text)
	}
	return texts
}

// hall is a broker with its streams, an officer, and the pipeline of the real
// parts, in this process: so that a test can take a stream away.
type hall struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	pipeline *worker.Pipeline
}

var annotator = sync.OnceValues(textmining.DefaultAnnotator)

func newHall(t *testing.T) *hall {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: "0123456789abcdef0123456789abcdef"})
	must(err)
	t.Cleanup(b.Shutdown)
	h := &hall{}
	h.nc, err = b.Connect()
	must(err)
	t.Cleanup(h.nc.Close)
	h.js, err = ingest.JetStream(h.nc)
	must(err)
	must(ingest.Streams(t.Context(), h.js, ingest.StreamLimits{}))
	officer, err := age.GenerateHybridIdentity()
	must(err)
	key := []byte(strings.Repeat("k", 32))
	records, err := ingest.NewRecordIDs(key)
	must(err)
	names, err := privacy.NewPseudonymizer(key)
	must(err)
	redactor, err := newRedactor("", key)
	must(err)
	sealer, err := vault.NewSealer([]age.Recipient{officer.Recipient()}, worker.Epochs{JS: h.js})
	must(err)
	t.Cleanup(func() { _ = sealer.Close() })
	a, err := annotator()
	must(err)
	h.pipeline = &worker.Pipeline{Records: records, Redactor: redactor, Policy: privacy.DefaultPolicy(), Pseudonyms: names, Sealer: sealer, Annotator: a}
	return h
}

func (h *hall) send(t *testing.T, text string) {
	t.Helper()
	data, err := ingest.Feedback{ID: "1", Source: "app", Text: text, Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.js.Publish(t.Context(), "feedback.in.app", data); err != nil {
		t.Fatal(err)
	}
}

// work runs a worker until the test ends.
func (h *hall) work(t *testing.T) *worker.Worker {
	t.Helper()
	w, err := worker.New(h.js, h.pipeline, worker.Config{AckWait: time.Second, Backoff: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return w
}

// take has feedback processed, and returns its record.
func (h *hall) take(t *testing.T, text string) (record string) {
	t.Helper()
	h.send(t, text)
	h.work(t)
	await(t, "the document", func() bool { return h.count(t, ingest.StreamDocs) == 1 })
	err := ingest.ReadDocuments(t.Context(), h.js, 1, func(d *document.Document) { record = d.Record }, func(_ uint64, err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// serve answers officers.
func (h *hall) serve(t *testing.T) *custody.Client {
	t.Helper()
	clean, err := ledgerCleaner()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := settings.Create(t.Context(), h.js, 1)
	if err != nil {
		t.Fatal(err)
	}
	svc, err := custody.Serve(h.nc, h.js, custody.Config{Clean: clean, Trust: custody.TrustWord, Settings: kept})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := svc.Stop(); err != nil {
			t.Error(err)
		}
	})
	return custody.NewClient(h.nc)
}

func (h *hall) count(t *testing.T, stream string) uint64 {
	t.Helper()
	s, err := h.js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after %s", what, patience)
		}
	}
}
