package vault_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"qingting/internal/secrets"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func officerOf(name string, id *age.HybridIdentity) vault.Officer {
	return vault.Officer{Name: name, Recipient: id.Recipient().String(), Kind: vault.KindOfficer}
}

func apply(t *testing.T, r vault.Register, c vault.Change) vault.Register {
	t.Helper()
	next, err := r.Apply(c, noon)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestRegister(t *testing.T) {
	lin, wang, safe := newOfficer(t), newOfficer(t), newOfficer(t)
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	r := apply(t, vault.Register{}, vault.Change{Add: []vault.Officer{officerOf("lin", lin)}})
	if n := len(r.Warnings()); n != 2 {
		t.Errorf("%d warnings of one officer without a recovery key, want 2", n)
	}
	box := officerOf("safe", safe)
	box.Kind = vault.KindRecovery
	r = apply(t, r, vault.Change{Add: []vault.Officer{officerOf("wang", wang), box}})
	if w := r.Warnings(); len(w) != 0 {
		t.Errorf("warnings %q", w)
	}
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := vault.ParseRegister(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("another register came back:\n%s", diff)
	}
	keys, err := r.Recipients()
	if err != nil || len(keys) != 3 || vault.SetOf(keys) != r.Set() || r.Set() == "" {
		t.Errorf("%d recipients of set %q, register has %q (%v)", len(keys), vault.SetOf(keys), r.Set(), err)
	}
	gone := apply(t, r, vault.Change{Retire: []string{"wang"}})
	if gone.Set().Has(officerOf("", wang).Fingerprint()) || !gone.Set().Has(officerOf("", lin).Fingerprint()) || gone.Set().Hash() == r.Set().Hash() {
		t.Error("the set does not say who is gone")
	}
	for name, c := range map[string]struct {
		change vault.Change
		want   string
	}{
		"nothing":             {vault.Change{}, "nothing to change"},
		"nobody of that name": {vault.Change{Retire: []string{"zhao"}}, "no officer"},
		"already retired":     {vault.Change{Retire: []string{"wang"}}, "no officer"},
		"the last officer":    {vault.Change{Retire: []string{"lin"}}, "last officer"},
		"a name again":        {vault.Change{Add: []vault.Officer{officerOf("lin", newOfficer(t))}}, "another name"},
		"a recipient again":   {vault.Change{Add: []vault.Officer{officerOf("lin2", lin)}}, `that of "lin"`},
		"a retired recipient": {vault.Change{Add: []vault.Officer{officerOf("wang", wang)}}, "was retired"},
		"an identity":         {vault.Change{Add: []vault.Officer{{Name: "x", Recipient: lin.String(), Kind: vault.KindOfficer}}}, "identity"},
		"a wild name":         {vault.Change{Add: []vault.Officer{officerOf("a b", newOfficer(t))}}, "name of an officer"},
		"no kind":             {vault.Change{Add: []vault.Officer{{Name: "x", Recipient: newOfficer(t).Recipient().String()}}}, "kind"},
		"a mix":               {vault.Change{Add: []vault.Officer{{Name: "x", Recipient: classic.Recipient().String(), Kind: vault.KindOfficer}}}, "post-quantum"},
	} {
		if _, err := gone.Apply(c.change, noon); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("%s: the error shows an identity", name)
		}
	}
	// A whole house changes to keys of another kind at once.
	all := vault.Change{Add: []vault.Officer{{Name: "new", Recipient: classic.Recipient().String(), Kind: vault.KindOfficer}}, Retire: []string{"lin", "safe"}}
	if n := len(apply(t, gone, all).Active()); n != 1 {
		t.Errorf("%d active after the exchange", n)
	}
}

func TestParseRegisterRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no schema":     `{"officers":[]}`,
		"other schema":  `{"schema":"qingting.vault.officers/2","officers":[]}`,
		"unknown field": `{"schema":"qingting.vault.officers/1","officers":[],"x":1}`,
		"two values":    `{"schema":"qingting.vault.officers/1","officers":[]} {}`,
		"no name":       `{"schema":"qingting.vault.officers/1","officers":[{"kind":"officer"}]}`,
		"empty":         ``,
	} {
		if _, err := vault.ParseRegister([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestSeedRegister(t *testing.T) {
	a, b, c := newOfficer(t), newOfficer(t), newOfficer(t)
	file := func(id *age.HybridIdentity, note string) secrets.Recipient {
		return secrets.Recipient{Text: id.Recipient().String(), Note: note, Key: id.Recipient()}
	}
	r, err := vault.SeedRegister([]secrets.Recipient{file(a, "officer: lin"), file(b, "of the night shift"), file(a, ""), file(c, "recovery: safe")}, noon)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range r.Active() {
		got = append(got, o.Name+" "+string(o.Kind))
	}
	if diff := cmp.Diff([]string{"lin officer", "officer2 officer", "safe recovery"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := vault.SeedRegister([]secrets.Recipient{file(c, "recovery: safe")}, noon); err == nil {
		t.Error("a register without an officer is made")
	}
}

// open tries to open a record with one officer's identity.
func open(t *testing.T, store *epochs, id age.Identity, sealed vault.Sealed, record string) error {
	t.Helper()
	opener := unseal.NewOpener(store, id)
	defer opener.Close()
	_, err := opener.Open(t.Context(), record, sealed.Data)
	return err
}

func seal(t *testing.T, s *vault.Sealer, record string) vault.Sealed {
	t.Helper()
	sealed, err := s.Seal(t.Context(), sample(record))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// From the moment that an officer is retired, nothing more is sealed to them;
// what was sealed before stays open to them until the epoch keys are rewrapped,
// and opens no more after that.
func TestRetiredOfficerOpensNothingSealedAfterwards(t *testing.T) {
	store, lin, wang := &epochs{}, newOfficer(t), newOfficer(t)
	sealer, err := vault.NewSealer([]age.Recipient{lin.Recipient(), wang.Recipient()}, store)
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	before := seal(t, sealer, "r1")
	key := sealer.Key()
	if err := sealer.SetRecipients([]age.Recipient{lin.Recipient()}); err != nil {
		t.Fatal(err)
	}
	if sealer.HoldsKey() || string(key) != strings.Repeat("\x00", len(key)) {
		t.Error("the epoch that the retired officer can open goes on")
	}
	after := seal(t, sealer, "r2")
	if before.Epoch == after.Epoch {
		t.Error("the same epoch")
	}
	if err := open(t, store, lin, after, "r2"); err != nil {
		t.Error(err)
	}
	if err := open(t, store, wang, after, "r2"); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("the retired officer, after: %v", err)
	}
	if err := open(t, store, wang, before, "r1"); err != nil {
		t.Errorf("the retired officer, before the rotation: %v", err)
	}
	epoch, err := unseal.OpenEpoch(store.byID[before.Epoch], lin)
	if err != nil {
		t.Fatal(err)
	}
	if store.byID[before.Epoch], err = epoch.Rewrap(lin.Recipient()); err != nil {
		t.Fatal(err)
	}
	if err := open(t, store, wang, before, "r1"); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("the retired officer, after the rotation: %v", err)
	}
	if err := open(t, store, lin, before, "r1"); err != nil {
		t.Errorf("an officer, after the rotation: %v", err)
	}
}

func TestSameOfficersKeepTheEpoch(t *testing.T) {
	store, lin, wang := &epochs{}, newOfficer(t), newOfficer(t)
	sealer, err := vault.NewSealer([]age.Recipient{lin.Recipient(), wang.Recipient()}, store)
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	seal(t, sealer, "r1")
	if err := sealer.SetRecipients([]age.Recipient{wang.Recipient(), lin.Recipient()}); err != nil {
		t.Fatal(err)
	}
	seal(t, sealer, "r2")
	if n := store.count(); n != 1 {
		t.Errorf("%d epochs", n)
	}
}

// An epoch whose officers went while its envelope was being stored is not used.
func TestOfficersChangeWhileAnEpochIsMade(t *testing.T) {
	lin, wang := newOfficer(t), newOfficer(t)
	store := &changing{epochs: &epochs{}}
	sealer, err := vault.NewSealer([]age.Recipient{wang.Recipient()}, store)
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	store.then = func() {
		if err := sealer.SetRecipients([]age.Recipient{lin.Recipient()}); err != nil {
			t.Error(err)
		}
	}
	sealed := seal(t, sealer, "r1")
	if err := open(t, store.epochs, wang, sealed, "r1"); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("who went meanwhile: %v", err)
	}
	if n := store.count(); n != 2 {
		t.Errorf("%d epochs, want 2", n)
	}
}

// changing does something while it stores its first envelope.
type changing struct {
	*epochs
	then func()
}

func (c *changing) PutEpoch(ctx context.Context, e vault.Envelope) error {
	if c.then != nil {
		c.then()
		c.then = nil
	}
	return c.epochs.PutEpoch(ctx, e)
}

// Where the register cannot be asked, or names nobody to seal to, nothing is
// sealed to those of before.
func TestNoWordOfTheOfficersNothingSealed(t *testing.T) {
	store, lin, wang := &epochs{}, newOfficer(t), newOfficer(t)
	var answer []age.Recipient
	fault := errors.New("no answer")
	ask := func(context.Context) ([]age.Recipient, error) { return answer, fault }
	sealer, err := vault.NewSealer([]age.Recipient{wang.Recipient()}, store, vault.WithOfficers(ask), vault.WithMaxRecords(1))
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	if _, err := sealer.Seal(t.Context(), sample("r1")); !errors.Is(err, fault) {
		t.Errorf("without an answer: %v", err)
	}
	answer, fault = []age.Recipient{lin.Recipient()}, nil
	sealed := seal(t, sealer, "r2")
	if err := open(t, store, wang, sealed, "r2"); !errors.Is(err, unseal.ErrNoIdentity) {
		t.Errorf("who went without a word: %v", err)
	}
	answer = nil
	if _, err := sealer.Seal(t.Context(), sample("r3")); err == nil {
		t.Error("sealed to nobody, or to those of before")
	}
	if len(sealer.Recipients()) != 0 {
		t.Error("letters would be sealed to those of before")
	}
}

func TestEpochOf(t *testing.T) {
	store, lin := &epochs{}, newOfficer(t)
	sealed := seal(t, newSealer(t, store, lin), "r1")
	if epoch, record, ok := vault.EpochOf(sealed.Data); !ok || epoch != sealed.Epoch || record != "r1" {
		t.Errorf("%q %q %v", epoch, record, ok)
	}
	for _, bad := range []string{"", "x", "x\n", "age-encryption.org/v1\n-> X25519 a\n", "a\n-> qingting.vault/epoch-1 a b c d\n"} {
		if _, _, ok := vault.EpochOf([]byte(bad)); ok {
			t.Errorf("%q is taken for a record", bad)
		}
	}
	r := apply(t, vault.Register{}, vault.Change{Add: []vault.Officer{officerOf("lin", lin)}})
	if err := vault.CheckEnvelope(store.byID[sealed.Epoch], r); err != nil {
		t.Error(err)
	}
	two := apply(t, r, vault.Change{Add: []vault.Officer{officerOf("wang", newOfficer(t))}})
	for name, data := range map[string][]byte{"one of two": store.byID[sealed.Epoch], "no age file": []byte("x"), "nothing": nil} {
		if err := vault.CheckEnvelope(data, two); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
