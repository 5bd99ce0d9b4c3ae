package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingting/internal/document"
	"qingting/textmining/statistics"
)

func contains(t *testing.T, where, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not show %q in:\n%.2000s", where, w, text)
		}
	}
}

func lacks(t *testing.T, where, text string, not ...string) {
	t.Helper()
	for _, w := range not {
		if strings.Contains(text, w) {
			t.Errorf("%s shows %q in:\n%.2000s", where, w, text)
		}
	}
}

func TestOverview(t *testing.T) {
	h := newSite(t, feedback(100), nil)
	p := get(t, h, "/")
	if p.status != http.StatusOK || p.header.Get("Content-Language") != "zh-CN" {
		t.Fatalf("status %d, language %s", p.status, p.header.Get("Content-Language"))
	}
	contains(t, "the overview", p.text(), "智能化与人工的平衡", "不知情定制与乱扣费", "业务办理的清晰度与透明度", "离网倾向", "热线", "浙江", "2026-03-02 至 2026-03-31", "<5", "负面", "乱扣费，转人工")
	lacks(t, "the overview", p.text(), "robot-human", "charged-without-consent", "hotline", "negative")

	p = get(t, h, "/?lang=en&channel=app&days=7")
	contains(t, "the English overview", p.text(), "Robot against human", "Charged without consent", "Hotline", "2026-03-25 to 2026-03-31 · App", "Last 7 days")
	lacks(t, "the English overview", p.text(), "痛点", "不知情")
	for _, link := range p.attrs("a", "href") {
		if u, _ := url.Parse(link); u.Query().Has("painpoint") && (u.Query().Get("channel") != "app" || u.Query().Get("days") != "7" || u.Query().Get("lang") != "en") {
			t.Errorf("%s loses the selection", link)
		}
	}
}

func TestOverviewSaysBurstAndSignificanceInWords(t *testing.T) {
	docs := feedback(200)
	for i, d := range docs { // quiet until the last day but one
		d.Time = lastDay.AddDate(0, 0, -i%60)
		if d.Themes = nil; i%4 == 0 {
			d.Themes = []document.Tag{{ID: "coverage-signal", Score: 1, Polarity: -1}}
		}
		if i >= 120 && i%2 == 0 {
			d.Time, d.Customer = lastDay.AddDate(0, 0, -1), d.Record
			d.Themes = []document.Tag{{ID: "broadband-fault", Score: 1, Polarity: -1}}
		}
	}
	h := newSite(t, docs, nil)
	contains(t, "the overview", get(t, h, "/").text(), "突增 2026-03-30，40 条，平日几乎没有", "新出现")
	contains(t, "the overview", get(t, h, "/?lang=en").text(), "Burst 2026-03-30: 40, usually hardly any", "new")
	contains(t, "the overview", eventually(t, h, "/?lang=en").text(), "Burst 2026-03-30: 44, usually about 2.9")
	// One day does not make a rise: what comes again and again does.
	lacks(t, "the overview", get(t, h, "/?lang=en").text(), "significant rise")
	docs = feedback(300)
	for i, d := range docs {
		d.Time = lastDay.AddDate(0, 0, -i%60)
		if i >= 200 {
			d.Time = lastDay.AddDate(0, 0, -i%30)
		}
	}
	contains(t, "the overview", get(t, newSite(t, docs, nil), "/?lang=en").text(), "+133% significant rise")
}

func TestOneDayDrawsNoSparkline(t *testing.T) {
	p := get(t, newSite(t, feedback(600), nil), "/?days=1")
	if p.status != http.StatusOK || strings.Contains(p.body, `class="spark"`) || strings.Contains(p.body, "/charts/overview/trend") {
		t.Errorf("status %d, or sparklines of one day", p.status)
	}
	contains(t, "the overview", p.text(), "客户在抱怨什么 2026-03-31 时间", "最近 1 天")
	lacks(t, "the overview", p.text(), "走势")
}

func TestNothingToShow(t *testing.T) {
	empty := newSite(t, nil, nil)
	contains(t, "the empty overview", get(t, empty, "/").text(), "还没有反馈", "qingting publish")
	contains(t, "the empty search", get(t, empty, "/search?lang=en&q=x").text(), "Nothing found")
	full := newSite(t, feedback(20), nil)
	contains(t, "the overview of nowhere", get(t, full, "/?region=nowhere").text(), "这个范围内没有反馈", "nowhere")
	contains(t, "the search of nothing", get(t, full, "/search?q=漫游漫游").text(), "没有找到")
	contains(t, "a day outside the period", get(t, full, "/search?days=7&day=2025-01-01").text(), "没有找到")
}

