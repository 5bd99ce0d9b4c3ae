package amend_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/ingesttest"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// bucket is where the state of a run is kept.
func (p *plant) bucket(t testing.TB) jetstream.KeyValue {
	t.Helper()
	if _, err := settings.Create(t.Context(), p.js, 1); err != nil {
		t.Fatal(err)
	}
	kv, err := p.js.KeyValue(t.Context(), settings.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func mobile(i int) string { return fmt.Sprintf("139%08d", 10_000_000+i*7919%89_999_999) }

// TestRun lets numbers through, and then takes them out of what is stored:
// what is latest is amended, what is older goes.
func TestRun(t *testing.T) {
	p := newPlant(t)
	pipe := p.pipeline(t, lax)
	want := make(map[string]string)
	for i := range 30 {
		f := ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "宽带断网"}
		if i%3 == 0 {
			f.Text += "，电话" + mobile(i)
		}
		record := p.intake(t, pipe, f)
		if i%10 == 0 { // corrected: the number is in an older version only
			f.Text = "网好了"
			p.intake(t, pipe, f)
		}
		want[record] = f.Text
	}
	a, kv := p.amender(t, ""), p.bucket(t)
	ledgerBefore := len(ingesttest.Messages(t, p.js, ingest.StreamAudit))

	dry := amend.NewRun(a, amend.RunConfig{Dry: true, State: kv})
	if err := dry.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := dry.Progress()
	if got.Read != 30 || got.Found != 9 || got.Amended != 0 || got.Types["MOBILE"] != 10 || !got.Done || len(dry.Differences(0, 100)) != 9 {
		t.Errorf("dry run: %+v", got)
	}
	if d := dry.Differences(2, 1); len(d) != 1 || len(d[0].Spans) != 1 || d[0].Spans[0].Start != 7 || d[0].Spans[0].End != 18 {
		t.Errorf("difference: %+v", d)
	}
	if len(ingesttest.Messages(t, p.js, ingest.StreamAudit)) != ledgerBefore || len(ingesttest.Messages(t, p.js, ingest.StreamDocs)) != 33 {
		t.Error("a dry run did something")
	}

	run := amend.NewRun(a, amend.RunConfig{Actor: "lin", Reason: "新策略", State: kv})
	if err := run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	got = run.Progress()
	if got.Read != 30 || got.Found != 9 || got.Amended != 9 || got.Deleted != 10 || got.Failed != 0 || !got.Done {
		t.Errorf("run: %+v", got)
	}
	for i := range 30 {
		if p.inTheClear(t, mobile(i)) {
			t.Errorf("number %d is still in the clear", i)
		}
	}
	for record, text := range want {
		docs, _ := p.versions(t, record) // of clean ones, older versions stay
		if d := docs[len(docs)-1]; p.restore(t, d, "") != text {
			t.Errorf("record %s is not what was sent", record)
		}
	}
	entries := p.entries(t, audit.ActionRescan)
	first, last := entries[0], entries[len(entries)-1]
	if first.Outcome != "begun" || last.Outcome != "done" || last.Counts["amended"] != 9 || len(entries) != 2+9+1 || first.Object != last.Object {
		t.Errorf("%d entries, from %+v to %+v", len(entries), first, last)
	}

	// Again: documents of the present versions are skipped, the others looked at.
	again := amend.NewRun(a, amend.RunConfig{Actor: "lin", Reason: "x", State: kv})
	if err := again.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got = again.Progress(); got.Present != 9 || got.Read != 21 || got.Amended != 0 || got.Resumed != 0 {
		t.Errorf("again: %+v", got)
	}
	stamp := amend.NewRun(a, amend.RunConfig{Actor: "lin", Reason: "x", State: kv, Stamp: true})
	if err := stamp.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got = stamp.Progress(); got.Stamped != 21 || got.Amended != 0 {
		t.Errorf("stamp: %+v", got)
	}
	for record := range want {
		if d, _ := p.latest(t, record); d.Policy != a.Policy.Version() {
			t.Error("a document is not stamped")
		}
	}
}

// A run that was stopped is gone on with where it was, and one under way keeps
// others out.
func TestRunInterrupted(t *testing.T) {
	p := newPlant(t)
	pipe := p.pipeline(t, lax)
	for i := range 40 {
		p.intake(t, pipe, ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "电话" + mobile(i)})
	}
	a, kv := p.amender(t, ""), p.bucket(t)
	ctx, stop := context.WithCancel(t.Context())
	cfg := amend.RunConfig{Actor: "lin", Reason: "新策略", State: kv, Rate: 100}
	first := amend.NewRun(a, cfg)
	done := make(chan error, 1)
	go func() { done <- first.Do(ctx) }()
	for first.Progress().Amended < 5 {
		select {
		case err := <-done:
			t.Fatal(err)
		default:
		}
	}
	if err := amend.NewRun(a, cfg).Do(t.Context()); !errors.Is(err, amend.ErrUnderWay) {
		t.Errorf("two runs at once: %v", err)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped with %v", err)
	}
	was := first.Progress()
	if was.Done || was.Amended == 40 {
		t.Fatalf("not interrupted: %+v", was)
	}
	second := amend.NewRun(a, cfg)
	if err := second.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := second.Progress()
	if got.Resumed == 0 || was.Amended+got.Amended != 40 || !got.Done {
		t.Errorf("%+v\nand then %+v", was, got)
	}
	for i := range 40 {
		if p.inTheClear(t, mobile(i)) {
			t.Errorf("number %d is still in the clear", i)
		}
	}
	entries := p.entries(t, audit.ActionRescan)
	outcomes := map[string]int{}
	for _, e := range entries {
		outcomes[e.Outcome]++
	}
	if outcomes["begun"] != 2 || outcomes["interrupted"] != 1 || outcomes["done"] != 1 {
		t.Errorf("outcomes: %v", outcomes)
	}
}

