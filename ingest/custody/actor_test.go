package custody_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/ingesttest"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/privacy/audit"
)

// guarded is an office whose service is given cfg, with clean, and whose broker
// lets users in.
func guarded(t *testing.T, change func(*office, *broker.Broker, *custody.Config)) (*office, *broker.Broker) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b := ingesttest.Start(t, broker.Config{
		Listen: "127.0.0.1:0", Register: true, OfficerToken: "an-officer-token", OperatorToken: "an-operator-token",
	})
	nc, js := ingesttest.Open(t, b)
	o := &office{nc: nc, js: js, client: custody.NewClient(nc)}
	kept, err := settings.Create(t.Context(), js, 1)
	must(err)
	cfg := custody.Config{Clean: clean, Settings: kept}
	change(o, b, &cfg)
	svc, err := custody.Serve(nc, js, cfg)
	must(err)
	o.svc = svc
	t.Cleanup(func() {
		if err := svc.Stop(); err != nil {
			t.Error(err)
		}
	})
	return o, b
}

// gated trusts the broker's gate.
func gated(_ *office, b *broker.Broker, cfg *custody.Config) {
	cfg.Users = func(context.Context) (access.Users, error) { return b.Users(), nil }
}

// as connects with a token. A refusal of NATS ends the connection: it is no
// answer, and a request would wait for one.
func as(t *testing.T, b *broker.Broker, token string) *custody.Client {
	t.Helper()
	nc, err := nats.Connect(b.URL(), nats.Token(token), nats.CustomInboxPrefix(access.Inbox(token)), nats.NoReconnect(),
		nats.ErrorHandler(func(nc *nats.Conn, _ *nats.Subscription, _ error) { nc.Close() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return custody.NewClient(nc)
}

func lastEntry(t *testing.T, o *office) audit.Entry {
	t.Helper()
	list := o.ledger(t)
	if len(list) == 0 {
		t.Fatal("the ledger is empty")
	}
	return list[len(list)-1]
}

// The ledger has who NATS authenticated; what one says is beside it.
func TestActorIsProven(t *testing.T) {
	o, b := guarded(t, gated)
	lin := access.User{Name: "lin", Roles: []access.Role{access.Approver, access.Officer}, TokenHash: access.HashToken("lin")}
	if err := b.SetUsers(access.Users{lin}); err != nil {
		t.Fatal(err)
	}
	o.publish(t, ingest.VaultSubject("202603", record), []byte("sealed"))
	for _, c := range []struct{ token, says, actor string }{
		{"lin", "", "lin"},
		{"lin", "lin", "lin"},
		{"lin", "wangq", "lin (says: wangq)"},
		{"an-officer-token", "lin", "officer (says: lin)"},
		{"an-officer-token", "", "officer"},
	} {
		r := request()
		r.Actor = c.says
		rel, err := as(t, b, c.token).Record(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if e := lastEntry(t, o); e.Actor != c.actor || e.Role != "officer" || rel.Actor != c.actor {
			t.Errorf("entry of %q as %q, want %q", e.Actor, e.Role, c.actor)
		}
	}
	before := len(o.ledger(t))
	for _, says := range []string{phone, "张建国", "lin)", "officer (says: x", strings.Repeat("a", 33), "a\nb"} {
		r := request()
		r.Actor = says
		if _, err := as(t, b, "lin").Record(t.Context(), r); err == nil || strings.Contains(err.Error(), phone) {
			t.Errorf("who calls themselves %q: %v", says, err)
		}
	}
	// This process itself asks nothing: the gate does not name it.
	if _, err := o.client.Record(t.Context(), request()); err == nil {
		t.Error("a request without a user was answered")
	}
	if n := len(o.ledger(t)); n != before {
		t.Errorf("%d entries of what was refused", n-before)
	}
}

// The service asks the register too: of a server elsewhere, whose permissions
// stand in its configuration, that is what shuts a user out.
func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*access.User){
		"disabled":     func(u *access.User) { u.Disabled = true },
		"another role": func(u *access.User) { u.Roles = []access.Role{access.Auditor} },
		"removed":      func(u *access.User) { u.Name = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			known := access.User{Name: "lin", Roles: []access.Role{access.Officer}, TokenHash: access.HashToken("lin")}
			inService := known
			change(&inService)
			o, b := guarded(t, func(_ *office, _ *broker.Broker, cfg *custody.Config) {
				cfg.Users = func(context.Context) (access.Users, error) { return access.Users{inService}, nil }
			})
			if err := b.SetUsers(access.Users{known}); err != nil {
				t.Fatal(err)
			}
			if _, err := as(t, b, "lin").Record(t.Context(), request()); err == nil {
				t.Error("answered")
			}
			if n := len(o.ledger(t)); n != 0 {
				t.Errorf("%d entries", n)
			}
		})
	}
	_, b := guarded(t, func(_ *office, _ *broker.Broker, cfg *custody.Config) {
		cfg.Users = func(context.Context) (access.Users, error) { return nil, errors.New("no NATS") }
	})
	if _, err := as(t, b, "an-officer-token").Letters(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("with a register that cannot be read: %v", err)
	}
}

// Under TrustKeys, the server proves an nkey: what it does not prove is refused.
func TestTrustKeys(t *testing.T) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	key, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := stranger.PublicKey()
	users := access.Users{{Name: "lin", Roles: []access.Role{access.Officer}, NKey: key}}
	o, _ := guarded(t, func(_ *office, _ *broker.Broker, cfg *custody.Config) {
		cfg.Trust = custody.TrustKeys
		cfg.Users = func(context.Context) (access.Users, error) { return users, nil }
	})
	jwt := func(subject string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+subject+`"}`)) + ".x"
	}
	for _, c := range []struct {
		name, actor, role string
		headers           []string
	}{
		{"a registered key", "lin", "officer", []string{`{"user":"` + key + `"}`}},
		{"a key", other, "officer", []string{`{"user":"` + other + `"}`}},
		{"a key with its JWT", "lin", "officer", []string{`{"user":"` + key + `","jwt":"` + jwt(key) + `"}`}},
		{"another's JWT", "", "", []string{`{"user":"` + other + `","jwt":"` + jwt(key) + `"}`}},
		{"a key beside a JWT", "", "", []string{`{"user":"` + key + `","jwt":"` + jwt(other) + `"}`}},
		{"no JWT", "", "", []string{`{"user":"` + key + `","jwt":"x"}`}},
		{"a name", "", "", []string{`{"user":"lin"}`}},
		{"nothing shared", "", "", []string{`{"acc":"OUTSIDE"}`}},
		{"no JSON", "", "", []string{`lin`}},
		{"twice", "", "", []string{`{"user":"` + key + `"}`, `{"user":"` + other + `"}`}},
		{"nothing", "", "", nil},
	} {
		before := len(o.ledger(t))
		msg := nats.NewMsg("qingting.custody.record")
		msg.Data = []byte(`{"purpose":"verify","reason":"核实","record":"` + record + `"}`)
		for _, h := range c.headers {
			msg.Header.Add("Nats-Request-Info", h)
		}
		answer, err := o.nc.RequestMsg(msg, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(o.ledger(t)) - before; (n == 1) != (c.actor != "") {
			t.Errorf("%s: %d entries; it says %q", c.name, n, answer.Header.Get("Nats-Service-Error"))
		} else if n == 1 {
			if e := lastEntry(t, o); e.Actor != c.actor || e.Role != c.role {
				t.Errorf("%s: entry of %q as %q", c.name, e.Actor, e.Role)
			}
		}
	}
}

