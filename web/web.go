package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"time"

	"qingting/search"
	"qingting/textmining/statistics"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/style.css
var styleSheet []byte

// Config is what the pages show.
type Config struct {
	Index      *search.Index     // required
	Statistics *statistics.Store // required: counts, the names of labels, and where days begin
	// TypeName is the Chinese name of a type of personal data such as MOBILE, or
	// "" when there is none; nil shows types as they are. English names are made
	// from the type itself.
	TypeName func(typ string) string
	Timeout  time.Duration // for one search; 0 is 10 s
	Log      *slog.Logger  // nil discards
}

// server holds what handlers share.
type server struct {
	cfg       Config
	templates map[string]*template.Template // by page
	style     string                        // URL of the style sheet, with its hash
}

// New returns the handler of all pages and of the HTTP API. It is safe for
// concurrent use, and keeps nothing that has to be closed.
func New(cfg Config) (http.Handler, error) {
	if cfg.Index == nil || cfg.Statistics == nil {
		return nil, errors.New("web: the index and the statistics are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.TypeName == nil {
		cfg.TypeName = func(string) string { return "" }
	}
	sum := sha256.Sum256(styleSheet)
	s := &server{cfg: cfg, style: "/static/" + hex.EncodeToString(sum[:6]) + ".css"}
	var err error
	if s.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page(s.overview))
	mux.HandleFunc("GET /search", s.page(s.search))
	mux.HandleFunc("GET /api/v1/report", s.api(s.apiReport))
	mux.HandleFunc("GET /api/v1/search", s.api(s.apiSearch))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "ok\n") // the reader is gone
	})
	mux.HandleFunc("GET "+s.style, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(styleSheet) // the reader is gone
	})
	missing := &httpError{http.StatusNotFound, say{"没有这个页面。", "There is no such page."}}
	mux.HandleFunc("GET /api/", s.api(func(*http.Request) (any, error) { return nil, missing }))
	mux.HandleFunc("GET /", s.page(func(*http.Request, language) (answer, error) { return answer{}, missing }))
	return headers(localOnly(http.NewCrossOriginProtection().Handler(mux))), nil
}

// parseTemplates returns each page's template with the layout and the parts.
func parseTemplates() (map[string]*template.Template, error) {
	pages := make(map[string]*template.Template)
	for _, page := range []string{"overview", "search", "error"} {
		t, err := template.New("layout.html").Funcs(funcs()).
			ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", "templates/"+page+".html")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		pages[page] = t
	}
	return pages, nil
}
