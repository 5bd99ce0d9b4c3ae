package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
)

// request is what is known of one beside what it says: it travels in the context.
type request struct {
	id    string     // names it in the log, in the header of the answer, and on pages of failure
	addr  netip.Addr // whom it comes from, proxies left out
	https bool       // it came by TLS, to this server or to a trusted proxy
	nonce string     // what a script of the page has to carry
	visit *account.Visit
	user  string         // of who asks, once that is known
	scope []access.Power // of the token that it comes with; nil is all that the user may
	wait  time.Duration  // before the next try, of one that came too early
}

type requestKey struct{}

// requestOf is what is known of the request of a context; a zero one when it has
// not passed the guard.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// guard is what every request passes before it comes to a route.
func (s *server) guard(routes http.Handler) http.Handler {
	return s.identified(s.headers(s.localOnly(s.limited(s.sameOrigin(routes)))))
}

const requestIDHeader = "X-Request-Id"

// requestID is what we take from outside: long enough to be one, and nothing that
// could break a header or a line of the log.
var requestID = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// identified gives a request its id and address, logs it, and answers for a handler that
// panics. The log has paths, never queries: those hold what people search for.
func (s *server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &request{id: r.Header.Get(requestIDHeader), nonce: rand.Text()}
		if !requestID.MatchString(req.id) {
			req.id = rand.Text()
		}
		req.addr, req.https = s.peer(r)
		w.Header().Set(requestIDHeader, req.id)
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
		began := time.Now()
		sent := &status{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // it is compared as net/http does
					panic(p)
				}
				s.cfg.Log.ErrorContext(r.Context(), "a page failed", "request", req.id, "path", r.URL.Path, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
				if sent.code == 0 {
					s.refuse(sent, r, broken())
				}
			}
			s.told.count(r.Pattern, sent.code)
			if s.cfg.Took != nil {
				s.cfg.Took(time.Since(began))
			}
			if s.cfg.Log.Enabled(r.Context(), slog.LevelDebug) {
				s.cfg.Log.DebugContext(r.Context(), "request", "request", req.id, "method", r.Method, "route", r.Pattern, "status", sent.code, "user", req.user, "took", time.Since(began).Round(time.Microsecond))
			}
		}()
		next.ServeHTTP(sent, r)
	})
}

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(p []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// peer is the address a request comes from, and whether it came by TLS. What a
// proxy says of that counts when its own address is trusted, from the last
// proxy to the first that is not one of ours.
func (s *server) peer(r *http.Request) (addr netip.Addr, https bool) {
	https = r.TLS != nil
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		addr = ap.Addr().Unmap().WithZone("")
	}
	if !s.trusts(addr) {
		return addr, https
	}
	https = https || strings.EqualFold(lastOf(r.Header.Values("X-Forwarded-Proto")), "https")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			// Who wrote this knows what it does not say: nobody's address, which is
			// no loopback one.
			return netip.Addr{}, https
		}
		addr = hop.Unmap().WithZone("")
	}
	return addr, https
}

func lastOf(values []string) string {
	_, last, found := cutLast(strings.Join(values, ","), ",")
	if !found {
		last = strings.Join(values, ",")
	}
	return strings.TrimSpace(last)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (s *server) trusts(a netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if a.IsValid() && p.Contains(a) {
			return true
		}
	}
	return false
}

// headers sets what every answer carries: nothing runs but our own scripts, nothing is
// fetched from elsewhere, nothing is kept in a cache, no other site can frame or
// read it.
func (s *server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := requestOf(r.Context())
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+req.nonce+"'; connect-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if req.https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// localOnly refuses requests to a loopback address by another name than that of
// one, or than the public one: a page elsewhere, whose name was made to resolve to
// 127.0.0.1, gets nothing.
func (s *server) localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if tcp, ok := local.(*net.TCPAddr); ok && tcp.IP.IsLoopback() && !loopbackHost(r.Host) && !s.publicHost(r.Host) {
			http.Error(w, "This server answers under the names 127.0.0.1, [::1] and localhost, and that of its public URL. A proxy before it has to send one of them as Host.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) publicHost(host string) bool {
	return s.cfg.PublicURL != nil && strings.EqualFold(host, s.cfg.PublicURL.Host)
}

func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

// sameOrigin refuses what another site has a browser send. A request with a token
// is no browser's doing, and never goes by a cookie.
func (s *server) sameOrigin(next http.Handler) http.Handler {
	protect := http.NewCrossOriginProtection()
	if s.cfg.PublicURL != nil {
		_ = protect.AddTrustedOrigin((&url.URL{Scheme: s.cfg.PublicURL.Scheme, Host: s.cfg.PublicURL.Host}).String()) // New has looked at it
	}
	protect.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, &httpError{http.StatusForbidden, say{
			"这个请求来自别的网站，已拒绝。请在本站的页面上操作。", "This request came from another site and was refused. Use the pages of this site.",
		}})
	}))
	guarded := protect.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			next.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// broken is a failure of ours.
func broken() *httpError {
	return &httpError{http.StatusInternalServerError, say{"出错了，请稍后再试。", "Something went wrong. Please try again."}}
}
