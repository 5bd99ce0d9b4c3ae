package browser

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// Everything that a page can have wrong, and what is said of it.
const wrongPage = `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title> </title>
<style>body { background: #fff; color: #000 } .pale { color: #999 } .clear { opacity: .4 } .long { width: 900px } a.same:focus { outline: none }
.dark { background: #222 } svg text { fill: #222 } svg rect { fill: #333 }</style></head><body>
<p class="pale">pale words</p><p class="clear">clear words</p><p class="dark"><span>dark words</span></p><div class="long">long</div>
<svg width="80" height="30"><rect width="80" height="30"/><text x="9" y="20">drawn</text></svg><svg width="80" height="30"><text x="60" y="20">sticks out</text></svg>
<p>中文</p><p><bdi>名字</bdi></p><p>billing_opaque</p><p>&lt;nil&gt;</p><p lang="zh-CN">汉字</p>
<a class="same" href="/a">plain</a><a href="/b"></a><button tabindex="-1">never</button><input name="x" id="twice"><i id="twice"></i>
<script>console.error("no"); nothing.at.all();</script><img src="http://192.0.2.9/x.png" alt="x"><script src="/none.js"></script>
</body></html>`

// TestTheLookSees: what is looked for on the pages is found where it is.
func TestTheLookSees(t *testing.T) {
	st := onStage(t)
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "img-src 'none'")
		_, _ = w.Write([]byte(wrongPage))
	}))
	defer bad.Close()
	b, err := newTab(st.browser, bad.URL, "192.0.2.99")
	if err != nil {
		t.Fatal(err)
	}
	_, faults, err := b.open("/")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.screen(390, "light"); err != nil {
		t.Fatal(err)
	}
	for _, look := range []func() ([]string, error){func() ([]string, error) { return b.look("en", 390) }, b.nameless, b.tabThrough} {
		more, err := look()
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, more...)
	}
	for _, want := range []string{
		"console.error", "exception: Uncaught", "log security:", "issue ContentSecurityPolicyIssue", "status 404 of",
		"px wide on a screen of 390", "wider than the screen: body > div.long", "contrast 2.85: body > p.pale", `p.clear "clear words"`, `p.dark > span "dark words"`, `svg > text "drawn"`, `a label sticks out of its chart: "sticks out"`,
		`no English: body > p "中文"`, `a raw key: body > p "billing_opaque"`, `raw value: "<nil>"`, "the page has no title", "0 headings", "the id twice stands twice",
		"a link has no name", "a textbox has no name", `focus cannot be seen: a "plain"`, `not reached by Tab: button "never"`,
	} {
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("nobody says %q", want)
		}
	}
	for _, f := range faults {
		if strings.Contains(f, "名字") || strings.Contains(f, "汉字") {
			t.Errorf("what is right is told of: %s", f)
		}
	}
	if t.Failed() {
		t.Logf("said:\n%s", strings.Join(faults, "\n"))
	}
}
