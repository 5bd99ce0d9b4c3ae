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

	"github.com/pquerna/otp/totp"

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

func TestCodes(t *testing.T) {
	svc, r, c := setup(t)
	v, old := signIn(t, svc, "lin", password)
	e, err := svc.Enrol(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.ReplaceAll(e.Secret, " ", "")
	if again, err := svc.Enrol(t.Context(), v); err != nil || again.Secret != e.Secret || !strings.Contains(e.URL, secret) {
		t.Errorf("a second look shows another secret: %v", err)
	}
	if path, width := e.Path(); width < 21 || !strings.HasPrefix(path, "M0 0h7v1h-7z") {
		t.Errorf("no barcode: %d modules, %.20s", width, path)
	}
	code := func() string {
		s, err := totp.GenerateCode(secret, c.now())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, _, err := svc.Confirm(t.Context(), v, "000000"); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a wrong code turns codes on: %v", err)
	}
	recovery, fresh, err := svc.Confirm(t.Context(), v, code())
	if err != nil || len(recovery) != 8 {
		t.Fatalf("%d recovery codes, %v", len(recovery), err)
	}
	ended(t, svc, old, "a second factor")
	resume(t, svc, fresh.ID)

	pend := func() string {
		t.Helper()
		step, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "192.0.2.1"})
		if err != nil || step.Session.ID != "" || step.Pending.ID == "" {
			t.Fatalf("a password alone: %v", err)
		}
		ended(t, svc, step.Pending.ID, "only a password")
		return step.Pending.ID
	}
	complete := func(id, code string) (account.Fresh, error) {
		return svc.Complete(t.Context(), id, code, account.Attempt{From: "192.0.2.1"})
	}
	used := code()
	id := pend()
	if _, err := complete(id, used); !errors.Is(err, account.ErrRefused) {
		t.Errorf("the code that turned codes on lets one in: %v", err)
	}
	c.add(30 * time.Second)
	used = code()
	got, err := complete(id, used[:3]+" "+used[3:])
	if err != nil {
		t.Fatal(err)
	}
	if v := resume(t, svc, got.ID); v.Session.How != "password and code" || v.Recovery != 8 {
		t.Errorf("came by %s", v.Session.How)
	}
	if _, err := complete(id, used); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("a sign-in completes twice: %v", err)
	}
	if _, err := complete(pend(), used); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a code counts twice: %v", err)
	}
	got, err = complete(pend(), strings.ToUpper(recovery[3]))
	if err != nil {
		t.Fatal(err)
	}
	v = resume(t, svc, got.ID)
	if v.Session.How != "password and recovery code" || v.Recovery != 7 {
		t.Errorf("came by %s, %d codes left", v.Session.How, v.Recovery)
	}
	if _, err := complete(pend(), recovery[3]); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a recovery code counts twice: %v", err)
	}
	c.add(15 * time.Minute)
	// Passwords known, codes guessed: the lock-out counts across sign-ins.
	guesses := 0
	for range 20 {
		step, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "192.0.2.1"})
		if err != nil {
			break
		}
		for range 4 {
			if _, err := complete(step.Pending.ID, "123456"); errors.Is(err, account.ErrRefused) {
				guesses++
			}
		}
	}
	if guesses > 5 {
		t.Errorf("%d guesses of a code at once", guesses)
	}
	c.add(2 * time.Hour)
	id = pend()
	c.add(6 * time.Minute)
	if _, err := complete(id, code()); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("a sign-in waits for ever: %v", err)
	}
	got, err = complete(pend(), code())
	if err != nil {
		t.Fatal(err)
	}
	v = resume(t, svc, got.ID)
	c.add(30 * time.Second)
	if _, err := svc.Unenrol(t.Context(), v, "wrong", code()); !errors.Is(err, account.ErrRefused) {
		t.Errorf("turned off without the password: %v", err)
	}
	if _, err := svc.Unenrol(t.Context(), v, password, "123456"); !errors.Is(err, account.ErrRefused) {
		t.Errorf("turned off without a code: %v", err)
	}
	if _, err := svc.Unenrol(t.Context(), v, password, code()); err != nil {
		t.Fatal(err)
	}
	signIn(t, svc, "lin", password)
	for _, want := range []string{"lin: second factor on", "lin: second factor off", "lin: signed in by password and recovery code"} {
		if !slices.Contains(r.Ledger(), want) {
			t.Errorf("the ledger lacks %q", want)
		}
	}
}

