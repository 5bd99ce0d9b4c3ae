package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"qingting/internal/access"
	"qingting/textmining/taxonomy"
)

// What the pages change of themes, programs change by the API: with the same checks, and
// in the name of who asks.
func TestAPIChangesThemes(t *testing.T) {
	h, n := editable(t, feedback(60), signIn)
	spec := specOf(t, func(target string) *page { return get(t, h, target) })
	ask := func(role access.Role, method, path, target, body string, want int) *page {
		t.Helper()
		p := as(t, h, role, method, target, "application/json", body)
		if p.status != want {
			t.Errorf("%s %s as %s: status %d, want %d: %.200s", method, target, role, p.status, want, p.body)
		} else {
			follows(t, spec, method, path, p)
		}
		return p
	}
	correct := "/api/v1/documents/{record}/themes"
	for body, want := range map[string]int{
		`{"themes":["roaming"]}`:                http.StatusUnprocessableEntity,
		`{"themes":[""],"reason":"r"}`:          http.StatusUnprocessableEntity,
		`{"theme":["roaming"],"reason":"r"}`:    http.StatusBadRequest,
		`{"themes":["roaming"],"reason":"r"} {`: http.StatusBadRequest,
	} {
		ask(access.Analyst, "POST", correct, "/api/v1/documents/record0001/themes", body, want)
	}
	ask(access.Auditor, "POST", correct, "/api/v1/documents/record0001/themes", `{"themes":["roaming"],"reason":"r"}`, http.StatusForbidden)
	ask(access.Analyst, "POST", correct, "/api/v1/documents/none/themes", `{"themes":["roaming"],"reason":"r"}`, http.StatusNotFound)
	ask(access.Analyst, "POST", correct, "/api/v1/documents/record0001/themes", `{"themes":["roaming"],"reason":"misread"}`, http.StatusOK)
	if got := n.labels["record0001"]; !slices.Equal(got, []string{"roaming"}) || !slices.Contains(n.reasons, "misread") {
		t.Errorf("kept: %q for %q", got, n.reasons)
	}

	const path = "/api/v1/taxonomy"
	var now taxonomyAnswer
	if err := json.Unmarshal([]byte(ask(access.Analyst, "GET", path, path, "", 200).body), &now); err != nil || now.Revision != 3 || !strings.Contains(now.YAML, "hotline-wait") {
		t.Fatalf("%v: revision %d, %d bytes", err, now.Revision, len(now.YAML))
	}
	put := func(yaml string, revision uint64, reason string) string {
		body, err := json.Marshal(taxonomyBody{yaml, revision, reason})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	changed := string(taxonomy.DefaultYAML()) + "\n# changed\n"
	ask(access.Analyst, "POST", path, path, put(changed, 2, "r"), http.StatusConflict)
	ask(access.Analyst, "POST", path, path, put("themes: [", 3, "r"), http.StatusUnprocessableEntity)
	ask(access.Analyst, "POST", path, path, put(changed, 3, " "), http.StatusUnprocessableEntity)
	ask(access.Officer, "POST", path, path, put(changed, 3, "r"), http.StatusForbidden)
	ask(access.Analyst, "POST", path, path, put(changed, 3, "r"), http.StatusOK)
	if string(n.file.YAML) != changed {
		t.Error("the taxonomy was not put in place")
	}
	ask(access.Analyst, "POST", path+"/relabel", path+"/relabel", `{"reason":""}`, http.StatusUnprocessableEntity)
	ask(access.Analyst, "POST", path+"/relabel", path+"/relabel", `{"reason":"r"}`, http.StatusCreated)
	ask(access.Analyst, "GET", path+"/relabel/{run}", path+"/relabel/run1", "", http.StatusOK)
	ask(access.Analyst, "GET", path+"/relabel/{run}", path+"/relabel/none", "", http.StatusNotFound)
}

func TestAPIOfSearchesAndExports(t *testing.T) {
	kept := &shelf{}
	h := newSite(t, feedback(40), func(cfg *Config) {
		signIn(cfg)
		cfg.Searches, cfg.Exports = kept, kept
	})
	spec := specOf(t, func(target string) *page { return get(t, h, target) })
	ask := func(method, path, target, body string, want int) *page {
		t.Helper()
		p := as(t, h, access.Analyst, method, target, "application/json", body)
		if p.status != want {
			t.Fatalf("%s %s: status %d, want %d: %.200s", method, target, p.status, want, p.body)
		}
		follows(t, spec, method, path, p)
		return p
	}
	ask("POST", "/api/v1/saved", "/api/v1/saved", `{"name":"n","query":"扣费"}`, 200)
	ask("POST", "/api/v1/saved/{id}", "/api/v1/saved/s1", `{"name":"m","query":"(","alert":true}`, 400)
	ask("POST", "/api/v1/saved/{id}", "/api/v1/saved/s1", `{"name":"m","query":"退费","alert":true}`, 200)
	if one := kept.list[0]; one.Name != "m" || one.Query != "退费" || !one.Alert {
		t.Errorf("it became %+v", one)
	}
	for after, want := range map[string]int{"": 1, "?after=7": 0} {
		var got matchesAnswer
		if err := json.Unmarshal([]byte(ask("GET", "/api/v1/saved/{id}/matches", "/api/v1/saved/s1/matches"+after, "", 200).body), &got); err != nil || len(got.Matches) != want {
			t.Errorf("after %q: %v, %v", after, got, err)
		}
	}
	const export = "/api/v1/export"
	ask("POST", export, export+"?q=扣费", `{"format":"doc","reason":"r"}`, 422)
	ask("POST", export, export+"?q=扣费", `{"format":"csv"}`, 422)
	p := ask("POST", export, export+"?q=扣费&channel=app", `{"format":"csv","text":true,"reason":"why"}`, 200)
	if p.body != "rows" || len(kept.orders) != 1 || kept.orders[0].Reason != "why" || !kept.orders[0].Text || kept.orders[0].Found != 20 {
		t.Errorf("%q, %+v", p.body, kept.orders)
	}
	kept.refuse = true
	ask("POST", export, export+"?q=扣费", `{"format":"csv","reason":"r"}`, 409)
}
