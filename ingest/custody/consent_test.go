package custody_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

// approvalEntries are the actions and outcomes of the entries about an approval.
func approvalEntries(t *testing.T, o *office, id string) string {
	t.Helper()
	var said []string
	for _, e := range o.ledger(t) {
		if e.Object == "approval:"+id && e.Action != audit.ActionReveal {
			said = append(said, string(e.Action)+" "+e.Outcome)
		}
	}
	return strings.Join(said, ", ")
}

// twoNeeded goes the whole way of an approval. act does what needs one, ask asks
// for it, and other for something else of the same kind.
func twoNeeded(t *testing.T, o *office, b *broker.Broker, now *clock, ask, other custody.AskRequest, act func(c *custody.Client, approval string) error) {
	t.Helper()
	lin, wu := as(t, b, "lin"), as(t, b, "wu")
	zhao := as(t, b, "zhao")
	refused := func(what string, err error, code custody.Code) {
		t.Helper()
		if custody.CodeOf(err) != code || err == nil || strings.Contains(err.Error(), phone) {
			t.Errorf("%s: %v, want the code %s", what, err, code)
		}
	}
	granted := func(c *custody.Client, r custody.AskRequest) custody.Approval {
		t.Helper()
		a, err := c.Ask(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(fmt.Sprint(a), phone) {
			t.Error("the approval holds an identifier in the clear")
		}
		if _, err := zhao.Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
			t.Fatal(err)
		}
		return a
	}
	refused("without", act(lin, ""), custody.CodeNeeded)
	refused("with none", act(lin, "a-aaaaaaaa"), custody.CodeNoApproval)
	a, err := lin.Ask(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if a.Count == 0 {
		t.Error("who decides does not hear how many are meant")
	}
	refused("before it was granted", act(lin, a.ID), custody.CodeUndecided)
	_, err = lin.Decide(t.Context(), custody.Request{}, a.ID, true)
	refused("granted by oneself", err, custody.CodeSelf)
	if _, err := zhao.Decide(t.Context(), custody.Request{Reason: "不必要"}, a.ID, false); err != nil {
		t.Fatal(err)
	}
	refused("after a refusal", act(lin, a.ID), custody.CodeRefused)
	refused("with another's", act(lin, granted(wu, ask).ID), custody.CodeOthers)
	refused("with that of another object", act(lin, granted(lin, other).ID), custody.CodeElse)
	reveal := ask
	reveal.Kind, reveal.Record, reveal.Purpose = custody.KindReveal, record, "complaint"
	refused("with that of another action", act(lin, granted(lin, reveal).ID), custody.CodeElse)
	late := granted(lin, ask)
	now.pass(time.Hour)
	refused("with one that ended", act(lin, late.ID), custody.CodeExpired)
	good := granted(lin, ask)
	if err := act(lin, good.ID); err != nil {
		t.Fatalf("with consent: %v", err)
	}
	refused("a second time", act(lin, good.ID), custody.CodeUsed)
	if got := approvalEntries(t, o, good.ID); got != "request asked, approve granted, approve begun, approve used" {
		t.Errorf("the ledger has %s", got)
	}
	o.ledger(t) // which fails the test at the number
}

func reasoned() custody.Request { return custody.Request{Reason: "核实 " + phone} }

// TestExportNeedsTwo: above the number of documents that the rules name, and
// nothing but what was agreed to leaves.
func TestExportNeedsTwo(t *testing.T) {
	o, b, now := approving(t)
	o.storeDocuments(t, 6) // 断网
	if err := setRules(t, b, custody.Rules{Approval: "never", ExportAbove: new(5), Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	lin := as(t, b, "lin")
	export := func(query, approval string) custody.Extract {
		r := custody.Extract{Request: reasoned(), Action: audit.ActionExport, Object: "export:csv", Query: query}
		r.Approval = approval
		return r
	}
	ask := func(query string) custody.AskRequest {
		return custody.AskRequest{PersonRequest: custody.PersonRequest{Request: reasoned()}, Kind: custody.KindExport, Query: query}
	}
	var opened custody.Extraction
	twoNeeded(t, o, b, now, ask("断网"), ask("扣费 "+phone), func(c *custody.Client, approval string) (err error) {
		x, err := c.Extract(t.Context(), export("断网", approval))
		if err == nil {
			opened = x
		}
		return err
	})
	if e := o.ledger(t)[opened.Entry]; e.Approver != "zhao" || e.Actor != "lin" || e.Action != audit.ActionExport {
		t.Errorf("the export's entry: %+v", e)
	}
	if n, err := drain(t, lin, opened); n != 6 || err != nil {
		t.Errorf("%d documents came, %v", n, err)
	}
	// What finds fewer needs nobody, and opens no others.
	few, err := lin.Extract(t.Context(), export("扣费", ""))
	if err != nil {
		t.Fatalf("an export of none: %v", err)
	}
	if n, err := drain(t, lin, few); n != 0 || err != nil {
		t.Errorf("%d documents came of a query that finds none, %v", n, err)
	}
	opened.Entry = few.Entry
	if n, err := drain(t, lin, opened); n != 0 || err == nil {
		t.Errorf("%d documents came by the entry of another query", n)
	}
	// A report has no words, and so is no way around.
	report := export("", "")
	report.Action = audit.ActionReport
	x, err := lin.Extract(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	for stored, err := range lin.Documents(t.Context(), reasoned(), x) {
		if err != nil || strings.Contains(string(stored.Document), "断网") {
			t.Fatalf("a report has the text, or %v", err)
		}
	}
}

func drain(t *testing.T, c *custody.Client, x custody.Extraction) (n int, err error) {
	t.Helper()
	for _, err := range c.Documents(t.Context(), reasoned(), x) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// herAsk asks for consent to what concerns the person of the number.
func herAsk(kind custody.Kind, value string) custody.AskRequest {
	return custody.AskRequest{Kind: kind, PersonRequest: custody.PersonRequest{
		Request: reasoned(), Identifiers: []subject.Identifier{{Type: rule.Mobile, Value: value}},
	}}
}

// hers stores n records of the person of the number.
func (o *office) hers(t *testing.T, b *broker.Broker, n int) {
	t.Helper()
	a, err := as(t, b, "lin").Find(t.Context(), herAsk("", phone).PersonRequest)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		o.document(t, recordNo(i), "app", a.Tokens...)
	}
}

func TestErasureNeedsTwo(t *testing.T) {
	o, b, now := approving(t)
	o.hers(t, b, 3)
	if err := setRules(t, b, custody.Rules{Approval: "never", EraseAbove: new(2), Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	var done custody.PersonDone
	erase := func(c *custody.Client, approval string, records ...string) (err error) {
		r := herAsk("", phone).PersonRequest
		r.Approval, r.Records = approval, records
		done, err = c.EraseSubject(t.Context(), r)
		return err
	}
	r := herAsk("", phone).PersonRequest
	r.Sources, r.Erase = []string{"app"}, true
	if _, err := as(t, b, "lin").Withdraw(t.Context(), r); custody.CodeOf(err) != custody.CodeNeeded {
		t.Errorf("erased by a withdrawal: %v", err)
	}
	twoNeeded(t, o, b, now, herAsk(custody.KindErase, phone), herAsk(custody.KindErase, "13987654321"),
		func(c *custody.Client, approval string) error { return erase(c, approval) })
	if len(done.Records) != 0 && done.Proof == nil {
		t.Errorf("done: %+v", done)
	}
	approver := ""
	for _, e := range o.ledger(t) {
		if e.Action == audit.ActionErase && e.Approver != "" {
			approver = e.Approver
		}
	}
	if approver != "zhao" {
		t.Errorf("the erasure's entry has the approver %q", approver)
	}
	o.hers(t, b, 2)
	if err := erase(as(t, b, "lin"), ""); err != nil {
		t.Errorf("as many as the rules let pass: %v", err)
	}
}

func TestSubjectExportNeedsTwo(t *testing.T) {
	o, b, now := approving(t)
	o.hers(t, b, 2)
	o.document(t, recordNo(7), "app") // another's
	if err := setRules(t, b, custody.Rules{Approval: "never", SubjectExport: true, Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	if a, err := as(t, b, "zhao").Ask(t.Context(), herAsk(custody.KindSubjectExport, phone)); custody.CodeOf(err) != custody.CodeForbidden || a.Count != 0 {
		t.Errorf("an approver looked for a person: %v", err)
	}
	used := ""
	hand := func(c *custody.Client, approval string) error {
		r := herAsk("", phone).PersonRequest
		r.Approval, r.Records = approval, []string{recordNo(0), recordNo(1)}
		_, err := c.HandOver(t.Context(), r)
		if err == nil {
			used = approval
		}
		return err
	}
	open := func(record, approval string) error {
		r := reasoned()
		r.Record, r.Purpose, r.Approval = record, "subject", approval
		rel, err := as(t, b, "lin").Record(t.Context(), r)
		if err == nil && string(rel.Sealed) != "sealed" {
			err = errors.New("nothing came")
		}
		return err
	}
	if err := open(recordNo(0), ""); custody.CodeOf(err) != custody.CodeNeeded {
		t.Errorf("one by one, around it: %v", err)
	}
	twoNeeded(t, o, b, now, herAsk(custody.KindSubjectExport, phone), herAsk(custody.KindSubjectExport, "13987654321"), hand)
	for _, id := range []string{recordNo(0), recordNo(1)} {
		if err := open(id, used); err != nil {
			t.Errorf("a record of the package: %v", err)
		}
	}
	if e := lastEntry(t, o); e.Approver != "zhao" || e.Action != audit.ActionReveal {
		t.Errorf("the release's entry: %+v", e)
	}
	if err := open(recordNo(7), used); custody.CodeOf(err) != custody.CodeElse {
		t.Errorf("another's record by the package's approval: %v", err)
	}
	now.pass(time.Hour)
	if err := open(recordNo(0), used); custody.CodeOf(err) != custody.CodeExpired {
		t.Errorf("a record, late: %v", err)
	}
}
