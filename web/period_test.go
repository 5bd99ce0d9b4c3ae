package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A period of one's own and a comparison go along with every link, and what cannot
// be read is refused with a word on what to write.
func TestPeriodOfOnesOwn(t *testing.T) {
	h := newSite(t, feedback(600), nil)
	p := get(t, h, "/?lang=en&since=2026-03-01&until=2026-03-10&channel=app&compare=previous")
	contains(t, "the overview", p.text(), "2026-03-01 to 2026-03-10 · App")
	carried := 0
	for _, link := range p.attrs("a", "href") {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); q.Get("since") != "" {
			carried++
			if q.Get("until") != "2026-03-10" || q.Get("channel") != "app" || q.Get("days") != "" {
				t.Errorf("%s loses the selection", link)
			}
		}
	}
	if carried < 6 {
		t.Errorf("%d links carry the period", carried)
	}
	contains(t, "one day before the end", get(t, h, "/?lang=en&until=2026-03-20&days=7").text(), "2026-03-14 to 2026-03-20")
	contains(t, "a search", get(t, h, "/search?lang=en&since=2026-03-31&until=2026-03-31").text(), "of 12")
	contains(t, "a search until", get(t, h, "/search?lang=en&until=2026-03-30").text(), "of 588")
	for _, c := range []struct{ query, want string }{
		{"since=yesterday", "since must be a day such as"},
		{"until=2026-13-01", "until must be a day"},
		{"since=0001-01-01", "since must be a day"},
		{"since=2026-03-02&until=2026-03-01", "give the earlier day first"},
		{"since=1990-01-01&until=2026-03-01", "at most 3660 days"},
		{"compare=last", "compare must be previous"},
		{"compare=mood:bad", "compare must be previous"},
		{"compare=region:", "compare must be previous"},
		{"compare=2026-03-09..2026-03-01", "compare must be previous"},
		{"compare=region:" + strings.Repeat("x", maxValue+1), "compare must be previous"},
		{"compare_since=2026-03-01", "compare must be previous"},
	} {
		p := get(t, h, "/?lang=en&"+c.query)
		if p.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", c.query, p.status)
		}
		contains(t, c.query, p.text(), c.want)
		zh := get(t, h, "/?lang=zh&"+c.query)
		if zh.status != http.StatusBadRequest || !hasHan(zh.text()) {
			t.Errorf("%s in Chinese: status %d", c.query, zh.status)
		}
	}
}
