package web

import (
	"errors"
	"net/http"

	"qingting/internal/account"
)

// IssuerPath is where an OpenID Connect issuer sends people back to, under the
// public URL.
const IssuerPath = "/sign-in/issuer/done"

// issuerBegin sends the browser to the issuer. It is a link, not a form: the policy
// of the pages lets forms go nowhere else.
func (s *server) issuerBegin(w http.ResponseWriter, r *http.Request, _ language) (answer, error) {
	if err := s.slow(r); err != nil {
		return answer{}, err
	}
	target, kept, err := s.cfg.Accounts.BeginAt(r.Context(), s.cfg.Issuer, local(r.URL.Query().Get("next")))
	if err != nil {
		return answer{}, err
	}
	setCookie(w, r, cookieFlow, kept)
	redirect(w, target)
	return answer{}, nil
}

// issuerDone is where the browser comes back to.
func (s *server) issuerDone(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	q := r.URL.Query()
	fresh, next, err := s.cfg.Accounts.FinishAt(r.Context(), s.cfg.Issuer, cookie(r, cookieFlow),
		account.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")}, attemptOf(r))
	if errors.Is(err, account.ErrRefused) {
		return answer{}, &httpError{http.StatusForbidden, say{
			"统一登录已完成，但您在这里没有可用的账号或角色。请联系管理员。", "You are signed in there, but have no account or role here. Ask the operator.",
		}}
	}
	if errors.Is(err, account.ErrSignedOut) {
		setCookie(w, r, cookieFlow, account.Fresh{})
		return to(w, r, "/sign-in", "done", "again", "lang", string(lang))
	}
	if err != nil {
		return answer{}, err
	}
	s.leave(r)
	setCookie(w, r, cookieFlow, account.Fresh{})
	setCookie(w, r, cookieSession, fresh)
	return to(w, r, local(next))
}
