package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"

	"qingting/search"
)

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestLanguageIsChosen(t *testing.T) {
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "zh-CN"},
		{"", "en-GB,en;q=0.9", "en"},
		{"", "zh-TW", "zh-CN"},
		{"", "fr, zh;q=0.5, en;q=0.8", "en"},
		{"", "de", "zh-CN"},
		{"", "\x00;;;q=", "zh-CN"},
		{"", strings.Repeat("en,", 5000), "zh-CN"},
		{"lang=en", "zh", "en"},
		{"lang=zh", "en", "zh-CN"},
		{"lang=de", "en", "en"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if got := languageOf(r, chinese).Tag(); got != c.want {
			t.Errorf("%q %.20q: %s, want %s", c.query, c.accept, got, c.want)
		}
	}
}

// calls lists the calls of a function in a template.
func calls(node parse.Node, name string, found *[]*parse.CommandNode) {
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, n := range l.Nodes {
				calls(n, name, found)
			}
		}
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			calls(p, name, found)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		list(n)
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.IfNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			calls(c, name, found)
		}
	case *parse.CommandNode:
		if id, ok := n.Args[0].(*parse.IdentifierNode); ok && id.Ident == name {
			*found = append(*found, n)
		}
		for _, a := range n.Args {
			calls(a, name, found)
		}
	}
}

// Every sentence of a template has both languages, and is in them.
func TestTemplatesAreTranslated(t *testing.T) {
	pages, err := parseTemplates()
	if err != nil {
		t.Fatal(err)
	}
	var all []*parse.CommandNode
	for _, page := range pages {
		for _, part := range page.Templates() {
			if part.Tree != nil {
				calls(part.Tree.Root, "t", &all)
			}
		}
	}
	if len(all) < 60 {
		t.Fatalf("found only %d sentences", len(all))
	}
	for _, call := range all {
		if len(call.Args) != 4 {
			t.Errorf("%s: want a language and two sentences", call)
			continue
		}
		zh, okZH := call.Args[2].(*parse.StringNode)
		en, okEN := call.Args[3].(*parse.StringNode)
		if !okZH || !okEN || strings.TrimSpace(zh.Text) == "" || strings.TrimSpace(en.Text) == "" {
			t.Errorf("%s: a sentence is missing", call)
			continue
		}
		if hasHan(en.Text) && en.Text != "中文" {
			t.Errorf("%q is no English", en.Text)
		}
		letters := strings.ContainsFunc(zh.Text, unicode.IsLetter)
		if letters && !hasHan(zh.Text) && zh.Text != "English" {
			t.Errorf("%q is no Chinese", zh.Text)
		}
	}
}

// Text outside actions is markup and punctuation: what is said goes through t.
func TestTemplatesSayNothingOnTheirOwn(t *testing.T) {
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	actions := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	allowed := []string{"倾听", "qingting", "· 倾听 qingting", "channel:app", "第 – 条", "qingting alerts", "qingting discover", "j", "k", "o", "SVG", "PNG", "CSV", "XLSX", "JSON"}
	for _, f := range files {
		text, err := os.ReadFile("templates/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		z := html.NewTokenizer(strings.NewReader(actions.ReplaceAllString(string(text), "")))
		for z.Next() != html.ErrorToken {
			token := z.Token()
			words := strings.TrimSpace(token.Data)
			if token.Type == html.TextToken && strings.ContainsFunc(words, unicode.IsLetter) && !slices.Contains(allowed, words) && !strings.HasPrefix(words, "rating:") && !strings.HasPrefix(words, "date:") {
				t.Errorf("%s: %q is in one language only", f.Name(), words)
			}
		}
	}
}

// A page in English, of English feedback, holds no Chinese, and the other way
// round no English but names and the query language.
func TestPagesSpeakOneLanguage(t *testing.T) {
	docs := feedback(100)
	for _, d := range docs {
		d.Text, d.Region = "they charged me twice and nobody answers ⟦MOBILE⟧", "North"
	}
	h := newSite(t, docs, nil)
	for _, target := range []string{"/", "/?days=365&channel=app", "/?region=none", "/search", "/search?q=charged&theme=hotline-wait", "/search?q=nothing+here", "/search?q=(", "/none", "/?days=0"} {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		text := get(t, h, target+sep+"lang=en").text()
		text = strings.NewReplacer("倾听", "", "中文", "").Replace(text)
		if hasHan(text) {
			t.Errorf("%s in English says %s", target, strings.Join(regexp.MustCompile(`\p{Han}+`).FindAllString(text, -1), " "))
		}
	}
	for _, d := range docs {
		d.Text, d.Region = "他们多收了钱也没有人答复", "北方"
	}
	h = newSite(t, docs, nil)
	allowed := []string{"qingting", "English", "App", "q", "theme", "channel", "region", "product", "sentiment", "risk", "painpoint", "grade", "j", "k", "o", "pii", "customer", "record", "rating", "date", "OR", "NOT", "app", "SVG", "PNG", "CSV", "XLSX", "JSON"}
	for _, target := range []string{"/", "/?days=365&channel=app", "/?region=无", "/search", "/search?q=多收&theme=hotline-wait", "/search?q=没有这个", "/search?q=(", "/none"} {
		for _, word := range regexp.MustCompile(`[A-Za-z]+`).FindAllString(get(t, h, target).text(), -1) {
			if !slices.Contains(allowed, word) && !strings.HasPrefix(word, "record") {
				t.Errorf("%s in Chinese says %s", target, word)
			}
		}
	}
}

func TestEveryFacetHasAName(t *testing.T) {
	for _, field := range search.FacetNames() {
		if name := fieldName(field); !hasHan(name.ZH) || hasHan(name.EN) || name.EN == field {
			t.Errorf("%s is called %q and %q", field, name.ZH, name.EN)
		}
	}
	for _, field := range placeFields {
		if !slices.Contains(search.FacetNames(), field) {
			t.Errorf("there is no facet %q", field)
		}
	}
	for typ, want := range map[string]string{"BANK_CARD": "Bank card", "ID_CARD": "ID card", "HKID": "HKID", "US_SSN": "US SSN", "PERSON_NAME": "Person name", "": "", "_X__y": " x  y"} {
		if got := typeInEnglish(typ); got != want {
			t.Errorf("typeInEnglish(%q) = %q, want %q", typ, got, want)
		}
	}
}
