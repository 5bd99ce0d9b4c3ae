package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/textmining/statistics"
)

// shelf keeps saved searches in memory, and exports what it is given.
type shelf struct {
	list   saved.List
	orders []ExportOrder
	refuse bool
}

func (s *shelf) Saved(context.Context) (saved.List, error) { return s.list, nil }

func (s *shelf) Save(_ context.Context, who access.Actor, search saved.Search) (saved.Search, error) {
	if s.refuse {
		return search, &RefusedError{Text: "<b>full</b>"}
	}
	search.ID, search.Owner = "s1", who.Name
	s.list = append(s.list, search)
	return search, nil
}

func (s *shelf) Remove(context.Context, access.Actor, string) error { s.list = nil; return nil }

func (s *shelf) Alert(_ context.Context, _ access.Actor, _ string, on bool) error {
	s.list[0].Alert = on
	return nil
}

func (s *shelf) Edit(_ context.Context, who access.Actor, search saved.Search) error {
	if s.refuse {
		return &RefusedError{Text: "saved search s1 belongs to <b>zhao</b>, who alone may change it"}
	}
	s.list[0] = search
	return nil
}

func (s *shelf) Matches(_ context.Context, _ string, after uint64, _ int) ([]Match, error) {
	if after >= 7 {
		return nil, nil
	}
	return []Match{{Sequence: 7, Documents: 2, Records: []string{"record0001", "gone"}}}, nil
}

func (s *shelf) Export(_ context.Context, _ access.Actor, o ExportOrder) (ExportFile, error) {
	if s.refuse {
		return ExportFile{}, &RefusedError{Text: "needs a second person"}
	}
	s.orders = append(s.orders, o)
	return ExportFile{Name: "x.csv", Kind: "text/csv; charset=utf-8", Body: []byte("rows")}, nil
}

func fill(t *testing.T, h http.Handler, target string, pairs ...string) *page {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(t, h, r)
}

func TestSavedPages(t *testing.T) {
	s := &shelf{}
	h := newSite(t, feedback(40), func(c *Config) { c.Searches = s })
	contains(t, "nothing saved", get(t, h, "/saved?lang=en").text(), "No searches are saved yet")
	contains(t, "the search", get(t, h, "/search?q=扣费&channel=app&days=7").body, `name="query" value="扣费 channel:app date:7d"`)
	p := fill(t, h, "/saved?lang=en", "name", `<i>mine</i>`, "query", "扣费 channel:app", "alert", "on")
	if p.status != http.StatusSeeOther || p.header.Get("Location") != "/saved?done=saved&lang=en" {
		t.Fatalf("status %d to %q", p.status, p.header.Get("Location"))
	}
	contains(t, "the list", get(t, h, "/saved?done=saved&lang=en").text(), "<i>mine</i>", "2 new", "Saved. New feedback", "Alert off")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/saved/s1?lang=en", nil)
	p = send(t, h, r)
	contains(t, "new matches", p.text(), "Since you last looked", "1 have been erased since")
	cookie := strings.Split(p.header.Get("Set-Cookie"), ";")[0]
	if cookie != "qingting-seen=s1.7" {
		t.Errorf("the cookie is %q", p.header.Get("Set-Cookie"))
	}
	r = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/saved?lang=en", nil)
	r.Header.Set("Cookie", cookie)
	contains(t, "what was seen", send(t, h, r).text(), "nothing new")
	if p := fill(t, h, "/saved/s1?lang=en", "action", "off"); p.status != http.StatusSeeOther || s.list[0].Alert {
		t.Errorf("the alert is on: status %d", p.status)
	}
	p = get(t, h, "/saved/s1?lang=en")
	contains(t, "the search", p.text(), "The alert is off", "Since you last looked", "第1次来说", "Change name and query")
	if p := fill(t, h, "/saved/s1?lang=en", "action", "on", "at", "search"); p.header.Get("Location") != "/saved/s1?done=on&lang=en" || !s.list[0].Alert {
		t.Errorf("the alert is off: status %d to %q", p.status, p.header.Get("Location"))
	}
	p = follow(t, h, fill(t, h, "/saved/s1?lang=en", "action", "edited", "name", "<i>another</i>", "query", "转人工"))
	contains(t, "changed", p.text(), "<i>another</i>", "转人工", "Changed. With another query")
	if s.list[0].Query != "转人工" || s.list[0].Owner != "local" || s.list[0].ID != "s1" {
		t.Errorf("kept: %+v", s.list[0])
	}
	for query, want := range map[string]string{"(": "character", "": "A query is needed", strings.Repeat("x", 1001): "more than 1000"} {
		p := fill(t, h, "/saved/s1?lang=en", "action", "edited", "name", "typed", "query", query)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(p.text()), strings.ToLower(want)) || !strings.Contains(p.body, `value="typed"`) {
			t.Errorf("%.10q: status %d: %.300s", query, p.status, p.text())
		}
	}
	s.refuse = true
	p = fill(t, h, "/saved/s1?lang=zh", "action", "edited", "name", "typed", "query", "x")
	contains(t, "a refusal", p.text(), "检索 s1 属于 <b>zhao</b>，只有本人可以更改")
	s.refuse = false
	if p := fill(t, h, "/saved/none", "action", "edited", "name", "n", "query", "x"); p.status != http.StatusNotFound {
		t.Errorf("no such search: status %d", p.status)
	}
	if p := fill(t, h, "/saved/s1", "action", "burn"); p.status != http.StatusBadRequest {
		t.Errorf("an unknown action: status %d", p.status)
	}
	if p := fill(t, h, "/saved/s1", "action", "removed"); p.status != http.StatusSeeOther || len(s.list) > 0 {
		t.Errorf("not removed: status %d", p.status)
	}
	s.refuse = true
	p = fill(t, h, "/saved?lang=en", "name", "kept as typed", "query", "扣费")
	contains(t, "a refusal", p.body, "&lt;b&gt;full&lt;/b&gt;", `value="kept as typed"`)
	contains(t, "a mistake", fill(t, h, "/saved?lang=en", "name", "n", "query", "(").text(), "character")
	if p := get(t, h, "/saved/none"); p.status != http.StatusNotFound {
		t.Errorf("no such search: status %d", p.status)
	}
}

