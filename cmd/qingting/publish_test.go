package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/source"
)

// intake is a running NATS server whose FEEDBACK_IN takes at most msgs messages.
func intake(t *testing.T, msgs int64) (url string, js jetstream.JetStream) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	nc, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if js, err = ingest.JetStream(nc); err != nil {
		t.Fatal(err)
	}
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{InMsgs: msgs, InBytes: 64 << 20}); err != nil {
		t.Fatal(err)
	}
	return s.ClientURL(), js
}

// feedbackFile writes n lines of feedback.
func feedbackFile(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("编号,投诉内容,渠道\n")
	for i := range n {
		fmt.Fprintf(&b, "T%d,宽带第%d次断线，来电13812345678,热线\n", i, i)
	}
	path := filepath.Join(t.TempDir(), "投诉.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// take reads n messages of FEEDBACK_IN and removes them.
func take(ctx context.Context, js jetstream.JetStream, n int, ids ...age.Identity) (map[string]string, error) {
	c, err := js.CreateOrUpdateConsumer(ctx, ingest.StreamIn, jetstream.ConsumerConfig{Durable: "test", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		return nil, err
	}
	got := make(map[string]string)
	for len(got) < n {
		m, err := c.Next(jetstream.FetchMaxWait(10 * time.Second))
		if err != nil {
			return got, err
		}
		f, err := ingest.Decode(m.Subject(), m.Headers(), m.Data(), ids, time.Now())
		if err != nil {
			return got, err
		}
		got[f.ID] = f.Text
		if err := m.DoubleAck(ctx); err != nil {
			return got, err
		}
	}
	return got, nil
}

func publishRun(t *testing.T, args ...string) (code int, out, talk string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"publish"}, args...), &console{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestPublish(t *testing.T) {
	t.Parallel()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{"plain": nil, "sealed": {"--recipient", id.Recipient().String()}} {
		t.Run(name, func(t *testing.T) {
			url, js := intake(t, 10_000)
			const n = 600
			code, out, talk := publishRun(t, append(args, "--nats", url, feedbackFile(t, n))...)
			if code != 0 || out != "accepted 600, refused 0\n" {
				t.Fatalf("exit %d, %q, %q", code, out, talk)
			}
			got, err := take(t.Context(), js, n, id)
			if err != nil || got["T599"] != "宽带第599次断线，来电13812345678" {
				t.Errorf("%d messages, %v", len(got), err)
			}
		})
	}
}

// TestPublishFull fills the stream: each line that does not fit is reported,
// and none is lost when room is made while publish waits.
func TestPublishFull(t *testing.T) {
	t.Parallel()
	url, js := intake(t, 3)
	code, out, talk := publishRun(t, "--nats", url, "--wait", "200ms", feedbackFile(t, 5))
	if code != 1 || !strings.Contains(out, "accepted 3, refused 2\n") || !strings.Contains(out, "the stream was full") {
		t.Fatalf("exit %d, %q, %q", code, out, talk)
	}
	if strings.Contains(out+talk, "13812345678") {
		t.Error("content shows in the summary")
	}
	if _, err := take(t.Context(), js, 3); err != nil {
		t.Fatal(err)
	}
	const n = 60
	taken := make(chan error, 1)
	go func() {
		got, err := take(t.Context(), js, n)
		if err == nil && len(got) != n {
			err = fmt.Errorf("%d of %d messages", len(got), n)
		}
		taken <- err
	}()
	code, out, talk = publishRun(t, "--nats", url, "--wait", "30s", feedbackFile(t, n))
	if code != 0 || out != "accepted 60, refused 0\n" {
		t.Fatalf("exit %d, %q, %q", code, out, talk)
	}
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

// TestFileSource tells files apart by name alone, and shows no name.
func TestFileSource(t *testing.T) {
	a := fileSource("/x/张三的投诉.csv")
	if a != fileSource("张三的投诉.csv") || a == fileSource("b.csv") || !strings.HasPrefix(a, "file-") || strings.ContainsAny(a, "0123456789张") {
		t.Errorf("fileSource = %q", a)
	}
}

// TestPublishInterrupted stops at once, and says what was sent.
func TestPublishInterrupted(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"publish", "--dry-run", feedbackFile(t, 5)}, &console{Out: &stdout, Err: &stderr})
	if code != 1 || !strings.Contains(stdout.String(), "accepted 0") || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit %d, %q, %q", code, stdout.String(), stderr.String())
	}
}

// TestPublishInterruptedWhileWaiting: who interrupts a row that waits for room
// is told of the interruption, and not of a stream that is full.
func TestPublishInterruptedWhileWaiting(t *testing.T) {
	rows, err := source.Open("a.jsonl", strings.NewReader(`{"text":"信号差"}`+"\n"), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	report, err := newPublishReport("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	err = (&publishCmd{}).each(ctx, rows, report, newPublishBar(io.Discard), func(source.Row) error {
		interrupt()
		return fmt.Errorf("%w: %w", ingest.ErrBackPressure, ctx.Err())
	})
	if !errors.Is(err, errPublishInterrupted) || strings.Contains(err.Error(), "full") {
		t.Errorf("the interruption reads %v", err)
	}
}
