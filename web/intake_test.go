package web

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
)

// Lines are taken one by one: what is refused is named by its number, and nothing of it
// is in the answer.
func TestIntakeOfLines(t *testing.T) {
	d := &testDesk{}
	h := newSite(t, feedback(3), full(d))
	long := `{"text":"` + strings.Repeat("长", mostMessage/3+1) + `"}`
	body := "{\"text\":\"一\"}\r\n\n{\"text\":\"refuse-me 13812345678\"}\n" + long + "\n{\"text\":\"二\"}"
	p := as(t, h, access.Publisher, http.MethodPost, "/api/v1/feedback", "application/x-ndjson", body)
	var a intakeAnswer
	if err := json.Unmarshal([]byte(p.body), &a); err != nil || p.status != 200 {
		t.Fatalf("status %d: %v", p.status, err)
	}
	if a.Accepted != 2 || a.Refused != 2 || a.Failed != 0 || len(a.Lines) != 2 || len(d.taken) != 2 {
		t.Fatalf("%+v, %d taken", a, len(d.taken))
	}
	for i, want := range []intakeEntry{{3, "invalid", "rating is out of range", false}, {4, "oversize", a.Lines[1].Detail, false}} {
		if a.Lines[i] != want {
			t.Errorf("%+v, want %+v", a.Lines[i], want)
		}
	}
	if strings.Contains(p.body, "138") {
		t.Error("the answer repeats what was sent")
	}
	// What the stream did not take may be sent again.
	d.fails = ErrIntakeUnsure
	p = as(t, h, access.Publisher, http.MethodPost, "/api/v1/feedback", "application/x-ndjson", strings.Repeat("{\"text\":\"x\"}\n", 300))
	a = intakeAnswer{}
	if err := json.Unmarshal([]byte(p.body), &a); err != nil || a.Failed != 300 || len(a.Lines) != mostRefused || !a.Lines[0].Again || a.Accepted != 0 {
		t.Errorf("%+v (%v)", a.Failed, err)
	}
	if p := as(t, h, access.Publisher, http.MethodPost, "/api/v1/feedback", "application/json", `{"text":"x"}`); p.status != 503 || p.header.Get("Retry-After") == "" {
		t.Errorf("one that was not taken: status %d", p.status)
	}
}

func TestIntakeRefuses(t *testing.T) {
	d := &testDesk{}
	h := newSite(t, feedback(3), full(d))
	for _, c := range []struct {
		name, kind, body string
		role             access.Role
		status           int
	}{
		{"a wrong type", "text/csv", "a,b", access.Publisher, 415},
		{"no type that can be read", ";;;", "a", access.Publisher, 415},
		{"a role without the power", "application/json", `{"text":"x"}`, access.Analyst, 403},
		{"too large", "text/plain", strings.Repeat("x", mostMessage+1), access.Publisher, 413},
		{"no lines", "application/x-ndjson", "\n\n \n", access.Publisher, 422},
		{"lines in another character set", "application/x-ndjson; charset=gbk", "{}", access.Publisher, 415},
		{"refused content", "text/plain", "refuse-me 13812345678", access.Publisher, 422},
	} {
		p := as(t, h, c.role, http.MethodPost, "/api/v1/feedback", c.kind, c.body)
		var got problem
		if err := json.Unmarshal([]byte(p.body), &got); err != nil || p.status != c.status || got.Type == "" || got.Request == "" || strings.Contains(p.body, "138") {
			t.Errorf("%s: status %d, want %d: %.200s", c.name, p.status, c.status, p.body)
		}
	}
	if len(d.taken) > 0 {
		t.Errorf("%d taken", len(d.taken))
	}
	without := newSite(t, feedback(3), signIn)
	if p := as(t, without, access.Publisher, http.MethodPost, "/api/v1/feedback", "application/json", `{"text":"x"}`); p.status != 501 {
		t.Errorf("without a stream: status %d", p.status)
	}
}

// Who is silent for too long is not waited for; what came before counts.
func TestIntakeOfSlowBody(t *testing.T) {
	d := &testDesk{}
	srv := httptest.NewServer(newSite(t, feedback(3), func(cfg *Config) { full(d)(cfg); cfg.Pause = 300 * time.Millisecond }))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST /api/v1/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer publisher\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{\"text\":\"a\"}\n{\"te")
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), `"accepted":1`) || !strings.Contains(string(answer), "broke off or came too slowly") {
		t.Errorf("%v: %s", err, answer)
	}
}

// An answer that is known is not sent again; one that has changed is. Answers of more
// than a kilobyte are compressed.
func TestTagsAndCompression(t *testing.T) {
	h := newSite(t, feedback(300), nil)
	for _, target := range []string{"/api/v1/report", "/api/v1/search?q=扣费", "/api/v1/interventions", "/api/v1/documents/record0001"} {
		first := get(t, h, target)
		tag := first.header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) {
			t.Fatalf("%s has the tag %q", target, tag)
		}
		for _, c := range []struct {
			header string
			status int
		}{{tag, 304}, {`"x", ` + tag, 304}, {"*", 304}, {`W/"x"`, 200}, {"", 200}} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
			r.Header.Set("If-None-Match", c.header)
			if p := send(t, h, r); p.status != c.status || c.status == 304 && p.body != "" {
				t.Errorf("%s with %q: status %d, want %d", target, c.header, p.status, c.status)
			}
		}
	}
	if a, b := get(t, h, "/api/v1/search?q=a").header.Get("ETag"), get(t, h, "/api/v1/search?q=b").header.Get("ETag"); a == b {
		t.Error("two questions have one tag")
	}
	for target, want := range map[string]string{"/": "gzip", "/api/v1/report": "gzip", "/api/v1/health": "", "/sign-in": ""} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		r.RemoteAddr = "127.0.0.1:50000"
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%s: Content-Encoding %q, want %q", target, got, want)
		}
		if want == "gzip" {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(z); err != nil || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: %v", target, err)
			}
		}
	}
}

