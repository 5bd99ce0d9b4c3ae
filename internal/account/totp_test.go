package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingting/internal/account"
)

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
