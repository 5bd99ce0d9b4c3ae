package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"qingting/internal/access"
	"qingting/internal/account/accounttest"
)

// What another site has a browser send does nothing.
func TestCrossSiteRequests(t *testing.T) {
	d := newDoor(t, nil, nil)
	b := d.browser()
	b.signIn(t, "u-analyst")
	for name, header := range map[string][2]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "a sister site": {"Sec-Fetch-Site", "same-site"}, "origin": {"Origin", "https://evil.example"}, "no origin": {"Origin", "null"},
	} {
		b.change = func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set(header[0], header[1])
		}
		for _, target := range []string{"/sign-in", "/sign-out", "/account/tokens", "/account/sessions/end-all", "/account/password", "/link?token=x"} {
			if p := b.post(t, target, "name", "a", "power", "search", "days", "7"); p.status != http.StatusForbidden {
				t.Errorf("%s to %s: status %d", name, target, p.status)
			}
		}
	}
	// A token beside the cookie does not turn the defence off for the cookie.
	b.change = func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Authorization", "Bearer x")
	}
	if p := b.post(t, "/account/sessions/end-all"); p.status != http.StatusUnauthorized {
		t.Errorf("with a token that is none: status %d", p.status)
	}
	b.change = nil
	if p := b.get(t, "/account"); p.status != http.StatusOK {
		t.Errorf("the session is gone: status %d", p.status)
	}
}

func TestOpenRedirects(t *testing.T) {
	d := newDoor(t, nil, nil)
	for _, evil := range []string{
		"https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example", "/%2fevil.example", "/%5cevil.example", "javascript:alert(1)",
		"/\t/evil.example", "/\n/evil.example", "http:evil.example", "evil.example", " /x", "/x\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:%20a=b", "/sign-out", "/sign-in?next=/", "/link?token=x",
		"/?q=" + strings.Repeat("x", 3000), "@evil.example", "/@evil.example/../..//evil.example", "", "/#x",
	} {
		b := d.browser()
		p := b.post(t, "/sign-in?next="+url.QueryEscape(evil), "name", "u-analyst", "password", accounttest.Password)
		to := p.header.Get("Location")
		u, err := url.Parse(to)
		if err != nil || p.status != http.StatusSeeOther || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
			t.Errorf("%q leads to %q (status %d)", evil, to, p.status)
		}
		if len(p.header.Values("Set-Cookie")) != 1 {
			t.Errorf("%q sets another cookie", evil)
		}
	}
	for good, want := range map[string]string{
		"/search?q=a+b&from=20": "/search?from=20&q=a+b", "/theme/hotline-wait": "/theme/hotline-wait", "/search?q=//x": "/search?q=%2F%2Fx", "/搜索": "/%E6%90%9C%E7%B4%A2",
	} {
		if got := local(good); got != want {
			t.Errorf("%q leads to %q, want %q", good, got, want)
		}
	}
}

// A request's id is taken when it is one, and nothing of it breaks a header.
func TestRequestIDs(t *testing.T) {
	d := newDoor(t, nil, nil)
	for sent, same := range map[string]bool{
		"0123456789abcdef": true, "A-b_0123456789012": true, "short": false, "": false, "x\r\nSet-Cookie: a=b": false, "0123456789abcdef 0": false, strings.Repeat("a", 65): false, "<script>0123456789": false,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil)
		r.Header["X-Request-Id"] = []string{sent}
		got := send(t, d.handler, r).header.Get("X-Request-Id")
		if (got == sent) != same || !requestID.MatchString(got) {
			t.Errorf("%q becomes %q", sent, got)
		}
	}
	d.register.Fail(errors.New("away"))
	b := d.browser()
	b.cookies["qingting"] = &http.Cookie{Name: "qingting", Value: strings.Repeat("A", 43)}
	p := d.ask(t, http.MethodGet, "/api/v1/report", "Bearer analyst")
	contains(t, "a failure", p.body, p.header.Get("X-Request-Id"))
	if p.status != http.StatusServiceUnavailable {
		t.Errorf("status %d", p.status)
	}
}

// TLS, here or at a proxy that is trusted, gives cookies their prefix; what an
// unknown proxy says counts nothing.
func TestProxies(t *testing.T) {
	d := newDoor(t, feedback(5), func(cfg *Config) {
		cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		cfg.Visitor = &access.User{Name: "local", Roles: []access.Role{access.Analyst}}
	})
	secure := func(from string, more ...string) (*browser, *page) {
		b := d.browser()
		b.change = func(r *http.Request) {
			r.RemoteAddr = from
			for i := 0; i+1 < len(more); i += 2 {
				r.Header.Add(more[i], more[i+1])
			}
		}
		return b, b.post(t, "/sign-in", "name", "u-analyst", "password", accounttest.Password)
	}
	b, p := secure("10.1.2.3:1", "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9")
	if b.cookies["__Host-qingting"] == nil || p.header.Get("Strict-Transport-Security") == "" {
		t.Error("no prefix behind a trusted proxy with TLS")
	}
	b, p = secure("203.0.113.5:1", "X-Forwarded-Proto", "https")
	if b.cookies["qingting"] == nil || p.header.Get("Strict-Transport-Security") != "" {
		t.Error("a stranger's word on TLS counts")
	}
	for _, c := range []struct{ from, forwarded, want string }{
		{"10.0.0.1:1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:1", "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"},
		{"10.0.0.1:1", "", "invalid IP"},
		{"10.0.0.1:1", "nonsense", "invalid IP"},
		{"10.0.0.1:1", "127.0.0.1", "127.0.0.1"},
		{"203.0.113.5:1", "127.0.0.1", "203.0.113.5"},
		{"127.0.0.1:1", "203.0.113.9", "127.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got, _ := d.server.peer(r); got.String() != c.want {
			t.Errorf("%s for %q is %s, want %s", c.from, c.forwarded, got, c.want)
		}
	}
	// Nobody becomes the visitor by saying that they come from here.
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/report", nil)
	r.RemoteAddr = "203.0.113.5:1"
	r.Header.Set("X-Forwarded-For", "127.0.0.1")
	if p := send(t, d.handler, r); p.status != http.StatusUnauthorized {
		t.Errorf("a stranger as the visitor: status %d", p.status)
	}
}

func TestPublicHost(t *testing.T) {
	u, _ := url.Parse("https://pages.example")
	srv := httptest.NewServer(newSite(t, feedback(5), func(cfg *Config) { cfg.PublicURL = u }))
	defer srv.Close()
	for host, want := range map[string]int{"pages.example": 200, "PAGES.example": 200, "evil.example": 421, "pages.example.evil.example": 421, "": 200} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("Host %q: status %d, want %d", host, res.StatusCode, want)
		}
	}
}
