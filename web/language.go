package web

import (
	"net/http"

	xlanguage "golang.org/x/text/language"
)

// language is the reader's: "zh" or "en".
type language string

const (
	chinese language = "zh"
	english language = "en"
)

var matcher = xlanguage.NewMatcher([]xlanguage.Tag{xlanguage.Chinese, xlanguage.English})

// languageOf takes the language from the URL, else from the browser.
func languageOf(r *http.Request) language {
	switch l := language(r.URL.Query().Get("lang")); l {
	case chinese, english:
		return l
	}
	tag, _ := xlanguage.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	if base, _ := tag.Base(); base.String() == "en" {
		return english
	}
	return chinese
}

// otherLanguage is the URL of the same page in the other language.
func otherLanguage(r *http.Request, lang language) string {
	q := r.URL.Query()
	q.Set("lang", string(english))
	if lang == english {
		q.Set("lang", string(chinese))
	}
	u := *r.URL
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// say is a sentence in both languages.
type say struct{ ZH, EN string }

func (s say) in(l language) string {
	if l == english {
		return s.EN
	}
	return s.ZH
}
