package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingting/internal/document"
)

// hostile are texts that want to be more than text.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)' x='`,
	`</bdi></title></textarea></select></option></style><h1>x`,
	`<svg onload=alert(1)><path d="M0 0"/></svg>`,
	`javascript:alert(1)`,
	`//evil.example/x`,
	`{{.Data}}{{template "main" .}}`,
	`<!--`, `-->`, `]]>`, `&lt;b&gt;&#x27;`, `\x3cscript\x3e`,
	"\u202egnp.exe\u202c \u2066\u2067", // bidi override, embedding and isolates
	"Z" + strings.Repeat("\u0336\u034f\u0489", 60),
	strings.Repeat("长", 10_000),
	`"quoted" 'single' (open OR -not: a*`,
	`a&lang=en&q=<b>#x?y=/../..%2f%00+`,
	"\x01\x1b[31m\ufffd\u2028\u2029",
	"=1+1|cmd", "⟦手机号⟧ ⟦", "🙈🙉",
}

// Whatever a customer, a publisher or a link says is shown as text, and the
// links made of it find what they name.
func TestHostileText(t *testing.T) {
	for i, evil := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			docs := feedback(40)
			for n, d := range docs {
				if n%2 == 0 {
					continue
				}
				d.Text, d.Channel, d.Region, d.Product, d.Source, d.Customer = "扣费 "+evil, evil, evil, evil, evil, evil+d.Record
				tag := []document.Tag{{ID: evil, Score: 1, Polarity: -1}}
				d.Themes, d.PainPoints, d.Dimensions, d.Risks = tag, tag, tag, tag
				d.Sentiment.Label, d.Language = evil, evil
				d.Redactions = []document.Redaction{{Type: evil}}
			}
			h := newSite(t, docs, nil)
			shown := htmlText(clip(evil))
			q := url.QueryEscape(evil)
			for _, target := range []string{
				"/", "/?lang=en", "/?channel=" + q + "&region=" + q + "&product=" + q, "/search", "/search?q=" + url.QueryEscape("扣费"),
				"/search?channel=" + q + "&theme=" + q + "&risk=" + q + "&lang=en", "/search?q=" + q, "/search?sentiment=" + q + "&source=" + q + "&pii=" + q + "&language=" + q,
			} {
				p := get(t, h, target)
				isQuery := strings.HasPrefix(target, "/search?q="+q)
				tooLong := !linkable(evil) && strings.Contains(target, q)
				switch {
				case tooLong && p.status != http.StatusBadRequest, !isQuery && !tooLong && p.status != http.StatusOK,
					p.status != http.StatusOK && p.status != http.StatusBadRequest:
					t.Errorf("%.100s: status %d", target, p.status)
				}
				if len(p.body) > 400_000 {
					t.Errorf("%.100s: a page of %d bytes", target, len(p.body))
				}
				if !isQuery && !tooLong && !strings.Contains(p.text(), shown) {
					t.Errorf("%.100s does not show %.80q", target, shown)
				}
			}
			checked := 0
			for _, link := range get(t, h, "/search?facets=all").attrs("a", "href") {
				u, err := url.Parse(link)
				if err != nil {
					t.Fatal(err)
				}
				for field, v := range u.Query() {
					if slices.Contains(v, evil) {
						if p := get(t, h, link); p.status != http.StatusOK || !strings.Contains(p.text(), "第 1–20 条，共 20 条") {
							t.Errorf("the link to %s finds something else (status %d)", field, p.status)
						}
						checked++
					}
				}
			}
			if linkable(evil) != (checked >= 10) {
				t.Errorf("%d links", checked)
			}
			if !linkable(evil) {
				return
			}
			for _, target := range []string{"/api/v1/report?channel=" + q, "/api/v1/search?channel=" + q} {
				if p := get(t, h, target); p.status != http.StatusOK || strings.Contains(p.body, "<script") {
					t.Errorf("%.60s: status %d", target, p.status)
				}
			}
		})
	}
}

// htmlText is text as it reads after a browser has parsed it and page.text has
// made its spaces single.
func htmlText(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestHostilePathsAndLanguages(t *testing.T) {
	h := newSite(t, feedback(5), nil)
	for _, target := range []string{
		"/%3Cscript%3Ealert(1)%3C/script%3E", "/?lang=<script>", "/search?lang=%22%3E%3Cscript%3E&q=x", "/..%2f..%2fetc", "/none?q=%22onload=", "/static/x.css",
		"/api/v1/<script>", "/?lang=zh&lang=en", "/search?q=%ff%fe", "/search?q=x&from=0x", "/?days=%3Cscript%3E", "/?%zz",
	} {
		p := get(t, h, target)
		if p.status >= 500 || strings.Contains(p.body, "<script>") || strings.Count(p.body, "<script") > 1 {
			t.Errorf("%s: status %d", target, p.status)
		}
	}
}
