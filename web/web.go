package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"qingting/search"
	"qingting/textmining/statistics"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/style.css
var styleSheet []byte

// requestTimeout bounds the work for one page.
const requestTimeout = 10 * time.Second

// Config is what the pages show.
type Config struct {
	Index      *search.Index     // required
	Statistics *statistics.Store // required
	Log        *slog.Logger      // nil discards
}

// server holds what handlers share.
type server struct {
	cfg       Config
	templates map[string]*template.Template // by page
	style     string                        // URL of the style sheet, with its hash
}

// New returns the handler of all pages and of the HTTP API.
func New(cfg Config) (http.Handler, error) {
	if cfg.Index == nil || cfg.Statistics == nil {
		return nil, errors.New("web: the index and the statistics are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	sum := sha256.Sum256(styleSheet)
	s := &server{cfg: cfg, templates: make(map[string]*template.Template), style: "/static/" + hex.EncodeToString(sum[:6]) + ".css"}
	for _, page := range []string{"overview", "search", "error"} {
		t, err := template.New("layout.html").Funcs(funcs()).ParseFS(templateFiles, "templates/layout.html", "templates/"+page+".html")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		s.templates[page] = t
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page(s.overview))
	mux.HandleFunc("GET /search", s.page(s.search))
	mux.HandleFunc("GET /api/v1/report", s.api(s.apiReport))
	mux.HandleFunc("GET /api/v1/search", s.api(s.apiSearch))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET "+s.style, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(styleSheet) // the reader is gone
	})
	mux.HandleFunc("/", s.page(func(*http.Request, language) (string, any, error) {
		return "", nil, &httpError{http.StatusNotFound, say{"没有这个页面。", "There is no such page."}}
	}))
	return headers(localOnly(http.NewCrossOriginProtection().Handler(mux))), nil
}

// headers sets what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// localOnly refuses requests by another name than that of a loopback address:
// a page elsewhere, whose name was made to resolve to 127.0.0.1, gets nothing.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if tcp, ok := local.(*net.TCPAddr); ok && tcp.IP.IsLoopback() && !loopbackHost(r.Host) {
			http.Error(w, "this page is served under 127.0.0.1 or localhost only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// httpError is a failure with a status, and words for the reader.
type httpError struct {
	status int
	text   say
}

func (e *httpError) Error() string { return e.text.EN }

// page renders what a handler returns: a template's name and its data.
func (s *server) page(handle func(*http.Request, language) (string, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		lang := languageOf(r)
		status := http.StatusOK
		name, data, err := handle(r, lang)
		if err != nil {
			var known *httpError
			if !errors.As(err, &known) {
				s.cfg.Log.Error("page", "path", r.URL.Path, "error", err)
				known = &httpError{http.StatusInternalServerError, say{"出错了，请稍后再试。", "Something went wrong. Please try again."}}
			}
			status, name, data = known.status, "error", known.text.in(lang)
		}
		var buf bytes.Buffer
		err = s.templates[name].Execute(&buf, layout{Lang: lang, Style: s.style, Other: otherLanguage(r, lang), Page: name, Data: data})
		if err != nil {
			s.cfg.Log.Error("template", "page", name, "error", err)
			http.Error(w, "template error", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = buf.WriteTo(w) // the reader is gone
	}
}

// problem is an error of the API (RFC 9457).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// api writes what a handler returns as JSON.
func (s *server) api(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := handle(r)
		kind := "application/json"
		status := http.StatusOK
		if err != nil {
			p := problem{Title: "internal error", Status: http.StatusInternalServerError}
			var known *httpError
			if errors.As(err, &known) {
				p = problem{Title: http.StatusText(known.status), Status: known.status, Detail: known.text.EN}
			} else {
				s.cfg.Log.Error("api", "path", r.URL.Path, "error", err)
			}
			answer, status, kind = p, p.Status, "application/problem+json"
		}
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(answer); err != nil {
			s.cfg.Log.Error("api", "path", r.URL.Path, "error", err)
			http.Error(w, "encoding error", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = buf.WriteTo(w) // the reader is gone
	}
}
