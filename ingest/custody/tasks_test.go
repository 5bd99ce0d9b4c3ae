package custody_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/erase"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
)

// many plants documents of a person, of 4 KiB each.
func (o *office) many(t *testing.T, n int, token string) (records []string) {
	t.Helper()
	text := strings.Repeat("断网三天了", 4096/len("断网三天了"))
	for i := range n {
		record := strings.Repeat("a", 22) + strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprintf("%04d", i))
		data, err := json.Marshal(document.Document{
			Schema: document.Schema, Record: record, Month: "202603", Text: text, Source: "app", Subjects: []string{token}, Intake: time.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.js.PublishAsync(ingest.DocsSubject(record), data); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	select {
	case <-o.js.PublishAsyncComplete():
	case <-time.After(time.Minute):
		t.Fatal("the documents are not stored")
	}
	return records
}

// TestManyRecordsOfOnePerson: what one answer could not carry and one request
// could not wait for.
func TestManyRecordsOfOnePerson(t *testing.T) {
	t.Parallel()
	const n = 5100
	o, keys := newDesk(t)
	records := o.many(t, n, keys.Token(rule.Mobile, phone))
	var largest atomic.Int64
	sub, err := o.nc.Subscribe("_INBOX.>", func(m *nats.Msg) {
		// Documents that the server itself reads are no answers.
		if !strings.HasPrefix(m.Reply, "$JS.ACK") && int64(len(m.Data)) > largest.Load() {
			largest.Store(int64(len(m.Data)))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	stages := map[erase.Stage]bool{}
	client := o.client.WithProgress(func(p custody.Progress) { stages[p.Stage] = true })
	r := asking()
	r.Text = true
	a, err := client.Find(t.Context(), r)
	if err != nil || len(a.Records) != n || len(a.Records[n-1].Text) < 4000 || len(a.Tokens) == 0 || a.Kept == nil {
		t.Fatalf("found %d: %v", len(a.Records), err)
	}
	restricted, err := client.Restrict(t.Context(), asking())
	if err != nil || len(restricted.Records) != n {
		t.Fatalf("restricted %d: %v", len(restricted.Records), err)
	}
	freed, err := client.Free(t.Context(), asking())
	if err != nil || len(freed.Records) != n {
		t.Fatalf("freed %d: %v", len(freed.Records), err)
	}
	done, err := client.EraseSubject(t.Context(), asking())
	if err != nil || done.Proof.Documents != n || done.Proof.Left != 0 || !slices.Equal(slices.Sorted(slices.Values(done.Records)), records) {
		t.Fatalf("erased %d of %d, %+v: %v", len(done.Records), n, done.Proof, err)
	}
	if largest.Load() > 512<<10 {
		t.Errorf("an answer has %d bytes", largest.Load())
	}
	for _, s := range []erase.Stage{erase.StageReading, erase.StageWriting, erase.StageErasing} {
		if !stages[s] {
			t.Errorf("nothing was told of %s: %v", s, stages)
		}
	}
	named := map[string]int{}
	for _, e := range o.ledger(t) {
		named[string(e.Action)+" "+e.Outcome] += len(e.Documents)
	}
	if named["restrict ordered"] != n || named["restrict freed"] != n || named["erase ordered"] != n {
		t.Errorf("the ledger names %v", named)
	}
}

// TestTaskIsForWhoBeganIt: what is found is for who asked, and for nobody else.
func TestTaskIsForWhoBeganIt(t *testing.T) {
	o, keys := newDesk(t)
	o.document(t, recordNo(0), "app", keys.Token(rule.Mobile, phone))
	ask := func(subject string, body any) map[string]any {
		t.Helper()
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := o.nc.Request(subject, data, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(msg.Data, []byte(phone)) {
			t.Error("the answer holds the number")
		}
		out := map[string]any{"refused": msg.Header.Get("Nats-Service-Error")}
		_ = json.Unmarshal(msg.Data, &out)
		return out
	}
	begun := ask("qingting.subject.find", asking())
	look := map[string]any{"actor": "zhao", "id": begun["id"]}
	subject := begun["subject"].(string)
	if got := ask(subject, look); got["refused"] == "" {
		t.Errorf("another looks at it: %v", got)
	}
	look["actor"] = asking().Actor
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		got := ask(subject, look)
		if got["ended"] == true {
			if len(got["part"].(map[string]any)["records"].([]any)) != 1 {
				t.Errorf("found %v", got)
			}
			break
		}
		if time.Now().After(deadline) || got["refused"] != "" {
			t.Fatalf("it does not end: %v", got)
		}
	}
	look["done"] = true
	ask(subject, look)
	if got := ask(subject, look); got["refused"] == "" {
		t.Error("it is kept after it was fetched")
	}
}

// TestOrderGoesOn: who stops waiting does not stop an order, and it may be given
// again.
func TestOrderGoesOn(t *testing.T) {
	o, keys := newDesk(t)
	o.many(t, 300, keys.Token(rule.Mobile, phone))
	ctx, cancel := context.WithCancel(t.Context())
	client := o.client.WithProgress(func(custody.Progress) { cancel() })
	if _, err := client.EraseSubject(ctx, asking()); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "goes on") {
		t.Fatalf("%v", err)
	}
	if d, err := o.client.EraseSubject(t.Context(), asking()); err != nil || d.Proof.Left != 0 {
		t.Errorf("again: %+v, %v", d, err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		done := 0
		for _, e := range o.ledger(t) {
			if e.Action == audit.ActionErase && e.Outcome == "done" {
				done++
			}
		}
		if done == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of 2 orders ended", done)
		}
	}
	if a, err := o.client.Find(t.Context(), asking()); err != nil || len(a.Records) != 0 {
		t.Errorf("%d are left: %v", len(a.Records), err)
	}
}

// TestCasesByPages: more cases than one answer carries.
func TestCasesByPages(t *testing.T) {
	o, _ := newDesk(t)
	const n = 300
	for range n {
		change := custody.CaseChange{Verb: custody.CaseOpen, Kind: "access", Words: strings.Repeat("详情", 600)}
		change.Request = custody.Request{Actor: "lin"}
		if _, err := o.client.ChangeCase(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	list, err := o.client.Cases(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range list {
		ids[c.ID] = true
	}
	if len(ids) != n || len(list) != n {
		t.Errorf("%d cases, %d ids", len(list), len(ids))
	}
}
