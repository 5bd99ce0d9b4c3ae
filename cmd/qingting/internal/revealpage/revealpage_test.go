package revealpage

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingting/ingest/custody"
)

const secret = `<script>alert(1)</script>13912345678`

var errNoReason = &custody.Refusal{Code: custody.CodeReason, Text: "a reason is missing"}

// serve runs a console on loopback.
func serve(t *testing.T) (addr net.Addr, c *Page, asked *[]Request) {
	t.Helper()
	asked = new([]Request)
	c, err := New(Config{
		Reveal: func(_ context.Context, r Request) (Revealed, error) {
			*asked = append(*asked, r)
			if r.Reason == "" {
				return Revealed{}, errNoReason
			}
			return Revealed{Record: r.Record, Entry: 7, Actor: "officer1", Text: "电话" + secret, Values: []Value{{"MOBILE", "", secret}}}, nil
		},
		Ask: func(_ context.Context, r Request) (string, error) {
			if r.Reason == "" {
				return "", errNoReason
			}
			return "a-bcdefgh2", nil
		},
		Code:     func(err error) string { return string(custody.CodeOf(err)) },
		Purposes: []Purpose{{"verify", "核验身份", "verify who asks"}},
		Types:    []Type{{"MOBILE", "手机号", "MOBILE"}},
		Now:      func() time.Time { return time.Date(2026, 3, 1, 8, 9, 10, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	srv.Config.Handler = c.Handler(srv.Listener.Addr())
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.Listener.Addr(), c, asked
}

func officer(t *testing.T, c *Page, addr net.Addr) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	resp, err := client.Get(c.URL(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/" {
		t.Fatalf("the address leads to %s: %s", resp.Request.URL.Path, resp.Status)
	}
	return client
}

func body(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var asks = url.Values{"record": {strings.Repeat("a", 26)}, "purpose": {"verify"}, "reason": {"核实"}, "ticket": {"C-1"}, "only": {"手机号"}}

func TestReveal(t *testing.T) {
	addr, c, asked := serve(t)
	client := officer(t, c, addr)
	resp, err := client.PostForm("http://"+addr.String()+"/reveal", asks)
	page := body(t, resp, err)
	if strings.Contains(page, "<script") || !strings.Contains(page, "13912345678") || !strings.Contains(page, "台账条目 7") || !strings.Contains(page, "<td>手机号</td>") {
		t.Error("the page does not show the values, or shows them as markup")
	}
	if n := strings.Count(page, "officer1 · 2026-03-01 08:09:10"); n < 50 {
		t.Errorf("the mark is there %d times", n)
	}
	h := resp.Header
	if h.Get("Cache-Control") != "no-store" || h.Get("Refresh") != "120; url=/hidden" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers: %v", h)
	}
	if len(*asked) != 1 || (*asked)[0] != (Request{strings.Repeat("a", 26), "verify", "核实", "C-1", "", "MOBILE"}) {
		t.Errorf("asked for %+v", *asked)
	}
	resp, err = client.Get("http://" + addr.String() + "/hidden")
	if page := body(t, resp, err); strings.Contains(page, "13912345678") || !strings.Contains(page, "已从屏幕移除") {
		t.Error("the values are still there")
	}
}

func TestErrorsKeepTheForm(t *testing.T) {
	addr, c, _ := serve(t)
	client := officer(t, c, addr)
	form := url.Values{"record": {"x"}, "purpose": {"verify"}, "ticket": {`"><b>`}}
	resp, err := client.PostForm("http://"+addr.String()+"/reveal", form)
	page := body(t, resp, err)
	if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "请填写理由") || !strings.Contains(page, "&#34;&gt;&lt;b&gt;") {
		t.Errorf("%s, and not what was typed", resp.Status)
	}
}

func TestAsk(t *testing.T) {
	addr, c, asked := serve(t)
	client := officer(t, c, addr)
	req, err := http.NewRequest(http.MethodPost, "http://"+addr.String()+"/ask", strings.NewReader(asks.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8")
	resp, err := client.Do(req)
	if page := body(t, resp, err); !strings.Contains(page, "a-bcdefgh2") || !strings.Contains(page, "已申请") || !strings.Contains(page, "核验身份") {
		t.Error("the page does not say what was asked, in Chinese")
	}
	if len(*asked) != 0 {
		t.Error("asking revealed something")
	}
}

// TestEveryCodeHasAChineseText, and no text is of a code that there is not; the
// page shows it to who reads Chinese.
func TestEveryCodeHasAChineseText(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}{4}`)
	for _, code := range custody.Codes {
		if !han.MatchString(refusals[string(code)]) {
			t.Errorf("the refusal %s has no Chinese text", code)
		}
	}
	if len(refusals) != len(custody.Codes) {
		t.Errorf("%d texts of %d codes", len(refusals), len(custody.Codes))
	}
	addr, c, _ := serve(t)
	client := officer(t, c, addr)
	for accept, want := range map[string]string{"zh-CN,zh;q=0.9": refusals["reason-missing"], "en": "a reason is missing"} {
		for _, path := range []string{"/reveal", "/ask"} {
			req, err := http.NewRequest(http.MethodPost, "http://"+addr.String()+path, strings.NewReader("record=x"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Accept-Language", accept)
			resp, err := client.Do(req)
			page := body(t, resp, err)
			if !strings.Contains(page, want) || accept != "en" && strings.Contains(page, "a reason is missing") {
				t.Errorf("%s in %s does not say why it refuses, or in another language", path, accept)
			}
		}
	}
}

// TestStrangers has others of the machine, and pages of others, come by.
func TestStrangers(t *testing.T) {
	addr, c, asked := serve(t)
	root := "http://" + addr.String()
	send := func(client *http.Client, path, host, origin string) int {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, root+path, strings.NewReader(asks.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if host != "" {
			req.Host = host
		}
		if origin != "" {
			req.Header.Set("Origin", origin)
			req.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if got := send(http.DefaultClient, "/reveal", "", ""); got != http.StatusForbidden {
		t.Errorf("without the cookie: %d", got)
	}
	client := officer(t, c, addr)
	if got := send(client, "/reveal", "evil.example", ""); got != http.StatusForbidden {
		t.Errorf("by another name: %d", got)
	}
	if got := send(client, "/reveal", "", "http://evil.example"); got != http.StatusForbidden {
		t.Errorf("from another page: %d", got)
	}
	resp, err := http.Get(root + "/open/" + strings.Repeat("0", 32))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("with another key: %s", resp.Status)
	}
	if len(*asked) != 0 {
		t.Error("a stranger was answered")
	}
}
