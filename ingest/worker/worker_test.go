package worker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/ingest/worker"
	"qingting/privacy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const phone = "13812345678"

var march = time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)

func complaint(id, text string) ingest.Feedback {
	return ingest.Feedback{ID: id, Source: "crm", Text: text, Channel: "app", Time: march}
}

func TestHappyPath(t *testing.T) {
	p := newPlant(t)
	text := "宽带断网三天，我的手机号是" + phone + "，请回电"
	f := complaint("t1", text)
	f.Customer = map[string]string{"name": "张建国", "phone": phone}
	f.Attributes = map[string]string{"note": "回拨" + phone}
	p.send(t, f)
	sealed, err := ingest.NewSealedPayload(complaint("t2", text), p.intake.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	p.sendRaw(t, "feedback.in.app", sealed)
	p.send(t, complaint("t3", "信号差"))
	got := p.work(t)
	if diff := cmp.Diff(worker.Counts{Processed: 3}, got); diff != "" {
		t.Error(diff)
	}
	docs := p.documents(t)
	if len(docs) != 3 || p.count(t, ingest.StreamVault) != 2 || p.count(t, ingest.StreamDead) != 0 {
		t.Fatalf("%d documents, %d vault entries, %d dead letters", len(docs), p.count(t, ingest.StreamVault), p.count(t, ingest.StreamDead))
	}
	for _, d := range docs {
		if strings.Contains(d.Text+d.Attributes["note"]+d.Customer, phone) {
			t.Errorf("a document shows the number")
		}
		if d.Text == "信号差" {
			if d.Epoch != "" || len(d.Redactions) != 0 {
				t.Error("nothing to seal, and yet an epoch or redactions")
			}
			continue
		}
		if got := p.restore(t, d); got != text {
			t.Errorf("restored to other text than was sent")
		}
	}
}

// A redelivery, as after a kill between publish and acknowledgement, writes the
// same record: the same id, the same subject, one vault entry.
func TestRedelivery(t *testing.T) {
	for name, id := range map[string]string{"with id": "t1", "without id": ""} {
		t.Run(name, func(t *testing.T) {
			p := newPlant(t)
			data, err := complaint(id, "我的手机号是"+phone).Encode()
			if err != nil {
				t.Fatal(err)
			}
			in := worker.Incoming{Subject: "feedback.in.app", Data: data, Created: march, Sequence: 9, Received: march}
			first, err := p.pipeline.Process(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			again, err := p.pipeline.Process(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if first.Record != again.Record || first.Month != "202603" || again.Month != first.Month || first.Sealed == nil || again.Sealed == nil {
				t.Error("a redelivery makes another record")
			}
			if id != "" {
				in.Sequence++
				if other, err := p.pipeline.Process(t.Context(), in); err != nil || other.Record != first.Record {
					t.Errorf("published again, the same id makes another record (%v)", err)
				}
			}
			// And through the worker, with the streams.
			for range 2 {
				p.sendRaw(t, "feedback.in.app", data)
				p.work(t)
			}
			want := uint64(1)
			if id == "" {
				want = 2
			}
			if n := p.count(t, ingest.StreamVault); n != want {
				t.Errorf("%d vault entries, want %d", n, want)
			}
		})
	}
}

// What is published again under its id replaces document and sealed values,
// whichever month it now names, and whether or not it still has any.
func TestCorrection(t *testing.T) {
	april := march.AddDate(0, 1, 0)
	for _, c := range []struct {
		name   string
		time   time.Time
		text   string
		sealed uint64
	}{
		{"other values", march, "更正，我的手机号是13987654321", 1},
		{"no values", march, "更正，信号差", 0},
		{"another month", april, "更正，我的手机号是13987654321", 1},
		{"another month, no values", april, "更正，信号差", 0},
		{"no time", time.Time{}, "更正，我的手机号是13987654321", 1},
		{"no time, no values", time.Time{}, "更正，信号差", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlant(t)
			p.send(t, complaint("t1", "我的手机号是"+phone))
			p.send(t, complaint("t2", "另一位，手机号是"+phone))
			p.work(t)
			f := complaint("t1", c.text)
			f.Time = c.time
			p.send(t, f)
			p.work(t)
			docs := p.documents(t)
			last := docs[len(docs)-1]
			entries := 0
			for _, m := range ingesttest.Messages(t, p.js, ingest.StreamVault) {
				if strings.HasSuffix(m.Subject, "."+last.Record) {
					entries++
				}
			}
			if uint64(entries) != c.sealed || p.count(t, ingest.StreamVault) != c.sealed+1 {
				t.Fatalf("%d vault entries of the record, %d in all; want %d and one more", entries, p.count(t, ingest.StreamVault), c.sealed)
			}
			if c.sealed > 0 && p.restore(t, last) != c.text {
				t.Error("the vault holds the old values")
			}
		})
	}
}

// Two versions in the queue together: the later one stays, though goroutines race.
func TestCorrectionsTogether(t *testing.T) {
	p := newPlant(t)
	p.config.Pool = 8
	const records, versions = 40, 5
	for v := range versions {
		for r := range records {
			text := fmt.Sprintf("第%d版", v)
			if (v+r)%2 == 0 { // half of them end without values
				text += "，我的手机号是" + phone + strings.Repeat("，宽带断网", (versions-v)*20)
			}
			p.send(t, complaint(fmt.Sprint("r", r), text))
		}
	}
	p.work(t)
	latest := map[string]string{}
	for _, d := range p.documents(t) {
		latest[d.Record] = d.Text
	}
	for _, text := range latest {
		if !strings.HasPrefix(text, "第4版") {
			t.Errorf("an older version is the last: %.9s", text)
		}
	}
	if n := p.count(t, ingest.StreamVault); len(latest) != records || n != records/2 {
		t.Errorf("%d records, %d vault entries; want %d and %d", len(latest), n, records, records/2)
	}
}

func TestPanicBecomesDeadLetter(t *testing.T) {
	p := newPlant(t)
	p.pipeline.Redactor = &privacy.Redactor{} // made without its parts: it panics on use
	p.config.MaxDeliver = 3
	data, err := complaint("t1", "我的手机号是"+phone).Encode()
	if err != nil {
		t.Fatal(err)
	}
	p.sendRaw(t, "feedback.in.app", data)
	if diff := cmp.Diff(worker.Counts{Dead: 1, Retried: 2}, p.work(t)); diff != "" {
		t.Error(diff)
	}
	l := p.letters(t)
	if len(l) != 1 || l[0].Reason != "failed" || l[0].Deliveries != 3 || !strings.HasPrefix(l[0].Detail, "panic at qingting/") || string(l[0].Data) != string(data) {
		t.Errorf("%d dead letters, not the one expected", len(l))
	}
	if p.count(t, ingest.StreamDocs)+p.count(t, ingest.StreamVault) != 0 {
		t.Error("something proceeded")
	}
	if strings.Contains(p.log.String(), phone) {
		t.Error("the log shows the number")
	}
}

// A message that was taken again and again without an end is parked unread.
func TestPoison(t *testing.T) {
	p := newPlant(t)
	p.pipeline.Redactor = &privacy.Redactor{} // would panic, were it read
	p.config.MaxCrash = 2
	p.send(t, complaint("t1", "我的手机号是"+phone))
	// Workers that die: the message is taken and never heard of again.
	c, err := p.js.CreateOrUpdateConsumer(t.Context(), ingest.StreamIn, jetstream.ConsumerConfig{
		Durable: "ingest", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 100 * time.Millisecond, MaxDeliver: -1, MaxAckPending: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		msg, err := c.Next(jetstream.FetchMaxWait(10 * time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := msg.Metadata(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(worker.Counts{Dead: 1}, p.work(t)); diff != "" {
		t.Error(diff)
	}
	if l := p.letters(t); len(l) != 1 || l[0].Reason != "poison" || l[0].Deliveries != 3 {
		t.Errorf("dead letters: %d, not the one expected", len(l))
	}
}

func TestRefusedParks(t *testing.T) {
	p := newPlant(t)
	p.sendRaw(t, "feedback.in.app", []byte(`{"text":"`+phone))
	p.send(t, complaint("t1", "信号差"))
	if diff := cmp.Diff(worker.Counts{Processed: 1, Dead: 1}, p.work(t)); diff != "" {
		t.Error(diff)
	}
	if l := p.letters(t); len(l) != 1 || l[0].Reason != ingest.ReasonMalformed || string(l[0].Data) != `{"text":"`+phone {
		t.Error("not the dead letter expected")
	}
	if strings.Contains(p.log.String(), phone) {
		t.Error("the log shows the number")
	}
}

// A graceful stop finishes what was taken and leaves the rest in the queue.
func TestStop(t *testing.T) {
	p := newPlant(t)
	const total = 500
	for i := range total {
		p.send(t, complaint(fmt.Sprint("t", i), fmt.Sprintf("第%d件，我的手机号是%s", i, phone)))
	}
	w, stop := p.run(t)
	p.await(t, "progress", func() bool { return w.Counts().Processed >= 20 })
	stop()
	// The server settles acknowledgements on its own time.
	p.await(t, "settled queue", func() bool { return w.Counts().Processed+p.count(t, ingest.StreamIn) == total })
	done := w.Counts().Processed
	if done == total {
		t.Log("all were done before the stop")
	}
	if docs, sealed := p.count(t, ingest.StreamDocs), p.count(t, ingest.StreamVault); docs != done || sealed != done {
		t.Errorf("%d processed, %d documents, %d vault entries", done, docs, sealed)
	}
	if got := p.work(t); got.Processed != total-done || got.Dead != 0 {
		t.Errorf("after the stop %+v, want %d processed", got, total-done)
	}
}

func TestNewChecks(t *testing.T) {
	p := newPlant(t)
	if _, err := worker.New(p.js, &worker.Pipeline{}, worker.Config{}); err == nil {
		t.Error("an empty pipeline is taken")
	}
}

// Each message that came to the end of a stage is timed there, once, by the worker
// that ran it.
func TestStages(t *testing.T) {
	p := newPlant(t)
	p.send(t, complaint("t1", "宽带断网三天，我的手机号是"+phone+"，请回电"))
	p.send(t, complaint("t2", "信号差"))
	p.sendRaw(t, "feedback.in.app", []byte("{"))
	began := time.Now()
	w, stop := p.run(t)
	p.await(t, "an empty queue", func() bool { return p.count(t, ingest.StreamIn) == 0 })
	stop()
	all := time.Since(began)
	got := make(map[string]uint64)
	for name, s := range w.Stages() {
		sum := s.Summary()
		got[name] = sum.Count
		if sum.Sum <= 0 || sum.Sum > 3*all {
			t.Errorf("%s took %v of %v", name, sum.Sum, all)
		}
	}
	want := map[string]uint64{
		worker.StageDecode: 2, worker.StageDetect: 2, worker.StageRedact: 2, worker.StageSeal: 1, worker.StageAnnotate: 2, worker.StagePublish: 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(worker.StageNames) != len(want) {
		t.Errorf("names of stages: %v", worker.StageNames)
	}
}
