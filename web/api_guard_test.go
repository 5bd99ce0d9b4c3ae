package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/search"
)

// A saved search is changed by its owner alone, and one that is not there is not found.
func TestSavedOfOthers(t *testing.T) {
	kept := &shelf{}
	h := newSite(t, feedback(5), func(cfg *Config) { signIn(cfg); cfg.Searches = kept })
	kept.list = saved.List{{ID: "s1", Name: "x", Query: "x", Owner: "zhao"}}
	for _, c := range []struct {
		method, id, body string
		status           int
	}{
		{"POST", "s1", `{"name":"y","query":"y"}`, 403},
		{"DELETE", "s1", "", 403},
		{"POST", "s2", `{"name":"y","query":"y"}`, 404},
		{"DELETE", "s2", "", 404},
	} {
		kind := ""
		if c.body != "" {
			kind = "application/json"
		}
		if p := as(t, h, access.Analyst, c.method, "/api/v1/saved/"+c.id, kind, c.body); p.status != c.status {
			t.Errorf("%s %s: status %d, want %d: %.200s", c.method, c.id, p.status, c.status, p.body)
		}
	}
	if len(kept.list) != 1 || kept.list[0].Name != "x" {
		t.Errorf("it was changed: %+v", kept.list)
	}
	kept.list[0].Owner = "u-analyst"
	if p := as(t, h, access.Analyst, "DELETE", "/api/v1/saved/s1", "", ""); p.status != 200 || len(kept.list) != 0 {
		t.Errorf("its owner: status %d", p.status)
	}
}

// A body is one object, of a size; nothing stands behind it.
func TestBodiesAreOneObject(t *testing.T) {
	d := wholeDoor(t)
	bodies := 0
	for _, e := range d.server.endpoints() {
		if len(e.body) != 1 || e.body[0].kind != "application/json" {
			continue
		}
		bodies++
		target := wildcard.ReplaceAllString(e.path, "x")
		role := access.RolesOf(e.power)[0]
		if strings.HasPrefix(e.path, "/api/v1/documents/") {
			target = strings.Replace(target, "/x/", "/"+feedback(1)[0].Record+"/", 1)
		}
		for body, statuses := range map[string][]int{
			`{} {}`: {400, 404}, `{}]`: {400, 404}, `[]`: {400, 404}, `null x`: {400, 404}, `{"nothing_of_this_name":1}`: {400, 404}, ``: {400, 404},
			`{"reason":"` + strings.Repeat("x", 5<<20) + `"}`: {413, 404},
		} {
			p := as(t, d.handler, role, e.method, target, "application/json", body)
			if !slices.Contains(statuses, p.status) && p.status != http.StatusNotImplemented {
				t.Errorf("%s %.40q: status %d, want %v: %.200s", e.id(), body, p.status, statuses, p.body)
			}
		}
		if p := as(t, d.handler, role, e.method, target, "text/plain", `{}`); p.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s as text: status %d", e.id(), p.status)
		}
	}
	if bodies < 10 {
		t.Errorf("%d endpoints take a body", bodies)
	}
}

// However many parameters are wrong, an error is short.
func TestErrorsAreShort(t *testing.T) {
	h := newSite(t, feedback(3), nil)
	var many, wrong strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "&x%d=1", i)
		fmt.Fprintf(&wrong, "&theme=%s", strings.Repeat("x", 300))
	}
	for _, q := range []string{many.String(), wrong.String(), many.String() + wrong.String()} {
		if p := get(t, h, "/api/v1/search?lang=en"+q); p.status != http.StatusBadRequest || len(p.body) > 8<<10 {
			t.Errorf("%.20s: status %d, %d bytes", q, p.status, len(p.body))
		}
	}
}

// A form that is too large is told to be that.
func TestFormsHaveASize(t *testing.T) {
	d := wholeDoor(t)
	b := d.browser()
	b.signIn(t, "u-analyst")
	for _, target := range []string{"/sign-in", "/account/password", "/actions", "/taxonomy/new"} {
		if p := b.send(t, http.MethodPost, target, url.Values{"name": {strings.Repeat("x", 5<<20)}}); p.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d", target, p.status)
		}
	}
}

// A token shows no more than its scope, where a page has parts that other powers open.
func TestScopeOfParts(t *testing.T) {
	d := wholeDoor(t)
	b := d.browser()
	b.signIn(t, "u-officer")
	p := b.post(t, "/account/tokens?lang=en", "name", "audit", "power", string(access.Audit), "days", "7")
	token := regexp.MustCompile(`[A-Za-z0-9_-]{40,}`).FindString(strings.Join(p.attrs("input", "value"), " ") + p.text())
	if token == "" {
		t.Fatalf("no token: %d", p.status)
	}
	whole, part := b.get(t, "/desk?lang=en"), d.ask(t, http.MethodGet, "/desk?lang=en", "Bearer "+token)
	if whole.status != 200 || part.status != 200 {
		t.Fatalf("status %d, %d", whole.status, part.status)
	}
	for _, theirs := range []string{"/desk/review", "/desk/approvals"} {
		if !strings.Contains(whole.body, `href="`+theirs) || strings.Contains(part.body, `href="`+theirs) {
			t.Errorf("%s: in the session %v, by the token %v", theirs, strings.Contains(whole.body, theirs), strings.Contains(part.body, theirs))
		}
	}
}

