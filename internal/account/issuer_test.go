package account_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
)

// issuerOf is an issuer that knows lin, as this client knows it.
func issuerOf(t *testing.T, change func(*account.IssuerConfig)) (*accounttest.Issuer, *account.Issuer) {
	t.Helper()
	there := accounttest.NewIssuer(t)
	cfg := account.IssuerConfig{URL: there.URL, ClientID: accounttest.ClientID, Secret: accounttest.ClientSecret, Redirect: accounttest.Redirect}
	if change != nil {
		change(&cfg)
	}
	i, err := account.NewIssuer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return there, i
}

// begun is a sign-in at an issuer: the browser's cookie, and what the issuer answers.
func begun(t *testing.T, svc *account.Service, there *accounttest.Issuer, i *account.Issuer) (cookie string, a account.Answer) {
	t.Helper()
	target, kept, err := svc.BeginAt(t.Context(), i, "/")
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(there.Authorize(t, target))
	if err != nil {
		t.Fatal(err)
	}
	q := back.Query()
	return kept.ID, account.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss")}
}

func finish(t *testing.T, svc *account.Service, i *account.Issuer, cookie string, a account.Answer) (account.Fresh, error) {
	t.Helper()
	fresh, _, err := svc.FinishAt(t.Context(), i, cookie, a, account.Attempt{From: "192.0.2.1"})
	return fresh, err
}

// A sign-in at the issuer is for once, whatever came of it, and for ten minutes.
func TestFlowIsForOnce(t *testing.T) {
	svc, _, c := setup(t)
	there, i := issuerOf(t, nil)
	cookie, a := begun(t, svc, there, i)
	wrong := a
	wrong.State = "another"
	if _, err := finish(t, svc, i, cookie, wrong); !errors.Is(err, account.ErrIssuer) {
		t.Errorf("another's state: %v", err)
	}
	if _, err := finish(t, svc, i, cookie, a); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("the right answer after a wrong one: %v", err)
	}
	cookie, a = begun(t, svc, there, i)
	c.add(10 * time.Minute)
	if _, err := finish(t, svc, i, cookie, a); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("an answer after ten minutes: %v", err)
	}
	cookie, a = begun(t, svc, there, i)
	if _, err := finish(t, svc, i, cookie, a); err != nil {
		t.Errorf("the right answer: %v", err)
	}
}

// Answers that fail are counted by address, as passwords are.
func TestAnswersAreCounted(t *testing.T) {
	svc, _, _ := setup(t)
	there, i := issuerOf(t, nil)
	for n := range 25 {
		cookie, a := begun(t, svc, there, i)
		a.State = "another"
		_, err := finish(t, svc, i, cookie, a)
		var locked *account.LockedError
		if errors.As(err, &locked) {
			if n < 20 {
				t.Errorf("%d answers", n)
			}
			return
		}
	}
	t.Error("answers are tried without end")
}

// An address of e-mail is a name when the issuer has verified it, and is of the domain.
func TestNameByMail(t *testing.T) {
	there, i := issuerOf(t, func(cfg *account.IssuerConfig) { cfg.NameClaim, cfg.Domain = "email", "corp.example" })
	for what, c := range map[string]struct {
		claims map[string]any
		want   error
	}{
		"not said to be verified": {map[string]any{"sub": "1", "email": "lin@corp.example"}, account.ErrIssuer},
		"not verified":            {map[string]any{"sub": "1", "email": "lin@corp.example", "email_verified": false}, account.ErrIssuer},
		"verified by a word":      {map[string]any{"sub": "1", "email": "lin@corp.example", "email_verified": "true"}, account.ErrIssuer},
		"of another domain":       {map[string]any{"sub": "1", "email": "lin@evil.example", "email_verified": true}, account.ErrIssuer},
		"of a longer domain":      {map[string]any{"sub": "1", "email": "lin@corp.example.evil.example", "email_verified": true}, account.ErrIssuer},
		"without a domain":        {map[string]any{"sub": "1", "email": "lin", "email_verified": true}, account.ErrIssuer},
		"verified":                {map[string]any{"sub": "1", "email": "Lin@Corp.example", "email_verified": true}, nil},
	} {
		svc, _, _ := setup(t)
		there.Claims = c.claims
		cookie, a := begun(t, svc, there, i)
		if _, err := finish(t, svc, i, cookie, a); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Other groups give other roles, and end what was begun in those of before.
func TestOtherGroupsEndSessions(t *testing.T) {
	svc, _, _ := setup(t)
	there, i := issuerOf(t, func(cfg *account.IssuerConfig) {
		cfg.Roles = map[string][]access.Role{"cx": {access.Analyst}, "audit": {access.Auditor}}
	})
	enter := func(group string) string {
		there.Claims = map[string]any{"sub": "1", "preferred_username": "lin", "groups": []string{group}}
		cookie, a := begun(t, svc, there, i)
		fresh, err := finish(t, svc, i, cookie, a)
		if err != nil {
			t.Fatal(err)
		}
		return fresh.ID
	}
	before, same := enter("cx"), enter("cx")
	resume(t, svc, before)
	resume(t, svc, same)
	if v := resume(t, svc, enter("audit")); v.User.May(access.Search) && !v.User.May(access.Audit) {
		t.Errorf("the roles are %v", v.User.Roles)
	}
	ended(t, svc, before, "other roles")
}