func TestFirst(t *testing.T) {
	r := accounttest.NewRegister()
	js := accounttest.JetStream(t)
	c := &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	process := func() *account.Service {
		store, err := account.Open(t.Context(), js, 1)
		if err != nil {
			t.Fatal(err)
		}
		svc, err := account.New(account.Config{Store: store, Register: r, Audit: r.Audit, Cost: accounttest.Cheap, Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	one, two := process(), process()
	late := one.FirstToken()
	c.add(account.FirstLife)
	if err := one.First(t.Context(), late, "lin", password); !errors.Is(err, account.ErrRefused) {
		t.Errorf("an old link opens: %v", err)
	}
	token, token2 := one.FirstToken(), two.FirstToken()
	if err := one.First(t.Context(), late, "lin", password); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a link that was replaced opens: %v", err)
	}
	var weak *account.WeakError
	if err := one.First(t.Context(), token, "lin", "short"); !errors.As(err, &weak) {
		t.Errorf("a weak password: %v", err)
	}
	var name *account.NameError
	for _, bad := range []string{"", "Lin", "operator", "u13812345678"} {
		if err := one.First(t.Context(), token, bad, password); !errors.As(err, &name) {
			t.Errorf("the name %q: %v", bad, err)
		}
	}
	if started, err := one.Started(t.Context()); started || err != nil {
		t.Errorf("somebody can sign in: %v", err)
	}
	if err := one.First(t.Context(), token, "lin", password); err != nil {
		t.Fatal(err)
	}
	v, _ := signIn(t, one, "lin", password)
	if !v.User.May(access.Govern) || !v.User.May(access.Search) || v.User.May(access.Reveal) {
		t.Errorf("the first user is %v", v.User.Roles)
	}
	for _, svc := range []*account.Service{one, two} {
		if err := svc.First(t.Context(), token, "wu", password); !errors.Is(err, account.ErrRefused) {
			t.Errorf("the link opens twice: %v", err)
		}
		if err := svc.First(t.Context(), token2, "wu", password); !errors.Is(err, account.ErrRefused) {
			t.Errorf("the link of another process opens after it: %v", err)
		}
		if started, err := svc.Started(t.Context()); !started || err != nil {
			t.Errorf("nobody can sign in: %v", err)
		}
	}
}

func TestLink(t *testing.T) {
	svc, r, c := setup(t)
	_, before := signIn(t, svc, "lin", password)
	token := accounttest.Link(t, r, "lin", false)
	for range 2 { // looking uses nothing up
		if u, err := svc.Linked(t.Context(), token); err != nil || u.Name != "lin" {
			t.Fatalf("%q, %v", u.Name, err)
		}
	}
	var weak *account.WeakError
	if err := svc.UseLink(t.Context(), token, "linlinlinlin"); !errors.As(err, &weak) {
		t.Errorf("a weak password: %v", err)
	}
	errs := make(chan error, 2)
	for i := range 2 {
		go func() { errs <- svc.UseLink(t.Context(), token, fmt.Sprint("a long password of ", i)) }()
	}
	if a, b := <-errs, <-errs; (a == nil) == (b == nil) {
		t.Errorf("of two at once: %v, %v", a, b)
	}
	if err := svc.UseLink(t.Context(), token, password); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a link opens twice: %v", err)
	}
	ended(t, svc, before, "a password by link")
	token = accounttest.Link(t, r, "lin", false)
	r.Set(t, "lin", func(u *access.User) { u.Disabled = true })
	if err := svc.UseLink(t.Context(), token, password); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a link of who is disabled opens: %v", err)
	}
	r.Set(t, "lin", func(u *access.User) { u.Disabled = false; u.Link.Expires = c.now() })
	for _, bad := range []string{token, "", "x", access.HashToken(token)} {
		if err := svc.UseLink(t.Context(), bad, password); !errors.Is(err, account.ErrRefused) {
			t.Errorf("%.5q opens: %v", bad, err)
		}
	}
}

