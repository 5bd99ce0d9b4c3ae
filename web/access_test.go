package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
)

// register has a user of each role, whose token is the role.
func register() (users access.Users) {
	for _, r := range access.Roles {
		users = append(users, access.User{Name: "u-" + string(r), Roles: []access.Role{r}, TokenHash: access.HashToken(string(r))})
	}
	return append(users, access.User{Name: "gone", Roles: access.Roles, TokenHash: access.HashToken("gone"), Disabled: true})
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

// Every route by every role: what the table says, and nothing else.
func TestRoutesByRole(t *testing.T) {
	docs := feedback(600)
	for i, d := range docs {
		d.Customer = strconv.Itoa(i) // enough of them for every question
	}
	h := newSite(t, docs, signIn)
	// What a route must be asked for, to have an answer.
	asked := map[string]string{"/api/v1/assessment": "?date=2026-03-10&theme=hotline-wait"}
	s := &server{style: "/static/x.css"}
	guarded := 0
	for _, r := range s.routes() {
		if r.power == public {
			continue
		}
		guarded++
		target := strings.TrimSuffix(strings.TrimPrefix(r.pattern, "GET "), "{$}")
		target += asked[target]
		for _, role := range access.Roles {
			want := http.StatusForbidden
			if slices.Contains(access.RolesOf(r.power), role) {
				want = http.StatusOK
			}
			if p := asks(t, h, target, "Bearer "+string(role)); p.status != want {
				t.Errorf("%s as %s: status %d, want %d", target, role, p.status, want)
			}
		}
		for _, wrong := range []string{"Bearer gone", "Bearer ", "Bearer nobody", "Basic analyst"} {
			if p := asks(t, newSite(t, nil, signIn), target, wrong); p.status != http.StatusUnauthorized || p.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: status %d", target, wrong, p.status)
			}
		}
	}
	if guarded < 4 {
		t.Errorf("%d guarded routes", guarded)
	}
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
		"Bearer operator": {"需要角色：analyst, officer, auditor", "one of the roles analyst, officer, auditor"},
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

// After ten failures an address waits a minute, with the right token too.
func TestFailuresAreLimited(t *testing.T) {
	h := newSite(t, nil, signIn)
	for i := range maxFailures {
		if p := asks(t, h, "/api/v1/report", "Bearer wrong"); p.status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: status %d", i, p.status)
		}
	}
	p := asks(t, h, "/api/v1/report", "Bearer analyst")
	if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
		t.Errorf("after %d failures: status %d", maxFailures, p.status)
	}
	if p := get(t, h, "/api/v1/report"); p.status != http.StatusOK {
		t.Errorf("without a token: status %d", p.status)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/report", nil)
	r.RemoteAddr = "10.0.0.7:1"
	r.Header.Set("Authorization", "Bearer analyst")
	if p := send(t, h, r); p.status != http.StatusOK {
		t.Errorf("from another address: status %d", p.status)
	}

	now := time.Unix(0, 0)
	f := failures{now: func() time.Time { return now }}
	for range maxFailures {
		f.count("a")
	}
	if f.allow("a") {
		t.Error("not limited")
	}
	now = now.Add(failureWindow)
	if !f.allow("a") {
		t.Error("limited after the window")
	}
	for i := range 3 * maxAddresses {
		f.count(strings.Repeat("x", i%7) + string(rune('a'+i%26)) + time.Duration(i).String())
	}
	if len(f.of) > maxAddresses {
		t.Errorf("%d addresses are kept", len(f.of))
	}
}
