package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"qingting/internal/access"
	"qingting/internal/account/accounttest"
)

// Another id at each sign-in, whatever the browser came with; the one of before
// opens nothing any more.
func TestSessionFixation(t *testing.T) {
	d := newDoor(t, feedback(10), nil)
	b := d.browser()
	planted := strings.Repeat("A", 43)
	b.cookies["qingting"] = &http.Cookie{Name: "qingting", Value: planted}
	b.signIn(t, "u-analyst")
	first := b.session()
	if first == planted || len(first) != 43 {
		t.Fatalf("the planted id is the session's: %d characters", len(first))
	}
	b.signIn(t, "u-analyst")
	if b.session() == first {
		t.Error("signing in again keeps the id")
	}
	old := d.browser()
	old.cookies["qingting"] = &http.Cookie{Name: "qingting", Value: first}
	for _, id := range []string{first, planted} {
		old.cookies["qingting"].Value = id
		if p := old.get(t, "/api/v1/report"); p.status != http.StatusUnauthorized {
			t.Errorf("an id of before opens: status %d", p.status)
		}
	}
}

func TestSignInAndOut(t *testing.T) {
	d := newDoor(t, feedback(10), nil)
	b := d.browser()
	p := b.get(t, "/search?q=x&lang=en")
	if p.status != http.StatusSeeOther {
		t.Fatalf("status %d", p.status)
	}
	p = b.get(t, p.header.Get("Location"))
	action := p.attrs("form", "action")
	if p.status != http.StatusOK || len(action) != 1 {
		t.Fatalf("status %d, %v", p.status, action)
	}
	p = b.post(t, action[0], "name", "u-analyst", "password", accounttest.Password)
	if to := p.header.Get("Location"); p.status != http.StatusSeeOther || to != "/search?lang=en&q=x" {
		t.Fatalf("status %d, to %q", p.status, to)
	}
	p = b.get(t, p.header.Get("Location"))
	contains(t, "the page", p.text(), "u-analyst")
	stolen := b.session()
	if p := b.post(t, "/sign-out"); p.status != http.StatusSeeOther || b.session() != "" {
		t.Errorf("signed out: status %d", p.status)
	}
	b.cookies["qingting"] = &http.Cookie{Name: "qingting", Value: stolen}
	if p := b.get(t, "/api/v1/report"); p.status != http.StatusUnauthorized {
		t.Errorf("after signing out: status %d", p.status)
	}
}

// Nothing that is said of a failure tells whether the name exists.
func TestFailureTellsNothing(t *testing.T) {
	d := newDoor(t, nil, nil)
	var first string
	for _, name := range []string{"u-analyst", "nobody", "gone", "用户", ""} {
		p := d.browser().post(t, "/sign-in?lang=en", "name", name, "password", "wrong")
		said := regexp.MustCompile(`(value|nonce)="[^"]*"`).ReplaceAllString(p.body, "")
		if first == "" {
			first = said
		}
		if p.status != http.StatusUnauthorized || said != first {
			t.Errorf("%q: status %d, another page: %v", name, p.status, said != first)
		}
		if p.header.Get("WWW-Authenticate") != "" {
			t.Error("the browser asks in a window of its own")
		}
	}
}

func TestBruteForceByPages(t *testing.T) {
	d := newDoor(t, nil, nil)
	for _, name := range []string{"u-analyst", "nobody"} {
		var p *page
		for range 6 {
			p = d.browser().post(t, "/sign-in?lang=en", "name", name, "password", "wrong")
		}
		if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
			t.Errorf("%s: status %d, Retry-After %q", name, p.status, p.header.Get("Retry-After"))
		}
		contains(t, "the page", p.text(), "Too many failed attempts")
	}
	d = newDoor(t, nil, func(cfg *Config) { cfg.Limits.SignIn = Rate{} })
	var p *page
	for range 11 {
		p = d.browser().post(t, "/sign-in", "name", "u-analyst", "password", "wrong")
	}
	if p.status != http.StatusTooManyRequests {
		t.Errorf("the eleventh attempt of an address: status %d", p.status)
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	d := newDoor(t, nil, nil)
	s := d.server
	var err error
	if s.templates, err = parseTemplates(); err != nil {
		t.Fatal(err)
	}
	s.cfg.Log = discard()
	h := s.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("with what a customer wrote") }))
	p := send(t, h, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", nil))
	if p.status != http.StatusInternalServerError || strings.Contains(p.body, "customer") {
		t.Errorf("status %d", p.status)
	}
	contains(t, "the page", p.text(), p.header.Get("X-Request-Id"))
}

