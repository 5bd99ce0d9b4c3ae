package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// epochs is a store in memory; fail makes PutEpoch fail.
type epochs struct {
	mu    sync.Mutex
	byID  map[string][]byte
	order []string
	fail  error
	wait  time.Duration
}

func (e *epochs) PutEpoch(ctx context.Context, env vault.Envelope) error {
	id, envelope := env.Epoch, env.Data
	if e.wait > 0 {
		select {
		case <-time.After(e.wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		return e.fail
	}
	if e.byID == nil {
		e.byID = make(map[string][]byte)
	}
	e.byID[id] = bytes.Clone(envelope)
	e.order = append(e.order, id)
	return nil
}

func (e *epochs) GetEpoch(_ context.Context, id string) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if envelope, ok := e.byID[id]; ok {
		return envelope, nil
	}
	return nil, unseal.ErrEpochMissing
}

func (e *epochs) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.order)
}

func newOfficer(t testing.TB) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newSealer(t testing.TB, store vault.EpochStore, id *age.HybridIdentity, opts ...vault.Option) *vault.Sealer {
	t.Helper()
	s, err := vault.NewSealer([]age.Recipient{id.Recipient()}, store, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sample is invented; the mobile segment 199 and the ID check digit are valid.
func sample(id string) vault.Record {
	return vault.Record{ID: id, Values: []vault.Value{
		{Type: "MOBILE", Start: 4, End: 9, Plain: "幺九九 0000 1234", Canonical: "19900001234"},
		{Type: "PERSON_NAME", Field: "customer.name", Start: 0, End: 4, Plain: "欧阳<试>"},
	}}
}

func TestSealOpen(t *testing.T) {
	store, officer := &epochs{}, newOfficer(t)
	sealer := newSealer(t, store, officer)
	want := sample("r1")
	sealed, err := sealer.Seal(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	if sealed.Epoch != store.order[0] {
		t.Errorf("sealed under epoch %s, stored %s", sealed.Epoch, store.order[0])
	}
	for _, clear := range []string{"欧阳", "19900001234", "PERSON_NAME", "customer.name"} {
		if bytes.Contains(sealed.Data, []byte(clear)) {
			t.Errorf("sealed data shows %q", clear)
		}
	}
	opener := unseal.NewOpener(store, officer)
	defer opener.Close()
	got, err := opener.Open(t.Context(), "r1", sealed.Data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(reveal(want), reveal(got)); diff != "" {
		t.Errorf("opened differs (-want +got):\n%s", diff)
	}
}

// reveal makes a record comparable: its own printing hides the values.
func reveal(r vault.Record) []string {
	out := []string{r.ID}
	for _, v := range r.Values {
		out = append(out, fmt.Sprintf("%s %s %d %d %s %s", v.Type, v.Field, v.Start, v.End, v.Plain, v.Canonical))
	}
	return out
}

func TestNewSealerRefuses(t *testing.T) {
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	hybrid := newOfficer(t)
	for _, test := range []struct {
		name       string
		recipients []age.Recipient
		store      vault.EpochStore
		opts       []vault.Option
		want       string
	}{
		{"no recipients", nil, &epochs{}, nil, "qingting keys new"},
		{"mixed", []age.Recipient{hybrid.Recipient(), classic.Recipient()}, &epochs{}, nil, "post-quantum"},
		{"no store", []age.Recipient{hybrid.Recipient()}, nil, nil, "epoch store"},
		{"too long", []age.Recipient{hybrid.Recipient()}, &epochs{}, []vault.Option{vault.WithMaxAge(time.Hour)}, "10m0s"},
		{"too many", []age.Recipient{hybrid.Recipient()}, &epochs{}, []vault.Option{vault.WithMaxRecords(1 << 20)}, "4096"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := vault.NewSealer(test.recipients, test.store, test.opts...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestSealFailsClosed(t *testing.T) {
	store := &epochs{fail: errors.New("stream is full")}
	sealer := newSealer(t, store, newOfficer(t))
	for range 2 {
		if _, err := sealer.Seal(t.Context(), sample("r1")); !errors.Is(err, store.fail) {
			t.Fatalf("sealed without a durable envelope: %v", err)
		}
	}
	store.fail = nil
	if _, err := sealer.Seal(t.Context(), sample("r1")); err != nil {
		t.Fatalf("store recovered, sealer did not: %v", err)
	}
}

func TestSealRefuses(t *testing.T) {
	sealer := newSealer(t, &epochs{}, newOfficer(t))
	for _, test := range []struct {
		name   string
		record vault.Record
	}{
		{"no id", vault.Record{}},
		{"id with a space", vault.Record{ID: "a b"}},
		{"id with a line feed", vault.Record{ID: "a\nb"}},
		{"long id", vault.Record{ID: strings.Repeat("x", 129)}},
		{"not UTF-8", vault.Record{ID: "r", Values: []vault.Value{{Type: "QQ", Plain: "\xff"}}}},
		{"no type", vault.Record{ID: "r", Values: []vault.Value{{Plain: "x"}}}},
		{"reversed span", vault.Record{ID: "r", Values: []vault.Value{{Type: "QQ", Start: 2, End: 1}}}},
		{"too large", vault.Record{ID: "r", Values: []vault.Value{{Type: "QQ", Plain: strings.Repeat("x", 17<<20)}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := sealer.Seal(t.Context(), test.record); err == nil {
				t.Error("sealed")
			}
		})
	}
}

func TestRotateByCount(t *testing.T) {
	store, officer := &epochs{}, newOfficer(t)
	sealer := newSealer(t, store, officer, vault.WithMaxRecords(10))
	opener := unseal.NewOpener(store, officer)
	defer opener.Close()
	for i := range 25 {
		id := fmt.Sprintf("r%d", i)
		sealed, err := sealer.Seal(t.Context(), sample(id))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := opener.Open(t.Context(), id, sealed.Data); err != nil {
			t.Fatal(err)
		}
	}
	if got := store.count(); got != 3 {
		t.Errorf("25 records used %d epochs, want 3", got)
	}
}

func TestRotateByAge(t *testing.T) {
	officer := newOfficer(t)
	synctest.Test(t, func(t *testing.T) {
		store := &epochs{}
		sealer := newSealer(t, store, officer)
		seal := func() string {
			t.Helper()
			sealed, err := sealer.Seal(t.Context(), sample("r"))
			if err != nil {
				t.Fatal(err)
			}
			return sealed.Epoch
		}
		first := seal()
		time.Sleep(vault.MaxAge - time.Nanosecond)
		if seal() != first {
			t.Error("epoch ended before its time")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if sealer.HoldsKey() {
			t.Error("the key outlived its epoch without traffic")
		}
		if seal() == first {
			t.Error("epoch outlived its time")
		}
	})
}

func TestSealWaitsNoLongerThanItsContext(t *testing.T) {
	officer := newOfficer(t)
	synctest.Test(t, func(t *testing.T) {
		sealer := newSealer(t, &epochs{wait: time.Hour}, officer)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := sealer.Seal(ctx, sample("r")); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
		}
		group.Wait()
	})
}

func TestWaitingEndsWithItsOwnContext(t *testing.T) {
	officer := newOfficer(t)
	synctest.Test(t, func(t *testing.T) {
		sealer := newSealer(t, &epochs{wait: time.Hour}, officer)
		go sealer.Seal(t.Context(), sample("first")) //nolint:errcheck // ends with the test
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if _, err := sealer.Seal(ctx, sample("second")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("waited %v for another's epoch", waited)
		}
	})
}

// TestEpochOlderThanItsEnvelope: a store so slow that the key is over age when
// its envelope is durable must not lead to a record under that key.
func TestEpochOlderThanItsEnvelope(t *testing.T) {
	officer := newOfficer(t)
	synctest.Test(t, func(t *testing.T) {
		sealer := newSealer(t, &epochs{wait: vault.MaxAge + time.Second}, officer)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := sealer.Seal(ctx, sample("r")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("sealed under a key that was over age: %v", err)
		}
	})
}

func TestCloseWaitsForSealsUnderWay(t *testing.T) {
	sealer := newSealer(t, &epochs{}, newOfficer(t))
	key, release, err := sealer.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealer.Close()
	if bytes.Equal(key, make([]byte, 32)) {
		t.Error("the key was overwritten under a running Seal")
	}
	release()
	if !bytes.Equal(key, make([]byte, 32)) {
		t.Error("the key stayed in memory after the last Seal")
	}
}

func TestSealConcurrently(t *testing.T) {
	store, officer := &epochs{}, newOfficer(t)
	sealer := newSealer(t, store, officer, vault.WithMaxRecords(7))
	opener := unseal.NewOpener(store, officer)
	defer opener.Close()
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("w%d-%d", worker, i)
				sealed, err := sealer.Seal(t.Context(), sample(id))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := opener.Open(t.Context(), id, sealed.Data)
				if err != nil {
					t.Error(err)
					return
				}
				if diff := cmp.Diff(reveal(sample(id)), reveal(got)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	group.Wait()
	if want := (8*20 + 6) / 7; store.count() != want {
		t.Errorf("%d epochs, want %d", store.count(), want)
	}
}

func TestClose(t *testing.T) {
	sealer := newSealer(t, &epochs{}, newOfficer(t))
	if _, err := sealer.Seal(t.Context(), sample("r")); err != nil {
		t.Fatal(err)
	}
	key := sealer.Key()
	sealer.Close()
	if sealer.HoldsKey() || !bytes.Equal(key, make([]byte, 32)) {
		t.Error("the key is still in memory")
	}
	if _, err := sealer.Seal(t.Context(), sample("r")); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	sealer.Close() // twice does no harm
}

func TestLengthTellsLittle(t *testing.T) {
	sealer := newSealer(t, &epochs{}, newOfficer(t))
	lengths := map[int]bool{}
	for n := range 60 {
		sealed, err := sealer.Seal(t.Context(), vault.Record{ID: "r", Values: []vault.Value{{Type: "ADDRESS", Plain: strings.Repeat("x", n)}}})
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(sealed.Data)] = true
	}
	if len(lengths) != 1 {
		t.Errorf("values of 0 to 59 bytes give %d lengths, want 1", len(lengths))
	}
}

func BenchmarkSeal(b *testing.B) {
	sealer := newSealer(b, &epochs{}, newOfficer(b))
	record := sample("k5v2m3q7t4w6y2a5c7e3g4j6l2")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sealer.Seal(b.Context(), record); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealParallel(b *testing.B) {
	sealer := newSealer(b, &epochs{}, newOfficer(b))
	record := sample("k5v2m3q7t4w6y2a5c7e3g4j6l2")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := sealer.Seal(b.Context(), record); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
