package broker_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"qingting/ingest/broker"
	"qingting/internal/access"
)

// member is a user with the token "token-of-NAME".
func member(name string, roles ...access.Role) access.User {
	return access.User{Name: name, Roles: roles, TokenHash: access.HashToken("token-of-" + name)}
}

// members are one user of each role, of that name with "u-" before it.
func members() (users access.Users) {
	for _, r := range access.Roles {
		users = append(users, member("u-"+string(r), r))
	}
	return users
}

// example is a subject that a pattern of the table covers.
func example(pattern string) string { return strings.Replace(pattern, ">", "x", 1) }

// answered has this process answer every subject of the table with who asked.
func answered(t *testing.T, b *broker.Broker) {
	t.Helper()
	inside, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inside.Close)
	who := func(m *nats.Msg) { _ = m.Respond([]byte(strings.Join(m.Header.Values("Nats-Request-Info"), "\n"))) }
	if _, err := inside.Subscribe("qingting.>", who); err != nil {
		t.Fatal(err)
	}
	if err := inside.Flush(); err != nil {
		t.Fatal(err)
	}
}

// connectAs connects with a token. Refusals of the server go to denied.
func connectAs(t *testing.T, b *broker.Broker, token string, opts ...nats.Option) (nc *nats.Conn, denied chan error) {
	t.Helper()
	denied = make(chan error, 64)
	opts = append([]nats.Option{
		nats.Token(token), nats.CustomInboxPrefix(access.Inbox(token)), nats.NoReconnect(),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }),
	}, opts...)
	nc, err := nats.Connect(b.URL(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, denied
}

// Every power by every role: what the table says, and nothing else; and the
// server says who it was.
func TestEveryCellEmbedded(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Register: true})
	answered(t, b)
	if err := b.SetUsers(members()); err != nil {
		t.Fatal(err)
	}
	for _, role := range access.Roles {
		nc, denied := connectAs(t, b, "token-of-u-"+string(role))
		for _, row := range access.Table {
			for _, pattern := range row.Subjects {
				subject, may := example(pattern), row.Open([]access.Role{role})
				if !may {
					if err := nc.Publish(subject, nil); err != nil {
						t.Fatal(err)
					}
					select {
					case err := <-denied:
						if !errors.Is(err, nats.ErrPermissionViolation) {
							t.Errorf("%s on %s: %v", role, subject, err)
						}
					case <-time.After(10 * time.Second):
						t.Errorf("%s may publish to %s", role, subject)
					}
					continue
				}
				m, err := nc.Request(subject, []byte("{}"), 10*time.Second)
				if err != nil {
					t.Errorf("%s may not publish to %s: %v", role, subject, err)
				} else if row.Power != access.Publish && !strings.HasPrefix(subject, "$JS.") && !strings.Contains(string(m.Data), `"user":"u-`+string(role)+`"`) {
					t.Errorf("%s on %s: the server does not say who asks", role, subject)
				}
			}
		}
	}
}

// What a client says of itself counts nothing: neither a header, nor a name, nor
// a key that it has not signed with.
func TestWhoAsksCannotBeForged(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Register: true})
	answered(t, b)
	victim, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := victim.PublicKey()
	if err := b.SetUsers(append(members(), access.User{Name: "signs", Roles: []access.Role{access.Auditor}, NKey: public})); err != nil {
		t.Fatal(err)
	}
	const token = "token-of-u-auditor"
	user := func(m *nats.Msg) string {
		var info struct{ User string }
		if err := json.Unmarshal(m.Data, &info); err != nil {
			t.Fatal(err)
		}
		return info.User
	}
	nc, _ := connectAs(t, b, token, nats.UserInfo("u-officer", token), nats.Name("u-officer"))
	forged := nats.NewMsg("qingting.audit.x")
	for range 3 {
		forged.Header.Add("Nats-Request-Info", `{"user":"u-officer"}`)
	}
	forged.Header.Add("nats-request-info", `{"user":"u-officer"}`)
	m, err := nc.RequestMsg(forged, 10*time.Second)
	if err != nil || user(m) != "u-auditor" {
		t.Errorf("asked as %q (%v)", user(m), err)
	}
	jwt := func() (string, error) { return "a.b.c", nil }
	sign := func([]byte) ([]byte, error) { return []byte("nothing"), nil }
	nc, _ = connectAs(t, b, token, nats.UserJWT(jwt, sign))
	if m, err := nc.Request("qingting.audit.x", nil, 10*time.Second); err != nil || user(m) != "u-auditor" {
		t.Errorf("with a JWT beside the token: asked as %q (%v)", user(m), err)
	}
	nc, err = nats.Connect(b.URL(), nats.Token(token), nats.Nkey(public, victim.Sign), nats.CustomInboxPrefix(access.Inbox(public)))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if m, err := nc.Request("qingting.audit.x", nil, 10*time.Second); err != nil || user(m) != "signs" {
		t.Errorf("who signs: asked as %q (%v), want the name of the register", user(m), err)
	}
	if nc, err := nats.Connect(b.URL(), nats.Token(token), nats.Nkey(public, sign)); err == nil {
		nc.Close()
		t.Error("connected with an nkey that was not signed with")
	}
}