func TestTokens(t *testing.T) {
	svc, r, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	token, err := svc.MakeToken(t.Context(), v, "dashboard", []access.Power{access.Search}, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	u, got, err := svc.ByToken(t.Context(), token)
	if err != nil || u.Name != "lin" || !slices.Equal(got.Powers, []access.Power{access.Search}) || got.Hash == token {
		t.Fatalf("%q, %v", u.Name, err)
	}
	users, _ := r.Users(t.Context())
	if _, ok := users.ByToken(token); ok {
		t.Error("a token for the API connects to NATS")
	}
	v.User = u
	if list, err := svc.Tokens(t.Context(), v); err != nil || len(list) != 1 || list[0].Used.IsZero() || list[0].Used.Minute() != 0 {
		t.Errorf("the token was used %v (%v)", list, err)
	}
	for name, bad := range map[string]struct {
		powers []access.Power
		life   time.Duration
		name   string
	}{
		"another's power": {[]access.Power{access.Reveal}, time.Hour, "a"},
		"no such power":   {[]access.Power{"root"}, time.Hour, "a"},
		"nothing":         {nil, time.Hour, "a"},
		"for ever":        {[]access.Power{access.Search}, 1000 * 24 * time.Hour, "a"},
		"no time":         {[]access.Power{access.Search}, 0, "a"},
		"a name taken":    {[]access.Power{access.Search}, time.Hour, "dashboard"},
		"a bad name":      {[]access.Power{access.Search}, time.Hour, "<b>"},
	} {
		if _, err := svc.MakeToken(t.Context(), v, bad.name, bad.powers, bad.life); err == nil {
			t.Errorf("a token of %s", name)
		}
	}
	r.Set(t, "lin", func(u *access.User) { u.Disabled = true })
	if _, _, err := svc.ByToken(t.Context(), token); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a disabled user's token: %v", err)
	}
	r.Set(t, "lin", func(u *access.User) { u.Disabled = false })
	c.add(24 * time.Hour)
	if _, _, err := svc.ByToken(t.Context(), token); !errors.Is(err, account.ErrRefused) {
		t.Errorf("an expired token: %v", err)
	}
	if err := svc.RevokeToken(t.Context(), v, "dashboard"); err != nil {
		t.Fatal(err)
	}
	if err := svc.RevokeToken(t.Context(), v, "dashboard"); !errors.Is(err, account.ErrRefused) {
		t.Errorf("revoked twice: %v", err)
	}
}

// What the ledger does not take does not happen.
func TestLedgerFirst(t *testing.T) {
	svc, r, _ := setup(t)
	v, id := signIn(t, svc, "lin", password)
	away := errors.New("the ledger is away")
	r.Fail(away)
	if _, err := svc.SignIn(t.Context(), account.Attempt{Name: "lin", Password: password, From: "192.0.2.1"}); !errors.Is(err, away) {
		t.Errorf("signed in: %v", err)
	}
	if err := svc.SignOutEverywhere(t.Context(), v); !errors.Is(err, away) {
		t.Errorf("signed out: %v", err)
	}
	r.Fail(nil)
	resume(t, svc, id)
	if _, err := svc.Resume(canceled(t), id); err == nil || errors.Is(err, account.ErrSignedOut) {
		t.Errorf("streams that cannot be read look like being signed out: %v", err)
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
