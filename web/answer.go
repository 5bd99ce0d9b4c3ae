package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"qingting/internal/access"
	"qingting/search"
)

// httpError is a failure with a status, and words for the reader.
type httpError struct {
	status int
	text   say
}

func (e *httpError) Error() string { return e.text.EN }

// known is the table of failures that have a status of their own; what is not
// in it is logged, and the reader learns no more than that it happened.
func (s *server) known(r *http.Request, err error) *httpError {
	var known *httpError
	var mistake *search.SyntaxError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &mistake):
		return &httpError{http.StatusBadRequest, mistakeOf(mistake)}
	case errors.Is(err, search.ErrTooBroad):
		return &httpError{http.StatusBadRequest, say{
			"检索范围太大：通配符 * 匹配的词太多，请在 * 之前多写几个字。", "The search is too broad: too many words match the wildcard *. Write more characters before it.",
		}}
	case errors.Is(err, search.ErrCursor):
		return &httpError{http.StatusBadRequest, say{
			"after 不是这次检索给出的位置，请从第一页重新开始。", "after is no place in these results. Start over from the first page.",
		}}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, search.ErrBudget):
		return &httpError{http.StatusServiceUnavailable, say{
			"检索超时，已停止。请缩小时间范围，或换用更具体的词。", "The search took too long and was stopped. Choose a shorter period or more specific words.",
		}}
	case errors.Is(err, context.Canceled):
		return &httpError{http.StatusServiceUnavailable, say{"请求已取消。", "The request was cancelled."}}
	case errors.Is(err, search.ErrClosed):
		return &httpError{http.StatusServiceUnavailable, say{"服务器正在关闭。", "The server is shutting down."}}
	}
	s.cfg.Log.ErrorContext(r.Context(), "request failed", "request", requestOf(r.Context()).id, "path", r.URL.Path, "error", err)
	return broken()
}

// layout is what every page is given.
type layout struct {
	Lang  language
	Style string
	Other string // this page in the other language
	Page  string
	Data  any
	Nonce string // what a script has to carry to run
	User  string // who is signed in
	Enter string // where one signs in, when one can and nobody is
	// Refresh is after how many seconds the page is asked for again; 0 is never.
	Refresh int
	Script  string     // the module, of pages that have a use for it
	Home    menuItem   // where they begin
	Menu    []menuItem // pages that are theirs
	Foot    []link     // pages that are sought seldom: those that are there, and theirs
}

// scripted are the pages that the module does something on.
var scripted = map[string]bool{"desk_item": true, "search": true, "matches": true}

// onDesk says that a template is one of the officer's desk.
func onDesk(page string) bool {
	return page == "desk" || strings.HasPrefix(page, "desk_")
}

// errorPage says what went wrong.
type errorPage struct {
	Status  int
	Message string // one sentence
	More    string // what to do, "" when that is all
	Request string // names a failure of ours to whom one tells of it
}

// sentences parts a message after its first sentence.
func sentences(text string) (first, rest string) {
	if i := strings.IndexAny(text, "。？"); i >= 0 {
		i += len("。")
		return text[:i], text[i:]
	}
	if first, rest, more := strings.Cut(text, ". "); more {
		return first + ".", rest
	}
	return text, ""
}

// answer is a template's name, its data and the status it is sent with.
type answer struct {
	page   string
	data   any
	status int
}

// page renders what a handler returns.
func (s *server) page(handle func(*http.Request, language) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		lang := languageOf(r, chinese)
		a, err := handle(r, lang)
		if err != nil {
			known := s.known(r, err)
			e := errorPage{Status: known.status}
			e.Message, e.More = sentences(known.text.in(lang))
			if known.status >= http.StatusInternalServerError {
				e.Request = requestOf(r.Context()).id
			}
			a = answer{"error", e, known.status}
		}
		s.render(w, r, lang, a)
	}
}

// render writes a page.
func (s *server) render(w http.ResponseWriter, r *http.Request, lang language, a answer) {
	req := requestOf(r.Context())
	l := layout{Home: s.home(r, lang), Menu: s.menuOf(r, lang, a.page), Lang: lang, Style: s.style.url, Other: otherLanguage(r, lang), Page: a.page, Data: a.data, Nonce: req.nonce}
	switch {
	case req.visit != nil:
		l.User = req.visit.User.Name
	case a.page != "signin" && s.someoneCan(r):
		l.Enter = "/sign-in?lang=" + string(lang)
	}
	if waiting, ok := a.data.(interface{ Refresh() int }); ok {
		l.Refresh = waiting.Refresh()
	}
	for _, page := range []struct {
		there bool
		power access.Power
		path  string
		name  say
	}{
		{s.cfg.Searches != nil, access.Saved, "/saved", say{"保存的检索", "Saved searches"}},
		{s.cfg.Taxonomies != nil, access.Search, "/taxonomy", say{"分类体系", "Taxonomy"}},
		{s.cfg.Operator != nil, access.Operate, "/operations", say{"运行", "Operations"}},
	} {
		if page.there && s.mayVisit(r, page.power) {
			l.Foot = append(l.Foot, link{page.name.in(lang), page.path + "?lang=" + string(lang)})
		}
	}
	l.Foot = append(l.Foot, link{say{"接口", "API"}.in(lang), "/api?lang=" + string(lang)})
	if scripted[a.page] {
		l.Script = s.script.url
	}
	var buf bytes.Buffer
	if err := s.templates[a.page].Execute(&buf, l); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "template failed", "request", req.id, "page", a.page, "error", err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang.Tag())
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(a.status)
	_, _ = buf.WriteTo(w) // the reader is gone
}
