package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"
	"time"
)

// testLog is a log with its key.
type testLog struct {
	leaves   [][]byte
	tree     Tree
	signer   *Signer
	verifier string
	signed   []SignedCheckpoint
}

func newLog(t testing.TB, origin string) *testLog {
	t.Helper()
	secret, verifier, err := NewKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if signer.Verifier() != verifier {
		t.Fatalf("the verifier key is %q, want %q", signer.Verifier(), verifier)
	}
	return &testLog{signer: signer, verifier: verifier}
}

func (l *testLog) grow(t testing.TB, n int, salt string) {
	t.Helper()
	for range n {
		i := len(l.leaves)
		leaf, err := Entry{
			Time: time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC), Actor: "officer-" + salt, Action: ActionReveal,
			Record: fmt.Sprintf("record-%d", i), Reason: "complaint",
		}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.tree.Append(leaf); err != nil {
			t.Fatal(err)
		}
		l.leaves = append(l.leaves, leaf)
	}
}

func (l *testLog) sign(t testing.TB) SignedCheckpoint {
	t.Helper()
	c, err := l.tree.Checkpoint(l.signer.Origin())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.signer.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	l.signed = append(l.signed, s)
	return s
}

func (l *testLog) keys(t testing.TB, more ...string) Keys {
	t.Helper()
	k, err := ParseKeys(strings.Join(append(more, l.verifier), "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (l *testLog) each() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, leaf := range l.leaves {
			if !yield(leaf, nil) {
				return
			}
		}
	}
}

// export writes the log to a directory of its own.
func (l *testLog) export(t testing.TB) string {
	t.Helper()
	dir := t.TempDir() + "/export"
	if err := Export(dir, l.each(), l.signed); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEntryRoundTrip(t *testing.T) {
	t.Parallel()
	e := Entry{
		Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600)), Actor: "lin", Role: "officer", Action: ActionIntake,
		Counts: map[string]int{"MOBILE": 3}, Documents: []Sealed{{Record: "r", Hash: make([]byte, 32), Intake: 9}},
	}
	leaf, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseEntry(leaf)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.Encode()
	if err != nil || string(again) != string(leaf) {
		t.Errorf("encoded again: %s, %v; want %s", again, err, leaf)
	}
	if !strings.Contains(string(leaf), `"time":"2026-03-01T00:00:00Z"`) {
		t.Errorf("the time is not in UTC: %s", leaf)
	}
}

func TestEntryRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, e := range map[string]Entry{
		"no actor":  {Time: now, Action: ActionReveal},
		"no action": {Time: now, Actor: "lin"},
		"no time":   {Actor: "lin", Action: ActionReveal},
		"too long":  {Time: now, Actor: "lin", Action: ActionReveal, Reason: strings.Repeat("x", MaxEntry)},
	} {
		if _, err := e.Encode(); err == nil {
			t.Errorf("%s: encoded", name)
		}
	}
	for name, leaf := range map[string]string{"no JSON": "x", "another version": `{"version":2}`} {
		if _, err := ParseEntry([]byte(leaf)); err == nil {
			t.Errorf("%s: parsed", name)
		}
	}
}

func TestVerifyGood(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 255, 256, 257, 700} {
		l := newLog(t, "log.example")
		l.grow(t, (size+1)/2, "a")
		l.sign(t)
		l.grow(t, size/2, "a")
		l.sign(t)
		report, err := Verify(os.DirFS(l.export(t)), VerifyOptions{Keys: l.keys(t)})
		if err != nil {
			t.Fatal(err)
		}
		if !report.OK() || report.Size != int64(size) || report.Origin != "log.example" {
			t.Errorf("%d entries: %+v", size, report)
		}
	}
}

func TestExportRefusesForeignEntries(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example")
	l.grow(t, 5, "a")
	l.sign(t)
	l.leaves[3] = []byte("{}")
	if err := Export(t.TempDir()+"/x", l.each(), l.signed); !errors.Is(err, ErrForked) {
		t.Errorf("got %v, want ErrForked", err)
	}
	l.leaves = l.leaves[:3]
	if err := Export(t.TempDir()+"/y", l.each(), l.signed); !errors.Is(err, ErrBeyond) {
		t.Errorf("got %v, want ErrBeyond", err)
	}
}