// Who is shut out, or has other roles, is so with the next request.
func TestSessionAfterChange(t *testing.T) {
	d := newDoor(t, feedback(5), nil)
	for what, change := range map[string]func(*access.User){
		"disabled": func(u *access.User) { u.Disabled = true; u.Turn++ },
		"roles":    func(u *access.User) { u.Roles = []access.Role{access.Operator}; u.Turn++ },
	} {
		b := d.browser()
		b.signIn(t, "u-analyst")
		if p := b.get(t, "/"); p.status != http.StatusOK {
			t.Fatalf("status %d", p.status)
		}
		d.register.Set(t, "u-analyst", change)
		if p := b.get(t, "/"); p.status != http.StatusSeeOther {
			t.Errorf("%s: status %d", what, p.status)
		}
		d.register.Set(t, "u-analyst", func(u *access.User) { u.Disabled, u.Roles = false, []access.Role{access.Analyst}; u.Turn++ })
		if p := b.get(t, "/"); p.status != http.StatusSeeOther {
			t.Errorf("%s and back: status %d", what, p.status)
		}
	}
}

func TestTokenScope(t *testing.T) {
	d := newDoor(t, feedback(5), nil)
	b := d.browser()
	b.signIn(t, "u-analyst")
	make := func(name string, powers ...string) string {
		fields := []string{"name", name, "days", "7"}
		for _, p := range powers {
			fields = append(fields, "power", p)
		}
		p := b.post(t, "/account/tokens?lang=en", fields...)
		return regexp.MustCompile(`qingting_[0-9a-f]{64}`).FindString(p.text())
	}
	searching, marking := make("a", "search", "mark"), make("b", "mark")
	if searching == "" || marking == "" {
		t.Fatal("no token is shown")
	}
	if make("c", "govern") != "" || make("d") != "" || make("a", "search") != "" || make("<b>", "search") != "" {
		t.Error("a token that must not be")
	}
	for token, want := range map[string]int{searching: 200, marking: 403, searching + "x": 401} {
		if p := d.ask(t, http.MethodGet, "/api/v1/report", "Bearer "+token); p.status != want {
			t.Errorf("status %d, want %d", p.status, want)
		}
	}
	page := b.get(t, "/account")
	contains(t, "the account", page.text(), "search, mark")
	lacks(t, "the account", page.body, searching, access.HashToken(searching))
	d.register.Set(t, "u-analyst", func(u *access.User) { u.Roles = []access.Role{access.Operator} }) // who may no longer search
	if p := d.ask(t, http.MethodGet, "/api/v1/report", "Bearer "+searching); p.status != http.StatusForbidden {
		t.Errorf("a token may what its user may not: status %d", p.status)
	}
	d.register.Set(t, "u-analyst", func(u *access.User) { u.Roles = []access.Role{access.Analyst} })
	if p := b.post(t, "/account/tokens/revoke", "name", "a"); p.status != http.StatusSeeOther {
		t.Errorf("revoked: status %d", p.status)
	}
	if p := d.ask(t, http.MethodGet, "/api/v1/report", "Bearer "+searching); p.status != http.StatusUnauthorized {
		t.Errorf("a revoked token: status %d", p.status)
	}
}

