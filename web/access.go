package web

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"qingting/internal/access"
)

// permit lets a request to a route pass when whoever asks has its power. The
// handler finds them by access.ActorOf.
func (s *server) permit(r route) http.HandlerFunc {
	if r.power == public {
		return r.handler
	}
	return func(w http.ResponseWriter, req *http.Request) {
		user, refusal := s.user(req)
		if refusal == nil && !user.May(r.power) {
			refusal = &httpError{http.StatusForbidden, say{
				"您的账号没有此项权限（需要角色：" + access.Names(access.RolesOf(r.power)) + "）。请联系管理员。",
				"Your account may not do this: it takes one of the roles " + access.Names(access.RolesOf(r.power)) + ". Ask the operator.",
			}}
		}
		if refusal != nil {
			s.refuse(w, req, refusal)
			return
		}
		actor := access.Actor{Name: user.Name, Role: access.RoleFor(user.Roles, r.power)}
		r.handler(w, req.WithContext(access.WithActor(req.Context(), actor)))
	}
}

// refuse answers with a page, or with a problem of the API.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, e *httpError) {
	switch e.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="qingting"`)
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "60")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.api(func(*http.Request) (any, error) { return nil, e })(w, r)
		return
	}
	s.page(func(*http.Request, language) (answer, error) { return answer{}, e })(w, r)
}

// user is who sends a request: by a bearer token, or the visitor without one.
func (s *server) user(r *http.Request) (access.User, *httpError) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	header := r.Header.Get("Authorization")
	if header == "" {
		if ip := net.ParseIP(host); s.cfg.Visitor != nil && ip != nil && ip.IsLoopback() {
			return *s.cfg.Visitor, nil
		}
		return access.User{}, &httpError{http.StatusUnauthorized, say{
			"请先登录：在请求头 Authorization 中以 Bearer 方式给出令牌。", "Sign in first: give your token in the header Authorization, as Bearer.",
		}}
	}
	if !s.failures.allow(host) {
		return access.User{}, &httpError{http.StatusTooManyRequests, say{
			"登录失败次数过多，请一分钟后再试。", "Too many failed attempts to sign in. Try again in a minute.",
		}}
	}
	unknown := &httpError{http.StatusUnauthorized, say{"令牌无效，或账号已停用。", "The token is not valid, or the account is disabled."}}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || s.cfg.Users == nil {
		s.failures.count(host)
		return access.User{}, unknown
	}
	users, err := s.cfg.Users(r.Context())
	if err != nil {
		s.cfg.Log.Error("the register of users cannot be read", "error", err)
		return access.User{}, &httpError{http.StatusServiceUnavailable, say{"暂时无法核对账号，请稍后再试。", "Accounts cannot be checked now. Please try again."}}
	}
	user, ok := users.ByToken(strings.TrimSpace(token))
	if !ok || user.Disabled {
		s.failures.count(host)
		return access.User{}, unknown
	}
	return user, nil
}

const (
	maxFailures   = 10 // from one address
	failureWindow = time.Minute
	maxAddresses  = 4096
)

// failures counts failed attempts by address, each for a minute. The zero value
// is ready for use.
type failures struct {
	mu  sync.Mutex
	of  map[string]attempts
	now func() time.Time // time.Now when nil
}

type attempts struct {
	n     int
	since time.Time
}

func (f *failures) time() time.Time {
	if f.now != nil {
		return f.now()
	}
	return time.Now()
}

func (f *failures) allow(addr string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.of[addr]
	return !ok || a.n < maxFailures || f.time().Sub(a.since) >= failureWindow
}

func (f *failures) count(addr string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.time()
	a := f.of[addr]
	if now.Sub(a.since) >= failureWindow {
		a = attempts{since: now}
	}
	a.n++
	if len(f.of) >= maxAddresses { // forget those whose minute is over, or else everybody
		for addr, a := range f.of {
			if now.Sub(a.since) >= failureWindow {
				delete(f.of, addr)
			}
		}
		if len(f.of) >= maxAddresses {
			clear(f.of)
		}
	}
	if f.of == nil {
		f.of = make(map[string]attempts)
	}
	f.of[addr] = a
}
