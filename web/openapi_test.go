package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/search/suggest"
	"qingting/textmining/statistics"
)

// desk keeps actions and searches, takes feedback in and tells of itself, in memory.
type testDesk struct {
	marks mark.List
	taken [][]byte
	fails error // of Publish, once it has been handed over
}

func (d *testDesk) Note(_ context.Context, who access.Actor, m mark.Mark, _ string) (mark.Mark, error) {
	m.ID, m.Actor, m.Added = "m1", who.Name, lastDay
	d.marks = append(d.marks, m)
	return m, nil
}

func (d *testDesk) Unnote(_ context.Context, _ access.Actor, id, reason string) error {
	if reason == "" {
		return &RefusedError{Text: "say why"}
	}
	d.marks = slices.DeleteFunc(d.marks, func(m mark.Mark) bool { return m.ID == id })
	return nil
}

func (d *testDesk) Publish(_ context.Context, _ string, _ map[string][]string, body []byte, settled func(error)) error {
	if strings.Contains(string(body), "refuse-me") {
		return &IntakeRefusal{"invalid", "rating is out of range"}
	}
	d.taken = append(d.taken, body)
	settled(d.fails)
	return nil
}

func (d *testDesk) Look(context.Context) (Operations, error) {
	o := Operations{
		At: lastDay, Started: lastDay.Add(-time.Hour), Version: "v1", Parts: []OperatedPart{{"streams", PartWell, 0}, {"index", PartBehind, 7}, {"worker", PartOff, 0}, {"intake", PartDown, 0}},
		Dead: []DeadCount{{"malformed", 3}, {"other", 1}},
		Stages: []OperatedStage{
			{"detect", 12, 0.4, 1, 2, 6, []OperatedBound{{time.Millisecond, 10}, {3 * time.Millisecond, 12}}},
			{"document", 12, 20.5, 30, 2000, 2500, []OperatedBound{{time.Millisecond, 0}, {time.Second, 11}}},
		},
		Streams: []OperatedStream{{"FEEDBACK_IN", 3, 4096, 8 << 30}, {"FEEDBACK_DOCS", 3, 4096, 0}},
		Processes: []OperatedProcess{
			{"qwertyui", []string{"index", "web"}, "v1", lastDay.Add(-time.Hour), 0, 0, 20 << 20, 60 << 20, 30, 100 << 30, 40 << 30},
			{"asdfghjk", []string{"ingest"}, "v1", lastDay.Add(-2 * time.Hour), 1200, 3, 80 << 20, 160 << 20, 50, 0, 0},
		},
	}
	for i := range 300 {
		o.Samples = append(o.Samples, OperatedSample{At: lastDay.Add(time.Duration(i-300) * 10 * time.Second), Published: uint64(i * i), Waiting: uint64(i % 7), Lag: uint64(i % 5), Heap: uint64(20+i%9) << 20})
	}
	return o, nil
}

func (d *testDesk) Ready(context.Context) error { return d.fails }

func full(d *testDesk) func(*Config) {
	return func(cfg *Config) {
		signIn(cfg)
		cfg.Actions, cfg.Intake, cfg.Operator = d, d, d
		cfg.Marks = func(context.Context) (mark.List, error) { return d.marks, nil }
		cfg.Suggest = func() *suggest.Suggester { return nil }
		cfg.AlertLog = func(context.Context, time.Time) ([]Alert, error) {
			e := 2.5
			return []Alert{{ID: "a", State: "open", Kind: "burst", Severity: "high", Theme: "t", ThemeKind: "theme", Since: "2026-03-01", Day: "2026-03-02", Observed: &statistics.Count{Below: 5}, Expected: &e, Causes: []statistics.Cause{{}}, At: lastDay}}, nil
		}
	}
}

// as sends a request of a role.
func as(t *testing.T, h http.Handler, role access.Role, method, target, kind, body string) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+string(role))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return send(t, h, r)
}

