package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingting/internal/access"
)

// register has a user of each role, whose token is the role.
func register() (users access.Users) {
	for _, r := range access.Roles {
		users = append(users, access.User{Name: "u-" + string(r), Roles: []access.Role{r}, TokenHash: access.HashToken(string(r))})
	}
	return append(users, access.User{Name: "gone", Roles: []access.Role{access.Analyst, access.Officer, access.Operator}, TokenHash: access.HashToken("gone"), Disabled: true})
}

func signIn(cfg *Config) {
	cfg.Users = func(context.Context) (access.Users, error) { return register(), nil }
}

// asks sends a request with a header Authorization.
func asks(t *testing.T, h http.Handler, target, authorization string) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return send(t, h, r)
}

// Every route by every role and by every way to come: what the table says, and
// nothing else.
func TestRoutesByRole(t *testing.T) {
	docs := feedback(600)
	for i, d := range docs {
		d.Customer = strconv.Itoa(i) // enough of them for every question
	}
	door := newDoor(t, docs, nil)
	sessions := map[access.Role]*browser{}
	for _, role := range access.Roles {
		sessions[role] = door.browser()
		sessions[role].signIn(t, "u-"+string(role))
	}
	visitor := newSite(t, docs, signIn)
	nobody := func(cfg *Config) { signIn(cfg); cfg.Visitor = nil }
	// What a route must be asked for, to have an answer.
	asked := map[string]string{"/api/v1/assessment": "?date=2026-03-10&theme=hotline-wait"}
	guarded := 0
	for _, r := range door.server.routes() {
		if r.power == public || r.power == anyone {
			continue
		}
		guarded++
		method, target, _ := strings.Cut(r.pattern, " ")
		target = regexp.MustCompile(`\{[a-z]*\}`).ReplaceAllString(strings.TrimSuffix(target, "{$}"), "hotline-wait")
		target += asked[target]
		isAPI := strings.HasPrefix(target, "/api/")
		for _, role := range access.Roles {
			may := r.power == signedIn || slices.Contains(access.RolesOf(r.power), role)
			for way, p := range map[string]*page{
				"token":   door.ask(t, method, target, "Bearer "+string(role)),
				"session": sessions[role].send(t, method, target, nil),
			} {
				want := may && (way == "session" || r.power != signedIn)
				// Of who may, the rest of the request decides; they are not turned away.
				if !may && way == "session" && r.pattern == "GET /{$}" { // they are led to where they begin
					if p.status != http.StatusSeeOther || p.header.Get("Location") != "/account?lang=zh" { // this site has no desk, and no operations
						t.Errorf("%s begins with status %d, %s", role, p.status, p.header.Get("Location"))
					}
					continue
				}
				if got := p.status != http.StatusForbidden && p.status != http.StatusUnauthorized && p.header.Get("Location") != "/sign-in"; got != want {
					t.Errorf("%s as %s by %s: status %d", r.pattern, role, way, p.status)
				}
				if strings.HasPrefix(r.pattern, "POST /account/sessions/end-all") && way == "session" {
					sessions[role].signIn(t, "u-"+string(role))
				}
			}
		}
		for _, wrong := range []string{"Bearer gone", "Bearer ", "Bearer nobody", "Basic analyst"} {
			if p := door.ask(t, method, target, wrong); p.status != http.StatusUnauthorized || p.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: status %d", r.pattern, wrong, p.status)
			}
		}
		p := door.browser().send(t, method, target, nil)
		if away := p.status == http.StatusSeeOther && strings.HasPrefix(p.header.Get("Location"), "/sign-in"); p.status != http.StatusUnauthorized && (!away || isAPI || method != http.MethodGet) {
			t.Errorf("%s by nobody: status %d", r.pattern, p.status)
		}
		if r.power == signedIn {
			continue // there is no account where nobody can have one
		}
		r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
		if p := send(t, visitor, r); (p.status == http.StatusForbidden) == slices.Contains(access.RolesOf(powerOf(door, method, target)), access.Analyst) {
			t.Errorf("%s as the visitor: status %d", target, p.status)
		}
	}
	if p := asks(t, newSite(t, nil, nobody), "/api/v1/report", ""); p.status != http.StatusUnauthorized {
		t.Errorf("without a visitor: status %d", p.status)
	}
	if guarded < 14 {
		t.Errorf("%d guarded routes", guarded)
	}
}

