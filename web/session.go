package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"qingting/internal/account"
)

// The cookies. Under TLS they carry the prefix __Host-, with which a browser takes them
// from this very host alone.
const (
	cookieSession = "qingting"
	cookiePending = "qingting-code"   // of a sign-in that waits for a code
	cookieFlow    = "qingting-issuer" // of a sign-in that is at the issuer
)

func cookieName(r *http.Request, name string) string {
	if requestOf(r.Context()).https {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a secret, or takes it away when it is zero. Lax is as
// strict as can be: links from elsewhere, and the way back from an issuer, must
// find the session.
func setCookie(w http.ResponseWriter, r *http.Request, name string, secret account.Fresh) {
	c := &http.Cookie{
		Name: cookieName(r, name), Value: secret.ID, Path: "/", Expires: secret.Expires,
		HttpOnly: true, Secure: requestOf(r.Context()).https, SameSite: http.SameSiteLaxMode,
	}
	if secret.ID == "" {
		c.MaxAge, c.Expires = -1, time.Time{}
	}
	http.SetCookie(w, c)
}

// cookie is a secret that the browser has; "" for none.
func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// redirect sends the browser on, without a page of its own.
func redirect(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}

// session is the one that a request comes with; nil for none, or one that has ended.
func (s *server) session(r *http.Request) (*account.Visit, *httpError) {
	id := cookie(r, cookieSession)
	if s.cfg.Accounts == nil || id == "" || r.Header.Get("Authorization") != "" {
		return nil, nil
	}
	visit, err := s.cfg.Accounts.Resume(r.Context(), id)
	if errors.Is(err, account.ErrSignedOut) {
		return nil, nil
	}
	if err != nil {
		return nil, s.cannotCheck(r.Context(), err)
	}
	req := requestOf(r.Context())
	req.visit, req.user = &visit, visit.User.Name
	return &visit, nil
}

// signInURL is where one signs in to come back to a request.
func signInURL(r *http.Request) string {
	q := url.Values{}
	next := &url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if target := local(next.String()); target != "/" {
		q.Set("next", target)
	}
	if l := r.URL.Query().Get("lang"); l == string(chinese) || l == string(english) {
		q.Set("lang", l)
	}
	return (&url.URL{Path: "/sign-in", RawQuery: q.Encode()}).String()
}

const maxNext = 2000

// local is a page of this site to go to, made of what a request says; "/" for
// anything else: another host, however it is written, and the pages of signing in.
func local(target string) string {
	if len(target) > maxNext || !strings.HasPrefix(target, "/") {
		return "/"
	}
	for _, c := range target {
		if c < ' ' || c == 0x7f || c == '\\' {
			return "/"
		}
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" {
		return "/"
	}
	// What the path says once it is decoded is what a careless client follows.
	if strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t\x00") {
		return "/"
	}
	for _, own := range []string{"/sign-in", "/sign-out", "/link"} {
		if u.Path == own || strings.HasPrefix(u.Path, own+"/") {
			return "/"
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode()}).String()
}

// agent is the family of a browser and its system: enough to know one's own
// sessions by, and no more.
func agent(r *http.Request) string {
	ua := r.UserAgent()
	browser, system := "", ""
	for _, f := range []struct{ mark, name string }{
		{"MicroMessenger", "WeChat"},
		{"DingTalk", "DingTalk"},
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	} {
		if strings.Contains(ua, f.mark) {
			browser = f.name
			break
		}
	}
	for _, f := range []struct{ mark, name string }{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"HarmonyOS", "HarmonyOS"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(ua, f.mark) {
			system = f.name
			break
		}
	}
	return strings.Trim(browser+" · "+system, " ·")
}
