package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"qingting/internal/access"
)

// The log has neither what people search for, nor what a failure held, nor who they are by token.
func TestLogsAreQuiet(t *testing.T) {
	var log bytes.Buffer
	d := newDoor(t, feedback(5), func(cfg *Config) {
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	d.ask(t, http.MethodGet, "/api/v1/search?q=what-was-asked", "Bearer analyst")
	d.ask(t, http.MethodGet, "/search?q=what-was-asked&days=x", "Bearer analyst")
	d.ask(t, http.MethodGet, "/api/v1/report", "Bearer a-token-that-is-none")
	if said := log.String(); !strings.Contains(said, "/api/v1/search") || !strings.Contains(said, "user=u-analyst") || strings.Contains(said, "what-was-asked") || strings.Contains(said, "a-token-that") {
		t.Errorf("the log: %s", said)
	}
	log.Reset()
	h := d.server.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("with what a customer wrote") }))
	var err error
	if d.server.templates, err = parseTemplates(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x?q=what-was-asked", nil)
	r.RemoteAddr = "127.0.0.1:50000"
	h.ServeHTTP(httptest.NewRecorder(), r)
	if said := log.String(); !strings.Contains(said, "a page failed") || strings.Contains(said, "customer") || strings.Contains(said, "what-was-asked") {
		t.Errorf("the log of a failure: %s", said)
	}
}

// headersKept takes feedback in, and keeps the headers that came with it.
type headersKept struct{ header map[string][]string }

func (k *headersKept) Publish(_ context.Context, _ string, header map[string][]string, _ []byte, settled func(error)) error {
	k.header = header
	settled(nil)
	return nil
}

// Of a request that brings feedback, the headers of the format go on, and no others: no token, no
// cookie, no address.
func TestIntakeTakesItsHeaders(t *testing.T) {
	kept := &headersKept{}
	h := newSite(t, feedback(1), func(cfg *Config) { signIn(cfg); cfg.Intake = kept })
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/feedback", strings.NewReader("text"))
	for name, v := range map[string]string{
		"Authorization": "Bearer " + string(access.Publisher), "Content-Type": "text/plain", "Cookie": "qingting=x", "X-Forwarded-For": "203.0.113.9", "User-Agent": "x",
		"Qingting-Channel": "app", "ce-id": "1", "Nats-Msg-Id": "forged", "Reply": "feedback.audit",
	} {
		r.Header.Set(name, v)
	}
	if p := send(t, h, r); p.status != http.StatusOK {
		t.Fatalf("status %d", p.status)
	}
	if len(kept.header) != 3 || kept.header["Content-Type"] == nil || kept.header["Qingting-Channel"] == nil || kept.header["Ce-Id"] == nil {
		t.Errorf("it went on with %v", kept.header)
	}
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/feedback", strings.NewReader("x"))
	r.Header.Set("Authorization", "Bearer "+string(access.Publisher))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Content-Encoding", "gzip")
	if p := send(t, h, r); p.status != http.StatusUnsupportedMediaType {
		t.Errorf("a body that is compressed: status %d", p.status)
	}
}