func TestSecondFactorByPages(t *testing.T) {
	d := newDoor(t, nil, nil)
	b := d.browser()
	b.signIn(t, "u-officer")
	p := b.get(t, "/account/codes?lang=en")
	if len(p.attrs("path", "d")) != 1 {
		t.Error("no barcode")
	}
	secret := strings.ReplaceAll(regexp.MustCompile(`([A-Z2-7]{4} ){7}[A-Z2-7]{4}`).FindString(p.text()), " ", "")
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	before := b.session()
	p = b.post(t, "/account/codes?lang=en", "code", code)
	recovery := regexp.MustCompile(`[a-z2-7]{4}(-[a-z2-7]{4}){3}`).FindAllString(p.text(), -1)
	if p.status != http.StatusOK || len(recovery) != 8 || b.session() == before {
		t.Fatalf("status %d, %d recovery codes", p.status, len(recovery))
	}
	other := d.browser()
	p = other.post(t, "/sign-in?next=%2Faccount", "name", "u-officer", "password", accounttest.Password)
	if p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/sign-in/code") || other.session() != "" {
		t.Fatalf("a password alone: status %d", p.status)
	}
	where := p.header.Get("Location")
	if p := other.post(t, where, "code", code); p.status != http.StatusUnauthorized {
		t.Errorf("a used code: status %d", p.status)
	}
	if p := other.post(t, where, "code", recovery[0]); p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/account") || other.session() == "" {
		t.Errorf("a recovery code: status %d, to %q", p.status, p.header.Get("Location"))
	}
	if p := d.browser().post(t, where, "code", recovery[1]); p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/sign-in?") {
		t.Errorf("a code without a password: status %d", p.status)
	}
}

func TestLinkByPages(t *testing.T) {
	d := newDoor(t, nil, nil)
	token := accounttest.Link(t, d.register, "u-analyst", false)
	b := d.browser()
	link := "/link?lang=en&token=" + token
	for range 2 {
		if p := b.get(t, link); p.status != http.StatusOK || !strings.Contains(p.body, "u-analyst") {
			t.Fatalf("status %d", p.status)
		}
	}
	for name, c := range map[string][2]string{"differ": {"a long new password", "another new password"}, "too short": {"short", "short"}, "too simple": {"aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"}} {
		if p := b.post(t, link, "password", c[0], "again", c[1]); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, p.status)
		}
	}
	if p := b.post(t, link, "password", "a long new password", "again", "a long new password"); p.status != http.StatusSeeOther {
		t.Fatalf("status %d", p.status)
	}
	for range 2 {
		if p := b.post(t, link, "password", "a long new password", "again", "a long new password"); p.status != http.StatusGone {
			t.Errorf("a second time: status %d", p.status)
		}
	}
	if p := b.post(t, "/sign-in", "name", "u-analyst", "password", "a long new password"); p.status != http.StatusSeeOther {
		t.Errorf("the new password: status %d", p.status)
	}
}

// The visitor of a loopback address goes when the first account comes.
func TestVisitorUntilAccounts(t *testing.T) {
	r := accounttest.NewRegister(accounttest.User("lin", access.Analyst))
	svc := accounttest.Service(t, accounttest.NewRegister(), nil)
	h := newSite(t, feedback(5), func(cfg *Config) { cfg.Accounts, cfg.VisitorUntilAccounts = svc, true })
	if p := get(t, h, "/"); p.status != http.StatusOK || len(p.attrs("form", "action")) == 0 {
		t.Errorf("without accounts: status %d", p.status)
	}
	svc = accounttest.Service(t, r, nil)
	h = newSite(t, feedback(5), func(cfg *Config) { cfg.Accounts, cfg.VisitorUntilAccounts = svc, true })
	if p := get(t, h, "/"); p.status != http.StatusSeeOther {
		t.Errorf("with an account: status %d", p.status)
	}
	h = newSite(t, feedback(5), func(cfg *Config) { cfg.Accounts = svc })
	if p := get(t, h, "/"); p.status != http.StatusOK {
		t.Errorf("where it was asked for: status %d", p.status)
	}
}
