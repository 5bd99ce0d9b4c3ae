package custody_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// store puts n documents of one record each, and as many of a second version of the first.
func (o *office) storeDocuments(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		id := strings.Repeat("a", 24) + string(rune('a'+i/26)) + string(rune('a'+i%26))
		data, err := json.Marshal(document.Document{Schema: document.Schema, Record: id, Text: strings.Repeat("断网", 2000)})
		if err != nil {
			t.Fatal(err)
		}
		o.publish(t, ingest.DocsSubject(id), data)
	}
}

func extract(actor string) custody.Extract {
	return custody.Extract{Request: custody.Request{Actor: actor, Reason: "季度分析 " + phone}, Action: audit.ActionExport, Object: "export:csv", Query: "手机 " + phone}
}

// TestExtract: documents leave to whom an entry of the ledger opened them.
func TestExtract(t *testing.T) {
	o := newOffice(t)
	o.storeDocuments(t, 60)
	x, err := o.client.Extract(t.Context(), extract("wangq"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for stored, err := range o.client.Documents(t.Context(), custody.Request{Actor: "wangq"}, x) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; stored.Seq != uint64(n) || !strings.Contains(string(stored.Document), "断网") {
			t.Errorf("document %d has sequence %d", n, stored.Seq)
		}
	}
	if n != 60 {
		t.Errorf("%d documents came", n)
	}
	if _, err := o.client.Extracted(t.Context(), custody.Extracted{
		Request: custody.Request{Actor: "wangq"}, Entry: x.Entry, Outcome: "done", Hash: "00ff", Counts: map[string]int{"rows": n},
	}); err != nil {
		t.Fatal(err)
	}
	entries := o.ledger(t)
	last := entries[len(entries)-1]
	if last.Action != audit.ActionExport || last.Counts["rows"] != 60 || last.After != "00ff" || entries[x.Entry].Outcome != "begun" {
		t.Errorf("the ledger has %+v", entries)
	}
	refused := func(what string, r custody.Request, x custody.Extraction) {
		t.Helper()
		for _, err := range o.client.Documents(t.Context(), r, x) {
			if err == nil {
				t.Errorf("%s gets documents", what)
			}
		}
	}
	refused("another", custody.Request{Actor: "zhao"}, x)
	refused("who names an entry that there is not", custody.Request{Actor: "wangq"}, custody.Extraction{Entry: 99, Last: 60})
	refused("who names an entry that opens nothing", custody.Request{Actor: "wangq"}, custody.Extraction{Entry: x.Entry + 1, Last: 60})
}

// TestExtractNeedsTheLedger: without it, no document leaves.
func TestExtractNeedsTheLedger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.storeDocuments(t, 1)
	x, err := o.client.Extract(t.Context(), extract("wangq"))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if _, err := o.client.Extract(t.Context(), extract("wangq")); err == nil {
		t.Error("documents are opened without the ledger")
	}
	for _, err := range o.client.Documents(t.Context(), custody.Request{Actor: "wangq"}, x) {
		if err == nil {
			t.Error("a document leaves without the ledger")
		}
	}
}

// TestRunWaitsForTheOneUnderWay: a run that is asked for while another has not
// ended is made after it.
func TestRunWaitsForTheOneUnderWay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	kv, err := o.js.KeyValue(t.Context(), settings.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Now().Add(time.Second)
	held, err := json.Marshal(map[string]any{"holder": "another", "until": ends})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), "lease.retention", held); err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := o.client.Expire(impatient, custody.Request{Actor: "zhao", Reason: "到期"}, false); err == nil {
		t.Error("a run is made beside another")
	}
	r, err := o.client.Expire(t.Context(), custody.Request{Actor: "zhao", Reason: "到期"}, false)
	if err != nil || r == nil || time.Now().Before(ends) {
		t.Errorf("after another run: %v, %v", r, err)
	}
}

// TestGovernNeedsTheLedger: without it, nothing changes.
func TestGovernNeedsTheLedger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	set := func(name string) error {
		var r govern.Register
		r.Set(govern.Source{Name: name, Purposes: []string{"p"}, Bases: []string{"law"}})
		data, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		now, err := o.client.Governed(t.Context(), settings.Sources)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.client.Govern(t.Context(), custody.Request{Actor: "wangq", Reason: "r"}, settings.Sources, data, now.Revision, "source:"+name)
		return err
	}
	if err := set("app"); err != nil {
		t.Fatal(err)
	}
	if err := set(phone); err == nil {
		t.Error("a source may be called by a number")
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if err := set("store"); err == nil {
		t.Error("the register changes without the ledger")
	}
	now, err := o.client.Governed(t.Context(), settings.Sources)
	if err != nil || !strings.Contains(string(now.Data), `"app"`) {
		t.Errorf("the register is %s, %v", now.Data, err)
	}
}
