package custody_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/erase"
	"qingting/ingest/ingesttest"
	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

// newDesk is an office that handles the requests of persons.
func newDesk(t *testing.T) (*office, subject.Keys) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	nc, js := ingesttest.Streams(t)
	keys, err := subject.ParseKeys(subject.NewKeyText())
	must(err)
	marks, err := erase.OpenMarks(t.Context(), js, 1)
	must(err)
	t.Cleanup(marks.Close)
	kept, err := settings.Create(t.Context(), js, 1)
	must(err)
	svc, err := custody.Serve(nc, js, custody.Config{
		Clean: clean, Trust: custody.TrustWord, Settings: kept,
		Subjects: &custody.Subjects{
			Keys: keys, Eraser: &erase.Eraser{JS: js, Marks: marks},
			Record: func(source, id string) string {
				if source == "crm" && id == "7" {
					return record
				}
				return ""
			},
		},
	})
	must(err)
	t.Cleanup(func() { must(svc.Stop()) })
	return &office{nil, nc, js, custody.NewClient(nc)}, keys
}

func (o *office) document(t *testing.T, record, source string, tokens ...string) {
	t.Helper()
	data, err := json.Marshal(document.Document{
		Schema: document.Schema, Record: record, Month: "202603", Text: "断网", Source: source, Subjects: tokens, Intake: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.publish(t, ingest.DocsSubject(record), data)
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
}

func recordNo(i int) string { return fmt.Sprintf("%saa", strings.Repeat(string(rune('a'+i)), 24)) }

// asking is a request about the person of the number.
func asking() custody.PersonRequest {
	r := request()
	r.Record = ""
	return custody.PersonRequest{Request: r, Identifiers: []subject.Identifier{{Type: rule.Mobile, Value: "+86 " + phone}}}
}

func TestFindPerson(t *testing.T) {
	o, keys := newDesk(t)
	o.document(t, recordNo(0), "app", keys.Token(rule.Mobile, phone))
	o.document(t, recordNo(1), "app", keys.Token(rule.Customer, phone))
	o.document(t, recordNo(2), "app", keys.Token(rule.PersonName, "张建国"))
	o.document(t, recordNo(3), "app", keys.Token(rule.Mobile, "13987654321"))
	r := asking()
	r.Identifiers = append(r.Identifiers, subject.Identifier{Type: rule.PersonName, Value: "張建國"})
	a, err := o.client.Find(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	shared := map[string]bool{}
	for _, f := range a.Records {
		shared[f.Record] = f.Shared
		if f.Text != "" {
			t.Error("the text was not asked for")
		}
	}
	if len(shared) != 3 || shared[recordNo(0)] || shared[recordNo(1)] || !shared[recordNo(2)] {
		t.Errorf("found %v", shared)
	}
	entries := o.ledger(t)
	if len(entries) != 1 || entries[0].Action != audit.ActionFind || entries[0].Subject != keys.Token(rule.Mobile, phone) ||
		entries[0].Counts["records"] != 3 || !strings.Contains(entries[0].Reason, "⟦手机号⟧") || a.Entry != 0 {
		t.Errorf("entries %+v", entries)
	}
	if a.Kept[ingest.StreamVault] != 180*24*time.Hour {
		t.Errorf("kept %v", a.Kept)
	}
	// By what a case keeps of the person.
	byToken, err := o.client.Find(t.Context(), custody.PersonRequest{Request: r.Request, Tokens: a.Tokens[:1]})
	if err != nil || len(byToken.Records) != 1 {
		t.Errorf("by token: %d, %v", len(byToken.Records), err)
	}
	// The namesake's record stays.
	d, err := o.client.EraseSubject(t.Context(), r)
	if err != nil || len(d.Records) != 2 || d.Proof.Left != 0 {
		t.Errorf("erased %v, %v", d.Records, err)
	}
	if a, err = o.client.Find(t.Context(), r); err != nil || len(a.Records) != 1 || a.Records[0].Record != recordNo(2) {
		t.Errorf("left %v, %v", a.Records, err)
	}
}

// An erasure of a record that is named lists the exports since that came in, and
// no older ones: they cannot hold it.
func TestExportsOfNamed(t *testing.T) {
	o, _ := newDesk(t)
	var entries []int64
	enter := func(at time.Time) {
		t.Helper()
		index, err := ledger.Append(t.Context(), o.js, audit.Entry{Time: at, Actor: "lin", Action: audit.ActionExport, Outcome: "begun"})
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, index)
	}
	o.document(t, recordNo(0), "app")
	enter(time.Now().Add(-time.Hour))
	enter(time.Now().Add(time.Hour))
	r := asking()
	r.Identifiers, r.Records = nil, []string{recordNo(0)}
	d, err := o.client.EraseSubject(t.Context(), r)
	if err != nil || !slices.Equal(d.Exports, entries[1:]) {
		t.Errorf("exports %v of %v, %v", d.Exports, entries, err)
	}
	// Of what was erased before, nobody knows when it came in.
	if d, err = o.client.EraseSubject(t.Context(), r); err != nil || !slices.Equal(d.Exports, entries) || !slices.Equal(d.Records, r.Records) {
		t.Errorf("again: exports %v of %v, %v", d.Exports, entries, err)
	}
}

// Records and exports beyond what one answer bears come by pages, each once.
func TestDoneByPages(t *testing.T) {
	want := custody.PersonDone{Entry: 7, Sources: []string{"app"}}
	for i := range 60_000 {
		want.Records = append(want.Records, recordNo(i%26))
		want.Exports = append(want.Exports, int64(i))
	}
	var records []string
	var exports []int64
	pages := 0
	for from := 0; from > 0 || pages == 0; pages++ {
		part, next := want.Page(from)
		data, err := json.Marshal(part)
		if err != nil || len(data) > 900_000 {
			t.Fatalf("page %d has %d bytes, %v", pages, len(data), err)
		}
		records, exports, from = append(records, part.Records...), append(exports, part.Exports...), next
	}
	if pages < 3 || !slices.Equal(records, want.Records) || !slices.Equal(exports, want.Exports) {
		t.Errorf("%d pages: %d records, %d exports", pages, len(records), len(exports))
	}
	for _, few := range []custody.PersonDone{{}, {Records: []string{recordNo(0)}}, {Exports: []int64{1}}} {
		if part, next := few.Page(0); next != 0 || len(part.Records) != len(few.Records) || len(part.Exports) != len(few.Exports) {
			t.Errorf("%d and %d: not in one page", len(few.Records), len(few.Exports))
		}
	}
}

// Without its entry nothing is answered and nothing done.
func TestPersonNeedsLedger(t *testing.T) {
	t.Parallel()
	o, keys := newDesk(t)
	o.document(t, recordNo(0), "app", keys.Token(rule.Mobile, phone))
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if a, err := o.client.Find(t.Context(), asking()); err == nil || len(a.Records) > 0 {
		t.Error("found without an entry")
	}
	for name, order := range map[string]func() error{
		"erase":    func() error { _, err := o.client.EraseSubject(t.Context(), asking()); return err },
		"restrict": func() error { _, err := o.client.Restrict(t.Context(), asking()); return err },
		"withdraw": func() error {
			r := asking()
			r.Sources = []string{"app"}
			_, err := o.client.Withdraw(t.Context(), r)
			return err
		},
		"hand over": func() error { _, err := o.client.HandOver(t.Context(), asking()); return err },
		"correct": func() error {
			_, err := o.client.Correct(t.Context(), custody.Correction{Request: request(), Source: "crm", ID: "7", Feedback: json.RawMessage(`{}`)})
			return err
		},
		"open": func() error {
			_, err := o.client.ChangeCase(t.Context(), custody.CaseChange{Verb: custody.CaseOpen, Kind: subject.Access})
			return err
		},
	} {
		if err := order(); err == nil {
			t.Errorf("%s: done without an entry", name)
		}
	}
	docs, err := o.js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil || docs.CachedInfo().State.Msgs != 1 {
		t.Errorf("the documents changed: %v", err)
	}
}

func TestPersonRefusals(t *testing.T) {
	o, _ := newDesk(t)
	for name, change := range map[string]func(*custody.PersonRequest){
		"no reason": func(r *custody.PersonRequest) { r.Reason = " " },
		"nobody":    func(r *custody.PersonRequest) { r.Identifiers = nil },
		"a birthday": func(r *custody.PersonRequest) {
			r.Identifiers = []subject.Identifier{{Type: rule.DOB, Value: "1990-01-01"}}
		},
		"no token":    func(r *custody.PersonRequest) { r.Tokens = []string{phone} },
		"no case":     func(r *custody.PersonRequest) { r.Case = "R-1" },
		"a wildcard":  func(r *custody.PersonRequest) { r.Records = []string{"*"} },
		"no sources":  nil,
		"a number":    nil, // as a source
		"only a name": nil,
	} {
		r := asking()
		var err error
		switch {
		case change != nil:
			change(&r)
			_, err = o.client.Find(t.Context(), r)
		case name == "no sources":
			_, err = o.client.Withdraw(t.Context(), r)
		case name == "a number":
			r.Sources = []string{"app", phone}
			_, err = o.client.Withdraw(t.Context(), r)
		default:
			r.Sources = []string{"app"}
			r.Identifiers = []subject.Identifier{{Type: rule.PersonName, Value: "张建国"}}
			_, err = o.client.Withdraw(t.Context(), r)
		}
		if err == nil || strings.Contains(err.Error(), phone) || strings.Contains(err.Error(), "张建国") {
			t.Errorf("%s: %v", name, err != nil)
		}
	}
	if n := len(o.ledger(t)); n != 0 {
		t.Errorf("%d entries of what was refused", n)
	}
	none := newOffice(t)
	if _, err := none.client.Find(t.Context(), asking()); err == nil || !strings.Contains(err.Error(), "subject key") {
		t.Errorf("without a key: %v", err)
	}
}

func TestCorrect(t *testing.T) {
	o, _ := newDesk(t)
	c := custody.Correction{Request: request(), Source: "crm", ID: "7", Channel: "热线", Feedback: json.RawMessage(`{"id":"7","source":"crm","text":"更正"}`)}
	if _, err := o.client.Correct(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	entries := o.ledger(t)
	if len(entries) != 1 || entries[0].Action != audit.ActionCorrect || entries[0].Record != record {
		t.Errorf("entries %+v", entries)
	}
	in, err := o.js.Stream(t.Context(), ingest.StreamIn)
	if err != nil {
		t.Fatal(err)
	}
	if msg, err := in.GetMsg(t.Context(), 1); err != nil || !bytes.Equal(msg.Data, c.Feedback) {
		t.Errorf("the queue does not hold it: %v", err)
	}
	c.ID = "8"
	if _, err := o.client.Correct(t.Context(), c); err == nil {
		t.Error("another id's feedback takes the record's place")
	}
}

// TestCases: the settings hold no identifier, and each move is in the ledger.
func TestCases(t *testing.T) {
	o, keys := newDesk(t)
	change := custody.CaseChange{Verb: custody.CaseOpen, Kind: subject.Erase, Words: "来电" + phone, Channel: "hotline"}
	change.Request, change.Identifiers = custody.Request{Actor: "lin"}, asking().Identifiers
	one, err := o.client.ChangeCase(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Tokens) == 0 || one.Tokens[0] != keys.Token(rule.Mobile, phone) {
		t.Errorf("tokens %v", one.Tokens)
	}
	second := custody.CaseChange{Verb: custody.CaseOpen, Kind: subject.Complain, Came: time.Now().AddDate(0, 0, -20)}
	second.Request = custody.Request{Actor: "lin"}
	late, err := o.client.ChangeCase(t.Context(), second)
	if err != nil || late.Urgency(time.Now()) != subject.Overdue {
		t.Fatalf("%v, %v", late, err)
	}
	list, err := o.client.Cases(t.Context(), "")
	if err != nil || len(list) != 2 || list[0].ID != late.ID {
		t.Errorf("what is due first is not at the front: %v", err)
	}
	if _, err := o.client.Cases(t.Context(), "R-AAAAAAAA"); err == nil {
		t.Error("a case that is not there")
	}
	kv, err := o.js.KeyValue(t.Context(), settings.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	v, err := kv.Get(t.Context(), "requests."+strings.ToLower(one.ID))
	if err != nil || bytes.Contains(v.Value(), []byte(phone)) || !bytes.Contains(v.Value(), []byte("⟦手机号⟧")) {
		t.Errorf("the settings: %v", err)
	}
	entries := o.ledger(t)
	if len(entries) != 2 || entries[0].Action != audit.ActionRequest || entries[0].Object != "request:"+one.ID {
		t.Errorf("entries %+v", entries)
	}
}