// Nobody hears what another is answered, not one of the same role.
func TestInboxesAreApart(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Register: true, OfficerToken: "an-officer-token"})
	users := append(members(), member("second", access.Officer))
	if err := b.SetUsers(users); err != nil {
		t.Fatal(err)
	}
	tokens := []string{"an-officer-token", "token-of-second"}
	for _, u := range users[1:] { // not the publisher
		tokens = append(tokens, "token-of-"+u.Name)
	}
	for _, token := range tokens {
		nc, denied := connectAs(t, b, token)
		listened := []string{"_INBOX.>", "_USER.>", "_USER.*.>", "_QINGTING.>", "qingting.>", ">", "_R_.>"}
		for _, other := range tokens {
			if other != token {
				listened = append(listened, access.Inbox(other)+".>")
			}
		}
		for _, subject := range listened {
			if _, err := nc.SubscribeSync(subject); err != nil {
				t.Fatal(err)
			}
			select {
			case <-denied:
			case <-time.After(10 * time.Second):
				t.Fatalf("a user may listen to %s", subject)
			}
		}
	}
}

// Who is disabled, removed or changed is shut out at once; the others go on.
func TestSetUsersClosesConnections(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Register: true, OfficerToken: "an-officer-token"})
	users := access.Users{member("stays", access.Auditor), member("disabled", access.Officer), member("removed", access.Officer), member("changed", access.Officer), member("renewed", access.Officer)}
	if err := b.SetUsers(users); err != nil {
		t.Fatal(err)
	}
	conns := map[string]*nats.Conn{}
	for _, u := range users {
		conns[u.Name], _ = connectAs(t, b, "token-of-"+u.Name)
	}
	conns["officer"], _ = connectAs(t, b, "an-officer-token")
	after := slices.Clone(users)
	after[1].Disabled = true
	after[3].Roles = []access.Role{access.Analyst}
	after[4].TokenHash = access.HashToken("another")
	if err := b.SetUsers(slices.Delete(after, 2, 3)); err != nil {
		t.Fatal(err)
	}
	for name, nc := range conns {
		stays := name == "stays" || name == "officer"
		for deadline := time.Now().Add(10 * time.Second); nc.IsClosed() == stays && !stays; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("%s still is connected", name)
				break
			}
		}
		if stays && (nc.Flush() != nil || nc.IsClosed()) {
			t.Errorf("%s was shut out", name)
		}
		again, err := nats.Connect(b.URL(), nats.Token("token-of-"+name))
		if err == nil {
			again.Close()
		}
		if want := name == "stays" || name == "changed"; name != "officer" && (err == nil) != want {
			t.Errorf("%s connects again: %v", name, err)
		}
	}
}

// Who comes before the register was read waits for it, and is not refused for good.
func TestUsersWaitForTheRegister(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Register: true})
	late := make(chan error, 1)
	time.AfterFunc(300*time.Millisecond, func() { late <- b.SetUsers(members()) })
	connectAs(t, b, "token-of-u-analyst")
	if err := <-late; err != nil {
		t.Fatal(err)
	}
	if nc, err := nats.Connect(b.URL(), nats.Token("wrong")); err == nil {
		nc.Close()
		t.Error("a wrong token is let in where anybody may publish")
	}
	if nc, err := nats.Connect(b.URL()); err != nil {
		t.Errorf("without a token: %v", err)
	} else {
		nc.Close()
	}
}
