package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining/statistics"
	"qingting/textmining/taxonomy"
)

// byCharacter takes Chinese characters and Latin words for words.
type byCharacter struct{}

func (byCharacter) Version() string { return "by character" }

func (byCharacter) Tokens(text string, emit func(start, end int)) {
	start := -1
	for i, r := range text {
		inWord := unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) || unicode.IsDigit(r)
		if start >= 0 && !inWord {
			emit(start, i)
			start = -1
		}
		switch {
		case unicode.Is(unicode.Han, r):
			emit(i, i+utf8.RuneLen(r))
		case inWord && start < 0:
			start = i
		}
	}
	if start >= 0 {
		emit(start, len(text))
	}
}

var lastDay = time.Date(2026, 3, 31, 4, 0, 0, 0, time.UTC)

// feedback invents n documents: hotline and app, two regions, two months.
func feedback(n int) []*document.Document {
	docs := make([]*document.Document, n)
	for i := range docs {
		rating := float64(i % 10)
		d := &document.Document{
			Schema: document.Schema, Record: fmt.Sprintf("record%04d", i), Month: "202603", Source: "demo",
			Channel: []string{"hotline", "app"}[i%2], Region: []string{"广东", "浙江"}[i/2%2], Product: "broadband",
			Time: lastDay.AddDate(0, 0, -i%50), Customer: fmt.Sprintf("customer%d", i%37), Rating: &rating,
			Text:   fmt.Sprintf("第%d次来说，我的账单上乱扣费，转人工也没有人管，电话⟦手机号⟧，希望给个说法", i),
			Policy: "p", Engine: "e",
			Redactions: []document.Redaction{{Type: "MOBILE", Action: "tag", Rule: "mobile", Confidence: 1}, {Type: "ID_CARD", Action: "tag", Rule: "id", Confidence: 1}},
			Annotation: document.Annotation{
				Language: "zh", Themes: []document.Tag{{ID: "charged-without-consent", Score: 0.9, Polarity: -1}},
				PainPoints: []document.Tag{{ID: "robot-human", Score: 0.9, Polarity: -1}}, Dimensions: []document.Tag{{ID: "clarity", Score: 0.9, Polarity: -1}},
				Risks: []document.Tag{{ID: "churn", Score: 0.9}}, Sentiment: document.Polarity{Label: "negative", Score: -0.8},
			},
		}
		if i%9 == 0 {
			d.Themes = append(d.Themes, document.Tag{ID: "hotline-wait", Score: 0.7, Polarity: -1})
			d.Sentiment.Label = "neutral"
		}
		docs[i] = d
	}
	return docs
}

