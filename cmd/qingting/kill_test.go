package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/govern"
	"qingting/ingest/worker"
	"qingting/internal/document"
	"qingting/internal/secrets"
	"qingting/privacy/vault/unseal"
	"qingting/search"
	"qingting/textmining/segment"
)

// TestKilledAtAnyMoment publishes records while the server is killed again and
// again, and then expects each record once: one latest document, one document
// in the index, one vault entry that the officer can open. QINGTING_KILLS sets
// the number of kills.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	kills, records := 60, 5000
	if n, err := strconv.Atoi(os.Getenv("QINGTING_KILLS")); err == nil {
		kills = n
	}
	s := newSite(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))

	server := s.start(t)
	nc := s.connect(t)
	published := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	pace := make(chan struct{}, records)
	go func() { published <- publishRecords(ctx, nc, records, pace) }()
	for range kills {
		for range records / kills {
			pace <- struct{}{}
		}
		s.awaitListener(t)
		time.Sleep(time.Duration(rnd.IntN(1000)) * time.Millisecond)
		s.kill(t, server)
		server = s.start(t)
	}
	close(pace)
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	s.kill(t, server)
	s.finish(t)
	checkExactlyOnce(t, s, records)
}

// publishRecords publishes each record until the stream has it; one a pace
// until pace is closed, then the rest at once.
func publishRecords(ctx context.Context, nc *nats.Conn, records int, pace <-chan struct{}) error {
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	for i := range records {
		select {
		case <-pace:
		case <-ctx.Done():
			return ctx.Err()
		}
		rating := float64(i % 5)
		data, err := ingest.Feedback{
			ID: fmt.Sprintf("r%05d", i), Source: "kill-test", Channel: "app", Rating: &rating,
			Time:     time.Date(2026, 3, 1+i%28, 8, 0, 0, 0, time.UTC),
			Text:     fmt.Sprintf("第%d次反映了，宽带还是断网，我的电话是%s，请回电", i, mobile(i)),
			Customer: map[string]string{"phone": mobile(i)},
		}.Encode()
		if err != nil {
			return err
		}
		for {
			try, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
			_, err := js.Publish(try, "feedback.in.app", data)
			cancel()
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return nil
}

// mobile is an invented number of an allocated segment.
func mobile(i int) string { return fmt.Sprintf("139%08d", 10_000_000+i*7919%89_999_999) }

// awaitListener waits until the server takes connections.
func (s *site) awaitListener(t testing.TB) {
	t.Helper()
	nc := s.connect(t)
	nc.Close()
}

// finish runs a server in this process until everything is processed, indexed
// and counted.
func (s *site) finish(t testing.TB) {
	t.Helper()
	officers, err := secrets.ReadRecipients(s.recipients())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	srv, err := newNode(ctx, nodeConfig{
		data: s.dataFlags(), roles: []string{roleIngest, roleIndex}, officers: officers, sources: govern.Accept,
		worker: worker.Config{AckWait: time.Second},
		log:    slog.New(slog.NewTextHandler(&s.output, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.close()
	ran := make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	go func() { ran <- srv.run(running) }()
	if err := srv.caughtUp(ctx); err != nil {
		t.Errorf("not everything was processed: %v", err)
	}
	stop()
	if err := <-ran; err != nil {
		t.Errorf("the server stopped with %v", err)
	}
}

func checkExactlyOnce(t *testing.T, s *site, records int) {
	t.Helper()
	ctx := t.Context()
	st, err := openStreams(ctx, s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	for stream, want := range map[string]uint64{ingest.StreamIn: 0, ingest.StreamDead: 0, ingest.StreamVault: uint64(records)} {
		info, err := st.js.Stream(ctx, stream)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.CachedInfo().State.Msgs; got != want {
			t.Errorf("%s holds %d messages, want %d", stream, got, want)
		}
	}
	latest := latestDocuments(t, st)
	if len(latest) != records {
		t.Errorf("%d records in %s, want %d", len(latest), ingest.StreamDocs, records)
	}
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open(s.dataFlags().indexDir(), search.Config{Segmenter: words{seg}})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if n, err := ix.Count(); err != nil || n != uint64(records) {
		t.Errorf("index holds %d documents (%v), want %d", n, err, records)
	}
	checkVaultOpens(t, s, st, latest)
}

// latestDocuments reads the documents stream to its end.
func latestDocuments(t testing.TB, st *streams) map[string]*document.Document {
	t.Helper()
	latest := make(map[string]*document.Document)
	err := st.eachDocument(t.Context(), func(d *document.Document) { latest[d.Record] = d },
		func(seq uint64, err error) { t.Errorf("message %d is no document: %v", seq, err) })
	if err != nil {
		t.Fatal(err)
	}
	return latest
}

// checkVaultOpens opens every record's vault entry with the officer's identity.
func checkVaultOpens(t *testing.T, s *site, st *streams, latest map[string]*document.Document) {
	t.Helper()
	ctx := t.Context()
	ids, err := secrets.LoadIdentities(s.identity, nil)
	if err != nil {
		t.Fatal(err)
	}
	vault, err := st.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	opener := unseal.NewOpener(streamEpochs{st}, ids...)
	defer opener.Close()
	for record, d := range latest {
		msg, err := vault.GetLastMsgForSubject(ctx, ingest.VaultSubject(d.Month, record))
		if err != nil {
			t.Errorf("record %s: vault: %v", record, err)
			continue
		}
		rec, err := opener.Open(ctx, record, msg.Data)
		if err != nil {
			t.Errorf("record %s: %v", record, err)
			continue
		}
		inText := slices.ContainsFunc(d.Redactions, func(r document.Redaction) bool { return r.Field == "" })
		if text, err := unseal.Restore(d.Text, "", rec); err != nil || (text == d.Text) == inText {
			t.Errorf("record %s: the values do not fit the document (%v)", record, err)
		}
	}
}

// streamEpochs reads epoch envelopes where the test has the streams open.
type streamEpochs struct{ st *streams }

func (e streamEpochs) GetEpoch(ctx context.Context, id string) ([]byte, error) {
	keys, err := e.st.js.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return nil, err
	}
	msg, err := keys.GetLastMsgForSubject(ctx, ingest.KeySubject(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, unseal.ErrEpochMissing
	}
	if err != nil {
		return nil, err
	}
	return msg.Data, nil
}
