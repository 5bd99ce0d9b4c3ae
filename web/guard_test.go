package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A page elsewhere that makes its name resolve to 127.0.0.1 reads nothing.
func TestHostOnLoopback(t *testing.T) {
	srv := httptest.NewServer(newSite(t, feedback(5), nil))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	for host, want := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost:" + port: 200, "LocalHost:" + port: 200, "[::1]:" + port: 200, "127.0.0.1": 200, "localhost": 200,
		"evil.example": 421, "evil.example:" + port: 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "0.0.0.0": 421, "10.0.0.1": 421,
	} {
		for _, path := range []string{"/", "/search?q=x", "/api/v1/report", "/healthz", "/none"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			res, err := srv.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if path == "/none" && want == 200 {
				continue
			}
			if res.StatusCode != want {
				t.Errorf("Host: %s %s: status %d, want %d", host, path, res.StatusCode, want)
			}
			if res.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("Host: %s %s: no content security policy", host, path)
			}
		}
	}
	// HTTP/1.0 allows a request without any Host.
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n")
	if line, _ := bufio.NewReader(conn).ReadString('\n'); !strings.Contains(line, "421") {
		t.Errorf("without Host: %q", line)
	}
}

func TestOnlyReading(t *testing.T) {
	h := newSite(t, feedback(5), nil)
	for _, path := range []string{"/", "/search", "/api/v1/report", "/api/v1/search", "/none"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("a=b"))
			if p := send(t, h, r); p.status != http.StatusMethodNotAllowed && (method != http.MethodPost || path != "/api/v1/search") {
				t.Errorf("%s %s: status %d", method, path, p.status)
			}
			r = httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("a=b"))
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if p := send(t, h, r); p.status != http.StatusForbidden {
				t.Errorf("%s %s from another site: status %d", method, path, p.status)
			}
		}
		if p := send(t, h, httptest.NewRequestWithContext(t.Context(), http.MethodHead, path, nil)); path != "/none" && p.status != http.StatusOK {
			t.Errorf("HEAD %s: status %d", path, p.status)
		}
	}
}

func TestStyleSheet(t *testing.T) {
	h := newSite(t, nil, nil)
	href := get(t, h, "/").attrs("link", "href")
	if len(href) != 1 {
		t.Fatalf("%d style sheets", len(href))
	}
	p := get(t, h, href[0])
	if p.status != http.StatusOK || !strings.Contains(p.body, ":root") || !strings.Contains(p.header.Get("Cache-Control"), "immutable") {
		t.Errorf("status %d, %d bytes, %s", p.status, len(p.body), p.header.Get("Cache-Control"))
	}
	lacks(t, "the style sheet", p.body, "url(", "@import", "http:", "https:")
}
