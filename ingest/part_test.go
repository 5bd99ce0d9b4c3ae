package ingest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseVaultSubject(t *testing.T) {
	const record = "abcdefghijklmnopqrstuvwx22"
	for _, c := range []struct {
		subject, month, record, part string
		ok                           bool
	}{
		{VaultSubject("202603", record), "202603", record, "", true},
		{VaultSubject(Undated, record), Undated, record, "", true},
		{VaultPartSubject("202603", record, ""), "202603", record, "", true},
		{VaultPartSubject("202603", record, "12kqzmwtbx"), "202603", record, "12kqzmwtbx", true},
		{"feedback.docs.00", "", "", "", false},
		{"feedback.vault.202603", "", "", "", false},
		{"feedback.vault.202603.", "", "", "", false},
		{"feedback.vault.202603.a.b", "", "", "", false},
	} {
		month, rec, part, ok := ParseVaultSubject(c.subject)
		if month != c.month || rec != c.record || part != c.part || ok != c.ok {
			t.Errorf("%s: %s, %s, %s, %v", c.subject, month, rec, part, ok)
		}
	}
}

func TestPartID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 99).Draw(t, "n")
		part := PartID(n, rapid.StringMatching("[a-z]{8}").Draw(t, "nonce"))
		if got := PartNumber(part); got != n {
			t.Errorf("%s has the number %d, want %d", part, got, n)
		}
	})
	if PartNumber("") != 0 {
		t.Error("a base has the number 0")
	}
	if PartRecord("r", "") != "r" || PartRecord("r", "1a") != "r-1a" {
		t.Error("an addition is sealed under the wrong id")
	}
}
