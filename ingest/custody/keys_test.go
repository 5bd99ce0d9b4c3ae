package custody_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// keyOffice is an office with officers, on a NATS server whose files are in the
// clear, so that a test sees what is in them.
type keyOffice struct {
	office
	svc      *custody.Service
	settings *settings.Settings
	dir      string
	lin      *age.HybridIdentity
}

func newKeyOffice(t testing.TB) *keyOffice {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o := &keyOffice{dir: t.TempDir()}
	srv, err := server.NewServer(&server.Options{JetStream: true, StoreDir: o.dir, DontListen: true, NoSigs: true, NoLog: true})
	must(err)
	srv.Start()
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	o.nc, err = nats.Connect("", nats.InProcessServer(srv))
	must(err)
	t.Cleanup(o.nc.Close)
	o.js, err = ingest.JetStream(o.nc)
	must(err)
	must(ingest.Streams(t.Context(), o.js, ingest.StreamLimits{}))
	o.settings, err = settings.Create(t.Context(), o.js, 1)
	must(err)
	o.svc, err = custody.Serve(o.nc, o.js, custody.Config{Clean: clean, Trust: custody.TrustWord, Settings: o.settings})
	must(err)
	t.Cleanup(func() {
		if err := o.svc.Stop(); err != nil {
			t.Error(err)
		}
	})
	o.client = custody.NewClient(o.nc)
	o.lin, err = age.GenerateHybridIdentity()
	must(err)
	r, err := vault.Register{}.Apply(vault.Change{Add: []vault.Officer{
		{Name: "lin", Recipient: o.lin.Recipient().String(), Kind: vault.KindOfficer},
	}}, time.Now())
	must(err)
	data, err := r.Encode()
	must(err)
	_, err = o.settings.Put(t.Context(), settings.Officers, data, 0, settings.Change{Actor: "server"})
	must(err)
	return o
}

// PutEpoch stores an envelope as the worker does.
func (o *keyOffice) PutEpoch(ctx context.Context, e vault.Envelope) error {
	msg := nats.NewMsg(ingest.KeySubject(e.Epoch))
	msg.Data = e.Data
	msg.Header.Set(ingest.HeaderOfficers, string(e.Set))
	_, err := o.js.PublishMsg(ctx, msg)
	return err
}