// Problems name the parameters that are wrong, and what was probably meant.
func TestProblems(t *testing.T) {
	h := newSite(t, feedback(3), nil)
	for _, c := range []struct {
		method, target, kind, field, suggestion string
		status                                  int
	}{
		{"GET", "/api/v1/report?chanel=app", "unknown-parameter", "chanel", "channel", 400},
		{"GET", "/api/v1/report?days=0", "invalid-parameter", "days", "", 400},
		{"GET", "/api/v1/report?days=1&days=2", "invalid-parameter", "days", "", 400},
		{"GET", "/api/v1/search?after=forged", "cursor", "after", "", 400},
		{"GET", "/api/v1/search?q=(", "query-syntax", "q", "", 400},
		{"GET", "/api/v1/search?q=%zz", "bad-request", "", "", 400},
		{"GET", "/api/v1/nothing", "not-found", "", "", 404},
		{"POST", "/api/v1/report", "method-not-allowed", "", "", 405},
		{"PATCH", "/api/v1/search", "method-not-allowed", "", "", 405},
		{"GET", "/api/v1/report?channel=" + strings.Repeat("宽", maxValue+1), "invalid-parameter", "channel", "", 400},
		{"TRACE", "/api/v1/search", "method-not-allowed", "", "", 405},
		{"PROPFIND", "/api/v1/documents/x", "method-not-allowed", "", "", 405},
		{"PROPFIND", "/api/v1/nothing", "not-found", "", "", 404},
		{"GET", "/api/v1/report?channel=%ff", "invalid-parameter", "channel", "", 400},
		{"GET", "/api/v1/report?" + strings.Repeat("x", 5000) + "=1", "unknown-parameter", "", "", 400},
		{"GET", "/api/v1/report?%3Cscript%3E=1", "unknown-parameter", "<script>", "", 400},
	} {
		p := send(t, h, httptest.NewRequestWithContext(t.Context(), c.method, c.target, nil))
		var got problem
		if err := json.Unmarshal([]byte(p.body), &got); err != nil || p.status != c.status || got.Type != problemType(c.kind) || got.Request != p.header.Get(requestIDHeader) {
			t.Errorf("%s %.60s: %d %.300s", c.method, c.target, p.status, p.body)
			continue
		}
		if c.field != "" && (len(got.Errors) != 1 || got.Errors[0].Name != c.field || got.Errors[0].Suggestion != c.suggestion) {
			t.Errorf("%.60s: %+v", c.target, got.Errors)
		}
		if c.status == 405 && p.header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", c.target)
		}
		if len(p.body) > 1000 || strings.Contains(p.body, "<script") {
			t.Errorf("%.60s: %.200s", c.target, p.body)
		}
	}
}

func TestOperations(t *testing.T) {
	d := &testDesk{}
	h := newSite(t, nil, full(d))
	for _, lang := range []string{"zh", "en"} {
		p := as(t, h, access.Operator, http.MethodGet, "/operations?lang="+lang, "", "")
		if p.status != 200 {
			t.Fatalf("status %d", p.status)
		}
		contains(t, lang, p.text(), "FEEDBACK_IN", "8.0 GiB", "20.5 ms", map[string]string{"zh": "格式错误", "en": "Malformed"}[lang], map[string]string{"zh": "落后 7 条", "en": "7 behind"}[lang])
		if n := len(p.attrs("figure", "class")); n != 3 {
			t.Errorf("%d charts", n)
		}
	}
	for fails, want := range map[error]int{nil: 200, io.EOF: 503} {
		d.fails = fails
		if p := get(t, h, "/readyz"); p.status != want {
			t.Errorf("/readyz with %v: status %d", fails, p.status)
		}
		if p := get(t, h, "/healthz"); p.status != 200 {
			t.Errorf("/healthz with %v: status %d", fails, p.status)
		}
	}
}

// What is asked without HTTP is answered as over HTTP.
func TestAsk(t *testing.T) {
	var cfg Config
	h := newSite(t, feedback(60), func(c *Config) { cfg = *c })
	api, err := NewAPI(cfg)
	if err != nil {
		t.Fatal(err)
	}
	who := access.Actor{Name: "lin", Role: access.Analyst}
	status, answer := api.Ask(t.Context(), who, "search", []byte(`{"q":"扣费","size":2,"channel":["app"]}`))
	if want := strings.TrimSpace(get(t, h, "/api/v1/search?q=扣费&size=2&channel=app").body); status != 200 || string(answer) != want {
		t.Errorf("status %d\n%.300s\n%.300s", status, answer, want)
	}
	for _, c := range []struct {
		name, body string
		status     int
	}{{"search", `{"querry":"x"}`, 400}, {"search", `[]`, 400}, {"search", `{"q":{}}`, 400}, {"search", `{"after":"forged"}`, 400}, {"nothing", "", 404}, {"feedback", "", 404}, {"report", "", 200}, {"search", `{"q":"` + strings.Repeat("x", mostBody) + `"}`, 413}, {"trends", `{"by":"region"}`, 200}} {
		if status, answer := api.Ask(t.Context(), who, c.name, []byte(c.body)); status != c.status || !json.Valid(answer) {
			t.Errorf("%s %s: status %d, want %d", c.name, c.body, status, c.status)
		}
	}
	for _, name := range []string{"search", "report", "trends"} {
		takes, gives, about, err := api.Schema(name)
		if err != nil || !json.Valid([]byte(takes)) || !json.Valid([]byte(gives)) || about == "" || strings.Contains(gives, "#/components") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
