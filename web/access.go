package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"qingting/internal/access"
	"qingting/internal/account"
)

// permit lets a request to a route pass when whoever asks has its power. The
// handler finds them by access.ActorOf, and their session by requestOf.
func (s *server) permit(r route) http.HandlerFunc {
	switch r.power {
	case public:
		return r.handler
	case anyone:
		return func(w http.ResponseWriter, req *http.Request) {
			_, _ = s.session(req) // for its name and language; what is wrong with it does not matter here
			r.handler(w, req)
		}
	}
	return func(w http.ResponseWriter, req *http.Request) {
		user, scope, refusal := s.user(req)
		switch {
		case refusal != nil:
		case r.power == signedIn:
			if requestOf(req.Context()).visit == nil {
				refusal = signInFirst()
				if req.Header.Get("Authorization") != "" {
					refusal = &httpError{http.StatusForbidden, say{"账号页面只对登录的人开放，不接受令牌。", "The account pages are for people who are signed in, not for tokens."}}
				}
			}
		case !user.May(r.power) || scope != nil && !slices.Contains(scope, r.power):
			refusal = &httpError{http.StatusForbidden, say{
				"您的账号没有此项权限（需要角色：" + rolesIn(chinese, access.RolesOf(r.power)) + "）。请联系管理员。",
				"Your account may not do this: it takes one of the roles " + rolesIn(english, access.RolesOf(r.power)) + ". Ask the operator.",
			}}
			if user.May(r.power) {
				refusal.text = say{"这个令牌的范围不包括此项权限（" + string(r.power) + "）。", "The scope of this token does not include this (" + string(r.power) + ")."}
			}
		}
		if refusal == nil && user.Name != "" && !s.isVisitor(user) {
			if wait := s.limits.user.take(user.Name); wait > 0 {
				refusal = tooMany(req, wait)
			}
		}
		if refusal != nil {
			s.refuse(w, req, refusal)
			return
		}
		actor := access.Actor{Name: user.Name, Role: access.RoleFor(user.Roles, r.power)}
		requestOf(req.Context()).user, requestOf(req.Context()).scope = user.Name, scope
		r.handler(w, req.WithContext(access.WithActor(req.Context(), actor)))
	}
}

func (s *server) isVisitor(u access.User) bool {
	return s.cfg.Visitor != nil && s.cfg.Visitor.Name == u.Name
}

// refuse answers with a page, or with a problem of the API. Who is not signed in
// and asks for a page is sent to where one signs in.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, e *httpError) {
	isAPI := strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/metrics" // programs ask for these
	switch e.status {
	case http.StatusUnauthorized:
		if !isAPI && s.cfg.Accounts != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Authorization") == "" {
			redirect(w, signInURL(r))
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="qingting"`)
	case http.StatusForbidden:
		if r.URL.Path == "/" && r.Method == http.MethodGet && requestOf(r.Context()).visit != nil { // they begin elsewhere
			redirect(w, s.home(r, languageOf(r, chinese)).URL)
			return
		}
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", seconds(requestOf(r.Context()).wait))
	}
	if isAPI {
		s.api(func(*http.Request) (any, error) { return nil, e })(w, r)
		return
	}
	s.page(func(*http.Request, language) (answer, error) { return answer{}, e })(w, r)
}

func signInFirst() *httpError {
	return &httpError{http.StatusUnauthorized, say{
		"请先登录；程序请在请求头 Authorization 中以 Bearer 方式给出令牌。", "Sign in first. A program gives its token in the header Authorization, as Bearer.",
	}}
}

// user is who sends a request: by a bearer token, by a session, or the visitor
// without either. scope is what a token allows of the user's powers, nil for all.
func (s *server) user(r *http.Request) (user access.User, scope []access.Power, refusal *httpError) {
	if r.Header.Get("Authorization") != "" {
		return s.bearer(r)
	}
	visit, refusal := s.session(r)
	switch {
	case refusal != nil:
		return access.User{}, nil, refusal
	case visit != nil:
		return visit.User, nil, nil
	}
	welcome, refusal := s.visited(r)
	if refusal == nil && !welcome {
		refusal = signInFirst()
	}
	if refusal != nil {
		return access.User{}, nil, refusal
	}
	return *s.cfg.Visitor, nil, nil
}

// visited says whether a request may go by the visitor: from a loopback address, and, when
// that is how it was configured, as long as nobody can sign in.
func (s *server) visited(r *http.Request) (bool, *httpError) {
	if s.cfg.Visitor == nil || !requestOf(r.Context()).addr.IsLoopback() {
		return false, nil
	}
	if !s.cfg.VisitorUntilAccounts || s.cfg.Accounts == nil {
		return true, nil
	}
	started, err := s.cfg.Accounts.Started(r.Context())
	if err != nil {
		return false, s.cannotCheck(r.Context(), err)
	}
	return !started, nil
}

func (s *server) cannotCheck(ctx context.Context, err error) *httpError {
	if ctx.Err() == nil {
		s.cfg.Log.ErrorContext(ctx, "accounts cannot be checked", "request", requestOf(ctx).id, "error", err)
	}
	return &httpError{http.StatusServiceUnavailable, say{"暂时无法核对账号，请稍后再试。", "Accounts cannot be checked now. Please try again."}}
}

// bearer is who has a token: of the register, for all that the user may, or one for
// the API with a scope.
func (s *server) bearer(r *http.Request) (access.User, []access.Power, *httpError) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || s.cfg.Users == nil {
		return access.User{}, nil, s.unknownToken(r)
	}
	users, err := s.cfg.Users(r.Context())
	if err != nil {
		return access.User{}, nil, s.cannotCheck(r.Context(), err)
	}
	if user, ok := users.ByToken(token); ok && !user.Disabled {
		return user, nil, nil
	}
	if s.cfg.Accounts != nil {
		user, t, err := s.cfg.Accounts.ByToken(r.Context(), token)
		if err == nil {
			return user, t.Powers, nil
		}
		if !errors.Is(err, account.ErrRefused) {
			return access.User{}, nil, s.cannotCheck(r.Context(), err)
		}
	}
	return access.User{}, nil, s.unknownToken(r)
}

// unknownToken refuses a token that is none, and slows down who gives many. A right one of
// the same address counts all the while, so that one program with an old token stops no other:
// tokens are too long to be guessed at the rate of an address.
func (s *server) unknownToken(r *http.Request) *httpError {
	if wait := s.limits.failure.take(account.AddressOf(requestOf(r.Context()).addr)); wait > 0 {
		refusal := tooMany(r, wait)
		refusal.text = say{"无效的令牌太多，请一分钟后再试。", "Too many tokens that are not valid. Try again in a minute."}
		return refusal
	}
	return &httpError{http.StatusUnauthorized, say{"令牌无效，或账号已停用。", "The token is not valid, or the account is disabled."}}
}
