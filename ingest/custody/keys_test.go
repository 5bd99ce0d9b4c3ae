package custody_test

import (
	"bytes"
	"context"
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

// Without the ledger nobody comes, nobody goes, nothing is sealed anew and no
// sample leaves.
func TestNoEntryNoChangeOfKeys(t *testing.T) {
	t.Parallel()
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