// The document has what OpenAPI 3.1 asks of one: references that lead somewhere, names that are
// unique, parameters for every place in a path, examples that their schemas allow.
func TestSpecIsSound(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		h := newSite(t, feedback(3), nil)
		spec := specOf(t, func(target string) *page { return get(t, h, target+"?lang="+lang) })
		named, _ := dig(spec, "components", "schemas").(map[string]any)
		walkSpec(t, spec, spec, "#")
		tags := map[string]bool{}
		for _, tag := range spec["tags"].([]any) {
			tags[dig(tag, "name").(string)] = true
		}
		ids, examples := map[string]bool{}, 0
		for path, item := range spec["paths"].(map[string]any) {
			for method, v := range item.(map[string]any) {
				op, at := v.(map[string]any), method+" "+path
				id, _ := op["operationId"].(string)
				if id == "" || ids[id] || op["summary"] == "" || !tags[op["tags"].([]any)[0].(string)] {
					t.Errorf("%s: id %q, summary %v, tags %v", at, id, op["summary"], op["tags"])
				}
				ids[id] = true
				places := map[string]bool{}
				for _, m := range pathParam.FindAllStringSubmatch(path, -1) {
					places[m[1]] = true
				}
				seen := map[string]bool{}
				for _, one := range op["parameters"].([]any) {
					p := one.(map[string]any)
					name, in := p["name"].(string), p["in"].(string)
					if seen[in+name] || p["schema"] == nil || p["description"] == "" || p["description"] == nil {
						t.Errorf("%s: the parameter %s is there twice, or lacks a schema or description", at, name)
					}
					seen[in+name] = true
					if in == "path" && (!places[name] || p["required"] != true) {
						t.Errorf("%s: the parameter %s is of no place in the path", at, name)
					}
					delete(places, name)
				}
				if len(places) > 0 {
					t.Errorf("%s: no parameter for %v", at, places)
				}
				for kind, body := range mapOf(dig(op, "requestBody", "content")) {
					example, ok := mapOf(body)["example"]
					if !ok {
						continue
					}
					examples++
					check := &schemaCheck{named: named}
					check.value(kind, mapOf(mapOf(body)["schema"]), example)
					for _, e := range check.errors {
						t.Errorf("%s: the example: %s", at, e)
					}
				}
			}
		}
		if examples < 12 {
			t.Errorf("%d examples", examples)
		}
	}
}

func mapOf(v any) map[string]any { m, _ := v.(map[string]any); return m }

// walkSpec follows every reference below a value.
func walkSpec(t *testing.T, spec map[string]any, v any, at string) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for i, one := range v {
			walkSpec(t, spec, one, fmt.Sprintf("%s/%d", at, i))
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			if found := dig(spec, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...); found == nil || !strings.HasPrefix(ref, "#/") {
				t.Errorf("%s: %s leads nowhere", at, ref)
			}
		}
		for name, one := range v {
			walkSpec(t, spec, one, at+"/"+name)
		}
	}
}

// An example of the document is taken by who answers it: it is no invention.
func TestExamplesAreTaken(t *testing.T) {
	d := wholeDoor(t)
	for _, e := range d.server.endpoints() {
		for _, m := range e.body {
			if m.of == nil {
				continue
			}
			body, err := json.Marshal(m.of)
			if err != nil {
				t.Fatal(err)
			}
			p := as(t, d.handler, access.RolesOf(e.power)[0], e.method, wildcard.ReplaceAllString(e.path, "x"), m.kind, string(body))
			var got problem
			_ = json.Unmarshal([]byte(p.body), &got) // of success, there is none
			if p.status == 400 || p.status == 415 || p.status >= 500 && p.status != 501 {
				t.Errorf("%s: status %d: %s %v", e.id(), p.status, got.Detail, got.Errors)
			}
		}
	}
}

// Attempts to sign in, codes and ways to the issuer are slowed down by address before they cost
// anything.
func TestAttemptsAreSlowed(t *testing.T) {
	for target, method := range map[string]string{"/sign-in": "POST", "/sign-in/code": "POST", "/sign-in/issuer": "GET"} {
		d, _ := newIssuer(t, nil)
		slow := newDoor(t, nil, func(cfg *Config) {
			cfg.Issuer, cfg.Limits.SignIn = d.server.cfg.Issuer, Rate{PerSecond: 0.001, Burst: 2}
		})
		for i := range 3 {
			p := slow.browser().send(t, method, target, url.Values{"name": {fmt.Sprintf("nobody-%d", i)}, "password": {"x"}, "code": {"000000"}})
			if late := p.status == http.StatusTooManyRequests; late != (i == 2) || late && p.header.Get("Retry-After") == "" {
				t.Errorf("%s, attempt %d: status %d", target, i, p.status)
			}
		}
	}
}