// seal stores records, each under an epoch of its own.
func (o *keyOffice) seal(t testing.TB, n int) {
	t.Helper()
	s, err := vault.NewSealer([]age.Recipient{o.lin.Recipient()}, o, vault.WithMaxRecords(1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range n {
		id := fmt.Sprintf("%026d", i)
		id = strings.NewReplacer("0", "a", "1", "b", "8", "c", "9", "d").Replace(id)
		sealed, err := s.Seal(t.Context(), vault.Record{ID: id, Values: []vault.Value{{Type: "MOBILE", Plain: phone}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.js.Publish(t.Context(), ingest.VaultSubject("202603", id), sealed.Data); err != nil {
			t.Fatal(err)
		}
	}
}

func why() custody.Request {
	return custody.Request{Actor: "wangq", Reason: "换人，" + phone, Ticket: "T-" + phone}
}

// add has another officer added.
func (o *keyOffice) add(t testing.TB, name string) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	now, err := o.client.Officers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.client.ChangeOfficers(t.Context(), why(), vault.Change{Add: []vault.Officer{
		{Name: name, Recipient: id.Recipient().String(), Kind: vault.KindOfficer},
	}}, now)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// renewed opens envelopes and seals them to the officers of a rotation.
func (o *keyOffice) renewed(t testing.TB, rot custody.Rotation, page []ingest.StoredEpoch) []custody.Rewrapped {
	t.Helper()
	keys, err := rot.Officers.Recipients()
	if err != nil {
		t.Fatal(err)
	}
	var all []custody.Rewrapped
	for _, e := range page {
		key, err := unseal.OpenEpoch(e.Data, o.lin)
		if err != nil {
			t.Fatal(err)
		}
		data, err := key.Rewrap(keys...)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, custody.Rewrapped{Epoch: e.Epoch, Sequence: e.Sequence, Data: data})
	}
	return all
}

func (o *keyOffice) envelopes(t testing.TB) []ingest.StoredEpoch {
	t.Helper()
	var all []ingest.StoredEpoch
	for e, err := range ingest.Epochs(t.Context(), o.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// onDisk says that bytes are in some file of the NATS server.
func (o *keyOffice) onDisk(t testing.TB, needle []byte) (found bool) {
	t.Helper()
	err := filepath.WalkDir(o.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile
		}
		data, err := os.ReadFile(path)
		found = found || err == nil && bytes.Contains(data, needle)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// After a rotation no byte of an old envelope is left, in any file.
func TestRotationLeavesNothingOfTheOldEnvelopes(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 5)
	before := o.envelopes(t)
	for _, e := range before {
		if !o.onDisk(t, e.Data[len(e.Data)-64:]) {
			t.Fatal("the test does not find an envelope that is there")
		}
	}
	wang := o.add(t, "wang")
	rot, err := o.client.BeginRotation(t.Context(), why())
	if err != nil {
		t.Fatal(err)
	}
	if rot.Epochs != 5 || rot.Left != 5 {
		t.Errorf("%d of %d to do", rot.Left, rot.Epochs)
	}
	changed, err := o.client.Rewrap(t.Context(), why(), rot, o.renewed(t, rot, before))
	if err != nil || len(changed) != 0 {
		t.Fatalf("%v were changed by another (%v)", changed, err)
	}
	if err := o.client.EndRotation(t.Context(), why(), rot, custody.Rotated{Rewrapped: 5}); err != nil {
		t.Fatal(err)
	}
	for i, e := range before {
		if o.onDisk(t, e.Data[len(e.Data)-64:]) || o.onDisk(t, e.Data[200:264]) {
			t.Errorf("envelope %d is still in a file", i)
		}
	}
	after := o.envelopes(t)
	if len(after) != 5 {
		t.Fatalf("%d epochs after the rotation", len(after))
	}
	for i, e := range after {
		if e.Epoch != before[i].Epoch || e.Set != rot.Officers.Set() || e.Born.Sub(before[i].Born).Abs() > time.Microsecond {
			t.Errorf("epoch %d: set %q, born %v, was %v", i, e.Set, e.Born, before[i].Born)
		}
		for name, id := range map[string]age.Identity{"lin": o.lin, "wang": wang} {
			if _, err := unseal.OpenEpoch(e.Data, id); err != nil {
				t.Errorf("epoch %d, %s: %v", i, name, err)
			}
		}
	}
	keys, err := o.js.Stream(t.Context(), ingest.StreamKeys)
	if err != nil || keys.CachedInfo().State.Msgs != 5 {
		t.Errorf("%d messages in the stream of keys (%v)", keys.CachedInfo().State.Msgs, err)
	}
	samples, err := o.client.Sample(t.Context(), why(), after)
	if err != nil || len(samples) != 5 || samples[0].Record == "" {
		t.Errorf("%d samples after the rotation (%v)", len(samples), err)
	}
	var said []string
	for _, e := range o.entries(t) {
		if e.Action == audit.ActionKey && e.Actor == "wangq" {
			said = append(said, e.Outcome)
		}
	}
	if len(said) != 3+5 || said[1] != "rotation begun" || said[2] != "rotation ended" {
		t.Errorf("the ledger says %q", said)
	}
}

// An envelope that is not the one which was opened stays as it is.
func TestRewrapComparesBeforeItStores(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 3)
	o.add(t, "wang")
	rot, err := o.client.BeginRotation(t.Context(), why())
	if err != nil {
		t.Fatal(err)
	}
	page := o.envelopes(t)
	first := o.renewed(t, rot, page)
	if changed, err := o.client.Rewrap(t.Context(), why(), rot, first[:2]); err != nil || len(changed) != 0 {
		t.Fatal(changed, err)
	}
	stored := o.envelopes(t)
	again := o.renewed(t, rot, page)
	again[2].Epoch = again[0].Epoch // in another's place
	changed, err := o.client.Rewrap(t.Context(), why(), rot, again)
	if err != nil || len(changed) != 3 {
		t.Errorf("%d were changed by another, want 3 (%v)", len(changed), err)
	}
	now := o.envelopes(t)
	if len(now) != len(stored) {
		t.Fatalf("%d epochs, were %d", len(now), len(stored))
	}
	for i := range now {
		if !bytes.Equal(now[i].Data, stored[i].Data) {
			t.Error("an envelope was replaced by one made of an older")
		}
	}
	for name, c := range map[string]struct {
		change func(custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped)
		want   string
	}{
		"without a rotation": {func(r custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped) {
			r.Entry = 0
			return why(), r, first
		}, "not in the ledger"},
		"beyond the ledger": {func(r custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped) {
			r.Entry = 1 << 40
			return why(), r, first
		}, ""},
		"another's rotation": {func(r custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped) {
			req := why()
			req.Actor = "zhao"
			return req, r, first
		}, "not in the ledger"},
		"sealed to fewer": {func(r custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped) {
			return why(), r, []custody.Rewrapped{{Epoch: page[2].Epoch, Sequence: page[2].Sequence, Data: page[2].Data}}
		}, "there are 2 officers"},
		"without a reason": {func(r custody.Rotation) (custody.Request, custody.Rotation, []custody.Rewrapped) {
			return custody.Request{Actor: "wangq"}, r, first
		}, "reason"},
	} {
		req, r, list := c.change(rot)
		if _, err := o.client.Rewrap(t.Context(), req, r, list); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.add(t, "zhao")
	if _, err := o.client.Rewrap(t.Context(), why(), rot, first[2:]); err == nil || !strings.Contains(err.Error(), "the officers changed meanwhile") {
		t.Errorf("after a change of the officers: %v", err)
	}
}

// Without the ledger nobody comes, nobody goes, nothing is sealed anew and no
// sample leaves.
func TestNoEntryNoChangeOfKeys(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 2)
	now, err := o.client.Officers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := o.envelopes(t)
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	change := vault.Change{Add: []vault.Officer{{Name: "wang", Recipient: id.Recipient().String(), Kind: vault.KindOfficer}}}
	if _, err := o.client.ChangeOfficers(t.Context(), why(), change, now); err == nil {
		t.Error("an officer came without an entry")
	}
	if _, err := o.client.BeginRotation(t.Context(), why()); err == nil {
		t.Error("a rotation began without an entry")
	}
	rot := custody.Rotation{Officers: now.Register}
	if _, err := o.client.Rewrap(t.Context(), why(), rot, o.renewed(t, rot, before)); err == nil {
		t.Error("envelopes were replaced without an entry")
	}
	if samples, err := o.client.Sample(t.Context(), why(), before); err == nil || samples != nil {
		t.Error("samples left without an entry")
	}
	after, err := o.client.Officers(t.Context())
	if err != nil || after.Revision != now.Revision {
		t.Errorf("the register was changed (%v)", err)
	}
}

func TestRegisterIsComparedBeforeItChanges(t *testing.T) {
	o := newKeyOffice(t)
	old, err := o.client.Officers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.add(t, "wang")
	if _, err := o.client.ChangeOfficers(t.Context(), why(), vault.Change{Retire: []string{"wang"}}, old); err == nil || !strings.Contains(err.Error(), "changed meanwhile") {
		t.Errorf("a change of an older register: %v", err)
	}
	for _, e := range o.entries(t) {
		if e.Action == audit.ActionKey && e.Object == "officers:+wang" && (e.Before == "" || e.After == "" || e.Reason != "换人，⟦手机号⟧" || e.Ticket != "T-⟦手机号⟧") {
			t.Errorf("entry %+v", e)
		}
	}
}

// killed leaves an envelope as a process does that was killed between deleting
// the old one and storing the new one.
func (o *keyOffice) killed(t testing.TB, e ingest.StoredEpoch, renewed custody.Rewrapped, set vault.Set) {
	t.Helper()
	type envelope struct {
		custody.Rewrapped
		Born time.Time `json:"born"`
	}
	data, err := json.Marshal(map[string]any{"set": set, "envelopes": []envelope{{renewed, e.Born}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.js.Publish(t.Context(), ingest.StagedSubject("x"), data); err != nil {
		t.Fatal(err)
	}
	keys, err := o.js.Stream(t.Context(), ingest.StreamKeys)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.SecureDeleteMsg(t.Context(), e.Sequence); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenRotationIsMended(t *testing.T) {
	o := newKeyOffice(t)
	o.seal(t, 3)
	wang := o.add(t, "wang")
	rot, err := o.client.BeginRotation(t.Context(), why())
	if err != nil {
		t.Fatal(err)
	}
	page := o.envelopes(t)
	renewed := o.renewed(t, rot, page)
	o.killed(t, page[1], renewed[1], rot.Officers.Set())
	if n := len(o.envelopes(t)); n != 2 {
		t.Fatalf("%d epochs, want 2 and one aside", n)
	}
	// It can be read where it is.
	data, err := o.client.Epoch(t.Context(), page[1].Epoch)
	if err != nil || !bytes.Equal(data, renewed[1].Data) {
		t.Errorf("the envelope that stands aside: %v", err)
	}
	if _, err := o.client.Epoch(t.Context(), "nothing"); !errors.Is(err, custody.ErrNoEpoch) {
		t.Errorf("an epoch that never was: %v", err)
	}
	// Another may still be at work: it is put in its place, and no rotation begins.
	if _, err := o.client.BeginRotation(t.Context(), why()); err == nil || !strings.Contains(err.Error(), "another rotation") {
		t.Errorf("a rotation beside another: %v", err)
	}
	if n := len(o.envelopes(t)); n != 3 {
		t.Errorf("%d epochs after mending", n)
	}
	if err := o.svc.Mend(t.Context(), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	keys, err := o.js.Stream(t.Context(), ingest.StreamKeys)
	if err != nil || keys.CachedInfo().State.Msgs != 3 {
		t.Errorf("%d messages in the stream of keys (%v)", keys.CachedInfo().State.Msgs, err)
	}
	rot, err = o.client.BeginRotation(t.Context(), why())
	if err != nil || rot.Left != 2 {
		t.Errorf("%d left (%v)", rot.Left, err)
	}
	for _, e := range o.envelopes(t) {
		if e.Epoch != page[1].Epoch {
			continue
		}
		if _, err := unseal.OpenEpoch(e.Data, wang); err != nil || e.Set != rot.Officers.Set() || e.Born.Sub(page[1].Born).Abs() > time.Microsecond {
			t.Errorf("the mended epoch: set %q, born %v (%v)", e.Set, e.Born, err)
		}
	}
}

func (o *keyOffice) entries(t testing.TB) (list []audit.Entry) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), o.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(leaf, []byte(phone)) {
			t.Error("the ledger holds the number")
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

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
