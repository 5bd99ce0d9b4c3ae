package erase_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/erase"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// archive is a broker with streams and an Eraser without an index.
type archive struct {
	nc     *nats.Conn
	js     jetstream.JetStream
	eraser *erase.Eraser
	keys   subject.Keys
	ids    *ingest.RecordIDs
	n      int
}

func newArchive(t testing.TB) *archive {
	t.Helper()
	nc, _ := ingesttest.Connect(t, ingesttest.Start(t, broker.Config{}))
	return archiveOn(t, nc)
}

func archiveOn(t testing.TB, nc *nats.Conn) *archive {
	t.Helper()
	js, err := ingest.JetStream(nc)
	must(t, err)
	must(t, ingest.Streams(t.Context(), js, ingest.StreamLimits{}))
	marks, err := erase.OpenMarks(t.Context(), js, 1)
	must(t, err)
	t.Cleanup(marks.Close)
	keys, err := subject.ParseKeys(subject.NewKeyText())
	must(t, err)
	ids, err := ingest.NewRecordIDs(bytes.Repeat([]byte{3}, 32))
	must(t, err)
	return &archive{nc, js, &erase.Eraser{JS: js, Marks: marks}, keys, ids, 0}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// store publishes a document with the tokens of numbers, and something sealed.
func (a *archive) store(t testing.TB, text string, numbers ...string) string {
	t.Helper()
	a.n++
	record := a.ids.OfSource("test", fmt.Sprint(a.n))
	a.storeAs(t, record, text, numbers...)
	return record
}

func (a *archive) storeAs(t testing.TB, record, text string, numbers ...string) {
	t.Helper()
	set := a.keys.NewSet()
	for _, n := range numbers {
		set.Add(rule.Mobile, n)
	}
	data, err := json.Marshal(document.Document{
		Schema: document.Schema, Record: record, Month: "202603", Source: "app", Text: text,
		Time: time.Date(2026, 3, 1, 0, 0, a.n, 0, time.UTC), Subjects: set.Sorted(),
	})
	must(t, err)
	a.publish(t, ingest.VaultSubject("202603", record), []byte("sealed "+text))
	a.publish(t, ingest.DocsSubject(record), data)
}

func (a *archive) publish(t testing.TB, subject string, data []byte) {
	t.Helper()
	_, err := a.js.Publish(t.Context(), subject, data)
	must(t, err)
}

func (a *archive) tokens(number string) []string { return a.keys.All(rule.Mobile, number) }

func (a *archive) find(t testing.TB, number string) (records []string) {
	t.Helper()
	found, err := a.eraser.Find(t.Context(), a.tokens(number))
	must(t, err)
	for _, f := range found {
		records = append(records, f.Record)
	}
	return records
}

// messages are the bodies of a stream, of what is there.
func (a *archive) messages(t testing.TB, stream string) (list []*jetstream.RawStreamMsg) {
	t.Helper()
	s, err := a.js.Stream(t.Context(), stream)
	must(t, err)
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		if msg, err := s.GetMsg(t.Context(), seq); err == nil {
			list = append(list, msg)
		}
	}
	return list
}

func (a *archive) entries(t testing.TB) (list []audit.Entry) {
	t.Helper()
	for leaf, err := range ledger.Entries(t.Context(), a.js, 0) {
		must(t, err)
		e, err := audit.ParseEntry(leaf)
		must(t, err)
		list = append(list, e)
	}
	return list
}

const (
	hers = "13812345678"
	his  = "13987654321"
)

var order = erase.Order{Actor: "lin", Reason: "客户要求删除", Object: "request:R-1"}

