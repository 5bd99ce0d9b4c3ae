package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
)

// accountRoutes are the pages of who is signed in.
func (s *server) accountRoutes() []route {
	if s.cfg.Accounts == nil {
		return nil
	}
	return []route{
		{"GET /account", signedIn, s.page(s.accountPage)},
		{"POST /account/password", signedIn, s.form(s.changePassword)},
		{"POST /account/language", signedIn, s.form(s.setLanguage)},
		{"GET /account/codes", signedIn, s.page(s.codesPage)},
		{"POST /account/codes", signedIn, s.form(s.confirmCodes)},
		{"POST /account/codes/off", signedIn, s.form(s.dropCodes)},
		{"POST /account/sessions/end", signedIn, s.form(s.endSession)},
		{"POST /account/sessions/end-all", signedIn, s.form(s.endSessions)},
		{"POST /account/tokens", signedIn, s.form(s.makeToken)},
		{"POST /account/tokens/revoke", signedIn, s.form(s.revokeToken)},
	}
}

// accountData is the page of one's own account.
type accountData struct {
	Lang     language
	User     access.User
	Roles    string
	Password bool
	Codes    bool
	Recovery int
	Language string
	Current  account.Session
	Since    string // when this session began
	Failed   string // attempts that failed before it; "" for none
	Sessions []sessionRow
	Tokens   []tokenRow
	Powers   []powerChoice
	Lives    []choice
	Made     string // a token, shown once
	Note     string
	Bad      bool
	Part     string // which part of the page the note is of
}

// noteOf is what the template of a note takes.
type noteOf struct {
	Note, Part, Of string
	Bad            bool
}

// NoteOf is the page's note, as one part of it shows its own.
func (d accountData) NoteOf(part string) noteOf { return noteOf{d.Note, d.Part, part, d.Bad} }

type sessionRow struct {
	Handle, Agent, How, Created, Seen string
	This                              bool
}

func (s *server) accountOf(r *http.Request, lang language) (accountData, error) {
	v := *requestOf(r.Context()).visit
	page := accountData{
		Lang: lang, User: v.User, Roles: rolesIn(lang, v.User.Roles), Password: v.Password, Codes: v.Codes, Recovery: v.Recovery,
		Language: v.Language, Current: v.Session, Since: moment(v.Session.Created), Powers: powerChoices(v.User, lang), Lives: tokenLives(lang),
	}
	if n := v.Session.Failed; n > 0 {
		page.Failed = say{
			"在这次登录之前有 " + thousands(n) + " 次失败的尝试，最近一次在 " + moment(v.Session.FailedAt) + "。如果不是您，请更改密码。",
			thousands(n) + " attempts failed before you signed in, the last on " + moment(v.Session.FailedAt) + ". If that was not you, change your password.",
		}.in(lang)
	}
	sessions, err := s.cfg.Accounts.Sessions(r.Context(), v)
	if err != nil {
		return page, s.cannotCheck(r.Context(), err)
	}
	for _, one := range sessions {
		page.Sessions = append(page.Sessions, sessionRow{
			Handle: one.Handle, Agent: one.Agent, How: how(one.How).in(lang), Created: moment(one.Created), Seen: moment(one.Seen), This: one.Handle == v.Session.Handle,
		})
	}
	if page.Tokens, err = s.tokenRows(r, v); err != nil {
		return page, s.cannotCheck(r.Context(), err)
	}
	return page, nil
}

// moment is a time for the reader: of the server's zone, to the minute.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// how is the way somebody signed in.
func how(way string) say {
	switch way {
	case "password":
		return say{"密码", "password"}
	case "password and code":
		return say{"密码和验证码", "password and code"}
	case "password and recovery code":
		return say{"密码和恢复码", "password and recovery code"}
	case "issuer":
		return say{"统一登录", "sign-in service"}
	}
	return say{"其他", "other"}
}

func (s *server) accountPage(r *http.Request, lang language) (answer, error) {
	page, err := s.accountOf(r, lang)
	switch r.URL.Query().Get("done") {
	case "password":
		page.Part, page.Note = "password", say{"密码已更改，其他会话已结束。", "The password is changed. Your other sessions have ended."}.in(lang)
	case "codes":
		page.Part, page.Note = "codes", say{"验证码已关闭，其他会话已结束。", "One-time codes are off. Your other sessions have ended."}.in(lang)
	case "session":
		page.Part, page.Note = "sessions", say{"会话已结束。", "The session has ended."}.in(lang)
	case "token":
		page.Part, page.Note = "tokens", say{"令牌已撤销。", "The token is revoked."}.in(lang)
	}
	return answer{"account", page, http.StatusOK}, err
}

