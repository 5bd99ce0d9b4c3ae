package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"qingting/search"
)

func TestBadParameters(t *testing.T) {
	h := newSite(t, feedback(10), nil)
	long := strings.Repeat("长", search.MaxQueryLength+1)
	for query, want := range map[string]say{
		"days=0":                {"days 应为 1 到 3660 之间的整数", "days must be a whole number from 1 to 3660"},
		"days=-1":               {"days 应为", "days must be"},
		"days=3661":             {"days 应为", "days must be"},
		"days=1e3":              {"days 应为", "days must be"},
		"days=9999999999999999": {"days 应为", "days must be"},
		"from=-1":               {"from 应为 0 到 9980", "from must be a whole number from 0 to 9980"},
		"from=9999":             {"from 应为", "from must be"},
		"from=x":                {"from 应为", "from must be"},
		"sort=price":            {"sort 应为", "sort must be"},
		"day=yesterday":         {"day 应为日期", "day must be a date"},
		"theme=x" + strings.Repeat("&theme=x", 30): {"筛选条件最多 20 个", "at most 20 filters"},
		"q=" + url.QueryEscape(long):               {"检索式太长（最多 1000 个字符）", "the query is too long (at most 1000 characters)"},
		"q=" + url.QueryEscape("扣费 (退款"):           {"第 4 个字符处有误：这个括号没有闭合", "character 4: this parenthesis is not closed"},
		"q=" + url.QueryEscape("chanel:app"):       {"您是不是要写“channel”？", `did you mean "channel"?`},
		"q=" + url.QueryEscape("a* b* \"<script>"): {"引号没有闭合", "quotation mark is not closed"},
	} {
		for _, path := range []string{"/search", "/api/v1/search"} {
			p := get(t, h, path+"?lang=en&"+query)
			zh := get(t, h, path+"?lang=zh&"+query)
			if p.status != http.StatusBadRequest || zh.status != http.StatusBadRequest {
				t.Errorf("%s?%.40s: status %d, %d", path, query, p.status, zh.status)
				continue
			}
			if p.root != nil {
				contains(t, query, p.text(), want.EN)
				contains(t, query, zh.text(), want.ZH)
				continue
			}
			for where, w := range map[*page]string{p: want.EN, zh: want.ZH} {
				var got problem
				if err := json.Unmarshal([]byte(where.body), &got); err != nil || got.Status != http.StatusBadRequest || got.Title != "Bad Request" || where.header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s?%.40s: not a problem: %v", path, query, err)
				}
				contains(t, query, got.Detail, w)
			}
		}
	}
	for _, query := range []string{"days=0", "days=x"} {
		for _, path := range []string{"/", "/api/v1/report"} {
			if p := get(t, h, path+"?"+query); p.status != http.StatusBadRequest {
				t.Errorf("%s?%s: status %d", path, query, p.status)
			}
		}
	}
	// A mistake leaves the form as it was filled in.
	p := get(t, h, "/search?lang=en&channel=app&q="+url.QueryEscape(`a "b`))
	contains(t, "the form", p.body, `value="a &#34;b"`, `<option value="app" selected>`)
}

func TestNotFound(t *testing.T) {
	h := newSite(t, nil, nil)
	contains(t, "an unknown page", get(t, h, "/none").text(), "404", "没有这个页面")
	contains(t, "an unknown page", get(t, h, "/search/x?lang=en").text(), "404", "There is no such page")
	p := get(t, h, "/api/v2/report")
	if p.status != http.StatusNotFound || p.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("an unknown API: %d %s", p.status, p.header.Get("Content-Type"))
	}
}

// Whoever asks last: a search stops at its deadline, and says so.
func TestDeadline(t *testing.T) {
	h := newSite(t, feedback(100), func(c *Config) { c.Timeout = time.Nanosecond })
	contains(t, "a search out of time", get(t, h, "/search?q=扣费").text(), "503", "检索超时")
	if p := get(t, h, "/api/v1/search?q=x"); p.status != http.StatusServiceUnavailable || !strings.Contains(p.body, "took too long") {
		t.Errorf("status %d: %s", p.status, p.body)
	}
	if p := get(t, h, "/"); p.status != http.StatusOK {
		t.Errorf("the overview, which does not search: status %d", p.status)
	}
	h = newSite(t, feedback(10), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p := send(t, h, httptest.NewRequestWithContext(ctx, http.MethodGet, "/search?q=x", nil)); p.status != http.StatusServiceUnavailable {
		t.Errorf("a reader who has gone: status %d", p.status)
	}
}

func TestFailuresKeepTheirWordsToThemselves(t *testing.T) {
	var ix *search.Index
	h := newSite(t, feedback(10), func(c *Config) { ix = c.Index })
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/search?q=x", "/api/v1/search?q=x"} {
		p := get(t, h, target)
		if p.status != http.StatusServiceUnavailable && p.status != http.StatusInternalServerError {
			t.Errorf("%s: status %d", target, p.status)
		}
		lacks(t, target, p.body, t.TempDir(), "search index", "bleve")
	}
}

// Every mistake a query can hold is told in Chinese too.
func TestMistakesInChinese(t *testing.T) {
	ix, err := search.Open(t.TempDir(), search.Config{Segmenter: byCharacter{}})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	seen := map[string]bool{}
	for _, q := range []string{
		strings.Repeat("a", 1001), strings.Repeat("(", 40) + "a", strings.Repeat("a ", 70), strings.Repeat("ab* ", 30), "a\xff", "a)", "(a", "()", "OR a", "a OR", "AND a", "a AND", "NOT",
		`""`, `"a`, "a”", "a*b", "*", "channel:", "channel:a*b", "channel:*", "nofield:x", "sort:x", "(sort:newest)", "sort:newest sort:newest", "collapse:x", "(collapse:on)", "collapse:on collapse:on", "rating:x", "rating:..", "rating:3..1",
		"date:x", "date:..", "date:2026-02-01..2026-01-01", "rating:", "channel:" + strings.Repeat("a,", 70) + "a", "-()", "-sort:newest", "，",
	} {
		_, err := ix.Search(t.Context(), search.Query{Text: q})
		var wrong *search.SyntaxError
		if !errors.As(err, &wrong) {
			t.Errorf("%.20q is no mistake: %v", q, err)
			continue
		}
		seen[wrong.Message] = true
		zh := mistakeInChinese(wrong.Message)
		if !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("no Chinese for %q", wrong.Message)
		}
	}
	if len(seen) < len(mistakes)-1 {
		t.Errorf("%d different mistakes of the %d that have words", len(seen), len(mistakes))
	}
}
