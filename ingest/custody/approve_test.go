package custody_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/erase"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/subject"
)

// clock is one that a test sets while the service looks at it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// approving is an office whose users are lin (officer and approver), zhao
// (approver), wu (officer) and op (operator), with a clock that the test sets. A
// query finds the texts that hold it.
func approving(t *testing.T) (o *office, b *broker.Broker, now *clock) {
	t.Helper()
	now = &clock{at: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	o, b = guarded(t, func(o *office, b *broker.Broker, cfg *custody.Config) {
		gated(o, b, cfg)
		kept, err := settings.Create(t.Context(), o.js, 1)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Settings = kept
		keys, err := subject.ParseKeys(subject.NewKeyText())
		if err != nil {
			t.Fatal(err)
		}
		marks, err := erase.OpenMarks(t.Context(), o.js, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(marks.Close)
		cfg.Subjects = &custody.Subjects{Keys: keys, Eraser: &erase.Eraser{JS: o.js, Marks: marks}}
		cfg.Match = func(_ context.Context, query string, docs []*document.Document) ([]bool, error) {
			found := make([]bool, len(docs))
			for i, d := range docs {
				found[i] = strings.Contains(d.Text, query)
			}
			return found, nil
		}
		cfg.Now = now.now
	})
	user := func(name string, roles ...access.Role) access.User {
		return access.User{Name: name, Roles: roles, Person: "E-" + name, TokenHash: access.HashToken(name)}
	}
	if err := b.SetUsers(access.Users{
		user("lin", access.Officer, access.Approver), user("zhao", access.Approver), user("wu", access.Officer), user("op", access.Operator),
	}); err != nil {
		t.Fatal(err)
	}
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
	return o, b, now
}

// setRules has the operator say when a second person is needed.
func setRules(t *testing.T, b *broker.Broker, rules custody.Rules) error {
	t.Helper()
	return as(t, b, "op").SetRules(t.Context(), custody.Request{Reason: "four eyes"}, rules)
}

// lastReveal is the entry of the last release.
func lastReveal(t *testing.T, o *office) (last audit.Entry) {
	t.Helper()
	for _, e := range o.ledger(t) {
		if e.Action == audit.ActionReveal {
			last = e
		}
	}
	return last
}

func TestRevealNeedsAPurpose(t *testing.T) {
	o, b, _ := approving(t)
	for _, purpose := range []string{"", "curiosity", phone} {
		r := request()
		r.Actor, r.Purpose = "", purpose
		if _, err := as(t, b, "lin").Record(t.Context(), r); err == nil || !strings.Contains(err.Error(), "--purpose") || strings.Contains(err.Error(), phone) {
			t.Errorf("purpose %q: %v", purpose, err)
		}
	}
	if n := len(o.ledger(t)); n != 0 {
		t.Errorf("%d entries of what was refused", n)
	}
}

// TestFourEyes goes the whole way: refused without, asked, not by oneself,
// granted by another, used, and ended.
func TestFourEyes(t *testing.T) {
	o, b, now := approving(t)
	if err := setRules(t, b, custody.Rules{Approval: "listed", Purposes: []string{"complaint"}, Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	lin, zhao := as(t, b, "lin"), as(t, b, "zhao")
	r := request()
	r.Actor = ""
	if _, err := lin.Record(t.Context(), r); err == nil || !strings.Contains(err.Error(), "second person") {
		t.Fatalf("without approval: %v", err)
	}
	free := r
	free.Purpose = "repair"
	if _, err := lin.Record(t.Context(), free); err != nil {
		t.Errorf("a purpose that needs none: %v", err)
	}
	a, err := lin.AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if a.By != "lin" || a.State != custody.ApprovalAsked || strings.Contains(a.Reason+a.Ticket, phone) {
		t.Errorf("asked: %+v", a)
	}
	r.Approval = a.ID
	if _, err := lin.Record(t.Context(), r); err == nil || !strings.Contains(err.Error(), "not granted") {
		t.Errorf("before it was granted: %v", err)
	}
	if _, err := lin.Decide(t.Context(), custody.Request{Reason: "x"}, a.ID, true); err == nil || !strings.Contains(err.Error(), "another person") {
		t.Errorf("granted by who asked: %v", err)
	}
	if _, err := as(t, b, "wu").Decide(t.Context(), custody.Request{Reason: "x"}, a.ID, true); err == nil {
		t.Error("granted by who is no approver")
	}
	list, err := zhao.Approvals(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != a.ID {
		t.Fatalf("%d to decide, %v", len(list), err)
	}
	if _, err := zhao.Decide(t.Context(), custody.Request{}, a.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := zhao.Decide(t.Context(), custody.Request{Reason: "x"}, a.ID, false); err == nil {
		t.Error("decided twice")
	}
	if _, err := lin.Record(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if e := lastReveal(t, o); e.Actor != "lin" || e.Approver != "zhao" || e.Purpose != "complaint" || e.Object != "approval:"+a.ID {
		t.Errorf("the entry: %+v", e)
	}
	other := r
	other.Record = strings.Repeat("b", 26)
	if _, err := lin.Record(t.Context(), other); err == nil || !strings.Contains(err.Error(), "something else") {
		t.Errorf("for another record: %v", err)
	}
	if _, err := as(t, b, "wu").Record(t.Context(), r); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("by another officer: %v", err)
	}
	if _, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeUsed {
		t.Errorf("used twice: %v", err)
	}
	now.pass(31 * time.Minute)
	if _, err := lin.Record(t.Context(), r); custody.CodeOf(err) != custody.CodeExpired {
		t.Errorf("too late: %v", err)
	}
	if got := approvalEntries(t, o, a.ID); got != "request asked, approve granted, approve begun, approve used" {
		t.Errorf("the ledger has %s", got)
	}
}

func TestRefusedStaysRefused(t *testing.T) {
	o, b, _ := approving(t)
	if err := setRules(t, b, custody.Rules{Approval: "always"}); err != nil {
		t.Fatal(err)
	}
	r := request()
	r.Actor = ""
	a, err := as(t, b, "wu").AskReveal(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{}, a.ID, false); err == nil {
		t.Error("refused without a reason")
	}
	if _, err := as(t, b, "zhao").Decide(t.Context(), custody.Request{Reason: "不必要 " + phone}, a.ID, false); err != nil {
		t.Fatal(err)
	}
	r.Approval = a.ID
	if _, err := as(t, b, "wu").Record(t.Context(), r); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("after a refusal: %v", err)
	}
	var actions []string
	for _, e := range o.ledger(t) { // which fails the test at the number
		actions = append(actions, string(e.Action))
	}
	if got := strings.Join(actions, " "); got != "setting request approve" {
		t.Errorf("the ledger has %s", got)
	}
}

func TestRulesRefused(t *testing.T) {
	_, b, _ := approving(t)
	for name, rules := range map[string]custody.Rules{
		"unknown":            {Approval: "sometimes"},
		"no purposes":        {Approval: "listed"},
		"an unknown purpose": {Approval: "listed", Purposes: []string{"x"}},
		"less than none":     {Approval: "never", ExportAbove: new(-1)},
		"too long":           {Approval: "always", Minutes: 100_000},
		"purposes too many":  {Approval: "always", Purposes: []string{"complaint"}},
	} {
		if err := setRules(t, b, rules); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := as(t, b, "lin").SetRules(t.Context(), custody.Request{Reason: "x"}, custody.Rules{Approval: "never"}); err == nil {
		t.Error("an officer changed the rules")
	}
}