func TestErase(t *testing.T) {
	a := newArchive(t)
	one := a.store(t, "甲", hers)
	other := a.store(t, "乙", his)
	both := a.store(t, "丙", hers, his)
	a.storeAs(t, one, "甲改", hers) // a second version
	// An addition to the sealed values.
	a.publish(t, ingest.VaultPartSubject("202604", one, ingest.PartID(1, "abc")), []byte("sealed more 甲"))
	if diff := cmp.Diff([]string{one, both}, a.find(t, "+86 138-1234-5678")); diff != "" {
		t.Fatal(diff)
	}
	p, err := a.eraser.Erase(t.Context(), order, []string{one, both})
	must(t, err)
	if p.Records != 2 || p.Documents != 3 || p.Sealed != 3 || p.Left != 0 || p.Index != "elsewhere" {
		t.Errorf("proof %+v", p)
	}
	if found := a.find(t, hers); len(found) > 0 {
		t.Errorf("still found: %v", found)
	}
	if diff := cmp.Diff([]string{other}, a.find(t, his)); diff != "" {
		t.Error(diff)
	}
	for _, stream := range []string{ingest.StreamDocs, ingest.StreamVault} {
		for _, m := range a.messages(t, stream) {
			if bytes.Contains(m.Data, []byte("甲")) || bytes.Contains(m.Data, []byte("丙")) {
				t.Errorf("%s still holds it at %d", stream, m.Sequence)
			}
		}
	}
	list := a.entries(t)
	if len(list) != 2 || list[0].Outcome != "ordered" || len(list[0].Documents) != 2 || list[1].Outcome != "done" || list[1].Counts["left"] != 0 {
		t.Errorf("%d entries: %+v", len(list), list)
	}
	for _, e := range list {
		if e.Action != audit.ActionErase || e.Actor != "lin" || e.Object != "request:R-1" {
			t.Errorf("entry %+v", e)
		}
	}
	marks := a.eraser.Marks
	none := func() []string { return nil }
	if marks.Refuse(one, "app", none) != erase.ReasonErased || marks.Refuse(other, "app", none) != "" {
		t.Error("the erased record may come back, or another may not come")
	}
	// What other processes have read, and a later start reads.
	later, err := erase.OpenMarks(t.Context(), a.js, 1)
	must(t, err)
	defer later.Close()
	if !later.Erased(both) || later.Erased(other) {
		t.Error("a later start does not know what was erased")
	}
}

// Nothing is deleted, restricted or marked unless the ledger has it.
func TestNoEntryNoErasure(t *testing.T) {
	a := newArchive(t)
	one := a.store(t, "甲", hers)
	must(t, a.js.DeleteStream(t.Context(), ingest.StreamAudit))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := a.eraser.Erase(ctx, order, []string{one})
	if err == nil || !strings.Contains(err.Error(), "nothing was erased") {
		t.Errorf("Erase: %v", err)
	}
	if _, _, err := a.eraser.Restrict(ctx, order, []string{one}); err == nil {
		t.Error("restricted without an entry")
	}
	if _, err := a.eraser.Withdraw(ctx, order, a.tokens(hers), nil); err == nil {
		t.Error("withdrawn without an entry")
	}
	if a.eraser.Marks.Erased(one) || a.eraser.Marks.Restricted(one) || len(a.messages(t, ingest.StreamDocs)) != 1 || len(a.messages(t, ingest.StreamVault)) != 1 {
		t.Error("something was done")
	}
}

