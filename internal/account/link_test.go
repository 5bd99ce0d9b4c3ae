package account_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
)

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
