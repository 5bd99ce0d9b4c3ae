package ledger_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*consumer).loopAndGatherMsgs"))
}

// plant is a broker with the ledger's streams, and a key.
type plant struct {
	js     jetstream.JetStream
	signer *audit.Signer
	keys   audit.Keys
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	_, js := ingesttest.Streams(t)
	secret, verifier, err := audit.NewKey(rand.Reader, "log.example")
	if err != nil {
		t.Fatal(err)
	}
	p := &plant{js: js}
	if p.signer, err = audit.ParseSigner(secret); err != nil {
		t.Fatal(err)
	}
	if p.keys, err = audit.ParseKeys(verifier); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *plant) append(t *testing.T, n int) (last int64) {
	t.Helper()
	for i := range n {
		var err error
		if last, err = ledger.Append(t.Context(), p.js, audit.Entry{Actor: "lin", Action: audit.ActionReveal, Record: fmt.Sprint("r", i)}); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// keeper runs a Keeper, until the test ends or stop is called.
func (p *plant) keeper(t *testing.T) (k *ledger.Keeper, stop func() error) {
	t.Helper()
	k = ledger.NewKeeper(p.js, p.signer, p.keys, ledger.Config{Every: 10 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() }) // the test has asked, where it cares
	return k, stop
}

func TestKeeperSigns(t *testing.T) {
	p := newPlant(t)
	first, stopFirst := p.keeper(t)
	second, stopSecond := p.keeper(t)
	for range 5 {
		last := p.append(t, 20)
		for _, k := range []*ledger.Keeper{first, second} {
			if _, err := k.Covered(t.Context(), last); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(stopFirst(), stopSecond()); err != nil {
		t.Fatal(err)
	}
	signed, err := ledger.Checkpoints(t.Context(), p.js, p.keys)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/export"
	if err := audit.Export(dir, ledger.Entries(t.Context(), p.js, 0), signed); err != nil {
		t.Fatal(err)
	}
	report, err := audit.Verify(os.DirFS(dir), audit.VerifyOptions{Keys: p.keys})
	if err != nil || !report.OK() || report.Size != 100 {
		t.Errorf("%+v, %v", report, err)
	}

	// Another process goes on.
	third, stopThird := p.keeper(t)
	if _, err := third.Covered(t.Context(), p.append(t, 1)); err != nil {
		t.Fatal(err)
	}
	if err := stopThird(); err != nil {
		t.Fatal(err)
	}
	leaf, err := ledger.Entry(t.Context(), p.js, 100)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := audit.Prove(third.Tree(), 100, leaf, third.Latest())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := proof.Check(p.keys); err != nil {
		t.Error(err)
	}
}

// TestKeeperStopsAtFork makes the ledger anew behind the signer's back.
func TestKeeperStopsAtFork(t *testing.T) {
	for name, entries := range map[string]int{"shorter": 3, "longer": 30} {
		t.Run(name, func(t *testing.T) {
			p := newPlant(t)
			k, stop := p.keeper(t)
			if _, err := k.Covered(t.Context(), p.append(t, 10)); err != nil {
				t.Fatal(err)
			}
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			if err := p.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
				t.Fatal(err)
			}
			if err := ingest.Streams(t.Context(), p.js, ingest.StreamLimits{}); err != nil {
				t.Fatal(err)
			}
			p.append(t, entries)
			again := ledger.NewKeeper(p.js, p.signer, p.keys, ledger.Config{Every: 10 * time.Millisecond})
			if err := again.Run(t.Context()); !errors.Is(err, audit.ErrForked) {
				t.Errorf("got %v, want ErrForked", err)
			}
		})
	}
}

// TestNothingIsDeleted asks the streams to forget.
func TestNothingIsDeleted(t *testing.T) {
	p := newPlant(t)
	p.append(t, 3)
	stream, err := p.js.Stream(t.Context(), ingest.StreamAudit)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), 2); err == nil {
		t.Error("an entry was deleted")
	}
	if err := stream.SecureDeleteMsg(t.Context(), 2); err == nil {
		t.Error("an entry was deleted securely")
	}
	if err := stream.Purge(t.Context()); err == nil {
		t.Error("the ledger was purged")
	}
	var all [][]byte
	for leaf, err := range ledger.Entries(t.Context(), p.js, 1) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, leaf)
	}
	if len(all) != 2 || !bytes.Contains(all[1], []byte(`"record":"r2"`)) {
		t.Errorf("%d entries from the second on, want 2", len(all))
	}
}

func TestAppendRefuses(t *testing.T) {
	p := newPlant(t)
	if _, err := ledger.Append(t.Context(), p.js, audit.Entry{Action: audit.ActionReveal}); err == nil {
		t.Error("an entry without an actor was taken")
	}
	if err := p.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Append(t.Context(), p.js, audit.Entry{Actor: "lin", Action: audit.ActionReveal}); err == nil {
		t.Error("an entry was taken by no stream")
	}
}
