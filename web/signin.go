package web

import (
	"errors"
	"net/http"
	"net/url"

	"qingting/internal/access"
	"qingting/internal/account"
)

// signInRoutes are the pages by which one comes in and goes.
func (s *server) signInRoutes() []route {
	if s.cfg.Accounts == nil {
		return nil
	}
	routes := []route{
		{"GET /sign-in", anyone, s.page(s.signInPage)},
		{"POST /sign-in", anyone, s.form(s.signIn)},
		{"GET /sign-in/code", anyone, s.page(s.codePage)},
		{"POST /sign-in/code", anyone, s.form(s.complete)},
		{"POST /sign-out", anyone, s.form(s.signOut)},
		{"GET /link", anyone, s.page(s.linkPage)},
		{"POST /link", anyone, s.form(s.useLink)},
	}
	if s.cfg.Issuer != nil {
		routes = append(routes,
			route{"GET /sign-in/issuer", anyone, s.form(s.issuerBegin)},
			route{"GET " + IssuerPath, anyone, s.form(s.issuerDone)})
	}
	return routes
}

// signInData is the page of name and password.
type signInData struct {
	Lang   language
	Action string // where the form goes: the way back is in it
	Name   string
	Issuer string // where one signs in elsewhere; "" for nowhere
	Note   string // what was wrong, or is new
	Bad    bool   // it was wrong
}

// codeData is the page of the second factor.
type codeData struct {
	Lang   language
	Action string
	Note   string
}

const maxForm = 64 << 10

// form answers a form: handle redirects, and says so by an answer without a page, or
// returns a page.
func (s *server) form(handle func(http.ResponseWriter, *http.Request, language) (answer, error)) http.HandlerFunc {
	return s.formWithin(maxForm, handle)
}

// formWithin is form, of at most so many bytes.
func (s *server) formWithin(most int64, handle func(http.ResponseWriter, *http.Request, language) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, most)
		err := r.ParseForm()
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			s.refuse(w, r, &httpError{http.StatusRequestEntityTooLarge, say{"提交的内容太大，请缩短后重试。", "What was sent is too large. Shorten it and try again."}})
			return
		}
		var late interface{ Timeout() bool }
		if errors.As(err, &late) && late.Timeout() {
			s.refuse(w, r, &httpError{http.StatusRequestTimeout, say{"提交得太慢，已停止，请重试。", "The form came too slowly, and reading was stopped. Try again."}})
			return
		}
		if err != nil {
			s.refuse(w, r, &httpError{http.StatusBadRequest, say{"表单有误，请返回重试。", "The form is malformed. Go back and try again."}})
			return
		}
		lang := languageOf(r, chinese)
		a, err := handle(w, r, lang)
		switch {
		case err != nil:
			known := s.accountError(r, err)
			if wait := requestOf(r.Context()).wait; wait > 0 {
				w.Header().Set("Retry-After", seconds(wait))
			}
			s.page(func(*http.Request, language) (answer, error) { return answer{}, known })(w, r)
		case a.page != "":
			if wait := requestOf(r.Context()).wait; wait > 0 {
				w.Header().Set("Retry-After", seconds(wait))
			}
			s.render(w, r, lang, a)
		}
	}
}