// Every route of the API is in the document, and nothing else is.
func TestSpecHasEveryRoute(t *testing.T) {
	s := newDoor(t, feedback(5), nil).server
	spec := specOf(t, func(target string) *page { return get(t, newSite(t, feedback(5), nil), target) })
	described := map[string]bool{}
	paths, _ := spec["paths"].(map[string]any)
	for path, item := range paths {
		for method := range item.(map[string]any) {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	served := 0
	for _, r := range s.routes() {
		if _, path, _ := strings.Cut(r.pattern, " "); strings.HasPrefix(path, "/api/v1/") {
			served++
			if !described[r.pattern] {
				t.Errorf("%s is served and not described", r.pattern)
			}
			delete(described, r.pattern)
		}
	}
	if served < 20 || len(described) > 0 {
		t.Errorf("%d routes; described and not served: %v", served, described)
	}
}

// What is answered is what the document says, of success and of failure.
func TestAnswersFollowSpec(t *testing.T) {
	docs := feedback(900)
	for i, d := range docs {
		d.Customer = d.Record
		rating := float64((i*7 + len(d.Themes)*3) % 11 % 10) // not all explained by themes
		d.Rating = &rating
	}
	d := &testDesk{}
	h := newSite(t, docs, func(cfg *Config) {
		full(d)(cfg)
		cfg.Desk = (&inventedDesk{text: "x"}).desk()
	})
	spec := specOf(t, func(target string) *page { return get(t, h, target) })
	json := "application/json"
	asked := map[string]bool{}
	for _, c := range []struct {
		role               access.Role
		method, path, rest string // rest takes the place of the wildcard, or follows
		kind, body         string
		status             int
	}{
		{access.Analyst, "GET", "/api/v1/report", "?days=30&channel=app", "", "", 200},
		{access.Analyst, "GET", "/api/v1/report", "?dys=30&regoin=x", "", "", 400},
		{access.Analyst, "GET", "/api/v1/search", "?q=扣费&size=3", "", "", 200},
		{access.Analyst, "GET", "/api/v1/search", "?q=(", "", "", 400},
		{access.Analyst, "GET", "/api/v1/search", "?after=forged", "", "", 400},
		{access.Analyst, "POST", "/api/v1/search", "", json, `{"q":"扣费","size":2,"channel":["app"]}`, 200},
		{access.Analyst, "POST", "/api/v1/search", "", json, `{"querry":"x"}`, 400},
		{access.Analyst, "GET", "/api/v1/suggest", "?q=z", "", "", 200},
		{access.Analyst, "GET", "/api/v1/similar", "?record=record0003&size=3", "", "", 200},
		{access.Analyst, "GET", "/api/v1/significant", "?q=扣费", "", "", 200},
		{access.Analyst, "GET", "/api/v1/documents/{record}", "record0003", "", "", 200},
		{access.Analyst, "GET", "/api/v1/documents/{record}", "nothing", "", "", 404},
		{access.Analyst, "GET", "/api/v1/themes", "", "", "", 200},
		{access.Analyst, "GET", "/api/v1/trends", "?label=hotline-wait&compare=previous&by=region", "", "", 200},
		{access.Analyst, "GET", "/api/v1/trends", "", "", "", 200},
		{access.Analyst, "GET", "/api/v1/drivers", "?days=365", "", "", 200},
		{access.Analyst, "POST", "/api/v1/interventions", "", json, `{"title":"new layout","date":"2026-03-10","themes":["hotline-wait"]}`, 201},
		{access.Analyst, "POST", "/api/v1/interventions", "", json, `{"title":"","date":"soon"}`, 400},
		{access.Analyst, "GET", "/api/v1/interventions", "", "", "", 200},
		{access.Analyst, "GET", "/api/v1/assessment", "?id=m1", "", "", 200},
		{access.Analyst, "DELETE", "/api/v1/interventions/{id}", "m1", "", "", 409},
		{access.Analyst, "DELETE", "/api/v1/interventions/{id}", "m1?reason=mistake", "", "", 200},
		{access.Analyst, "DELETE", "/api/v1/interventions/{id}", "m1?reason=mistake", "", "", 404},
		{access.Analyst, "GET", "/api/v1/discover", "", "", "", 501},
		{access.Analyst, "POST", "/api/v1/discover", "", json, "{}", 501},
		{access.Analyst, "GET", "/api/v1/saved", "", "", "", 200},
		{access.Analyst, "POST", "/api/v1/saved", "", json, "{}", 501},
		{access.Analyst, "DELETE", "/api/v1/saved/{id}", "s1", "", "", 501},
		{access.Auditor, "GET", "/api/v1/alerts", "?state=open&days=7", "", "", 200},
		{access.Publisher, "POST", "/api/v1/feedback", "?channel=app", json, `{"text":"断网"}`, 200},
		{access.Publisher, "POST", "/api/v1/feedback", "", json, `refuse-me`, 422},
		{access.Operator, "GET", "/api/v1/operations", "", "", "", 200},
		{access.Publisher, "GET", "/api/v1/operations", "", "", "", 403},
		{access.Publisher, "GET", "/api/v1/health", "", "", "", 200},
		{access.Publisher, "GET", "/api/v1/openapi.json", "", "", "", 200},
		{access.Analyst, "POST", "/api/v1/documents/{record}/themes", "record0003/themes", json, `{"themes":["hotline-wait"],"reason":"r"}`, 501},
		{access.Analyst, "GET", "/api/v1/taxonomy", "", "", "", 501},
		{access.Analyst, "POST", "/api/v1/taxonomy", "", json, `{}`, 501},
		{access.Analyst, "POST", "/api/v1/taxonomy/relabel", "", json, `{}`, 501},
		{access.Analyst, "GET", "/api/v1/taxonomy/relabel/{run}", "none", "", "", 501},
		{access.Analyst, "POST", "/api/v1/saved/{id}", "s1", json, "{}", 501},
		{access.Analyst, "GET", "/api/v1/saved/{id}/matches", "s1/matches", "", "", 501},
		{access.Analyst, "POST", "/api/v1/export", "?q=扣费", json, `{"format":"csv","reason":"r"}`, 501},
		{access.Auditor, "GET", "/api/v1/desk/ledger", "?action=intake&since=2026-03-01", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/ledger", "?since=soon", "", "", 400},
		{access.Analyst, "GET", "/api/v1/desk/ledger", "", "", "", 403},
		{access.Auditor, "GET", "/api/v1/desk/ledger/state", "", "", "", 200},
		{access.Officer, "POST", "/api/v1/desk/ledger/check", "", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/ledger/{entry}", "2", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/ledger/{entry}", "-2", "", "", 404},
		{access.Auditor, "GET", "/api/v1/desk/ledger/{entry}", "99", "", "", 404},
		{access.Auditor, "GET", "/api/v1/desk/ledger/{entry}/proof", "2/proof", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/requests", "", "", "", 200},
		{access.Approver, "GET", "/api/v1/desk/approvals", "", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/sources", "", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/keys", "", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/policies", "", "", "", 200},
		{access.Officer, "GET", "/api/v1/desk/samples", "", "", "", 200},
		{access.Auditor, "GET", "/api/v1/desk/samples", "", "", "", 403},
		{access.Officer, "POST", "/api/v1/desk/samples", "", json, `{"reason":"r","target":0.01,"confidence":0.95}`, 201},
		{access.Officer, "POST", "/api/v1/desk/samples", "", json, `{"reason":"r","target":2,"confidence":0.95}`, 422},
		{access.Officer, "GET", "/api/v1/desk/samples/{sample}", "s1", "", "", 200},
		{access.Officer, "GET", "/api/v1/desk/samples/{sample}/documents/{record}", "s1/documents/r1?mode=decide", "", "", 200},
		{access.Officer, "POST", "/api/v1/desk/samples/{sample}/documents/{record}", "s1/documents/r1", json, `{"version":"v1","verdicts":[{"field":"","start":2,"end":6,"type":"PERSON_NAME","outcome":"too_wide","as":""}]}`, 200},
		{access.Officer, "POST", "/api/v1/desk/samples/{sample}/settle", "s1/settle", "", "", 200},
		{access.Officer, "GET", "/api/v1/desk/samples/{sample}/report", "s1/report?lang=en", "", "", 200},
		{access.Officer, "POST", "/api/v1/desk/samples/{sample}/report", "s1/report", json, `{"kind":"doc","reason":"r"}`, 422},
		{access.Officer, "POST", "/api/v1/desk/samples/{sample}/report", "s1/report", json, `{"kind":"pdf","reason":"r"}`, 200},
	} {
		target := c.path + c.rest
		if i := strings.IndexByte(c.path, '{'); i >= 0 {
			target = c.path[:i] + c.rest
		}
		p := as(t, h, c.role, c.method, target, c.kind, c.body)
		if p.status != c.status {
			t.Errorf("%s %s: status %d, want %d: %.300s", c.method, target, p.status, c.status, p.body)
			continue
		}
		asked[c.method+" "+c.path] = true
		if c.path != "/api/v1/openapi.json" {
			follows(t, spec, c.method, c.path, p)
		}
	}
	for path, item := range spec["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if !asked[strings.ToUpper(method)+" "+path] {
				t.Errorf("%s %s was not tried", method, path)
			}
		}
	}
}

// The page has every endpoint and every kind of problem, in both languages.
func TestAPIPage(t *testing.T) {
	h := newSite(t, nil, nil)
	for _, lang := range []string{"zh", "en"} {
		p := get(t, h, "/api?lang="+lang)
		if p.status != http.StatusOK {
			t.Fatalf("status %d", p.status)
		}
		contains(t, lang, p.text(), "GET /api/v1/report", "POST /api/v1/feedback", "application/x-ndjson", "/api#problem-unknown-parameter")
	}
}