func TestSearchPage(t *testing.T) {
	h := newSite(t, feedback(100), nil)
	p := get(t, h, "/search?q="+url.QueryEscape("扣费"))
	if p.status != http.StatusOK {
		t.Fatalf("status %d", p.status)
	}
	contains(t, "the search", p.text(), "第 1–20 条，共 100 条", "扣费", "热线", "手机号", "身份证号", "情感", "负面", "下一页", "不知情定制与乱扣费", "隐去")
	lacks(t, "the search", p.text(), "MOBILE", "hotline", "sentiment ")
	p = get(t, h, "/search?lang=en&q="+url.QueryEscape("扣费")+"&from=20&channel=hotline&theme=hotline-wait&sort=newest")
	contains(t, "the search", p.text(), "Channel: Hotline", "Theme: Hotline hard to get through", "ID card", "Previous", "Nothing further")
	p = get(t, h, "/search?day=2026-03-31&lang=en")
	contains(t, "the search of a day", p.text(), "1–2 of 2", "Day: 2026-03-31")
}

// Every link of every page leads somewhere, and no page loses the language.
func TestLinksLeadSomewhere(t *testing.T) {
	h := newSite(t, feedback(100), nil)
	for _, lang := range []string{"zh", "en"} {
		queue, seen := []string{"/?lang=" + lang}, map[string]bool{}
		for len(queue) > 0 && len(seen) < 120 {
			target := queue[0]
			queue = queue[1:]
			if seen[target] {
				continue
			}
			seen[target] = true
			p := get(t, h, target)
			if p.status != http.StatusOK {
				t.Errorf("%s: status %d", target, p.status)
				continue
			}
			for _, link := range p.attrs("a", "href") {
				if u, _ := url.Parse(link); u.Query().Get("lang") == lang {
					queue = append(queue, link)
				}
			}
		}
		if len(seen) < 50 {
			t.Errorf("only %d pages", len(seen))
		}
	}
}

func TestAPI(t *testing.T) {
	h := newSite(t, feedback(100), nil)
	for _, lang := range []string{"zh", "en"} {
		p := get(t, h, "/api/v1/report?days=90&channel=app&lang="+lang)
		var rep statistics.Report
		if err := json.Unmarshal([]byte(p.body), &rep); err != nil || p.status != http.StatusOK || p.header.Get("Content-Type") != "application/json" {
			t.Fatalf("report: status %d, %v", p.status, err)
		}
		if rep.Documents.N != 50 || rep.Channel != "app" || rep.PainPoints[0].ID != "robot-human" {
			t.Errorf("report: %d documents of %q, first %q", rep.Documents.N, rep.Channel, rep.PainPoints[0].ID)
		}
		p = get(t, h, "/api/v1/search?q=record:record0003&lang="+lang)
		var found struct {
			Total uint64
			Hits  []struct{ Document document.Document }
		}
		if err := json.Unmarshal([]byte(p.body), &found); err != nil || p.status != http.StatusOK || found.Total != 1 || found.Hits[0].Document.Record != "record0003" {
			t.Errorf("search: status %d, total %d, %v", p.status, found.Total, err)
		}
	}
	if p := get(t, h, "/healthz"); p.status != http.StatusOK || p.body != "ok\n" {
		t.Errorf("healthz: %d %q", p.status, p.body)
	}
}

// A quote of a document that was deleted is gone from the page at once.
func TestDeletedQuoteIsGone(t *testing.T) {
	var st *statistics.Store
	docs := feedback(60)
	for i, d := range docs {
		d.Text = "大家都说账单看不懂，希望解释清楚每一项的来历"
		if i == 7 {
			d.Text = "这一条要被删除，因为客户要求删除他的全部反馈"
			d.Themes[0].Score = 1 // makes it the best of quotes
		}
	}
	h := newSite(t, docs, func(c *Config) { st = c.Statistics })
	contains(t, "the overview", get(t, h, "/").body, "要被删除")
	st.Delete(docs[7].Record)
	lacks(t, "the overview", get(t, h, "/").body, "要被删除")
}
