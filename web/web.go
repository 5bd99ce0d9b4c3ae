package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"qingting/internal/access"
	"qingting/internal/mark"
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
	// Users is the register of those who may sign in by token, asked at each
	// request that carries one; nil knows nobody.
	Users func(context.Context) (access.Users, error)
	// Marks are the actions that were noted down; nil knows none.
	Marks func(context.Context) (mark.List, error)
	// Visitor is who comes from a loopback address without a token; nil lets
	// nobody in without one.
	Visitor *access.User
	Timeout time.Duration // for one search; 0 is 10 s
	Log     *slog.Logger  // nil discards
}

// server holds what handlers share.
type server struct {
	cfg       Config
	templates map[string]*template.Template // by page
	style     string                        // URL of the style sheet, with its hash
	failures  failures                      // to sign in
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
	for _, r := range s.routes() {
		mux.HandleFunc(r.pattern, s.permit(r))
	}
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
