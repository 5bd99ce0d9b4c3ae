package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/account/accounttest"
	"qingting/internal/document"
)

// door is a site where people sign in: a user of each role, whose token is the
// role, and "gone", who is disabled.
type door struct {
	server   *server
	handler  http.Handler
	svc      *account.Service
	register *accounttest.Register
}

func newDoor(t testing.TB, docs []*document.Document, change func(*Config)) *door {
	t.Helper()
	var users access.Users
	for _, u := range register() {
		u.Pages, u.Added, u.Disabled = true, accounttest.User(u.Name).Added, false
		users = append(users, u)
	}
	d := &door{register: accounttest.NewRegister(users...)}
	d.svc = accounttest.Service(t, d.register, nil)
	d.register.Set(t, "gone", func(u *access.User) { u.Disabled = true; u.Turn++ })
	d.handler = newSite(t, docs, func(cfg *Config) {
		cfg.Visitor, cfg.Accounts, cfg.Users = nil, d.svc, d.register.Users
		cfg.Limits = Limits{User: Rate{1000, 10000}, SignIn: Rate{1000, 10000}, Failure: Rate{1000, 10000}}
		if change != nil {
			change(cfg)
		}
		d.server = &server{cfg: *cfg, limits: newLimits(cfg.Limits), told: newMetrics(), style: asset{url: "/static/x.css"}, script: asset{url: "/static/x.js"}}
	})
	return d
}

// ask sends a request with a header Authorization, and no cookies.
func (d *door) ask(t testing.TB, method, target, authorization string) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Header.Set("Authorization", authorization)
	return send(t, d.handler, r)
}

// browser keeps cookies, and follows nothing by itself.
type browser struct {
	door    *door
	cookies map[string]*http.Cookie
	change  func(*http.Request)
}

func (d *door) browser() *browser { return &browser{door: d, cookies: map[string]*http.Cookie{}} }

// send sends a form, or without one an empty request.
func (b *browser) send(t testing.TB, method, target string, form url.Values) *page {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, body)
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if method != http.MethodGet {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if b.change != nil {
		b.change(r)
	}
	p := send(t, b.door.handler, r)
	for _, c := range (&http.Response{Header: p.header}).Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("a cookie as it must not be: %s", c.Name)
		}
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = &http.Cookie{Name: c.Name, Value: c.Value}
	}
	return p
}

func (b *browser) get(t testing.TB, target string) *page {
	t.Helper()
	return b.send(t, http.MethodGet, target, nil)
}

func (b *browser) post(t testing.TB, target string, fields ...string) *page {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(t, http.MethodPost, target, form)
}

func (b *browser) signIn(t testing.TB, name string) {
	t.Helper()
	p := b.post(t, "/sign-in", "name", name, "password", accounttest.Password)
	if p.status != http.StatusSeeOther || p.header.Get("Location") != "/" {
		t.Fatalf("%s does not get in: status %d, to %q", name, p.status, p.header.Get("Location"))
	}
}

// session is the secret that the browser has.
func (b *browser) session() string {
	for _, name := range []string{"qingting", "__Host-qingting"} {
		if c := b.cookies[name]; c != nil {
			return c.Value
		}
	}
	return ""
}
