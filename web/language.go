package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	xlanguage "golang.org/x/text/language"
)

// language is the reader's: "zh" or "en".
type language string

const (
	chinese language = "zh"
	english language = "en"
)

// Tag is the language's BCP 47 tag.
func (l language) Tag() string {
	if l == english {
		return "en"
	}
	return "zh-CN"
}

// Other is the other language.
func (l language) Other() language {
	if l == english {
		return chinese
	}
	return english
}

var matcher = xlanguage.NewMatcher([]xlanguage.Tag{xlanguage.Chinese, xlanguage.English})

// languageOf takes the language from the URL, else as whoever is signed in chose
// it, else from the browser, else it is fallback.
func languageOf(r *http.Request, fallback language) language {
	switch l := language(r.URL.Query().Get("lang")); l {
	case chinese, english:
		return l
	}
	if v := requestOf(r.Context()).visit; v != nil && v.Language != "" {
		return language(v.Language)
	}
	wanted := r.Header.Get("Accept-Language")
	if wanted == "" || len(wanted) > 1000 {
		return fallback
	}
	tag, _ := xlanguage.MatchStrings(matcher, wanted)
	if base, _ := tag.Base(); base.String() == "en" {
		return english
	}
	return chinese
}

// translated are the pages that have a URL of their own in either language. What a
// form is sent to shows the page it is on.
var translated = map[string]bool{
	"/search": true, "/discover": true, "/alerts": true, "/export": true, "/saved": true, "/compare": true, "/actions": true, "/taxonomy": true, "/sign-in": true, "/sign-in/code": true, "/link": true, "/account": true, "/account/codes": true, "/api": true, "/operations": true,
	"/desk": true,
}

// translatedBelow says that pages of one thing each have a URL of their own.
func translatedBelow(path string) bool {
	return slices.ContainsFunc([]string{"/theme/", "/saved/", "/actions/", "/documents/", "/taxonomy/", "/desk/"}, func(at string) bool { return strings.HasPrefix(path, at) }) &&
		!strings.HasSuffix(path, "/remove")
}

// otherLanguage is the URL of the same page in the other language.
func otherLanguage(r *http.Request, lang language) string {
	q := r.URL.Query()
	if len(r.URL.RawQuery) > 16<<10 { // more than any page here makes
		q = url.Values{}
	}
	q.Set("lang", string(lang.Other()))
	path := r.URL.Path
	if !translated[path] && !translatedBelow(path) { // of unknown pages there is nothing to translate
		path = "/"
	}
	return (&url.URL{Path: path, RawQuery: q.Encode()}).String()
}

// say is a sentence in both languages.
type say struct{ ZH, EN string }

func (s say) in(l language) string {
	if l == english {
		return s.EN
	}
	return s.ZH
}
