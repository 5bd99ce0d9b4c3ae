package web

import (
	"crypto/rand"
	"crypto/rsa"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// newIssuer is a door with an issuer that knows u-analyst.
func newIssuer(t *testing.T, change func(*account.IssuerConfig)) (*door, *accounttest.Issuer) {
	t.Helper()
	issuer := accounttest.NewIssuer(t)
	issuer.Claims["preferred_username"] = "u-analyst"
	cfg := account.IssuerConfig{URL: issuer.URL, ClientID: accounttest.ClientID, Secret: accounttest.ClientSecret, Redirect: accounttest.Redirect}
	if change != nil {
		change(&cfg)
	}
	i, err := account.NewIssuer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return newDoor(t, feedback(5), func(c *Config) { c.Issuer = i }), issuer
}

// back is the path by which the browser comes back from the issuer.
func (b *browser) back(t *testing.T, issuer *accounttest.Issuer, next string) string {
	t.Helper()
	p := b.get(t, "/sign-in/issuer?next="+url.QueryEscape(next))
	if p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), issuer.URL+"/authorize?") {
		t.Fatalf("status %d, to %.40q", p.status, p.header.Get("Location"))
	}
	u, err := url.Parse(issuer.Authorize(t, p.header.Get("Location")))
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

func TestIssuer(t *testing.T) {
	d, issuer := newIssuer(t, nil)
	b := d.browser()
	back := b.back(t, issuer, "/search?q=x")
	b.change = func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") } // as from there
	p := b.get(t, back)
	if p.status != http.StatusSeeOther || p.header.Get("Location") != "/search?q=x" || b.session() == "" {
		t.Fatalf("status %d, to %q", p.status, p.header.Get("Location"))
	}
	b.change = nil
	contains(t, "the account", b.get(t, "/account?lang=en").text(), "sign-in service")
	if p := b.get(t, back); p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/sign-in?done=again") {
		t.Errorf("the same answer again: status %d, to %q", p.status, p.header.Get("Location"))
	}
	// The name is bound to who had it first.
	issuer.Claims["sub"] = "1002"
	other := d.browser()
	if p := other.get(t, other.back(t, issuer, "/")); p.status != http.StatusForbidden {
		t.Errorf("another subject of the same name: status %d", p.status)
	}
	issuer.Claims["sub"] = "1001"
	if p := b.get(t, b.back(t, issuer, "https://evil.example")); p.header.Get("Location") != "/" {
		t.Errorf("to %q", p.header.Get("Location"))
	}
	d.register.Set(t, "u-analyst", func(u *access.User) { u.Disabled = true; u.Turn++ })
	other = d.browser()
	if p := other.get(t, other.back(t, issuer, "/")); p.status != http.StatusForbidden || other.session() != "" {
		t.Errorf("who is disabled: status %d", p.status)
	}
}

