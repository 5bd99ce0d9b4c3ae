package main

import (
	"os"
	"path/filepath"
	"testing"

	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/privacy/audit"
)

// TestLedgerKnowsVersions starts with one policy twice, and then with another.
func TestLedgerKnowsVersions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := filepath.Join(s.dir, "policy.yaml")
	if err := os.WriteFile(other, []byte("policy: 1\ndefault: tag\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, flags := range [][]string{nil, nil, {"--policy", other}} {
		proc := s.start(t, flags...)
		s.awaitCustody(t, i+1)
		s.stop(t, proc)
	}
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	told := map[audit.Action]int{}
	for leaf, err := range ledger.Entries(t.Context(), st.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			t.Fatal(err)
		}
		told[e.Action]++
	}
	if told[audit.ActionPolicy] != 2 || told[audit.ActionTaxonomy] != 1 {
		t.Errorf("entries by action: %v, want two of the policy and one of the taxonomy", told)
	}
}

// Of processes that start at once with the same, none fails for it.
func TestVersionsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, js := ingesttest.Streams(t)
	kept, err := settings.Create(t.Context(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan error)
	for _, version := range []string{"a", "a", "b", "b", "c", "c"} {
		go func() {
			told <- tellVersion(t.Context(), kept, "running.policy", audit.ActionPolicy, version, []byte(version), "a test")
		}()
	}
	for range 6 {
		if err := <-told; err != nil {
			t.Error(err)
		}
	}
}
