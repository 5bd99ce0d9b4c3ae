package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
)

const password = accounttest.Password

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func setup(t *testing.T) (*account.Service, *accounttest.Register, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	r := accounttest.NewRegister(accounttest.User("lin", access.Analyst), accounttest.User("wu.a-b_c", access.Officer), accounttest.User("gone", access.Analyst))
	svc := accounttest.Service(t, r, func(cfg *account.Config) { cfg.Now = c.now })
	r.Set(t, "gone", func(u *access.User) { u.Disabled = true; u.Turn++ })
	return svc, r, c
}

func signIn(t *testing.T, svc *account.Service, name, word string) (account.Visit, string) {
	t.Helper()
	step, err := svc.SignIn(t.Context(), account.Attempt{Name: name, Password: word, From: "192.0.2.1", Agent: "Firefox"})
	if err != nil {
		t.Fatalf("%s does not get in: %v", name, err)
	}
	if step.Session.ID == "" {
		t.Fatalf("%s is asked for a code", name)
	}
	return resume(t, svc, step.Session.ID), step.Session.ID
}

func resume(t *testing.T, svc *account.Service, id string) account.Visit {
	t.Helper()
	v, err := svc.Resume(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func ended(t *testing.T, svc *account.Service, id, why string) {
	t.Helper()
	if _, err := svc.Resume(t.Context(), id); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("a session goes on after %s: %v", why, err)
	}
}

func TestSignIn(t *testing.T) {
	svc, r, _ := setup(t)
	for _, name := range []string{"lin", "wu.a-b_c"} {
		v, id := signIn(t, svc, name, password)
		if v.User.Name != name || len(id) != 43 || v.Session.How != "password" || !v.Password {
			t.Errorf("%s is %q", name, v.User.Name)
		}
	}
	for _, bad := range []account.Attempt{
		{Name: "lin", Password: password + "x"},
		{Name: "lin"},
		{Name: "nobody", Password: password},
		{Name: "gone", Password: password},
		{Name: "", Password: password},
		{Name: "用户>*. ", Password: password},
		{Name: strings.Repeat("x", 5000), Password: strings.Repeat("长", 5000)},
	} {
		bad.From = "192.0.2.7"
		if step, err := svc.SignIn(t.Context(), bad); !errors.Is(err, account.ErrRefused) || step != (account.Step{}) {
			t.Errorf("%.10q: %v", bad.Name, err)
		}
	}
	ledger := strings.Join(r.Ledger(), "\n")
	if !strings.Contains(ledger, "lin: signed in by password") || strings.Contains(ledger, "nobody") || strings.Contains(ledger, password) {
		t.Errorf("the ledger has:\n%s", ledger)
	}
	for _, id := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 1000), "../" + strings.Repeat("A", 40)} {
		ended(t, svc, id, "never having been")
	}
}

// A password is compared in any normal form of Unicode.
func TestNormalForms(t *testing.T) {
	svc, r, _ := setup(t)
	accounttest.GivePassword(t, r, svc, "lin", "café au lait, s'il vous plaît")
	signIn(t, svc, "lin", "café au lait, s'il vous plaît")
}

// Guesses are slowed down, by account and by address; nobody is locked out for
// good, and a name that nobody has is locked as well.
func TestBruteForce(t *testing.T) {
	svc, r, c := setup(t)
	for _, name := range []string{"lin", "nobody"} {
		var waits []time.Duration
		for i := 0; len(waits) < 8; i++ {
			_, err := svc.SignIn(t.Context(), account.Attempt{Name: name, Password: "guess", From: fmt.Sprint("192.0.2.", i)})
			var locked *account.LockedError
			if errors.As(err, &locked) {
				waits = append(waits, locked.Wait)
				c.add(locked.Wait)
				continue
			}
			if !errors.Is(err, account.ErrRefused) {
				t.Fatal(err)
			}
			if len(waits) == 0 && i > 5 {
				t.Fatalf("%s: %d guesses at once", name, i)
			}
		}
		if waits[0] != 30*time.Second || waits[1] != time.Minute || slices.Max(waits) > 15*time.Minute {
			t.Errorf("%s waits %v", name, waits)
		}
		if name == "lin" {
			v, _ := signIn(t, svc, name, password)
			if v.Session.Failed < 8 || v.Session.FailedAt.IsZero() {
				t.Errorf("the owner is told of %d failures", v.Session.Failed)
			}
			signIn(t, svc, name, password) // at once again
		}
	}
	if n := strings.Count(strings.Join(r.Ledger(), "\n"), "lin: locked out for a while"); n != 1 {
		t.Errorf("the ledger has %d lock-outs", n)
	}
	// One address, many names.
	n := 0
	for ; n < 50; n++ {
		_, err := svc.SignIn(t.Context(), account.Attempt{Name: fmt.Sprint("name", n), Password: "guess", From: "198.51.100.1"})
		var locked *account.LockedError
		if errors.As(err, &locked) {
			break
		}
	}
	if n != 20 {
		t.Errorf("%d names from one address", n)
	}
	if _, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "198.51.100.1"}); err == nil {
		t.Error("the address goes on with the right password")
	}
}

