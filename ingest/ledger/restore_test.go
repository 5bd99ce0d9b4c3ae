package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// leavesOf are the leaves of a ledger.
func leavesOf(t *testing.T, js jetstream.JetStream) (all [][]byte) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, leaf)
	}
	return all
}

// signedOf is what would be signed of leaves.
func signedOf(t *testing.T, leaves [][]byte) audit.SignedCheckpoint {
	t.Helper()
	var tree audit.Tree
	for _, leaf := range leaves {
		if _, err := tree.Append(leaf); err != nil {
			t.Fatal(err)
		}
	}
	c, err := tree.Checkpoint("test")
	if err != nil {
		t.Fatal(err)
	}
	return audit.SignedCheckpoint{Checkpoint: c}
}

// TestRestore: the ledger of a back-up is told from the one that went on, is
// made whole, and is not when it has gone its own way.
func TestRestore(t *testing.T) {
	write := func(js jetstream.JetStream, from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			if _, err := ledger.Append(t.Context(), js, audit.Entry{Actor: "lin", Action: audit.ActionReveal, Ticket: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	export := func(leaves [][]byte) func(func([]byte, error) bool) {
		return func(yield func([]byte, error) bool) {
			for _, leaf := range leaves {
				if !yield(leaf, nil) {
					return
				}
			}
		}
	}
	whole := newPlant(t).js
	write(whole, 0, 8)
	leaves := leavesOf(t, whole)
	if err := ledger.Check(t.Context(), whole, signedOf(t, leaves[:5])); err != nil {
		t.Errorf("a ledger that grew: %v", err)
	}

	older := newPlant(t).js // as a back-up after five entries
	for _, leaf := range leaves[:5] {
		if _, err := older.Publish(t.Context(), ingest.SubjectAudit, leaf); err != nil {
			t.Fatal(err)
		}
	}
	if err := ledger.Check(t.Context(), older, signedOf(t, leaves)); !errors.Is(err, ledger.ErrOlder) {
		t.Errorf("a back-up: %v", err)
	}
	if had, added, err := ledger.Restore(t.Context(), older, export(leaves)); err != nil || had != 5 || added != 3 {
		t.Fatalf("had %d, added %d: %v", had, added, err)
	}
	if got := leavesOf(t, older); !slices.EqualFunc(got, leaves, slices.Equal) {
		t.Error("the ledger is not what it was")
	}
	if err := ledger.Check(t.Context(), older, signedOf(t, leaves)); err != nil {
		t.Errorf("made whole: %v", err)
	}
	write(older, 8, 9)
	if _, added, err := ledger.Restore(t.Context(), older, export(leaves)); err != nil || added != 0 {
		t.Errorf("a ledger that has more: %d, %v", added, err)
	}

	other := newPlant(t).js // on which a server ran
	for _, leaf := range leaves[:5] {
		if _, err := other.Publish(t.Context(), ingest.SubjectAudit, leaf); err != nil {
			t.Fatal(err)
		}
	}
	write(other, 100, 101)
	if _, _, err := ledger.Restore(t.Context(), other, export(leaves)); !errors.Is(err, audit.ErrForked) || len(leavesOf(t, other)) != 6 {
		t.Errorf("its own way: %v", err)
	}
	write(other, 101, 110)
	if err := ledger.Check(t.Context(), other, signedOf(t, leaves)); !errors.Is(err, audit.ErrForked) {
		t.Errorf("its own way, and longer: %v", err)
	}
}
