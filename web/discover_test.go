package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/textmining/discover/radar"
)

// found is a report of three themes, and what was decided of them.
type found struct {
	decided []Decision
	since   time.Time // a look is under way, which outlasts whoever asks
	failed  string
}

func (f *found) Found(context.Context) (*radar.Found, time.Time, error) {
	docs := feedback(600)
	n := 9
	return &radar.Found{
		K: 5, Run: 2, Documents: 600, Withheld: 1,
		Themes: []radar.Theme{
			{
				ID: "d-1", Name: "转人工没人管", Customers: 30, Size: 90, Change: "grown", Status: "open", Series: []radar.Point{{From: "2026-03-01", Days: 1, Documents: &n}},
				Quotes: []radar.Quote{{ID: docs[0].Record, Text: docs[0].Text}, {ID: docs[1].Record, Text: "那时说的，如今不在了"}, {ID: "erased", Text: "已删除的话"}},
			},
			{ID: "d-2", Name: "账单看不懂", Customers: 6, Size: 8, Status: "open"},
		},
		Dismissed: []radar.Theme{{ID: "d-3", Name: "节日问候", Customers: 12, Size: 12, Status: "dismissed"}},
	}, lastDay, nil
}

func (f *found) Looking(context.Context) (time.Time, string) { return f.since, f.failed }

func (f *found) Decide(ctx context.Context, who access.Actor, d Decision) error {
	if d.Action == "look" && !f.since.IsZero() {
		<-ctx.Done()
		return ctx.Err()
	}
	if who.Role != access.Analyst {
		return &DecisionError{"who asks has no name"}
	}
	if d.ID == "d-9" {
		return &DecisionError{"there is no theme d-9"}
	}
	f.decided = append(f.decided, d)
	return nil
}

// firstLook is a Discovery that has looked once.
type firstLook struct{ found }

func (*firstLook) Found(context.Context) (*radar.Found, time.Time, error) {
	rising := &radar.Rising{From: "2026-03-24", To: "2026-03-30", Documents: 31, Customers: 28, Expected: 7.2, P: 1e-5}
	return &radar.Found{Run: 1, K: 5, Documents: 300, Themes: []radar.Theme{
		{ID: "d-1", Name: "转人工没人管", Customers: 30, Size: 90}, {ID: "d-2", Name: "积分清零", Customers: 28, Size: 31, Rising: rising},
	}}, lastDay, nil
}

// TestFirstLook: nothing is called new of which nothing was known before; what
// grows by its dates is told.
func TestFirstLook(t *testing.T) {
	h := newSite(t, feedback(60), func(c *Config) { c.Discovery = &firstLook{} })
	var a discoverAnswer
	if err := json.Unmarshal([]byte(get(t, h, "/api/v1/discover").body), &a); err != nil {
		t.Fatal(err)
	}
	if a.Total != 2 || a.Themes[0].State != "first" || a.Themes[1].State != "first" || a.Themes[1].Rising == nil || a.Themes[1].Rising.Documents != 31 {
		t.Errorf("%+v", a)
	}
	if p := get(t, h, "/api/v1/discover?state=new"); !strings.Contains(p.body, `"total":0`) {
		t.Errorf("what is new: %s", p.body)
	}
	p := get(t, h, "/discover?lang=zh")
	contains(t, "the page", p.text(), "这是第一次查找", "首次列出", "增多 2026-03-24 至 2026-03-30：31 条，按平日约 7.2 条")
	lacks(t, "the page", strings.ReplaceAll(p.text(), "哪些是新出现的", ""), "新出现")
}

// TestLookOutlastsTheForm: who asks for a look that takes long is told that it is
// under way, by a page that asks again until it has ended.
func TestLookOutlastsTheForm(t *testing.T) {
	f := &found{since: lastDay}
	h := newSite(t, feedback(60), func(c *Config) { c.Discovery = f })
	p := post(t, h, "/discover", url.Values{"action": {"look"}})
	if p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, p.text())
	}
	next := p.header.Get("Location")
	p = get(t, h, next)
	contains(t, "while it lasts", p.text(), "正在查找", "转人工没人管")
	if !strings.Contains(p.body, `http-equiv="refresh"`) {
		t.Error("the page of who waits does not ask again")
	}
	if p := get(t, h, "/discover?lang=zh"); !strings.Contains(p.text(), "正在查找") || strings.Contains(p.body, `http-equiv="refresh"`) {
		t.Error("others are told of no look, or their page asks again")
	}
	f.since = time.Time{}
	p = get(t, h, next)
	contains(t, "when it has ended", p.text(), "已重新查找")
	lacks(t, "when it has ended", p.body, `http-equiv="refresh"`)
	f.failed = "the stream is away"
	contains(t, "when it has failed", get(t, h, next).text(), "查找未能完成", "the stream is away")
	lacks(t, "for who does not wait", get(t, h, "/discover?lang=zh").text(), "查找未能完成")
}

func TestDiscover(t *testing.T) {
	f := &found{}
	h := newSite(t, feedback(600), func(c *Config) { c.Discovery = f })
	ask := func(query string) (a discoverAnswer) {
		t.Helper()
		p := get(t, h, "/api/v1/discover"+query)
		if p.status != http.StatusOK {
			t.Fatalf("%s: status %d: %s", query, p.status, p.body)
		}
		if err := json.Unmarshal([]byte(p.body), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	all := ask("")
	if all.Total != 2 || all.Themes[0].State != "grown" || all.Themes[1].State != "continued" || *all.Themes[0].Series[0].Documents != 9 {
		t.Errorf("%+v", all)
	}
	if q := all.Themes[0].Quotes; len(q) != 1 || q[0].ID == "erased" {
		t.Errorf("quotes of documents that are gone or others now: %+v", q)
	}
	if a := ask("?from=1&size=1"); len(a.Themes) != 1 || a.Themes[0].ID != "d-2" || a.Total != 2 {
		t.Errorf("the second page: %+v", a)
	}
	if a := ask("?k=10"); a.Total != 1 || a.Withheld != 2 || a.Themes[0].Series != nil {
		t.Errorf("of ten customers: %+v", a)
	}
	if a := ask("?state=dismissed"); a.Total != 1 || a.Themes[0].ID != "d-3" {
		t.Errorf("dismissed: %+v", a)
	}
	for _, bad := range []string{"?state=odd", "?size=0", "?from=x"} {
		if p := get(t, h, "/api/v1/discover"+bad); p.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, p.status)
		}
	}
	for body, want := range map[string]int{
		`{"action":"dismiss","id":"d-1","reason":"known"}`: http.StatusOK,
		`{"action":"dismiss","id":"d-9","reason":"known"}`: http.StatusConflict,
		`{"action":"dismiss","id":"d-1"}`:                  http.StatusBadRequest,
		`{"action":"erase","id":"d-1","reason":"known"}`:   http.StatusBadRequest,
		`{`: http.StatusBadRequest,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/discover", strings.NewReader(body))
		if p := send(t, h, r); p.status != want {
			t.Errorf("%s: status %d, want %d: %s", body, p.status, want, p.body)
		}
	}
	if len(f.decided) != 1 || f.decided[0].ID != "d-1" {
		t.Errorf("decided: %+v", f.decided)
	}
}

func TestDiscoverNowhere(t *testing.T) {
	if p := get(t, newSite(t, feedback(9), nil), "/api/v1/discover"); p.status != http.StatusNotImplemented {
		t.Errorf("status %d", p.status)
	}
}
