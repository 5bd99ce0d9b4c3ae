package custody_test

import (
	"context"
	"errors"
	"testing"

	"github.com/nats-io/nats.go"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/mark"
)

func note(day string) mark.Mark {
	return mark.Mark{Title: "新账单版式", Date: day, Themes: []string{"billing-opaque"}}
}

// The pages act for who has signed in: the ledger names them, and nothing goes
// beyond their role and what the pages may do at all.
func TestPagesActForOthers(t *testing.T) {
	o, b := guarded(t, gated)
	user := func(name string, roles ...access.Role) access.User {
		return access.User{Name: name, Roles: roles, TokenHash: access.HashToken(name)}
	}
	gone := user("gone", access.Analyst)
	gone.Disabled = true
	if err := b.SetUsers(access.Users{
		user("lin", access.Analyst), user("chen", access.Officer), user("zhao", access.Approver), gone, user("desk", access.Pages),
	}); err != nil {
		t.Fatal(err)
	}
	// The NATS server refuses without an answer: refused ends what waits for one.
	waiting, refused := context.WithCancelCause(t.Context())
	defer refused(nil)
	connect := func(token string) *nats.Conn {
		nc, err := nats.Connect(b.URL(), nats.Token(token), nats.CustomInboxPrefix(access.Inbox(token)), nats.NoReconnect(),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused(err) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(nc.Close)
		return nc
	}
	desk, lin := connect("desk"), connect("lin")
	who := custody.Request{Reason: "改版"}
	if _, err := custody.NewClientFor(desk, "lin").Mark(t.Context(), who, note("2026-05-03")); err != nil {
		t.Fatal(err)
	}
	if e := lastEntry(t, o); e.Actor != "lin" || e.Role != "analyst" {
		t.Errorf("the entry is of %q as %q", e.Actor, e.Role)
	}
	own := o.svc.ClientFor(access.Actor{Name: "chen", Role: access.Officer})
	if _, err := own.Mark(t.Context(), who, note("2026-05-04")); err != nil {
		t.Fatal(err)
	}
	if e := lastEntry(t, o); e.Actor != "chen" || e.Role != "officer" {
		t.Errorf("the entry is of %q as %q", e.Actor, e.Role)
	}
	before := len(o.ledger(t))
	for name, try := range map[string]func() error{
		"for nobody": func() error { _, err := custody.NewClient(desk).Mark(t.Context(), who, note("2026-05-05")); return err },
		"for a stranger": func() error {
			_, err := custody.NewClientFor(desk, "wang").Mark(t.Context(), who, note("2026-05-05"))
			return err
		},
		"for one disabled": func() error {
			_, err := custody.NewClientFor(desk, "gone").Mark(t.Context(), who, note("2026-05-05"))
			return err
		},
		"beyond the role": func() error {
			_, err := custody.NewClientFor(desk, "zhao").Mark(t.Context(), who, note("2026-05-05"))
			return err
		},
		"by an analyst for an officer": func() error {
			_, err := custody.NewClientFor(lin, "chen").Samples(waiting)
			if !errors.Is(context.Cause(waiting), nats.ErrPermissionViolation) {
				t.Errorf("the NATS server let an analyst ask: %v", err)
			}
			return err
		},
		"in the process, beyond the role": func() error {
			_, err := o.svc.ClientFor(access.Actor{Name: "zhao", Role: access.Approver}).Mark(t.Context(), who, note("2026-05-05"))
			return err
		},
		"in the process, without a role": func() error {
			_, err := o.svc.ClientFor(access.Actor{Name: "chen"}).Mark(t.Context(), who, note("2026-05-05"))
			return err
		},
		"a reveal in the process": func() error { _, err := own.Record(t.Context(), request()); return err },
		"an approval in the process": func() error {
			_, err := o.svc.ClientFor(access.Actor{Name: "zhao", Role: access.Approver}).Decide(t.Context(), who, "a1", true)
			return err
		},
	} {
		if err := try(); err == nil {
			t.Errorf("%s: done", name)
		}
	}
	if n := len(o.ledger(t)); n != before {
		t.Errorf("%d entries of what was refused", n-before)
	}
	// A refusal keeps its code on either way.
	if err := own.Unmark(t.Context(), who, "m77"); err == nil || custody.CodeOf(err) == custody.CodeUnreachable {
		t.Errorf("a refusal in the process: %v", err)
	}
}

// What the pages may do releases, approves and governs nothing.
func TestPagesMayNot(t *testing.T) {
	for _, p := range []access.Power{access.Reveal, access.Decide, access.Govern, access.Keys, access.Data, access.Subject, access.Publish} {
		if access.ForPages(p) {
			t.Errorf("the pages may %s", p)
		}
	}
	allow, _ := access.Subjects([]access.Role{access.Pages})
	if len(allow) == 0 {
		t.Error("the pages may do nothing")
	}
}