// Who comes from the issuer with another session leaves that behind.
func TestIssuerEndsTheSessionBefore(t *testing.T) {
	d, issuer := newIssuer(t, nil)
	b := d.browser()
	b.signIn(t, "u-officer")
	before := b.session()
	if p := b.get(t, b.back(t, issuer, "/")); p.status != http.StatusSeeOther || b.session() == before {
		t.Fatalf("status %d", p.status)
	}
	old := d.browser()
	old.cookies["qingting"] = &http.Cookie{Name: "qingting", Value: before}
	if p := old.get(t, "/account"); p.status != http.StatusSeeOther {
		t.Errorf("the session of before opens: status %d", p.status)
	}
}

// A request with a token, which no defence against other sites looks at, does nothing by
// the cookie beside it.
func TestTokenLeavesTheSessionAlone(t *testing.T) {
	d := wholeDoor(t)
	b := d.browser()
	b.signIn(t, "u-analyst")
	b.change = func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Authorization", "Bearer x")
	}
	for _, r := range d.server.routes() {
		if method, target, _ := strings.Cut(r.pattern, " "); method != http.MethodGet && r.power != public && !strings.HasPrefix(target, "/api/") {
			kept := b.cookies["qingting"]
			b.send(t, method, wildcard.ReplaceAllString(target, "x"), url.Values{"name": {"x"}})
			b.cookies["qingting"] = kept
		}
	}
	b.change = nil
	if p := b.get(t, "/account"); p.status != http.StatusOK {
		t.Errorf("the session is gone: status %d", p.status)
	}
}

// Nobody is sent on to where they would be signed out, or to a link.
func TestWayBackIsNoDoor(t *testing.T) {
	for _, target := range []string{"/sign-out", "/sign-out?x=1", "/sign-in", "/sign-in/code", "/sign-in/issuer", "/link?token=x", "/%73ign-out"} {
		if got := local(target); got != "/" {
			t.Errorf("%q leads to %q", target, got)
		}
	}
}

// Pages with secrets are not compressed, for their length would tell of them; others are.
func TestSecretsAreNotCompressed(t *testing.T) {
	d := wholeDoor(t)
	b := d.browser()
	b.signIn(t, "u-analyst")
	for target, want := range map[string]string{"/": "gzip", "/account": "", "/account/codes": "", "/sign-in": "", "/sign-in/code": ""} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		r.RemoteAddr = "127.0.0.1:50000"
		r.Header.Set("Accept-Encoding", "gzip")
		r.AddCookie(b.cookies["qingting"])
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.Len() < leastZipped || w.Header().Get("Content-Encoding") != want {
			t.Errorf("%s: status %d, %d bytes, Content-Encoding %q", target, w.Code, w.Body.Len(), w.Header().Get("Content-Encoding"))
		}
	}
}

// The tag of an answer is of the address, of what the index holds, and of the process. An answer
// is kept for who asked alone.
func TestTagsTellApart(t *testing.T) {
	docs := feedback(30)
	var cfg Config
	h := newSite(t, docs, func(c *Config) { cfg = *c })
	tag := func(h http.Handler, target string) string {
		p := get(t, h, target)
		if vary := strings.Join(p.header.Values("Vary"), ", "); p.header.Get("ETag") == "" || !strings.Contains(vary, "Authorization") || !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Language") {
			t.Errorf("%s: ETag %q, Vary %q", target, p.header.Get("ETag"), vary)
		}
		return p.header.Get("ETag")
	}
	first := tag(h, "/api/v1/search")
	if first == tag(h, "/api/v1/themes") {
		t.Error("two endpoints have one tag")
	}
	if first != tag(h, "/api/v1/search") {
		t.Error("the same answer has two tags")
	}
	again, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if tag(again, "/api/v1/search") == first {
		t.Error("another process has the tag of this one")
	}
	corrected := *docs[3]
	corrected.Text = "这一条已经更正"
	if err := cfg.Index.Apply(t.Context(), []search.Change{{Put: &corrected}}, cfg.Index.Checkpoint()+1); err != nil {
		t.Fatal(err)
	}
	if tag(h, "/api/v1/search") == first {
		t.Error("a document that was changed leaves the tag as it was")
	}
}

// endless is a body that does not end, and counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	if e.read > 64<<20 {
		return 0, io.EOF
	}
	return len(p), nil
}

// No endpoint reads more of a body than it takes.
func TestBodiesAreReadNoFurther(t *testing.T) {
	d := wholeDoor(t)
	for _, r := range d.server.routes() {
		method, target, _ := strings.Cut(r.pattern, " ")
		if method == http.MethodGet || target == "/api/" || r.power == signedIn || r.power == anyone || r.power == public {
			continue
		}
		kind := "application/x-www-form-urlencoded"
		if strings.HasPrefix(target, "/api/") {
			kind = "application/json"
		}
		body := &endless{}
		req := httptest.NewRequestWithContext(t.Context(), method, wildcard.ReplaceAllString(target, "x"), body)
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer "+string(access.RolesOf(r.power)[0]))
		p := send(t, d.handler, req)
		if body.read > 8<<20 || body.read > 0 && p.status < 400 {
			t.Errorf("%s: %d bytes read, status %d", r.pattern, body.read, p.status)
		}
	}
}