func userChange(verb custody.Verb, u access.User) custody.UserChange {
	return custody.UserChange{Request: custody.Request{Reason: "新同事，" + phone}, Verb: verb, User: u}
}

func TestUsers(t *testing.T) {
	o, b := guarded(t, gated)
	operator := as(t, b, "an-operator-token")
	lin := access.User{Name: "lin", Roles: []access.Role{access.Officer}, TokenHash: access.HashToken("lin")}
	if err := operator.ChangeUser(t.Context(), userChange(custody.UserAdd, lin)); err != nil {
		t.Fatal(err)
	}
	if e := lastEntry(t, o); e.Actor != "operator" || e.Role != "operator" || e.Action != audit.ActionUser || e.Object != "user:lin" || e.Reason != "新同事，⟦手机号⟧" || e.After == "" {
		t.Errorf("entry of %q: %s of %s", e.Actor, e.Action, e.Object)
	}
	list, err := operator.Users(t.Context())
	if err != nil || len(list) != 1 || list[0].TokenHash != "kept" || list[0].Added.IsZero() {
		t.Errorf("%d users (%v)", len(list), err)
	}
	before := len(o.ledger(t))
	for name, c := range map[string]custody.UserChange{
		"twice":      userChange(custody.UserAdd, lin),
		"no role":    userChange(custody.UserAdd, access.User{Name: "x", TokenHash: access.HashToken("x")}),
		"no key":     userChange(custody.UserAdd, access.User{Name: "x", Roles: lin.Roles}),
		"local":      userChange(custody.UserAdd, access.User{Name: "x", Roles: []access.Role{access.Local}, TokenHash: access.HashToken("x")}),
		"a role":     userChange(custody.UserAdd, access.User{Name: "operator", Roles: lin.Roles, TokenHash: access.HashToken("x")}),
		"same token": userChange(custody.UserAdd, access.User{Name: "x", Roles: lin.Roles, TokenHash: lin.TokenHash}),
		"a number":   userChange(custody.UserAdd, access.User{Name: "u" + phone, Roles: lin.Roles, TokenHash: access.HashToken("x")}),
		"unknown":    userChange(custody.UserRemove, access.User{Name: "x"}),
		"verb":       userChange("promote", lin),
		"no token":   userChange(custody.UserToken, access.User{Name: "lin"}),
	} {
		if err := operator.ChangeUser(t.Context(), c); err == nil || strings.Contains(err.Error(), phone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(o.ledger(t)); n != before {
		t.Errorf("%d entries of refused changes", n-before)
	}
	for _, c := range []struct {
		verb custody.Verb
		user access.User
		want func(access.Users) bool
	}{
		{custody.UserRoles, access.User{Name: "lin", Roles: []access.Role{access.Auditor}}, func(us access.Users) bool { return us[0].Roles[0] == access.Auditor }},
		{custody.UserDisable, access.User{Name: "lin"}, func(us access.Users) bool { return us[0].Disabled }},
		{custody.UserEnable, access.User{Name: "lin"}, func(us access.Users) bool { return !us[0].Disabled }},
		{custody.UserToken, access.User{Name: "lin", TokenHash: access.HashToken("new")}, func(us access.Users) bool { return us[0].TokenHash == "kept" }},
		{custody.UserRemove, access.User{Name: "lin"}, func(us access.Users) bool { return len(us) == 0 }},
	} {
		if err := operator.ChangeUser(t.Context(), userChange(c.verb, c.user)); err != nil {
			t.Fatalf("%s: %v", c.verb, err)
		}
		if list, err := operator.Users(t.Context()); err != nil || !c.want(list) {
			t.Errorf("after %s, not as it should be (%v)", c.verb, err)
		}
	}
	if n := len(o.ledger(t)) - before; n != 5 {
		t.Errorf("%d entries of five changes", n)
	}
}

// Without the ledger, nobody becomes anything.
func TestNoEntryNoUser(t *testing.T) {
	t.Parallel()
	o, b := guarded(t, gated)
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	operator := as(t, b, "an-operator-token")
	lin := access.User{Name: "lin", Roles: []access.Role{access.Officer}, TokenHash: access.HashToken("lin")}
	if err := operator.ChangeUser(t.Context(), userChange(custody.UserAdd, lin)); err == nil {
		t.Error("added")
	}
	if list, err := operator.Users(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d users (%v)", len(list), err)
	}
}