func newSite(tb testing.TB, docs []*document.Document, change func(*Config)) http.Handler {
	tb.Helper()
	ix, err := search.Open(tb.TempDir(), search.Config{Segmenter: byCharacter{}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = ix.Close() }) // some tests have closed it
	tax, err := taxonomy.Default()
	if err != nil {
		tb.Fatal(err)
	}
	st := statistics.New(statistics.Config{Taxonomy: tax})
	for chunk := range slices.Chunk(docs, 5000) {
		var changes []search.Change
		for _, d := range chunk {
			st.Put(d)
			changes = append(changes, search.Change{Put: d})
		}
		if err := ix.Apply(tb.Context(), changes, ix.Checkpoint()+uint64(len(chunk))); err != nil {
			tb.Fatal(err)
		}
	}
	names := map[string]string{"MOBILE": "手机号", "ID_CARD": "身份证号"}
	cfg := Config{Index: ix, Statistics: st, TypeName: func(typ string) string { return names[typ] }}
	cfg.Visitor = &access.User{Name: "local", Roles: []access.Role{access.Analyst}}
	if change != nil {
		change(&cfg)
	}
	h, err := New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// page is an answer, read.
type page struct {
	status int
	header http.Header
	body   string
	root   *html.Node
}

// get asks for target and checks what holds for every answer.
func get(t testing.TB, h http.Handler, target string) *page {
	t.Helper()
	return send(t, h, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
}

// elsewhere is where httptest has requests come from.
const elsewhere = "192.0.2.1:1234"

func send(t testing.TB, h http.Handler, r *http.Request) *page {
	t.Helper()
	if r.RemoteAddr == elsewhere {
		r.RemoteAddr = "127.0.0.1:50000"
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{status: res.StatusCode, header: res.Header, body: string(body)}
	nonce := regexp.MustCompile(`'nonce-[A-Z2-7]{26}'`)
	res.Header.Set("Content-Security-Policy", nonce.ReplaceAllString(res.Header.Get("Content-Security-Policy"), "'nonce'"))
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'nonce'; connect-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=()",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%.80s: %s is %q", r.URL, name, got)
		}
	}
	kept := res.Header.Get("Cache-Control") != "no-store"
	if strings.HasPrefix(r.URL.Path, "/api/") && (r.Method == http.MethodGet || r.Method == http.MethodHead) && res.StatusCode < 400 {
		kept = res.Header.Get("Cache-Control") != "private, max-age=0, must-revalidate"
	}
	if !strings.HasPrefix(r.URL.Path, "/static/") && kept {
		t.Errorf("%.80s may be kept in a cache", r.URL)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.root, err = html.Parse(strings.NewReader(p.body)); err != nil {
			t.Fatal(err)
		}
		harmless(t, p.root)
	}
	return p
}

// The elements and attributes that templates write; with others, text has
// become markup.
var (
	elements = strings.Fields(`html head meta title link body header nav main footer a span p h1 h2 form input label select option datalist
		button dl dt dd div svg g rect path circle text h3 figure figcaption details summary table thead tbody tr th td section aside ul ol li bdi i mark code strong blockquote fieldset legend textarea pre br script kbd`)
	attributes = strings.Fields(`charset name content rel href class aria-current lang hreflang action type value role aria-label placeholder
		selected list id viewbox preserveaspectratio cx cy r text-anchor download aria-hidden width height x y d scope colspan data-label title method autocomplete autocapitalize spellcheck inputmode required readonly minlength maxlength open http-equiv checked rows data-n src nonce formnovalidate`)
)

// harmless fails the test where anything could run, load or leave the site.
func harmless(t testing.TB, root *html.Node) {
	t.Helper()
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %.80q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(elements, n.Data) {
			t.Errorf("an element <%.40s>", n.Data)
		}
		if n.Data == "script" && !ourScript(n) {
			t.Error("a script that is not our module")
		}
		for _, a := range n.Attr {
			if !slices.Contains(attributes, strings.ToLower(a.Key)) {
				t.Errorf("<%s> has an attribute %.40q", n.Data, a.Key)
			}
			if a.Key == "href" || a.Key == "action" {
				u, err := url.Parse(a.Val)
				if err != nil || !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") || u.Host != "" {
					t.Errorf("a link leaves the site: %.80q", a.Val)
				}
				if a.Key == "href" && n.Data == "a" && u.Query().Get("lang") == "" {
					t.Errorf("a link loses the language: %.80q", a.Val)
				}
			}
		}
	}
}

// ourScript says that an element is the module of the pages, and has nothing in it.
func ourScript(n *html.Node) bool {
	has := map[string]string{}
	for _, a := range n.Attr {
		has[a.Key] = a.Val
	}
	return n.FirstChild == nil && has["type"] == "module" && strings.HasPrefix(has["src"], "/static/") && strings.HasSuffix(has["src"], ".js") && has["nonce"] != ""
}

// text is what the page shows, spaces made single.
func (p *page) text() string {
	var b strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// attrs lists the values of one attribute of all elements of that name.
func (p *page) attrs(element, key string) (list []string) {
	if p.root == nil { // a file, not a page
		return nil
	}
	for n := range p.root.Descendants() {
		for _, a := range n.Attr {
			if n.Type == html.ElementNode && n.Data == element && a.Key == key {
				list = append(list, a.Val)
			}
		}
	}
	return list
}