// Many guesses at once are not many first ones.
func TestGuessesAtOnce(t *testing.T) {
	svc, _, _ := setup(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	compared := 0
	for i := range 40 {
		wg.Go(func() {
			_, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: "guess", From: fmt.Sprint("192.0.2.", i)})
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, account.ErrRefused) {
				compared++
			}
		})
	}
	wg.Wait()
	if compared > 5 {
		t.Errorf("%d of 40 guesses were compared", compared)
	}
}

func TestSessionEnds(t *testing.T) {
	svc, r, c := setup(t)
	_, idle := signIn(t, svc, "lin", password)
	c.add(2*time.Hour + time.Second)
	ended(t, svc, idle, "two hours without a request")

	_, long := signIn(t, svc, "lin", password)
	for range 11 {
		c.add(time.Hour)
		resume(t, svc, long)
	}
	c.add(time.Hour)
	ended(t, svc, long, "twelve hours")

	v, out := signIn(t, svc, "lin", password)
	if err := svc.SignOut(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	ended(t, svc, out, "signing out")

	for what, change := range map[string]func(*access.User){
		"being disabled":          func(u *access.User) { u.Disabled = true; u.Turn++ },
		"a change of roles":       func(u *access.User) { u.Disabled = false; u.Roles = []access.Role{access.Officer}; u.Turn++ },
		"being another of a name": func(u *access.User) { u.Added = u.Added.Add(time.Hour) },
	} {
		r.Set(t, "lin", func(u *access.User) {
			*u = accounttest.User("lin", access.Analyst)
			u.Turn = 7
		})
		_, id := signIn(t, svc, "lin", password)
		r.Set(t, "lin", change)
		ended(t, svc, id, what)
		// Nor does it come back with what was.
		r.Set(t, "lin", func(u *access.User) { u.Disabled = false; u.Turn++ })
		ended(t, svc, id, what+", and back")
	}
	// Whoever has the name of somebody who left has not their password.
	r.Set(t, "lin", func(u *access.User) { u.Added = u.Added.Add(48 * time.Hour) })
	if _, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "192.0.2.9"}); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a new user of an old name has the old password: %v", err)
	}
}

func TestEverywhere(t *testing.T) {
	svc, r, c := setup(t)
	v, first := signIn(t, svc, "lin", password)
	c.add(time.Minute)
	_, second := signIn(t, svc, "lin", password)
	_, other := signIn(t, svc, "wu.a-b_c", password)
	list, err := svc.Sessions(t.Context(), v)
	if err != nil || len(list) != 2 || list[1].Handle != v.Session.Handle || list[0].Agent != "Firefox" {
		t.Fatalf("%d sessions (%v)", len(list), err)
	}
	if err := svc.Revoke(t.Context(), resume(t, svc, other), list[0].Handle); !errors.Is(err, account.ErrRefused) {
		t.Errorf("another's session can be ended: %v", err)
	}
	if err := svc.Revoke(t.Context(), v, list[0].Handle); err != nil {
		t.Fatal(err)
	}
	ended(t, svc, second, "being revoked")
	_, second = signIn(t, svc, "lin", password)
	if err := svc.SignOutEverywhere(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	ended(t, svc, first, "signing out everywhere")
	ended(t, svc, second, "signing out everywhere")
	resume(t, svc, other)
	_, third := signIn(t, svc, "lin", password)
	v = resume(t, svc, third)
	_, fourth := signIn(t, svc, "lin", password)
	if _, err := svc.ChangePassword(t.Context(), v, "wrong", "another long password"); !errors.Is(err, account.ErrRefused) {
		t.Errorf("changed without the old password: %v", err)
	}
	fresh, err := svc.ChangePassword(t.Context(), v, password, "another long password")
	if err != nil {
		t.Fatal(err)
	}
	ended(t, svc, third, "another password, for the id has changed")
	ended(t, svc, fourth, "another password")
	resume(t, svc, fresh.ID)
	if _, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "192.0.2.1"}); !errors.Is(err, account.ErrRefused) {
		t.Error("the old password still counts")
	}
	for _, want := range []string{"lin: session revoked", "lin: all sessions revoked", "lin: password changed"} {
		if !slices.Contains(r.Ledger(), want) {
			t.Errorf("the ledger lacks %q", want)
		}
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestAddressOf(t *testing.T) {
	for from, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := account.AddressOf(netip.MustParseAddr(from)); got != want {
			t.Errorf("%s counts as %s", from, got)
		}
	}
}