// to redirects after a form, in the language of the page.
func to(w http.ResponseWriter, r *http.Request, path string, more ...string) (answer, error) {
	u, err := url.Parse(path)
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	if l := r.URL.Query().Get("lang"); (l == string(chinese) || l == string(english)) && q.Get("lang") == "" {
		q.Set("lang", l)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	u.RawQuery = q.Encode()
	redirect(w, u.String())
	return answer{}, nil
}

// hereWith is a form's URL, with the language and the way back in it.
func hereWith(r *http.Request, lang language, path string) string {
	q := url.Values{"lang": {string(lang)}}
	if next := local(r.URL.Query().Get("next")); next != "/" {
		q.Set("next", next)
	}
	return (&url.URL{Path: path, RawQuery: q.Encode()}).String()
}

// someoneCan says that signing in is of use: somebody has an account, or the issuer
// knows them.
func (s *server) someoneCan(r *http.Request) bool {
	if s.cfg.Accounts == nil {
		return false
	}
	started, err := s.cfg.Accounts.Started(r.Context())
	return err == nil && (started || s.cfg.Issuer != nil)
}

func (s *server) signInPage(r *http.Request, lang language) (answer, error) {
	page := s.signInOf(r, lang)
	switch r.URL.Query().Get("done") {
	case "out":
		page.Note = say{"您已退出登录。", "You are signed out."}.in(lang)
	case "password":
		page.Note = say{"密码已设置，请用它登录。", "The password is set. Sign in with it."}.in(lang)
	case "again":
		page.Note = say{"登录已过期，请重新登录。", "That took too long. Please sign in again."}.in(lang)
	}
	if page.Note == "" && !s.someoneCan(r) {
		page.Note = say{
			"还没有任何账号。请打开服务器启动时在终端上打印的链接。", "There is no account yet. Open the link that the server printed on its terminal when it started.",
		}.in(lang)
	}
	return answer{"signin", page, http.StatusOK}, nil
}

func (s *server) signInOf(r *http.Request, lang language) signInData {
	page := signInData{Lang: lang, Action: hereWith(r, lang, "/sign-in")}
	if s.cfg.Issuer != nil {
		page.Issuer = hereWith(r, lang, "/sign-in/issuer")
	}
	return page
}

// attemptOf is who says who they are.
func attemptOf(r *http.Request) account.Attempt {
	return account.Attempt{From: account.AddressOf(requestOf(r.Context()).addr), Agent: agent(r)}
}

// slow slows attempts from an address down before they cost anything.
func (s *server) slow(r *http.Request) error {
	if wait := s.limits.signIn.take(account.AddressOf(requestOf(r.Context()).addr)); wait > 0 {
		return tooMany(r, wait)
	}
	return nil
}

func (s *server) signIn(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.slow(r); err != nil {
		return answer{}, err
	}
	at := attemptOf(r)
	at.Name, at.Password = r.PostForm.Get("name"), r.PostForm.Get("password")
	step, err := s.cfg.Accounts.SignIn(r.Context(), at)
	if err != nil {
		known := s.accountError(r, err)
		if known.status != http.StatusUnauthorized && known.status != http.StatusTooManyRequests {
			return answer{}, known
		}
		page := s.signInOf(r, lang)
		page.Bad, page.Note = true, known.text.in(lang)
		if access.CheckName(at.Name) == nil {
			page.Name = at.Name
		}
		return answer{"signin", page, known.status}, nil
	}
	s.leave(r) // whatever session the browser came with
	if step.Session.ID == "" {
		setCookie(w, r, cookiePending, step.Pending)
		return to(w, r, hereWith(r, lang, "/sign-in/code"))
	}
	setCookie(w, r, cookieSession, step.Session)
	return to(w, r, local(r.URL.Query().Get("next")))
}

// leave ends the session that a request came with: another one takes its place.
func (s *server) leave(r *http.Request) {
	if v := requestOf(r.Context()).visit; v != nil {
		if err := s.cfg.Accounts.SignOut(r.Context(), *v); err != nil {
			s.cfg.Log.ErrorContext(r.Context(), "a session was not ended", "request", requestOf(r.Context()).id, "error", err)
		}
		requestOf(r.Context()).visit = nil
	}
}

func (s *server) codePage(r *http.Request, lang language) (answer, error) {
	return answer{"code", codeData{Lang: lang, Action: hereWith(r, lang, "/sign-in/code")}, http.StatusOK}, nil
}

func (s *server) complete(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.slow(r); err != nil {
		return answer{}, err
	}
	fresh, err := s.cfg.Accounts.Complete(r.Context(), cookie(r, cookiePending), r.PostForm.Get("code"), attemptOf(r))
	if errors.Is(err, account.ErrSignedOut) {
		setCookie(w, r, cookiePending, account.Fresh{})
		return to(w, r, hereWith(r, lang, "/sign-in"), "done", "again")
	}
	if err != nil {
		known := s.accountError(r, err)
		if known.status != http.StatusUnauthorized && known.status != http.StatusTooManyRequests {
			return answer{}, known
		}
		if errors.Is(err, account.ErrRefused) {
			known.text = say{"验证码不对，或已经用过。请等下一个再试。", "The code is wrong, or was used already. Wait for the next one and try again."}
		}
		return answer{"code", codeData{lang, hereWith(r, lang, "/sign-in/code"), known.text.in(lang)}, known.status}, nil
	}
	setCookie(w, r, cookiePending, account.Fresh{})
	setCookie(w, r, cookieSession, fresh)
	return to(w, r, local(r.URL.Query().Get("next")))
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request, _ language) (answer, error) {
	if v := requestOf(r.Context()).visit; v != nil {
		if err := s.cfg.Accounts.SignOut(r.Context(), *v); err != nil {
			return answer{}, err
		}
	}
	setCookie(w, r, cookieSession, account.Fresh{})
	return to(w, r, "/sign-in", "done", "out")
}

// accountError is what the reader is told of a failure of package account.
func (s *server) accountError(r *http.Request, err error) *httpError {
	var known *httpError
	var locked *account.LockedError
	var weak *account.WeakError
	var name *account.NameError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &locked):
		requestOf(r.Context()).wait = locked.Wait
		n := seconds(locked.Wait)
		return &httpError{http.StatusTooManyRequests, say{
			"失败次数过多，请 " + n + " 秒后再试。", "Too many failed attempts. Try again in " + n + " seconds.",
		}}
	case errors.As(err, &weak):
		return &httpError{http.StatusUnprocessableEntity, weakness(weak.Weakness)}
	case errors.As(err, &name):
		return &httpError{http.StatusUnprocessableEntity, say{
			"这个名称不能用：须以小写字母开头，只含 a-z、0-9、点、连字符和下划线，最多 32 个字符、6 个数字，且没有被占用。",
			"This name cannot be taken: a letter of a-z first, then a-z, 0-9, point, hyphen or underscore, 32 characters and 6 digits at most, and not in use.",
		}}
	case errors.Is(err, account.ErrRefused):
		return &httpError{http.StatusUnauthorized, say{"用户名或密码不对，或此账号不能登录。", "The name or the password is wrong, or this account cannot sign in."}}
	case errors.Is(err, account.ErrSignedOut):
		return signInFirst()
	case errors.Is(err, account.ErrBusy):
		return &httpError{http.StatusServiceUnavailable, say{"此刻登录的人太多，请几秒后再试。", "Too many people are signing in. Try again in a few seconds."}}
	case errors.Is(err, account.ErrIssuer):
		return &httpError{http.StatusBadGateway, say{"统一登录服务没有给出可信的答复，请重试。", "The sign-in service gave no answer that can be trusted. Try again."}}
	}
	return s.cannotCheck(r.Context(), err)
}

func weakness(w account.Weakness) say {
	switch w {
	case account.TooShort:
		return say{"密码太短：至少 12 个字符，几个不相干的词连起来最好。", "The password is too short: 12 characters at least. A few unrelated words do well."}
	case account.TooLong:
		return say{"密码太长：最多 256 个字符。", "The password is too long: 256 characters at most."}
	case account.TooNear:
		return say{"密码太好猜：它几乎只由您的名称、常见词或键盘上相邻的键组成。", "The password is easy to guess: it is hardly more than your name, a common word or a row of keys."}
	}
	return say{"密码太简单：请多用几个不同的字符。", "The password is too simple: use more different characters."}
}
