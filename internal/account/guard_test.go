package account_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
)

// codesOf turns one-time codes on for a visit, and returns their secret and the visit of
// after.
func codesOf(t *testing.T, svc *account.Service, c *clock, v account.Visit) (secret string, after account.Visit) {
	t.Helper()
	e, err := svc.Enrol(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	secret = strings.ReplaceAll(e.Secret, " ", "")
	_, fresh, err := svc.Confirm(t.Context(), v, codeAt(t, secret, c.now()))
	if err != nil {
		t.Fatal(err)
	}
	c.add(time.Minute) // a code of before counts no more
	return secret, resume(t, svc, fresh.ID)
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// pendingOf is a sign-in that waits for a code.
func pendingOf(t *testing.T, svc *account.Service, name string) string {
	t.Helper()
	step, err := svc.SignIn(t.Context(), account.Attempt{Name: name, Password: password, From: "192.0.2.1"})
	if err != nil || step.Pending.ID == "" {
		t.Fatalf("no question for a code: %v", err)
	}
	return step.Pending.ID
}

func complete(t *testing.T, svc *account.Service, id, code string) error {
	t.Helper()
	_, err := svc.Complete(t.Context(), id, code, account.Attempt{From: "192.0.2.1"})
	return err
}

// With a second factor, on or off, the other sessions end.
func TestSecondFactorEndsOtherSessions(t *testing.T) {
	svc, _, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	_, other := signIn(t, svc, "lin", password)
	secret, v := codesOf(t, svc, c, v)
	ended(t, svc, other, "a second factor")

	id := pendingOf(t, svc, "lin")
	fresh, err := svc.Complete(t.Context(), id, codeAt(t, secret, c.now()), account.Attempt{From: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	c.add(time.Minute)
	if _, err := svc.Unenrol(t.Context(), v, password, codeAt(t, secret, c.now())); err != nil {
		t.Fatal(err)
	}
	ended(t, svc, fresh.ID, "the second factor went")
}

// Who has a session but no code cannot put another second factor in the place of the first, and
// cannot try codes or passwords without end.
func TestSessionIsNoKeyToTheAccount(t *testing.T) {
	svc, _, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	_, v = codesOf(t, svc, c, v)
	if _, err := svc.Enrol(t.Context(), v); !errors.Is(err, account.ErrRefused) {
		t.Errorf("another second factor beside the first: %v", err)
	}
	for what, try := range map[string]func() error{
		"passwords to change": func() error {
			_, err := svc.ChangePassword(t.Context(), v, "guess", "a long password of another")
			return err
		},
		"passwords to unenrol": func() error { _, err := svc.Unenrol(t.Context(), v, "guess", "123456"); return err },
	} {
		refused, locked := 0, new(account.LockedError)
		for range 20 {
			if err := try(); errors.Is(err, account.ErrRefused) {
				refused++
			} else if !errors.As(err, &locked) {
				t.Fatalf("%s: %v", what, err)
			}
		}
		if refused > 5 {
			t.Errorf("%s: %d guesses at once", what, refused)
		}
		c.add(30 * time.Minute)
	}
	other, _ := signIn(t, svc, "wu.a-b_c", password)
	if _, err := svc.Enrol(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for range 20 {
		if _, _, err := svc.Confirm(t.Context(), other, "123456"); errors.Is(err, account.ErrRefused) {
			refused++
		}
	}
	if refused > 5 {
		t.Errorf("codes to confirm: %d guesses at once", refused)
	}
}

// A new password is as strong when it is changed as when it is chosen.
func TestChangedPasswordIsStrong(t *testing.T) {
	svc, _, _ := setup(t)
	v, id := signIn(t, svc, "lin", password)
	var weak *account.WeakError
	if _, err := svc.ChangePassword(t.Context(), v, password, "short"); !errors.As(err, &weak) {
		t.Errorf("a weak password: %v", err)
	}
	resume(t, svc, id)
}

// A code is of now: half a minute of clocks that differ, and no more.
func TestCodesAreOfNow(t *testing.T) {
	svc, _, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	secret, _ := codesOf(t, svc, c, v)
	for _, off := range []time.Duration{-10 * time.Minute, -90 * time.Second, 90 * time.Second, 10 * time.Minute} {
		c.add(time.Hour)
		if err := complete(t, svc, pendingOf(t, svc, "lin"), codeAt(t, secret, c.now().Add(off))); !errors.Is(err, account.ErrRefused) {
			t.Errorf("a code of %s: %v", off, err)
		}
	}
	c.add(time.Hour)
	if err := complete(t, svc, pendingOf(t, svc, "lin"), codeAt(t, secret, c.now().Add(-30*time.Second))); err != nil {
		t.Errorf("a code of half a minute ago: %v", err)
	}
}

// A sign-in that waits for a code ends with what was true when its password was right.
func TestPendingEnds(t *testing.T) {
	for what, change := range map[string]func(*testing.T, *account.Service, *accounttest.Register, *clock, account.Visit){
		"the user was disabled": func(t *testing.T, _ *account.Service, r *accounttest.Register, _ *clock, _ account.Visit) {
			r.Set(t, "lin", func(u *access.User) { u.Disabled = true })
		},
		"another has the name": func(t *testing.T, _ *account.Service, r *accounttest.Register, _ *clock, _ account.Visit) {
			r.Set(t, "lin", func(u *access.User) { u.Added = u.Added.Add(time.Hour) })
		},
		"the password was changed": func(t *testing.T, svc *account.Service, _ *accounttest.Register, _ *clock, v account.Visit) {
			if _, err := svc.ChangePassword(t.Context(), v, password, "a long password of another"); err != nil {
				t.Fatal(err)
			}
		},
		"all sessions were ended": func(t *testing.T, svc *account.Service, _ *accounttest.Register, _ *clock, v account.Visit) {
			if err := svc.SignOutEverywhere(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		},
	} {
		svc, r, c := setup(t)
		v, _ := signIn(t, svc, "lin", password)
		secret, v := codesOf(t, svc, c, v)
		id := pendingOf(t, svc, "lin")
		change(t, svc, r, c, v)
		if err := complete(t, svc, id, codeAt(t, secret, c.now())); !errors.Is(err, account.ErrSignedOut) {
			t.Errorf("%s, and the code lets in: %v", what, err)
		}
	}
}

// Five codes, and the password is asked for again, however long one waits between them.
func TestPendingTakesFiveCodes(t *testing.T) {
	svc, _, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	secret, _ := codesOf(t, svc, c, v)
	id := pendingOf(t, svc, "lin")
	for i := range 5 {
		if err := complete(t, svc, id, "123456"); !errors.Is(err, account.ErrRefused) {
			t.Fatalf("code %d: %v", i, err)
		}
	}
	c.add(time.Minute) // the wait after five
	if err := complete(t, svc, id, codeAt(t, secret, c.now())); !errors.Is(err, account.ErrSignedOut) {
		t.Errorf("a sixth code counts: %v", err)
	}
}

// A name that nobody has costs what one costs that somebody has, and what was typed for one
// stands in no log.
func TestUnknownNames(t *testing.T) {
	var log bytes.Buffer
	r := accounttest.NewRegister(accounttest.User("lin", access.Analyst))
	svc := accounttest.Service(t, r, func(cfg *account.Config) { cfg.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for _, name := range []string{"lin", "nobody", "my secret passphrase", ""} {
		before := svc.Derivations()
		if _, err := svc.SignIn(t.Context(), account.Attempt{Name: name, Password: "guess", From: "192.0.2.1"}); !errors.Is(err, account.ErrRefused) {
			t.Errorf("%q: %v", name, err)
		}
		if n := svc.Derivations() - before; n != 1 {
			t.Errorf("%q: %d passwords derived", name, n)
		}
	}
	if said := log.String(); strings.Contains(said, "secret") || strings.Contains(said, "nobody") || !strings.Contains(said, "user=lin") {
		t.Errorf("the log: %s", said)
	}
}

// Who is disabled is out at once, whatever else the register says.
func TestDisabledAlone(t *testing.T) {
	svc, r, _ := setup(t)
	_, id := signIn(t, svc, "lin", password)
	token := accounttest.Link(t, r, "lin", false)
	r.Set(t, "lin", func(u *access.User) { u.Disabled = true })
	ended(t, svc, id, "being disabled")
	if _, err := svc.Linked(t.Context(), token); !errors.Is(err, account.ErrRefused) {
		t.Errorf("a link of who is disabled shows whose it is: %v", err)
	}
}

// A link for a lost password leaves the second factor; one for a lost phone takes it away. A
// second factor that was begun before is begun anew.
func TestLinkAndSecondFactor(t *testing.T) {
	svc, r, c := setup(t)
	v, _ := signIn(t, svc, "lin", password)
	codesOf(t, svc, c, v)
	if err := svc.UseLink(t.Context(), accounttest.Link(t, r, "lin", false), password); err != nil {
		t.Fatal(err)
	}
	pendingOf(t, svc, "lin")
	if err := svc.UseLink(t.Context(), accounttest.Link(t, r, "lin", true), password); err != nil {
		t.Fatal(err)
	}
	v, _ = signIn(t, svc, "lin", password)
	begun, err := svc.Enrol(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.UseLink(t.Context(), accounttest.Link(t, r, "lin", false), password); err != nil {
		t.Fatal(err)
	}
	v, _ = signIn(t, svc, "lin", password)
	if again, err := svc.Enrol(t.Context(), v); err != nil || again.Secret == begun.Secret {
		t.Errorf("the secret that another may have seen is shown again: %v", err)
	}
}

// A session that is ended while a request of it is under way does not come back with that.
func TestEndedSessionIsNotRevived(t *testing.T) {
	var meanwhile func()
	c := &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	r := accounttest.NewRegister(accounttest.User("lin", access.Analyst))
	svc := accounttest.Service(t, r, func(cfg *account.Config) {
		cfg.Now = func() time.Time {
			if do := meanwhile; do != nil {
				meanwhile = nil
				do()
			}
			return c.now()
		}
	})
	v, id := signIn(t, svc, "lin", password)
	c.add(10 * time.Minute) // so that it is noted down as seen
	meanwhile = func() {
		if err := svc.SignOut(t.Context(), v); err != nil {
			t.Error(err)
		}
	}
	_, _ = svc.Resume(t.Context(), id) // the session was there when it was asked for
	ended(t, svc, id, "signing out meanwhile")
}