func TestExportPage(t *testing.T) {
	s := &shelf{}
	h := newSite(t, feedback(40), func(c *Config) { c.Exports = s })
	contains(t, "the page", get(t, h, "/export?lang=en&q=扣费&channel=app").text(), "扣费 channel:app", "20 pieces of feedback", "qingting export '扣费 channel:app'")
	p := fill(t, h, "/export?lang=en&q=扣费&channel=app", "format", "csv", "reason", "quarter", "text", "on")
	if p.status != http.StatusOK || p.body != "rows" || p.header.Get("Content-Disposition") != `attachment; filename="x.csv"` {
		t.Fatalf("status %d, %q", p.status, p.header.Get("Content-Disposition"))
	}
	if o := s.orders[0]; len(o.Documents) != 20 || o.Query != "扣费 channel:app" || !o.Text || o.Reason != "quarter" || o.Found != 20 {
		t.Errorf("ordered %d documents by %q", len(o.Documents), o.Query)
	}
	if p := fill(t, h, "/export?lang=en&q=扣费", "format", "csv"); p.status != http.StatusUnprocessableEntity || len(s.orders) > 1 {
		t.Errorf("without a reason: status %d", p.status)
	}
	s.refuse = true
	contains(t, "a refusal", fill(t, h, "/export?lang=en&q=扣费", "format", "csv", "reason", "my reason").body, "needs a second person", `value="my reason"`)
}

// By the links alone one comes to the last result and back to the first.
func TestResultsByCursor(t *testing.T) {
	h := newSite(t, feedback(90), nil)
	target, pages := "/search?lang=en&sort=newest&channel=hotline&channel=app", 0
	link := func(p *page, rel string) string {
		for n := range p.root.Descendants() {
			has := map[string]string{}
			for _, a := range n.Attr {
				has[a.Key] = a.Val
			}
			if n.Data == "a" && has["rel"] == rel {
				return has["href"]
			}
		}
		return ""
	}
	p := get(t, h, target)
	for pages = 1; link(p, "next") != "" && pages < 10; pages++ {
		p = get(t, h, link(p, "next"))
	}
	contains(t, "the last page", p.text(), "81–90 of 90")
	for back := pages; link(p, "prev") != "" && back > 0; back-- {
		p = get(t, h, link(p, "prev"))
	}
	contains(t, "the first page", p.text(), "1–20 of 90")
}

func TestSearchHelps(t *testing.T) {
	h := newSite(t, feedback(60), nil)
	contains(t, "a mistake", get(t, h, "/search?lang=en&q=chanel:app").body, "Search for: ", "q=channel%3Aapp")
	contains(t, "similar ones", get(t, h, "/search?lang=en&similar=record0003").text(), "Feedback similar to this")
	if p := get(t, h, "/search?similar=none"); p.status != http.StatusNotFound {
		t.Errorf("similar to nothing: status %d", p.status)
	}
	contains(t, "by month", get(t, h, "/search?lang=en&histogram=month").text(), "Feedback a month")
	contains(t, "collapsed", get(t, h, "/search?lang=en&collapse=on&q=扣费").text(), "alike")
	for _, bad := range []string{"collapse=x", "histogram=hour", "facets=x", "after=" + strings.Repeat("a", 2000), "after=x"} {
		if p := get(t, h, "/search?"+bad); p.status != http.StatusBadRequest {
			t.Errorf("%.20s: status %d", bad, p.status)
		}
	}
}

func TestAlertsPage(t *testing.T) {
	usual := 2.5
	h := newSite(t, feedback(40), func(c *Config) {
		c.AlertLog = func(context.Context, time.Time) ([]Alert, error) {
			return []Alert{
				{ID: "a", State: "open", Kind: "burst", Severity: "severe", Theme: "hotline-wait", ThemeKind: "theme", ZH: "热线", EN: "<b>Hotline</b>", Since: "2026-03-01", Day: "2026-03-03", Observed: &statistics.Count{N: 40}, Expected: &usual, Causes: []statistics.Cause{{Column: "region", Value: "广东", Lift: 3}}},
				{ID: "b", State: "closed", Kind: "drift", Theme: "churn", ThemeKind: "risk", EN: "Over", Since: "2026-03-01", Day: "2026-03-01"},
			}, nil
		}
	})
	contains(t, "alerts", get(t, h, "/alerts?lang=en").text(), "<b>Hotline</b>", "Burst, severe", "2026-03-01 to 03-03", "40, usually about 2.5", "×3.0", "Slow rise")
	lacks(t, "those that are not over", get(t, h, "/alerts?lang=en&state=going").text(), "Slow rise")
	contains(t, "nobody", get(t, newSite(t, nil, nil), "/alerts?lang=en").text(), "Alerts cannot be read here")
	contains(t, "nobody", get(t, newSite(t, nil, nil), "/discover?lang=en").text(), "This process does not look")
}