func TestWrongKey(t *testing.T) {
	t.Parallel()
	l, other := newLog(t, "log.example"), newLog(t, "log.example")
	l.grow(t, 3, "a")
	l.sign(t)
	if _, err := Verify(os.DirFS(l.export(t)), VerifyOptions{Keys: other.keys(t)}); !errors.Is(err, ErrUntrusted) {
		t.Errorf("got %v, want ErrUntrusted", err)
	}
}

func TestProof(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example")
	l.grow(t, 300, "a")
	doc := []byte(`{"record":"r","text":"网速慢"}`)
	sum := sha256.Sum256(doc)
	leaf, err := Entry{Time: time.Now(), Actor: "server", Action: ActionIntake, Documents: []Sealed{{Record: "q", Hash: make([]byte, 32)}, {Record: "r", Hash: sum[:]}}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	index, err := l.tree.Append(leaf)
	if err != nil {
		t.Fatal(err)
	}
	l.leaves = append(l.leaves, leaf)
	l.grow(t, 50, "a")
	c := l.sign(t)
	p, err := Prove(&l.tree, index, leaf, c)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = Receipt(p, doc); err != nil {
		t.Fatal(err)
	}
	if _, got, err := p.CheckReceipt(l.keys(t), doc); err != nil || got.Size != 351 {
		t.Errorf("size %d, %v", got.Size, err)
	}
	if _, _, err := p.CheckReceipt(l.keys(t), append(doc, ' ')); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("another document: %v", err)
	}
	p.Leaf = l.leaves[3]
	if _, _, err := p.Check(l.keys(t)); err == nil {
		t.Error("another entry was proven")
	}
}

func TestWitness(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example")
	secret, verifier, err := NewWitnessKey(rand.Reader, "witness.example")
	if err != nil {
		t.Fatal(err)
	}
	w, err := ParseWitness(secret)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	l.grow(t, 10, "a")
	first := l.sign(t)
	if _, err := w.Cosign(Checkpoint{}, first, nil, now); err != nil {
		t.Fatal(err)
	}
	l.grow(t, 10, "a")
	second := l.sign(t)
	proof, err := l.tree.Consistency(10, 20)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := w.Cosign(first.Checkpoint, second, proof, now)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := l.keys(t, verifier).Open(msg)
	if err != nil || len(opened.Witnesses) != 1 || opened.Witnesses[0] != (Cosigning{"witness.example", now}) {
		t.Fatalf("opened %+v, %v", opened.Witnesses, err)
	}
	if opened, err = l.keys(t).Open(msg); err != nil || len(opened.Witnesses) != 0 {
		t.Errorf("without the witness's key: %+v, %v", opened.Witnesses, err)
	}

	fork := newLog(t, "log.example")
	fork.signer = l.signer
	fork.grow(t, 25, "b")
	forked := fork.sign(t)
	proof, err = fork.tree.Consistency(20, 25)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Cosign(second.Checkpoint, forked, proof, now); !errors.Is(err, ErrForked) {
		t.Errorf("a fork was cosigned: %v", err)
	}
	if _, err := w.Cosign(second.Checkpoint, first, nil, now); !errors.Is(err, ErrForked) {
		t.Errorf("a shorter log was cosigned: %v", err)
	}

	l.signed = append(l.signed[:1], opened)
	l.signed[1].Note = msg
	report, err := Verify(os.DirFS(l.export(t)), VerifyOptions{Keys: l.keys(t, verifier), Witnesses: 1})
	if err != nil || !report.OK() || len(report.Witnesses) != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	report, err = Verify(os.DirFS(l.export(t)), VerifyOptions{Keys: l.keys(t, verifier), Witnesses: 2})
	if err != nil || report.OK() {
		t.Errorf("one witness passed for two: %+v, %v", report, err)
	}
}