// What comes in while a run goes on is neither lost nor undone.
func TestRunBesideIntake(t *testing.T) {
	p := newPlant(t)
	old, present := p.pipeline(t, lax), p.pipeline(t, "")
	for i := range 60 {
		p.intake(t, old, ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "电话" + mobile(i)})
	}
	run := amend.NewRun(p.amender(t, ""), amend.RunConfig{Actor: "lin", Reason: "新策略", State: p.bucket(t), Rate: 200})
	done := make(chan error, 1)
	go func() { done <- run.Do(t.Context()) }()
	for i := 59; i >= 0; i -= 2 { // corrections, from the other end
		p.intake(t, present, ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "更正，电话" + mobile(1000+i)})
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := run.Progress(); got.Failed != 0 {
		t.Errorf("%+v", got)
	}
	texts := map[string]*document.Document{}
	for _, m := range ingesttest.Messages(t, p.js, ingest.StreamDocs) {
		d, err := document.Parse(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		texts[d.Record] = d
	}
	corrected := 0
	for _, d := range texts {
		if strings.HasPrefix(d.Text, "更正") {
			corrected++
		}
	}
	if corrected != 30 || len(texts) != 60 {
		t.Errorf("%d of 30 corrections are the latest, of %d records", corrected, len(texts))
	}
}

func BenchmarkAmend(b *testing.B) {
	p := newPlant(b)
	pipe := p.pipeline(b, lax)
	records := make([]string, 0, 4000)
	a := p.amender(b, "")
	for b.Loop() {
		b.StopTimer()
		i := len(records)
		records = append(records, p.intake(b, pipe, ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "宽带断网，电话" + mobile(i)}))
		b.StartTimer()
		if out, err := a.Amend(b.Context(), records[i], rescan()); err != nil || !out.Changed {
			b.Fatal(out, err)
		}
	}
}
