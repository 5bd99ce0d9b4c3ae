package custody_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

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
