package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	now := time.Unix(0, 0)
	b := buckets{rate: Rate{PerSecond: 0.5, Burst: 3}, now: func() time.Time { return now }}
	for i := range 3 {
		if w := b.take("a"); w != 0 {
			t.Fatalf("take %d waits %s", i, w)
		}
	}
	if w := b.take("a"); w != 2*time.Second {
		t.Errorf("the fourth waits %s", w)
	}
	if w := b.take("b"); w != 0 {
		t.Errorf("another waits %s", w)
	}
	now = now.Add(time.Second)
	if w := b.wait("a"); w != time.Second {
		t.Errorf("after a second it waits %s", w)
	}
	now = now.Add(time.Second)
	if w := b.take("a"); w != 0 {
		t.Errorf("after two it waits %s", w)
	}
	now = now.Add(time.Hour)
	for range 3 {
		b.take("a")
	}
	if b.take("a") == 0 {
		t.Error("a pause gives more than the burst")
	}
	for i := range 3 * maxBuckets {
		b.take(strconv.Itoa(i))
	}
	if len(b.of) > maxBuckets {
		t.Errorf("%d are kept", len(b.of))
	}
}

// An address, and a user, may ask so much, and no more.
func TestRateLimits(t *testing.T) {
	h := newSite(t, nil, func(cfg *Config) {
		signIn(cfg)
		cfg.Limits = Limits{Address: Rate{1, 3}, User: Rate{1, 2}}
	})
	ask := func(from, path, bearer string) *page {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.RemoteAddr = from
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		return send(t, h, r)
	}
	for range 3 {
		if p := ask("10.0.0.7:1", "/healthz", ""); p.status != http.StatusOK {
			t.Fatalf("status %d", p.status)
		}
	}
	p := ask("10.0.0.7:2", "/", "")
	if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") != "1" {
		t.Errorf("status %d, Retry-After %q", p.status, p.header.Get("Retry-After"))
	}
	contains(t, "the page", p.text(), "请求太频繁")
	p = ask("10.0.0.7:2", "/api/v1/report", "")
	if p.status != http.StatusTooManyRequests || p.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the API: status %d, %s", p.status, p.header.Get("Content-Type"))
	}
	// IPv6 by subscriber; a user from anywhere.
	for i := range 2 {
		if p := ask("[2001:db8::"+strconv.Itoa(i)+"]:1", "/api/v1/report", "analyst"); p.status != http.StatusOK {
			t.Fatalf("status %d", p.status)
		}
	}
	if p := ask("10.0.0.8:1", "/api/v1/report", "analyst"); p.status != http.StatusTooManyRequests {
		t.Errorf("the user from another address: status %d", p.status)
	}
	if p := ask("10.0.0.8:1", "/api/v1/report", "auditor"); p.status != http.StatusOK {
		t.Errorf("another user: status %d", p.status)
	}
	for range 10 {
		if p := ask("127.0.0.1:1", "/healthz", ""); p.status != http.StatusOK {
			t.Errorf("this machine: status %d", p.status)
		}
	}
}
