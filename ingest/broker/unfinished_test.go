package broker_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/broker"
)

// TestKilledWhileMakingAStream leaves of a stream and of a consumer what a
// server killed at each step of making them leaves.
func TestKilledWhileMakingAStream(t *testing.T) {
	whole := t.TempDir()
	b := start(t, broker.Config{Dir: whole})
	nc, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	js, err := ingest.JetStream(nc)
	if err != nil {
		t.Fatal(err)
	}
	consumer := jetstream.ConsumerConfig{Durable: "ingest", AckPolicy: jetstream.AckExplicitPolicy}
	if _, err := js.CreateConsumer(t.Context(), ingest.StreamIn, consumer); err != nil {
		t.Fatal(err)
	}
	nc.Close()
	b.Shutdown()

	for _, of := range []string{"FEEDBACK_DOCS", "FEEDBACK_IN/obs/ingest"} {
		for _, left := range []struct {
			name  string
			kept  string // files kept whole
			empty string // files kept, emptied
		}{
			{"directory", "", ""},
			{"key begun", "", "meta.key"},
			{"key", "meta.key", ""},
			{"description begun", "meta.key", "meta.inf"},
			{"description", "meta.key meta.inf", ""},
			{"checksum begun", "meta.key meta.inf", "meta.sum"},
		} {
			t.Run(of+"/"+left.name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "nats")
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				made := filepath.Join(dir, "jetstream", "$G", "streams", filepath.FromSlash(of))
				files, err := os.ReadDir(made)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range files {
					path := filepath.Join(made, f.Name())
					switch {
					case f.IsDir(), strings.Contains(left.kept, f.Name()):
					case strings.Contains(left.empty, f.Name()):
						err = os.Truncate(path, 0)
					default:
						err = os.Remove(path)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				for range 2 { // and it lasts
					b := start(t, broker.Config{Dir: dir})
					nc, err := b.Connect()
					if err != nil {
						t.Fatal(err)
					}
					js, err := ingest.JetStream(nc)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := js.CreateOrUpdateConsumer(t.Context(), ingest.StreamIn, consumer); err != nil {
						t.Fatal(err)
					}
					if err := publish(t, nc, "feedback.docs.0"); err != nil {
						t.Fatal(err)
					}
					b.Shutdown()
				}
			})
		}
	}
}

// TestStreamWithoutDescription must not be taken for half made: it holds messages.
func TestStreamWithoutDescription(t *testing.T) {
	dir := t.TempDir()
	b := start(t, broker.Config{Dir: dir})
	nc, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	if err := publish(t, nc, "feedback.docs.0"); err != nil {
		t.Fatal(err)
	}
	b.Shutdown()
	stream := filepath.Join(dir, "jetstream", "$G", "streams", "FEEDBACK_DOCS")
	if err := os.Remove(filepath.Join(stream, "meta.inf")); err != nil {
		t.Fatal(err)
	}
	if _, err := broker.Start(broker.Config{Dir: dir, StoreKey: storeKey}); err == nil || !strings.Contains(err.Error(), "FEEDBACK_DOCS") {
		t.Errorf("started: %v", err)
	}
	if blocks, _ := filepath.Glob(filepath.Join(stream, "msgs", "*.blk")); len(blocks) == 0 {
		t.Error("the messages are gone")
	}
}
