package custody_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// A record that was damaged in the vault, and one of another epoch, are not
// passed off as a sample that opens: what leaves is what is stored.
func TestSampleFindsWhatIsThere(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 4)
	all := o.envelopes(t)
	v, err := o.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.SecureDeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	samples, err := o.client.Sample(t.Context(), why(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range samples {
		if s.Epoch != all[i].Epoch || (s.Record == "") != (i == 1) {
			t.Errorf("sample %d: epoch %s, record %q", i, s.Epoch, s.Record)
		}
		if epoch, as, ok := vault.EpochOf(s.Sealed); s.Record != "" && (!ok || epoch != s.Epoch || as != s.Record) {
			t.Errorf("sample %d is sealed as %q of epoch %s", i, as, epoch)
		}
	}
	var named int
	for _, e := range o.entries(t) {
		if e.Record != "" && strings.HasPrefix(e.Object, "epoch:") {
			named++
		}
	}
	if named != 3 {
		t.Errorf("%d records are named in the ledger, 3 left", named)
	}
}

// Where reveals need a second person, no record leaves whole without one.
func TestSampleGivesHeadersWhereTwoAreNeeded(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 2)
	_, err := o.settings.Put(t.Context(), "reveal", []byte(`{"approval":"always","minutes":60}`), 0, settings.Change{Actor: "server"})
	if err != nil {
		t.Fatal(err)
	}
	all := o.envelopes(t)
	samples, err := o.client.Sample(t.Context(), why(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range samples {
		key, err := unseal.OpenEpoch(all[i].Data, o.lin)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := key.Open(s.Sealed); err == nil || !s.Header {
			t.Error("a whole record left")
		}
		if record, err := key.OpenHeader(s.Sealed); err != nil || record != s.Record {
			t.Errorf("its header does not open: %v", err)
		}
		broken := bytes.Clone(s.Sealed)
		broken[len(broken)-5] ^= 1
		if _, err := key.OpenHeader(broken); err == nil {
			t.Error("a header that was altered opens")
		}
		other, err := unseal.OpenEpoch(all[1-i].Data, o.lin)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.OpenHeader(s.Sealed); !errors.Is(err, unseal.ErrEpochMissing) {
			t.Errorf("another epoch's header: %v", err)
		}
	}
}
