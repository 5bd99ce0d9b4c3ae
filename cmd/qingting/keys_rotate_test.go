package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/secrets"
	"qingting/privacy/vault"
)

// keyRoom is a broker with epochs, officers and the custody service, in this
// process.
type keyRoom struct {
	streams *streams
	client  *custody.Client
	first   *age.HybridIdentity
}

func newKeyRoom(t testing.TB, epochs int) *keyRoom {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key := secrets.NewSecret()
	b, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: key.Text()})
	must(err)
	st := &streams{broker: b}
	t.Cleanup(st.close)
	must(st.open(t.Context(), ingest.StreamLimits{}))
	svc, err := custody.Serve(st.nc, st.js, custody.Config{
		Clean: func(s string) string { return s }, Trust: custody.TrustLocal, Local: "tester", Settings: st.settings,
	})
	must(err)
	t.Cleanup(func() { _ = svc.Stop() })
	r := &keyRoom{streams: st, client: custody.NewClient(st.nc)}
	r.first, err = age.GenerateHybridIdentity()
	must(err)
	register, err := vault.SeedRegister([]secrets.Recipient{{Text: r.first.Recipient().String(), Key: r.first.Recipient()}}, time.Now())
	must(err)
	data, err := register.Encode()
	must(err)
	_, err = st.settings.Put(t.Context(), settings.Officers, data, 0, settings.Change{Actor: "server"})
	must(err)
	sealer, err := vault.NewSealer([]age.Recipient{r.first.Recipient()}, r, vault.WithMaxRecords(1))
	must(err)
	defer sealer.Close()
	for i := range epochs {
		_, err := sealer.Seal(t.Context(), vault.Record{ID: fmt.Sprint("r", i)})
		must(err)
	}
	return r
}

// PutEpoch stores an envelope without waiting for the last of them.
func (r *keyRoom) PutEpoch(ctx context.Context, e vault.Envelope) error {
	msg := nats.NewMsg(ingest.KeySubject(e.Epoch))
	msg.Data = e.Data
	msg.Header.Set(ingest.HeaderOfficers, string(e.Set))
	_, err := r.streams.js.PublishMsg(ctx, msg)
	return err
}

func (r *keyRoom) add(t testing.TB, name string) {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	now, err := r.client.Officers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	change := vault.Change{Add: []vault.Officer{{Name: name, Recipient: id.Recipient().String(), Kind: vault.KindOfficer}}}
	if _, err := r.client.ChangeOfficers(t.Context(), custody.Request{Reason: "a test"}, change, now); err != nil {
		t.Fatal(err)
	}
}

func (r *keyRoom) rotation() *rotation {
	return &rotation{client: r.client, request: custody.Request{Reason: "a test"}, ids: []age.Identity{r.first}, bar: io.Discard}
}

// A rotation that was broken off goes on where it stopped.
func TestRotationResumes(t *testing.T) {
	t.Parallel()
	r := newKeyRoom(t, 120)
	r.add(t, "wang")
	broken := r.rotation()
	var err error
	if broken.to, err = r.client.BeginRotation(t.Context(), broken.request); err != nil {
		t.Fatal(err)
	}
	if broken.keys, err = broken.to.Officers.Recipients(); err != nil {
		t.Fatal(err)
	}
	page, err := r.client.Envelopes(t.Context(), 0, broken.to.Officers.Set())
	if err != nil {
		t.Fatal(err)
	}
	some, err := broken.rewrap(t.Context(), page[:40])
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := r.client.Rewrap(t.Context(), broken.request, broken.to, some); err != nil || len(changed) > 0 {
		t.Fatal(changed, err)
	}
	rest, err := r.rotation().run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if rest.Already != 40 || rest.Rewrapped != 80 || rest.Unopened != 0 {
		t.Errorf("after 40 of 120: %+v", rest)
	}
	again, err := r.rotation().run(t.Context())
	if err != nil || again.Rewrapped != 0 || again.Already != 120 {
		t.Errorf("a third run did %+v (%v)", again, err)
	}
}

// BenchmarkRotate seals 1,000 epoch keys, of 4 million records at most, to three
// post-quantum officers.
func BenchmarkRotate(b *testing.B) {
	const epochs = 1000
	r := newKeyRoom(b, epochs)
	r.add(b, "wang")
	i := 0
	for b.Loop() {
		b.StopTimer()
		if i > 0 {
			now, err := r.client.Officers(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			change := vault.Change{Retire: []string{fmt.Sprint("o", i)}}
			if _, err := r.client.ChangeOfficers(b.Context(), custody.Request{Reason: "a test"}, change, now); err != nil {
				b.Fatal(err)
			}
		}
		i++
		r.add(b, fmt.Sprint("o", i))
		b.StartTimer()
		done, err := r.rotation().run(b.Context())
		if err != nil || done.Rewrapped != epochs {
			b.Fatalf("%+v, %v", done, err)
		}
	}
	b.ReportMetric(float64(epochs*b.N)/b.Elapsed().Seconds(), "epochs/s")
}
