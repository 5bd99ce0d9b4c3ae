package unseal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"

	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// store keeps envelopes in memory.
type store map[string][]byte

func (s store) PutEpoch(_ context.Context, e vault.Envelope) error {
	s[e.Epoch] = bytes.Clone(e.Data)
	return nil
}

func (s store) GetEpoch(_ context.Context, id string) ([]byte, error) {
	if envelope, ok := s[id]; ok {
		return envelope, nil
	}
	return nil, fmt.Errorf("nothing stored: %w", unseal.ErrEpochMissing)
}

func newOfficer(t *testing.T) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func sealOne(t *testing.T, s store, r vault.Record, officers ...*age.HybridIdentity) vault.Sealed {
	t.Helper()
	var recipients []age.Recipient
	for _, id := range officers {
		recipients = append(recipients, id.Recipient())
	}
	sealer, err := vault.NewSealer(recipients, s)
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	sealed, err := sealer.Seal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestOfficersChange(t *testing.T) {
	s, old, other, next := store{}, newOfficer(t), newOfficer(t), newOfficer(t)
	sealed := sealOne(t, s, vault.Record{ID: "r"}, old, other)
	for name, id := range map[string]*age.HybridIdentity{"first": old, "second": other} {
		if _, err := unseal.NewOpener(s, id).Open(t.Context(), "r", sealed.Data); err != nil {
			t.Errorf("%s officer: %v", name, err)
		}
	}
	if _, err := unseal.NewOpener(s, next).Open(t.Context(), "r", sealed.Data); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("before re-wrapping: got %v, want ErrNoIdentity", err)
	}

	epoch, err := unseal.OpenEpoch(s[sealed.Epoch], old)
	if err != nil {
		t.Fatal(err)
	}
	if s[sealed.Epoch], err = epoch.Rewrap(next.Recipient()); err != nil {
		t.Fatal(err)
	}
	if _, err := unseal.NewOpener(s, next).Open(t.Context(), "r", sealed.Data); err != nil {
		t.Errorf("after re-wrapping: %v", err)
	}
	if _, err := unseal.NewOpener(s, old).Open(t.Context(), "r", sealed.Data); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("officer who left: got %v, want ErrNoIdentity", err)
	}
	if _, err := epoch.Rewrap(); err == nil {
		t.Error("re-wrapped for nobody")
	}
}

func TestShreddedEpoch(t *testing.T) {
	s, officer := store{}, newOfficer(t)
	sealed := sealOne(t, s, vault.Record{ID: "r"}, officer)
	delete(s, sealed.Epoch)
	opener := unseal.NewOpener(s, officer)
	if _, err := opener.Open(t.Context(), "r", sealed.Data); !errors.Is(err, unseal.ErrEpochMissing) {
		t.Errorf("got %v, want ErrEpochMissing", err)
	}
}

func TestWipe(t *testing.T) {
	s, officer := store{}, newOfficer(t)
	sealed := sealOne(t, s, vault.Record{ID: "r"}, officer)
	epoch, err := unseal.OpenEpoch(s[sealed.Epoch], officer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := epoch.Open(sealed.Data); err != nil {
		t.Fatal(err)
	}
	epoch.Wipe()
	if _, err := epoch.Open(sealed.Data); !errors.Is(err, unseal.ErrDamaged) {
		t.Errorf("a wiped key still opens: %v", err)
	}
	if got := fmt.Sprintf("%v %+v %#v %x", epoch, epoch, epoch, epoch); strings.Count(got, "epoch "+sealed.Epoch) != 4 {
		t.Errorf("an epoch prints as %s", got)
	}
}

func TestHeaderQuotesNothing(t *testing.T) {
	for _, text := range []string{"", "我的手机号是 19900001234", "age-encryption.org/v1\n-> X 19900001234\n", "age-encryption.org/v1\n-> X\nnot base64 19900001234\n--- \n"} {
		_, _, err := unseal.Header([]byte(text))
		if !errors.Is(err, unseal.ErrDamaged) || strings.Contains(err.Error(), "19900001234") {
			t.Errorf("Header: %v", err)
		}
		if _, err := unseal.OpenDirect([]byte(text), newOfficer(t)); !errors.Is(err, unseal.ErrDamaged) || strings.Contains(err.Error(), "19900001234") {
			t.Errorf("OpenDirect: %v", err)
		}
	}
	if _, err := unseal.OpenDirect(nil); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("without an identity: %v", err)
	}
}

func TestRestore(t *testing.T) {
	record := vault.Record{ID: "r", Values: []vault.Value{
		{Type: "QQ", Start: 9, End: 13, Plain: "10001000"},
		{Type: "MOBILE", Start: 2, End: 7, Plain: "幺九九 0000 1234"},
		{Type: "PERSON_NAME", Field: "customer.name", Start: 0, End: 4, Plain: "欧阳试"},
	}}
	for _, test := range []struct{ field, redacted, want string }{
		{"", "拨打⟦手机号⟧或加⟦QQ⟧。", "拨打幺九九 0000 1234或加10001000。"},
		{"customer.name", "⟦姓名⟧", "欧阳试"},
		{"attributes.note", "没有", "没有"},
	} {
		got, err := unseal.Restore(test.redacted, test.field, record)
		if err != nil || got != test.want {
			t.Errorf("field %q: got %d bytes, %v", test.field, len(got), err)
		}
	}
	_, err := unseal.Restore("短", "", record)
	if err == nil || strings.Contains(err.Error(), "10001000") {
		t.Errorf("a record of another text: %v", err)
	}
	if got := unseal.Disclose(record); len(got) != 3 || got[1].Value != record.Values[1].Plain {
		t.Error("Disclose lost a value")
	}
}

func FuzzHeader(f *testing.F) {
	f.Add([]byte("age-encryption.org/v1\n-> qingting.vault/epoch-1 a b AAAAAAAAAAAAAAAAAAAAAA\nAAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		epoch, record, err := unseal.Header(data)
		if err != nil && !errors.Is(err, unseal.ErrDamaged) {
			t.Errorf("unclassified error %v", err)
		}
		if err == nil && (epoch == "" || record == "") {
			t.Error("a header without ids")
		}
	})
}
