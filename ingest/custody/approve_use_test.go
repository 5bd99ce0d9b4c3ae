package custody_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/privacy/audit"
)

// Of two who use an approval at once, one is refused.
func TestApprovalServesOnce(t *testing.T) {
	o, b, _ := approving(t)
	if err := setRules(t, b, custody.Rules{Approval: "always"}); err != nil {
		t.Fatal(err)
	}
	r := request()
	r.Actor = ""
	a, err := as(t, b, "lin").AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Fatal(err)
	}
	r.Approval = a.ID
	const n = 4
	came := make(chan error, n)
	for range n {
		c := as(t, b, "lin")
		go func() {
			_, err := c.Record(context.WithoutCancel(t.Context()), r)
			came <- err
		}()
	}
	good := 0
	for range n {
		if err := <-came; err == nil {
			good++
		}
	}
	reveals := 0
	for _, e := range o.ledger(t) {
		if e.Action == audit.ActionReveal {
			reveals++
		}
	}
	if good != 1 || reveals != 1 {
		t.Errorf("%d answers and %d entries of one approval", good, reveals)
	}
}

// grantedReveal is a request with an approval of zhao's for it.
func grantedReveal(t *testing.T, b *broker.Broker) custody.Request {
	t.Helper()
	if err := setRules(t, b, custody.Rules{Approval: "always"}); err != nil {
		t.Fatal(err)
	}
	r := request()
	r.Actor = ""
	a, err := as(t, b, "lin").AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Fatal(err)
	}
	r.Approval = a.ID
	return r
}

// What was allowed and then failed, so that nothing left, may be tried again by the
// same approval; the ledger has it.
func TestApprovalIsGivenBack(t *testing.T) {
	o, b, _ := approving(t)
	r := grantedReveal(t, b)
	vault, err := o.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	lin := as(t, b, "lin")
	if rel, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeNothing || rel.Sealed != nil {
		t.Fatalf("of an empty vault: %v", err)
	}
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
	if rel, err := lin.Record(t.Context(), r); err != nil || string(rel.Sealed) != "sealed" {
		t.Fatalf("tried again: %v", err)
	}
	if _, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeUsed {
		t.Errorf("after it was used: %v", err)
	}
	if got := approvalEntries(t, o, r.Approval); got != "request asked, approve granted, approve begun, approve returned, approve begun, approve used" {
		t.Errorf("the ledger has %s", got)
	}
}

// What a killed process has begun, who asked begins again, a minute later; it is
// used before anything leaves.
func TestApprovalAfterAKill(t *testing.T) {
	o, b, now := approving(t)
	r := grantedReveal(t, b)
	st, err := settings.Open(t.Context(), o.js)
	if err != nil {
		t.Fatal(err)
	}
	key := settings.Key("approvals." + r.Approval)
	v, err := st.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	var a custody.Approval
	if err := json.Unmarshal(v.Data, &a); err != nil {
		t.Fatal(err)
	}
	a.State, a.Begun = custody.ApprovalBegun, now.now()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.Put(t.Context(), key, data, v.Revision, settings.Change{Actor: "lin", Object: "approval:" + a.ID, Action: audit.ActionApprove, Outcome: a.State}); err != nil {
		t.Fatal(err)
	}
	lin := as(t, b, "lin")
	if _, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeBegun {
		t.Errorf("while it may be under way: %v", err)
	}
	now.pass(time.Minute)
	if _, err := as(t, b, "wu").Record(t.Context(), r); custody.CodeOf(err) != custody.CodeOthers {
		t.Errorf("begun again by another: %v", err)
	}
	if _, err := lin.Record(t.Context(), r); err != nil {
		t.Fatalf("begun again: %v", err)
	}
	var order []string
	for _, e := range o.ledger(t)[4:] { // after what the test has written itself
		order = append(order, string(e.Action)+" "+e.Outcome)
	}
	if got := strings.Join(order, ", "); got != "approve begun, reveal , approve used" {
		t.Errorf("the ledger has %s", got)
	}
}

// Without the ledger an approval is neither asked, granted nor used.
func TestApprovalNeedsTheLedger(t *testing.T) {
	t.Parallel()
	o, b, _ := approving(t)
	o.storeDocuments(t, 1)
	if err := setRules(t, b, custody.Rules{Approval: "always", ExportAbove: new(0), EraseAbove: new(0), SubjectExport: true}); err != nil {
		t.Fatal(err)
	}
	r := request()
	r.Actor = ""
	lin, zhao := as(t, b, "lin"), as(t, b, "zhao")
	a, err := lin.AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zhao.Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	r.Approval = a.ID
	if rel, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeLedger || rel.Sealed != nil {
		t.Errorf("used: %v", err)
	}
	if _, err := lin.AskReveal(t.Context(), r); custody.CodeOf(err) != custody.CodeLedger {
		t.Errorf("asked: %v", err)
	}
	list, err := lin.Approvals(t.Context())
	if err != nil || len(list) != 1 || list[0].State != custody.ApprovalGranted {
		t.Errorf("after that: %+v, %v", list, err)
	}
}

// TestOnePersonTwoUsers: two users of one person do not approve for one another.
func TestOnePersonTwoUsers(t *testing.T) {
	_, b, _ := approving(t)
	users := b.Users()
	var kept access.Users
	for _, u := range users {
		switch u.Name {
		case "lin":
			u.Person = "E1002"
		case "zhao":
			u.Person = "e1002"
		case "wu":
			u.Roles, u.Person = append(u.Roles, access.Approver), "E1003"
		case "op":
		default:
			continue // of the command line
		}
		kept = append(kept, u)
	}
	if err := b.SetUsers(kept); err != nil {
		t.Fatal(err)
	}
	r := request()
	r.Actor = ""
	a, err := as(t, b, "lin").AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{}, a.ID, true); custody.CodeOf(err) != custody.CodeSelf {
		t.Errorf("granted by the same person's other user: %v", err)
	}
	// Nor when the user who asked is not in the register any more.
	if err := b.SetUsers(kept[1:]); err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{}, a.ID, true); custody.CodeOf(err) != custody.CodeSelf {
		t.Errorf("granted by the same person's other user, later: %v", err)
	}
	// Nor by a user of whom nobody has said who it is: it may be the same person.
	setPerson := func(name, person string) {
		t.Helper()
		kept = slices.Clone(kept) // the broker has the one before
		for i, u := range kept {
			if u.Name == name {
				kept[i].Person = person
			}
		}
		if err := b.SetUsers(kept); err != nil {
			t.Fatal(err)
		}
	}
	setPerson("wu", "")
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{}, a.ID, true); custody.CodeOf(err) != custody.CodePerson || !strings.Contains(err.Error(), "users person wu") {
		t.Errorf("granted by who may be anybody: %v", err)
	}
	setPerson("wu", "E1003")
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Errorf("another person: %v", err)
	}
	// What somebody without a person asked waits until the register says who it was.
	setPerson("lin", "")
	if a, err = as(t, b, "lin").AskReveal(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{}, a.ID, true); custody.CodeOf(err) != custody.CodePerson || !strings.Contains(err.Error(), "users person lin") {
		t.Errorf("granted to who may be anybody: %v", err)
	}
	setPerson("lin", "e1003")
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{}, a.ID, true); custody.CodeOf(err) != custody.CodeSelf {
		t.Errorf("granted to oneself: %v", err)
	}
	setPerson("lin", "E1002")
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Errorf("granted to another person: %v", err)
	}
}
