package watch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/internal/document"
	"qingting/internal/saved"
	"qingting/search/watch"
)

// Bleve starts its workers with the program.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

// characters cuts each character for itself.
type characters struct{}

func (characters) Version() string { return "characters" }

func (characters) Tokens(text string, emit func(start, end int)) {
	for i, r := range text {
		emit(i, i+utf8.RuneLen(r))
	}
}

// whole cuts nothing.
type whole struct{}

func (whole) Version() string { return "whole" }

func (whole) Tokens(text string, emit func(start, end int)) { emit(0, len(text)) }

type scene struct {
	t    *testing.T
	nc   *nats.Conn
	js   jetstream.JetStream
	docs jetstream.Stream
	last uint64
}

func newScene(t *testing.T) *scene {
	t.Helper()
	b, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: "a-key-of-at-least-thirty-two-characters"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Shutdown)
	s := &scene{t: t}
	if s.nc, err = b.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.nc.Close)
	if s.js, err = ingest.JetStream(s.nc); err != nil {
		t.Fatal(err)
	}
	if err := ingest.Streams(t.Context(), s.js, ingest.StreamLimits{}, ingest.StreamDocs, ingest.StreamMatches); err != nil {
		t.Fatal(err)
	}
	if s.docs, err = s.js.Stream(t.Context(), ingest.StreamDocs); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) publish(record, text string, headers ...string) {
	s.t.Helper()
	d := document.Document{
		Schema: document.Schema, Record: record, Month: "202603", Text: text, Customer: "c" + record,
		Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Policy: "p", Engine: "e",
	}
	data, err := json.Marshal(d)
	if err != nil {
		s.t.Fatal(err)
	}
	msg := nats.NewMsg("feedback.docs.0")
	msg.Data = data
	for i := 0; i < len(headers); i += 2 {
		msg.Header.Set(headers[i], headers[i+1])
	}
	ack, err := s.js.PublishMsg(s.t.Context(), msg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.last = ack.Sequence
}

// process starts a watcher as a process would; stop ends it.
func (s *scene) process(list saved.List) (w *watch.Watcher, stop func()) {
	s.t.Helper()
	w, err := watch.New(s.nc, s.js, s.docs, watch.Config{
		Segmenter: characters{}, Stream: ingest.StreamMatches, Prefix: ingest.MatchesPrefix, Every: 20 * time.Millisecond, K: 3,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	w.Set(list, nil)
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx, func(context.Context, uint64) error { return nil }) }()
	return w, func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	}
}

// told lists records by search, as they were told.
func (s *scene) told(search string) (records []string, messages []watch.Stored) {
	s.t.Helper()
	for m, err := range watch.Read(s.t.Context(), s.nc, ingest.StreamMatches, ingest.MatchesPrefix, search, 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		records = append(records, m.Records...)
		messages = append(messages, m)
	}
	return records, messages
}

// await waits until the searches have told of so many records.
func (s *scene) await(search string, want ...string) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		got, _ := s.told(search)
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(deadline) || len(got) > len(want) {
			s.t.Fatalf("search %s told of %v, want %v", search, got, want)
		}
	}
}

func TestNewMatchesAreTold(t *testing.T) {
	s := newScene(t)
	s.publish("r1", "话费太贵了") // was there before
	list := saved.List{
		{ID: "s1", Name: "话费", Query: "话费", Alert: true, After: s.last},
		{ID: "s2", Name: "无", Query: "话费"}, // no alert
		{ID: "s3", Name: "broken", Query: `"`, Alert: true},
	}
	w, stop := s.process(list)
	s.publish("r2", "网速慢")
	s.publish("r3", "话费看不懂")
	s.publish("r4", "话费被扣", document.RestrictedHeader, "r4")
	s.publish("r5", "话费", document.AmendedHeader, "1")
	s.publish("r6", "话费高")
	s.publish("r3", "话费看不懂") // stored again
	s.publish("r7", "话费多少")
	s.await("s1", "r3", "r6", "r7")
	// A search that was saved while documents came in, which the process learns of late.
	after := s.last
	s.publish("r8", "网速太慢")
	s.publish("r9", "话费")
	s.await("s1", "r3", "r6", "r7", "r9")
	w.Set(append(list, saved.Search{ID: "s4", Name: "网速", Query: "网速", Alert: true, After: after}), nil)
	s.await("s4", "r8")
	// The process ends; what comes meanwhile is told by the next.
	stop()
	s.publish("r10", "话费和网速")
	_, stop = s.process(append(list, saved.Search{ID: "s4", Name: "网速", Query: "网速", Alert: true, After: after}))
	s.await("s1", "r3", "r6", "r7", "r9", "r10")
	s.await("s4", "r8", "r10")
	stop()
	_, messages := s.told("")
	for _, m := range messages {
		if m.Schema != watch.Schema || m.Name == "" || m.Documents != len(m.Records) || m.From >= m.Through || m.At.IsZero() {
			t.Errorf("message %+v", m)
		}
		if m.Customers.N+m.Customers.Below < 3 || m.Documents < 3 && m.Customers.Below != 3 {
			t.Errorf("customers of %d documents are %+v", m.Documents, m.Customers)
		}
	}
}

// What is watched is cut as the index is, also when that is made anew.
func TestAnotherSegmenter(t *testing.T) {
	s := newScene(t)
	w, stop := s.process(saved.List{{ID: "s1", Name: "n", Query: "网速慢极了", Alert: true}})
	defer stop()
	w.SetSegmenter(whole{})
	s.publish("r1", "网速慢极了")
	s.await("s1", "r1")
	s.publish("r2", "慢了，极其慢的网和速度") // no word of the query, and not all of its pairs
	s.publish("r3", "网速慢极了")
	s.await("s1", "r1", "r3")
	w.SetSegmenter(characters{})
	time.Sleep(100 * time.Millisecond) // or it may come before
	s.publish("r4", "慢了，极其慢的网和速度")
	s.await("s1", "r1", "r3", "r4")
}

// Several processes over one stream tell of each match once.
func TestSeveralProcessesTellOnce(t *testing.T) {
	s := newScene(t)
	list := saved.List{{ID: "s1", Name: "n", Query: "话费", Alert: true}}
	var stops []func()
	for range 3 {
		_, stop := s.process(list)
		stops = append(stops, stop)
	}
	var want []string
	for i := range 60 {
		record := fmt.Sprintf("r%02d", i)
		want = append(want, record)
		s.publish(record, "话费")
		time.Sleep(5 * time.Millisecond) // over several messages
	}
	s.await("s1", want...)
	for _, stop := range stops {
		stop()
	}
	if got, _ := s.told("s1"); !slices.Equal(got, want) {
		t.Errorf("told of %v", got)
	}
}

// Nothing of a document but its id is in a message.
func TestMessagesHoldNoText(t *testing.T) {
	s := newScene(t)
	_, stop := s.process(saved.List{{ID: "s1", Name: "name", Query: "秘密", Alert: true}})
	s.publish("r1", "这是秘密的话")
	s.await("s1", "r1")
	stop()
	info, err := s.js.Stream(t.Context(), ingest.StreamMatches)
	if err != nil {
		t.Fatal(err)
	}
	m, err := info.GetLastMsgForSubject(t.Context(), ingest.MatchesPrefix+"s1")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"秘密", "这是", "cr1", "202603"} {
		if strings.Contains(string(m.Data), text) {
			t.Errorf("the message holds %q: %s", text, m.Data)
		}
	}
}