// wrong shows the account page with what was wrong in one part of it.
func (s *server) wrong(r *http.Request, lang language, part string, err error) (answer, error) {
	known := s.accountError(r, err)
	switch {
	case known.status >= http.StatusInternalServerError:
		return answer{}, known
	case errors.Is(err, account.ErrRefused):
		known = &httpError{http.StatusUnprocessableEntity, say{"不对，或已不再有效。请检查后重试。", "That is not right, or counts no more. Check it and try again."}}
	}
	page, err := s.accountOf(r, lang)
	page.Part, page.Note, page.Bad = part, known.text.in(lang), true
	return answer{"account", page, known.status}, err
}

func (s *server) changePassword(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	v := *requestOf(r.Context()).visit
	if r.PostForm.Get("password") != r.PostForm.Get("again") {
		return s.wrong(r, lang, "password", twice())
	}
	fresh, err := s.cfg.Accounts.ChangePassword(r.Context(), v, r.PostForm.Get("old"), r.PostForm.Get("password"))
	if err != nil {
		return s.wrong(r, lang, "password", err)
	}
	setCookie(w, r, cookieSession, fresh)
	return to(w, r, "/account", "done", "password", "lang", string(lang))
}

func (s *server) setLanguage(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	chosen := r.PostForm.Get("language")
	if err := s.cfg.Accounts.SetLanguage(r.Context(), *requestOf(r.Context()).visit, chosen); err != nil {
		return s.wrong(r, lang, "language", err)
	}
	if chosen == "" {
		chosen = string(lang)
	}
	return to(w, r, "/account", "lang", chosen)
}

// codesData is the page on which one-time codes are turned on, or the recovery codes
// shown.
type codesData struct {
	Lang     language
	Secret   string
	Path     string // of the barcode, as SVG has it
	Box      string // its viewBox: with the quiet zone of four modules
	Recovery []string
	Note     string
}

// quietZone is what stands around a barcode, in modules (ISO/IEC 18004, 6.3.8).
const quietZone = 4

func viewBox(width int) string {
	return fmt.Sprintf("%d %d %d %d", -quietZone, -quietZone, width+2*quietZone, width+2*quietZone)
}

func (s *server) codesOf(r *http.Request, lang language) (codesData, error) {
	e, err := s.cfg.Accounts.Enrol(r.Context(), *requestOf(r.Context()).visit)
	if errors.Is(err, account.ErrRefused) {
		return codesData{}, &httpError{http.StatusConflict, say{
			"验证码已经打开，或此账号没有密码。请回到账号页。", "One-time codes are on already, or this account has no password. Go back to your account.",
		}}
	}
	if err != nil {
		return codesData{}, s.cannotCheck(r.Context(), err)
	}
	path, width := e.Path()
	return codesData{Lang: lang, Secret: e.Secret, Path: path, Box: viewBox(width)}, nil
}

func (s *server) codesPage(r *http.Request, lang language) (answer, error) {
	page, err := s.codesOf(r, lang)
	return answer{"codes", page, http.StatusOK}, err
}

func (s *server) confirmCodes(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	recovery, fresh, err := s.cfg.Accounts.Confirm(r.Context(), *requestOf(r.Context()).visit, r.PostForm.Get("code"))
	if err != nil {
		known := s.accountError(r, err)
		if errors.Is(err, account.ErrRefused) {
			known = &httpError{http.StatusUnprocessableEntity, say{"验证码不对。请确认手机的时间准确，再输入应用现在显示的数字。", "The code is wrong. See that the phone's clock is right, and type what the app shows now."}}
		}
		if known.status >= http.StatusInternalServerError {
			return answer{}, known
		}
		page, err := s.codesOf(r, lang)
		page.Note = known.text.in(lang)
		return answer{"codes", page, known.status}, err
	}
	setCookie(w, r, cookieSession, fresh)
	return answer{"codes", codesData{Lang: lang, Recovery: recovery}, http.StatusOK}, nil
}

func (s *server) dropCodes(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	fresh, err := s.cfg.Accounts.Unenrol(r.Context(), *requestOf(r.Context()).visit, r.PostForm.Get("password"), r.PostForm.Get("code"))
	if err != nil {
		return s.wrong(r, lang, "codes", err)
	}
	setCookie(w, r, cookieSession, fresh)
	return to(w, r, "/account", "done", "codes", "lang", string(lang))
}

func (s *server) endSession(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.cfg.Accounts.Revoke(r.Context(), *requestOf(r.Context()).visit, r.PostForm.Get("session")); err != nil {
		return s.wrong(r, lang, "sessions", err)
	}
	return to(w, r, "/account", "done", "session", "lang", string(lang))
}

func (s *server) endSessions(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.cfg.Accounts.SignOutEverywhere(r.Context(), *requestOf(r.Context()).visit); err != nil {
		return s.wrong(r, lang, "sessions", err)
	}
	setCookie(w, r, cookieSession, account.Fresh{})
	return to(w, r, "/sign-in", "done", "out", "lang", string(lang))
}
