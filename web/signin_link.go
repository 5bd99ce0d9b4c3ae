package web

import (
	"errors"
	"net/http"
	"net/url"

	"qingting/internal/account"
)

// linkData is the page of a one-time link: of the first account, or of a password.
type linkData struct {
	Lang   language
	Action string
	First  bool
	Name   string // whose password it is; of the first account, what was typed
	Note   string
}

// LinkURL is a one-time link, under the URL of the pages.
func LinkURL(pages *url.URL, token string) string {
	u := pages.JoinPath("/link")
	u.RawQuery = url.Values{"token": {token}}.Encode()
	return u.String()
}

func deadLink() *httpError {
	return &httpError{http.StatusGone, say{
		"这个链接无效、已用过或已过期。请管理员再发一个：qingting users link 用户名。",
		"This link is not valid, was used, or has expired. Ask the operator for another: qingting users link NAME.",
	}}
}

func (s *server) linkOf(r *http.Request, lang language) (linkData, error) {
	token := r.URL.Query().Get("token")
	page := linkData{Lang: lang, Action: (&url.URL{Path: "/link", RawQuery: url.Values{"token": {token}, "lang": {string(lang)}}.Encode()}).String()}
	first, err := s.cfg.Accounts.IsFirst(r.Context(), token)
	if err != nil {
		return page, s.cannotCheck(r.Context(), err)
	}
	if page.First = first; first {
		return page, nil
	}
	user, err := s.cfg.Accounts.Linked(r.Context(), token)
	if errors.Is(err, account.ErrRefused) {
		return page, deadLink()
	}
	if err != nil {
		return page, s.cannotCheck(r.Context(), err)
	}
	page.Name = user.Name
	return page, nil
}

// linkPage asks for a password. To look at it uses nothing up: programs that
// look at links before people do are common.
func (s *server) linkPage(r *http.Request, lang language) (answer, error) {
	if err := s.slow(r); err != nil {
		return answer{}, err
	}
	page, err := s.linkOf(r, lang)
	return answer{"link", page, http.StatusOK}, err
}

func (s *server) useLink(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.slow(r); err != nil {
		return answer{}, err
	}
	page, err := s.linkOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	token, password := r.URL.Query().Get("token"), r.PostForm.Get("password")
	if page.First {
		page.Name = r.PostForm.Get("name")
	}
	switch {
	case password != r.PostForm.Get("again"):
		err = twice()
	case page.First:
		err = s.cfg.Accounts.First(r.Context(), token, page.Name, password)
	default:
		err = s.cfg.Accounts.UseLink(r.Context(), token, password)
	}
	if errors.Is(err, account.ErrRefused) {
		return answer{}, deadLink()
	}
	if err != nil {
		known := s.accountError(r, err)
		if known.status != http.StatusUnprocessableEntity {
			return answer{}, known
		}
		page.Note = known.text.in(lang)
		return answer{"link", page, known.status}, nil
	}
	return to(w, r, "/sign-in", "done", "password", "lang", string(lang))
}

func twice() *httpError {
	return &httpError{http.StatusUnprocessableEntity, say{"两次输入的密码不同。", "The two passwords differ."}}
}
