package web

import (
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingting/internal/access"
)

// wholeDoor is a site with every part, where people sign in.
func wholeDoor(t *testing.T) *door {
	t.Helper()
	kept := &shelf{}
	return newDoor(t, feedback(40), func(cfg *Config) {
		users, accounts, visitor := cfg.Users, cfg.Accounts, cfg.Visitor
		full(&testDesk{})(cfg)
		cfg.Users, cfg.Accounts, cfg.Visitor = users, accounts, visitor
		cfg.Desk, cfg.Searches, cfg.Exports = (&inventedDesk{text: "x"}).desk(), kept, kept
	})
}

var wildcard = regexp.MustCompile(`\{[a-z]+\}`)

// No route that changes anything takes a request that another site has a browser send,
// whoever is signed in there.
func TestCrossSiteEveryRoute(t *testing.T) {
	d := wholeDoor(t)
	sessions := make(map[access.Role]*browser)
	for _, role := range access.Roles {
		sessions[role] = d.browser()
		sessions[role].signIn(t, "u-"+string(role))
		sessions[role].change = func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	}
	tried := 0
	for _, r := range d.server.routes() {
		method, target, _ := strings.Cut(r.pattern, " ")
		if method == http.MethodGet || method == http.MethodOptions {
			continue
		}
		tried++
		target = wildcard.ReplaceAllString(target, "x")
		for _, role := range access.Roles {
			if p := sessions[role].send(t, method, target, nil); p.status != http.StatusForbidden {
				t.Errorf("%s as %s: status %d", r.pattern, role, p.status)
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d routes change anything", tried)
	}
}

// No path leads out of what is served, and none of what is asked for comes back as a
// header.
func TestPathsAndHeaders(t *testing.T) {
	d := wholeDoor(t)
	b := make(map[access.Role]*browser)
	for _, role := range access.Roles {
		b[role] = d.browser()
		b[role].signIn(t, "u-"+string(role))
	}
	evil := []string{"..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "%00", "x%0d%0aSet-Cookie:%20evil=1", "x%22;%20filename=evil.html;%20a=%22"}
	var targets []string
	for _, r := range d.server.routes() {
		method, target, _ := strings.Cut(r.pattern, " ")
		if method != http.MethodGet || !strings.Contains(target, "{") || target == "/{$}" {
			continue
		}
		for _, e := range evil {
			targets = append(targets, wildcard.ReplaceAllString(target, e))
		}
	}
	for _, e := range evil {
		targets = append(targets, "/static/"+e, "/charts/"+e, "/"+e, "/search?q="+e, "/sign-in?next="+e)
	}
	for _, target := range targets {
		for _, role := range []access.Role{access.Officer, access.Analyst} {
			p := b[role].get(t, target)
			if p.status >= 500 && p.status != http.StatusNotImplemented || strings.Contains(p.body, "root:x:") || strings.Contains(p.body, "package web") {
				t.Errorf("%s: status %d", target, p.status)
			}
			quiet(t, target, p)
		}
	}
}

// A path that is not clean is cleaned by the router, and stays here.
func TestUncleanPaths(t *testing.T) {
	d := wholeDoor(t)
	for _, target := range []string{"/static/../web.go", "/../../etc/passwd", "//etc/passwd", "//evil.example/%2e%2e", "/static//..//x"} {
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://example.com"+target, nil))
		if w.Code == http.StatusOK || w.Code >= 500 {
			t.Errorf("%s: status %d", target, w.Code)
		}
		quiet(t, target, &page{header: w.Header()})
	}
}

// quiet looks at the headers of an answer.
func quiet(t *testing.T, target string, p *page) {
	t.Helper()
	for name, values := range p.header {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") || name == "Set-Cookie" && strings.Contains(v, "evil") {
				t.Errorf("%s: header %s: %q", target, name, v)
			}
		}
	}
	if to := p.header.Get("Location"); to != "" {
		if u, err := url.Parse(to); err != nil || u.Host != "" || strings.HasPrefix(to, "//") {
			t.Errorf("%s leads to %q", target, to)
		}
	}
	if said := p.header.Get("Content-Disposition"); said != "" {
		_, params, err := mime.ParseMediaType(said)
		if name := params["filename"]; err != nil || name == "" || path.Base(name) != name || slices.Contains([]string{".html", ".svgz"}, path.Ext(name)) && !strings.HasPrefix(name, "qingting-") {
			t.Errorf("%s: Content-Disposition %q (%v)", target, said, err)
		}
	}
}

// The name of a sample is who knows whose: it cannot choose the file's name or a header.
func TestReportFileNames(t *testing.T) {
	h := deskSite(t, &inventedDesk{text: "x"})
	for _, sample := range []string{"20260331-abcd", "../../x", `x"; filename="evil.html`, "x\r\nSet-Cookie: evil=1", "样本"} {
		for target, p := range map[string]*page{
			"page": deskPost(t, h, "/desk/report", url.Values{"sample": {sample}, "kind": {"pdf"}, "reason": {"r"}}),
			"API":  apiPost(t, h, "/api/v1/desk/samples/"+url.PathEscape(sample)+"/report", `{"kind":"pdf","reason":"r"}`),
		} {
			if p.status != http.StatusOK || p.header.Get("Content-Type") != "application/pdf" {
				t.Errorf("%s of %q: status %d, %s", target, sample, p.status, p.header.Get("Content-Type"))
			}
			quiet(t, fmt.Sprintf("%s of %q", target, sample), p)
		}
	}
}

func apiPost(t *testing.T, h http.Handler, target, body string) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return send(t, h, r)
}
