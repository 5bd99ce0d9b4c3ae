// Package accounttest has what tests of signing in need: streams, a register of
// users, and an OpenID Connect issuer, each real and in this process.
//
//	svc := accounttest.Service(t, nil)
//	issuer := accounttest.NewIssuer(t)
package accounttest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/access"
	"qingting/internal/account"
)

// JetStream starts a server with streams in a directory of the test's.
func JetStream(tb testing.TB) jetstream.JetStream {
	tb.Helper()
	srv, err := server.NewServer(&server.Options{JetStream: true, StoreDir: tb.TempDir(), DontListen: true, NoSigs: true, NoLog: true})
	if err != nil {
		tb.Fatal(err)
	}
	srv.Start()
	tb.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	if !srv.ReadyForConnections(20 * time.Second) {
		tb.Fatal("the NATS server is not ready")
	}
	nc, err := nats.Connect("", nats.InProcessServer(srv))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		tb.Fatal(err)
	}
	return js
}

// Register is a register in memory, with what the ledger would have.
type Register struct {
	mu     sync.Mutex
	users  access.Users
	ledger []string
	fail   error
}

// NewRegister holds users.
func NewRegister(users ...access.User) *Register { return &Register{users: users} }

// Users implements account.Register.
func (r *Register) Users(context.Context) (access.Users, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.users), r.fail
}

// Fail makes the register unreadable, or readable again with nil.
func (r *Register) Fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = err
}

// Change implements account.Register.
func (r *Register) Change(_ context.Context, c account.Change, change func(access.Users) (access.Users, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	users, err := change(slices.Clone(r.users))
	if err != nil {
		return err
	}
	data, err := users.Encode()
	if err != nil {
		return err
	}
	if r.users, err = access.Parse(data); err != nil {
		return err
	}
	r.ledger = append(r.ledger, c.Actor+" "+c.User+": "+c.What)
	return nil
}

// Set changes one user, as an operator would.
func (r *Register) Set(tb testing.TB, name string, change func(*access.User)) {
	tb.Helper()
	err := r.Change(context.Background(), account.Change{Actor: "operator", User: name, What: "changed"}, func(users access.Users) (access.Users, error) {
		return users.Change(name, func(u *access.User) error { change(u); return nil })
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// Audit takes what a service tells the ledger.
func (r *Register) Audit(_ context.Context, e account.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ledger = append(r.ledger, e.User.Name+": "+e.What)
	return r.fail
}

// Ledger is what the ledger has by now.
func (r *Register) Ledger() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ledger)
}

// Password is one that is strong enough, of everybody here.
const Password = "三只猫 crosses 七座桥"

// Cheap is a cost for tests.
var Cheap = account.Cost{Memory: 64, Time: 1, Lanes: 1}

// User is one of the pages.
func User(name string, roles ...access.Role) access.User {
	return access.User{Name: name, Roles: roles, Pages: true, Added: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

// Service is one whose users all have Password, on streams of its own.
func Service(tb testing.TB, r *Register, change func(*account.Config)) *account.Service {
	tb.Helper()
	store, err := account.Open(tb.Context(), JetStream(tb), 1)
	if err != nil {
		tb.Fatal(err)
	}
	cfg := account.Config{Store: store, Register: r, Audit: r.Audit, Cost: Cheap}
	if change != nil {
		change(&cfg)
	}
	svc, err := account.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	users, _ := r.Users(tb.Context())
	for _, u := range users {
		GivePassword(tb, r, svc, u.Name, Password)
	}
	return svc
}

// GivePassword gives a user a password, by a link as an operator would make it.
func GivePassword(tb testing.TB, r *Register, svc *account.Service, name, password string) {
	tb.Helper()
	token := Link(tb, r, name, false)
	if err := svc.UseLink(tb.Context(), token, password); err != nil {
		tb.Fatal(err)
	}
}

// Link makes a one-time link of a user, and returns its secret.
func Link(tb testing.TB, r *Register, name string, resets bool) string {
	tb.Helper()
	token := access.NewLinkToken()
	r.Set(tb, name, func(u *access.User) {
		u.Link = &access.Link{Hash: access.HashToken(token), Expires: time.Now().Add(100 * 365 * 24 * time.Hour), Resets: resets}
	})
	return token
}