// Each thing that must be right, wrong once.
func TestIssuerFailures(t *testing.T) {
	d, issuer := newIssuer(t, nil)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(claim string, value any) func(map[string]any, *rsa.PrivateKey) *rsa.PrivateKey {
		return func(c map[string]any, key *rsa.PrivateKey) *rsa.PrivateKey {
			c[claim] = value
			return key
		}
	}
	for name, forge := range map[string]func(map[string]any, *rsa.PrivateKey) *rsa.PrivateKey{
		"nonce":     set("nonce", "another"),
		"no nonce":  func(c map[string]any, key *rsa.PrivateKey) *rsa.PrivateKey { delete(c, "nonce"); return key },
		"audience":  set("aud", "another"),
		"expired":   set("exp", time.Now().Add(-time.Hour).Unix()),
		"no expiry": func(c map[string]any, key *rsa.PrivateKey) *rsa.PrivateKey { delete(c, "exp"); return key },
		"issuer":    set("iss", "https://evil.example"),
		"signature": func(map[string]any, *rsa.PrivateKey) *rsa.PrivateKey { return stranger },
		"name":      set("preferred_username", "<script>"),
		"no name":   set("preferred_username", 7),
	} {
		issuer.Forge = forge
		b := d.browser()
		if p := b.get(t, b.back(t, issuer, "/")); p.status != http.StatusBadGateway || b.session() != "" {
			t.Errorf("%s: status %d", name, p.status)
		}
	}
	issuer.Forge = nil
	for name, change := range map[string]func(url.Values){
		"state": func(q url.Values) { q.Set("state", "another") }, "no state": func(q url.Values) { q.Del("state") }, "code": func(q url.Values) { q.Set("code", "another") },
		"no code": func(q url.Values) { q.Del("code") }, "refusal": func(q url.Values) { q.Set("error", "access_denied") }, "mix-up": func(q url.Values) { q.Set("iss", "https://evil.example") },
	} {
		b := d.browser()
		u, _ := url.Parse(b.back(t, issuer, "/"))
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		if p := b.get(t, u.String()); p.status != http.StatusBadGateway || b.session() != "" {
			t.Errorf("%s: status %d", name, p.status)
		}
	}
	// Somebody else's answer, in a browser that began nothing, or something else.
	mine, victim, idle := d.browser(), d.browser(), d.browser()
	answer := mine.back(t, issuer, "/")
	victim.back(t, issuer, "/")
	if p := victim.get(t, answer); p.status != http.StatusBadGateway || victim.session() != "" {
		t.Errorf("another's answer: status %d", p.status)
	}
	if p := idle.get(t, answer); p.status != http.StatusSeeOther || idle.session() != "" {
		t.Errorf("an answer out of nothing: status %d", p.status)
	}
	if p := mine.get(t, answer); p.status != http.StatusSeeOther || mine.session() == "" {
		t.Errorf("one's own answer: status %d", p.status)
	}
	// A code that was traded, with a state of this browser.
	used, _ := url.Parse(answer)
	b := d.browser()
	u, _ := url.Parse(b.back(t, issuer, "/"))
	q := u.Query()
	q.Set("code", used.Query().Get("code"))
	u.RawQuery = q.Encode()
	if p := b.get(t, u.String()); p.status != http.StatusBadGateway || b.session() != "" {
		t.Errorf("a used code: status %d", p.status)
	}
	issuer.Close()
	if p := d.browser().get(t, "/sign-in/issuer"); p.status >= http.StatusInternalServerError && p.status != http.StatusBadGateway {
		t.Errorf("an issuer that is away: status %d", p.status)
	}
}

func TestIssuerRoles(t *testing.T) {
	d, issuer := newIssuer(t, func(cfg *account.IssuerConfig) {
		cfg.Domain, cfg.Register = "corp.example", true
		cfg.Roles = map[string][]access.Role{"cx": {access.Analyst}, "dpo": {access.Officer, access.Analyst}}
	})
	enter := func(name string, groups ...string) int {
		issuer.Claims["preferred_username"], issuer.Claims["groups"], issuer.Claims["sub"] = name, groups, name
		b := d.browser()
		return b.get(t, b.back(t, issuer, "/")).status
	}
	roles := func(name string) string {
		users, _ := d.register.Users(t.Context())
		u, _ := users.ByName(name)
		return access.Names(u.Roles)
	}
	if s := enter("Wu.Na@corp.example", "cx", "unknown"); s != http.StatusSeeOther || roles("wu.na") != "analyst" {
		t.Errorf("a new user: status %d, %q", s, roles("wu.na"))
	}
	if s := enter("Wu.Na@corp.example", "dpo"); s != http.StatusSeeOther || roles("wu.na") != "analyst, officer" {
		t.Errorf("of another group: status %d, %q", s, roles("wu.na"))
	}
	if s := enter("Wu.Na@corp.example"); s != http.StatusForbidden {
		t.Errorf("of no group: status %d", s)
	}
	if s := enter("ma@evil.example", "dpo"); s != http.StatusBadGateway || roles("ma") != "" {
		t.Errorf("of another domain: status %d", s)
	}
	if s := enter("operator@corp.example", "dpo"); s == http.StatusSeeOther || roles("operator") != "" {
		t.Errorf("a reserved name: status %d", s)
	}

	d, issuer = newIssuer(t, nil)
	if s := enter("nobody"); s != http.StatusForbidden || roles("nobody") != "" {
		t.Errorf("who the register does not know: status %d", s)
	}
	d, issuer = newIssuer(t, func(cfg *account.IssuerConfig) { cfg.Register = true })
	if s := enter("somebody", "dpo"); s != http.StatusSeeOther || roles("somebody") != "analyst" {
		t.Errorf("registered: status %d, %q", s, roles("somebody"))
	}
}