// powerOf is the power of the route that answers a request.
func powerOf(d *door, method, target string) access.Power {
	mux := http.NewServeMux()
	powers := map[string]access.Power{}
	for _, r := range d.server.routes() {
		mux.HandleFunc(r.pattern, r.handler)
		powers[r.pattern] = r.power
	}
	_, pattern := mux.Handler(httptest.NewRequest(method, target, nil))
	return powers[pattern]
}

// Without a token, only a loopback address has a visitor.
func TestVisitor(t *testing.T) {
	none := func(cfg *Config) { cfg.Visitor = nil }
	weak := func(cfg *Config) {
		cfg.Visitor = &access.User{Name: "local", Roles: []access.Role{access.Operator}}
	}
	for _, c := range []struct {
		name, from string
		change     func(*Config)
		want       int
	}{
		{"loopback", "127.0.0.1:1", nil, 200},
		{"IPv6 loopback", "[::1]:1", nil, 200},
		{"another host", "10.0.0.7:1", nil, 401},
		{"no address", "somewhere", nil, 401},
		{"no visitor", "127.0.0.1:1", none, 401},
		{"a visitor without the role", "127.0.0.1:1", weak, 403},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/report", nil)
		r.RemoteAddr = c.from
		if p := send(t, newSite(t, feedback(10), c.change), r); p.status != c.want {
			t.Errorf("%s: status %d, want %d", c.name, p.status, c.want)
		}
	}
}

// A refusal is in the reader's language, and a problem where the API is asked.
func TestRefusalSays(t *testing.T) {
	h := newSite(t, nil, signIn)
	for authorization, want := range map[string]say{
		"Bearer operator": {"需要角色：分析员、合规官、审计员", "one of the roles analyst, officer, auditor"},
		"Bearer nobody":   {"令牌无效", "The token is not valid"},
	} {
		for lang, text := range map[string]string{"zh": want.ZH, "en": want.EN} {
			contains(t, authorization, asks(t, h, "/?lang="+lang, authorization).text(), text)
			p := asks(t, h, "/api/v1/report?lang="+lang, authorization)
			var got problem
			if err := json.Unmarshal([]byte(p.body), &got); err != nil || got.Status != p.status || p.header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%s: not a problem", authorization)
			}
			contains(t, authorization, got.Detail, text)
		}
	}
	p := asks(t, newSite(t, nil, func(cfg *Config) {
		cfg.Users = func(context.Context) (access.Users, error) { return nil, errors.New("no NATS") }
	}), "/api/v1/report", "Bearer analyst")
	if p.status != http.StatusServiceUnavailable {
		t.Errorf("a register that cannot be read: status %d", p.status)
	}
}

// After ten wrong tokens an address hears no more of them for a minute; right ones count all
// the while.
func TestFailuresAreLimited(t *testing.T) {
	h := newSite(t, nil, signIn)
	for i := range 10 {
		if p := asks(t, h, "/api/v1/report", []string{"Bearer wrong", "Basic wrong", "wrong"}[i%3]); p.status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: status %d", i, p.status)
		}
	}
	if p := asks(t, h, "/api/v1/report", "Bearer analyst"); p.status != http.StatusOK {
		t.Errorf("the right token beside wrong ones: status %d", p.status)
	}
	p := asks(t, h, "/api/v1/report", "Bearer wrong")
	if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
		t.Errorf("after ten failures: status %d", p.status)
	}
	if p := get(t, h, "/api/v1/report"); p.status != http.StatusOK {
		t.Errorf("without a token: status %d", p.status)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/report", nil)
	r.RemoteAddr = "10.0.0.7:1"
	r.Header.Set("Authorization", "Bearer wrong")
	if p := send(t, h, r); p.status != http.StatusUnauthorized {
		t.Errorf("from another address: status %d", p.status)
	}
}