func TestRestrict(t *testing.T) {
	a := newArchive(t)
	one, other := a.store(t, "甲", hers), a.store(t, "乙", his)
	used := func() (records []string) {
		s, err := a.js.Stream(t.Context(), ingest.StreamDocs)
		must(t, err)
		must(t, ingest.ReadDocuments(t.Context(), a.js, s.CachedInfo().State.LastSeq,
			func(d *document.Document) { records = append(records, d.Record) },
			func(uint64, error) { t.Error("malformed") }))
		slices.Sort(records)
		return records
	}
	_, n, err := a.eraser.Restrict(t.Context(), order, []string{one})
	must(t, err)
	if diff := cmp.Diff([]string{other}, used()); n != 1 || diff != "" {
		t.Errorf("%d restricted: %s", n, diff)
	}
	found, err := a.eraser.Find(t.Context(), a.tokens(hers))
	must(t, err)
	if len(found) != 1 || !found[0].Restricted || !a.eraser.Marks.Restricted(one) || len(a.messages(t, ingest.StreamVault)) != 2 {
		t.Errorf("a restricted record is not kept: %+v", found)
	}
	if _, n, err = a.eraser.Restrict(t.Context(), order, []string{one}); err != nil || n != 1 {
		t.Errorf("again: %d, %v", n, err)
	}
	_, n, err = a.eraser.Free(t.Context(), order, []string{one, other})
	must(t, err)
	if got := used(); n != 1 || len(got) != 2 || a.eraser.Marks.Restricted(one) {
		t.Errorf("%d freed, %d in use", n, len(got))
	}
	if len(a.messages(t, ingest.StreamDocs)) != 2 {
		t.Error("older versions are left")
	}
}

func TestWithdraw(t *testing.T) {
	a := newArchive(t)
	marks := a.eraser.Marks
	_, err := a.eraser.Withdraw(t.Context(), order, a.tokens(hers), []string{"app"})
	must(t, err)
	record := a.ids.OfSource("x", "1")
	refuse := func(number, source string) string {
		return marks.Refuse(record, source, func() []string { return a.tokens(number) })
	}
	if refuse(hers, "app") != erase.ReasonWithdrawn || refuse(hers, "crm") != "" || refuse(his, "app") != "" {
		t.Error("not what was withdrawn")
	}
	_, err = a.eraser.Withdraw(t.Context(), order, a.tokens(hers), []string{"crm"})
	must(t, err)
	if refuse(hers, "app") == "" || refuse(hers, "crm") == "" || refuse(hers, "web") != "" {
		t.Error("a second withdrawal undoes the first, or goes too far")
	}
	_, err = a.eraser.Withdraw(t.Context(), order, a.tokens(hers), nil)
	must(t, err)
	if refuse(hers, "web") == "" {
		t.Error("without sources, all are meant")
	}
}

// TestMendWithdrawals: a withdrawal comes back with the ledger when the marks are
// those of a back-up from before it, or were never written.
func TestMendWithdrawals(t *testing.T) {
	a := newArchive(t)
	_, err := a.eraser.Mend(t.Context())
	must(t, err)
	for _, sources := range [][]string{{"app"}, {"crm", "web"}} {
		_, err = a.eraser.Withdraw(t.Context(), order, a.tokens(hers), sources)
		must(t, err)
	}
	kv, err := a.js.KeyValue(t.Context(), erase.Bucket)
	must(t, err)
	for _, token := range a.tokens(hers) {
		must(t, kv.Delete(t.Context(), "withdrawn."+token))
	}
	marks, err := erase.OpenMarks(t.Context(), a.js, 1)
	must(t, err)
	t.Cleanup(marks.Close)
	a.eraser.Marks = marks
	record := a.ids.OfSource("x", "1")
	refuse := func(number, source string) string {
		return marks.Refuse(record, source, func() []string { return a.tokens(number) })
	}
	if refuse(hers, "app") != "" {
		t.Fatal("the mark is there still: the test shows nothing")
	}
	_, err = a.eraser.Mend(t.Context())
	must(t, err)
	for _, source := range []string{"app", "crm", "web"} {
		if refuse(hers, source) != erase.ReasonWithdrawn {
			t.Errorf("%s takes her feedback", source)
		}
	}
	if refuse(hers, "shop") != "" || refuse(his, "app") != "" {
		t.Error("more is refused than was withdrawn")
	}
}

