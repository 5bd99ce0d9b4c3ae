package search

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/internal/document"
)

// broker starts a JetStream server inside the test, with no port.
func broker(t *testing.T) jetstream.JetStream {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		ServerName: "test", DontListen: true, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func docsStream(t *testing.T, js jetstream.JetStream) jetstream.Stream {
	t.Helper()
	s, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "FEEDBACK_DOCS", Subjects: []string{"feedback.docs.*"}, AllowDirect: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publish(t *testing.T, js jetstream.JetStream, docs ...*document.Document) (last uint64) {
	t.Helper()
	for _, d := range docs {
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		ack, err := js.Publish(t.Context(), "feedback.docs.00", data)
		if err != nil {
			t.Fatal(err)
		}
		last = ack.Sequence
	}
	return last
}

// start runs an indexer until stop is called, which returns what Run did.
func start(t *testing.T, ix *Index, s jetstream.Stream, cfg IndexerConfig) (x *Indexer, stop func() error) {
	t.Helper()
	if cfg.Linger == 0 {
		cfg.Linger = 10 * time.Millisecond
	}
	x = NewIndexer(ix, s, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- x.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-result })
	t.Cleanup(func() { _ = stop() }) // tests that care call it themselves
	return x, stop
}

func await(t *testing.T, x *Indexer, seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := x.WaitFor(ctx, seq); err != nil {
		t.Fatalf("waiting for sequence %d: %v (at %+v)", seq, err, x.Progress())
	}
}

func TestIndexerFollowsTheStream(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) }) // after everything else has stopped
	js := broker(t)
	stream := docsStream(t, js)
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	publish(t, js, doc("a", "网速太慢"), doc("b", "话费扣多了"))
	if _, err := js.Publish(t.Context(), "feedback.docs.01", []byte("not a document")); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var seen []Progress
	x, stop := start(t, ix, stream, IndexerConfig{Progress: func(p Progress) { mu.Lock(); seen = append(seen, p); mu.Unlock() }})
	last := publish(t, js, doc("c", "客服态度好"), doc("a", "网速又快了"))
	await(t, x, last)
	if got := x.Progress(); got.Indexed != 4 || got.Malformed != 1 || got.Seq != last {
		t.Errorf("Progress() = %+v, want 4 indexed, 1 malformed, at %d", got, last)
	}
	if got := records(t, ix, "慢"); got != "" {
		t.Errorf("the replaced text still finds %q", got)
	}
	if lag, err := x.Lag(t.Context()); err != nil || lag != 0 {
		t.Errorf("Lag() = %d, %v, want 0", lag, err)
	}
	// A record erased: the index forgets it, and the stream may drop its messages.
	ack, err := js.PublishMsg(t.Context(), &nats.Msg{Subject: "feedback.docs.00", Header: nats.Header{document.ErasedHeader: {"b"}}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, x, ack.Sequence)
	if got := records(t, ix, "record:b OR 话费"); got != "" {
		t.Errorf("the erased record is still found: %q", got)
	}
	// Sequences whose messages are gone must not be waited for for ever.
	last = publish(t, js, doc("d", "退订"))
	await(t, x, last)
	if err := stop(); err != nil {
		t.Errorf("Run ended with %v", err)
	}
	last = publish(t, js, doc("e", "发票"))
	if err := stream.SecureDeleteMsg(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	if err := x.WaitFor(t.Context(), last); err == nil {
		t.Error("WaitFor succeeded after Run had ended")
	}
	x, stop = start(t, ix, stream, IndexerConfig{})
	await(t, x, last)
	if err := stop(); err != nil {
		t.Errorf("Run ended with %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) == 0 || seen[len(seen)-1].Deleted != 1 {
		t.Errorf("progress was reported as %+v", seen)
	}
}

func TestIndexerNoticesAStreamCreatedAnew(t *testing.T) {
	js := broker(t)
	stream := docsStream(t, js)
	dir := filepath.Join(t.TempDir(), "index")
	ix := open(t, dir)
	last := publish(t, js, doc("a", "网速太慢"), doc("b", "话费扣多了"))
	x, stop := start(t, ix, stream, IndexerConfig{})
	await(t, x, last)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "FEEDBACK_DOCS"); err != nil {
		t.Fatal(err)
	}
	stream = docsStream(t, js)
	publish(t, js, doc("a", "网速太慢"), doc("b", "话费扣多了"), doc("c", "退订"))
	if err := NewIndexer(ix, stream, IndexerConfig{}).Run(t.Context()); !errors.Is(err, ErrRebuild) {
		t.Errorf("Run on a stream created anew: %v, want ErrRebuild", err)
	}
	// The same stream, shorter than the checkpoint: restored from an old backup.
	other := open(t, filepath.Join(t.TempDir(), "other"))
	x = NewIndexer(other, stream, IndexerConfig{})
	if err := x.Bind(t.Context()); err != nil {
		t.Fatal(err)
	}
	apply(t, other, 99)
	if err := x.Run(t.Context()); !errors.Is(err, ErrRebuild) {
		t.Errorf("Run on a stream that ends before the checkpoint: %v, want ErrRebuild", err)
	}
	if err := x.WaitFor(t.Context(), 200); !errors.Is(err, ErrRebuild) {
		t.Errorf("WaitFor after that: %v, want ErrRebuild", err)
	}
}