// TestMendAmongOthers: an erasure that was cut off is mended, though another that
// was ordered after it came to its end.
func TestMendAmongOthers(t *testing.T) {
	a := newArchive(t)
	one, other := a.store(t, "甲", hers), a.store(t, "乙", his)
	_, err := a.eraser.Mend(t.Context())
	must(t, err)
	_, err = ledger.Append(t.Context(), a.js, audit.Entry{Actor: "lin", Action: audit.ActionErase, Outcome: "ordered", Documents: []audit.Sealed{{Record: one}}})
	must(t, err)
	_, err = a.eraser.Erase(t.Context(), order, []string{other})
	must(t, err)
	n, err := a.eraser.Mend(t.Context())
	must(t, err)
	if n != 1 || len(a.find(t, hers)) != 0 || !a.eraser.Marks.Erased(one) {
		t.Errorf("%d mended", n)
	}
}

// TestMendRestrictions: the ledger's last word on a record counts, when its
// entries came back with the rest of a ledger.
func TestMendRestrictions(t *testing.T) {
	a := newArchive(t)
	held, freed, erased := a.store(t, "甲", hers), a.store(t, "乙", hers), a.store(t, "丙", hers)
	_, err := a.eraser.Mend(t.Context())
	must(t, err)
	for _, e := range []audit.Entry{
		{Action: audit.ActionRestrict, Outcome: "ordered", Documents: []audit.Sealed{{Record: held}, {Record: freed}, {Record: erased}}},
		{Action: audit.ActionRestrict, Outcome: "freed", Documents: []audit.Sealed{{Record: freed}}},
		{Action: audit.ActionErase, Outcome: "ordered", Documents: []audit.Sealed{{Record: erased}}},
	} {
		e.Actor = "lin"
		_, err := ledger.Append(t.Context(), a.js, e)
		must(t, err)
	}
	_, err = a.eraser.Mend(t.Context())
	must(t, err)
	marks := a.eraser.Marks
	if !marks.Restricted(held) || marks.Restricted(freed) || !marks.Erased(erased) {
		t.Error("the marks are not what the ledger says")
	}
	found, err := a.eraser.Find(t.Context(), a.tokens(hers))
	must(t, err)
	is := map[string]bool{}
	for _, f := range found {
		is[f.Record] = f.Restricted
	}
	if diff := cmp.Diff(map[string]bool{held: true, freed: false}, is); diff != "" {
		t.Error(diff)
	}
}

// TestMend: what a kill left of an erasure, and what a back-up brings back.
func TestMend(t *testing.T) {
	a := newArchive(t)
	one, other := a.store(t, "甲", hers), a.store(t, "乙", his)
	n, err := a.eraser.Mend(t.Context())
	must(t, err)
	if n != 0 {
		t.Errorf("%d records to mend in an archive where nothing was erased", n)
	}
	// Killed after the order.
	_, err = ledger.Append(t.Context(), a.js, audit.Entry{Actor: "lin", Action: audit.ActionErase, Outcome: "ordered", Documents: []audit.Sealed{{Record: one}}})
	must(t, err)
	n, err = a.eraser.Mend(t.Context())
	must(t, err)
	if n != 1 || len(a.find(t, hers)) != 0 || len(a.find(t, his)) != 1 || !a.eraser.Marks.Erased(one) {
		t.Errorf("%d mended", n)
	}
	if n, err = a.eraser.Mend(t.Context()); n != 0 || err != nil {
		t.Errorf("mended again: %d, %v", n, err)
	}
	// A back-up of the documents from before.
	must(t, a.js.DeleteStream(t.Context(), ingest.StreamDocs))
	must(t, ingest.Streams(t.Context(), a.js, ingest.StreamLimits{}))
	a.storeAs(t, one, "甲", hers)
	a.storeAs(t, other, "乙", his)
	n, err = a.eraser.Mend(t.Context())
	must(t, err)
	if n != 1 || len(a.find(t, hers)) != 0 || len(a.find(t, his)) != 1 {
		t.Errorf("%d mended after a restore", n)
	}
}
