package web

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/mark"
	"qingting/search"
	"qingting/search/suggest"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

//go:embed templates/*.html
var templateFiles embed.FS

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
	// Actions notes actions down, Corrections keeps what analysts say documents are
	// about, Taxonomies keeps what finds themes; nil has no
	// forms for it.
	Actions     Actions
	Corrections Corrections
	Taxonomies  Taxonomies
	// AlertLog lists what was warned of since an instant, Intake takes feedback in; nil
	// where this process does not do it.
	AlertLog func(ctx context.Context, since time.Time) ([]Alert, error)
	Intake   Intake
	// Operator tells how the server runs; nil: it is always ready, and tells nothing.
	Operator Operator
	// Took is told how long each answer took; nil tells nobody.
	Took func(time.Duration)
	// Pause is how long who sends feedback may be silent; 0 is 30 s.
	Pause time.Duration
	// Suggest is what searches can be completed to, nil while it is not known.
	Suggest func() *suggest.Suggester
	// Searches keeps saved searches; nil keeps none.
	Searches Searches
	// Exports makes files of what searches find; nil makes none.
	Exports Exports
	// Discovery finds themes that nobody has named; nil where nobody looks.
	Discovery Discovery
	// Desk is the officer's desk; nil has none.
	Desk *Desk
	// Visitor is who comes from a loopback address without a token; nil lets
	// nobody in without one.
	Visitor *access.User
	// VisitorUntilAccounts ends that once somebody can sign in.
	VisitorUntilAccounts bool
	// Accounts signs people in; nil takes tokens alone. Issuer signs them in
	// elsewhere, nil does not.
	Accounts *account.Service
	Issuer   *account.Issuer
	// PublicURL is where people reach this server, when it is not at its own
	// address: behind a proxy. TrustedProxies are those whose word counts on where a
	// request came from.
	PublicURL      *url.URL
	TrustedProxies []netip.Prefix
	Limits         Limits
	Timeout        time.Duration // for one search; 0 is 10 s
	// Font is a font file for charts as PNG, with Chinese characters; empty takes
	// one of the system, or the built-in one.
	Font string
	Log  *slog.Logger // nil discards
}

// server holds what handlers share.
type server struct {
	cfg        Config
	templates  map[string]*template.Template // by page
	style      asset
	script     asset        // a module, for convenience only
	documents  bool         // there is a page of each document
	fonts      *chart.Fonts // of charts as PNG
	limits     *limits
	boot       string // another at each start: part of the tags of answers
	keeper     keeper // of what takes long to work out
	parsedLast parsedTaxonomy
	told       *metrics
}

// New returns the handler of all pages and of the HTTP API. It is safe for
// concurrent use, and keeps nothing that has to be closed.
func New(cfg Config) (http.Handler, error) {
	_, h, err := build(cfg)
	return h, err
}

func build(cfg Config) (*server, http.Handler, error) {
	s, cfg, err := newServer(cfg)
	if err != nil {
		return nil, nil, err
	}
	if s.style, err = assetOf(".css", "text/css; charset=utf-8"); err != nil {
		return nil, nil, err
	}
	if s.script, err = assetOf(".js", "text/javascript; charset=utf-8"); err != nil {
		return nil, nil, err
	}
	if s.fonts, err = chart.NewFonts(cfg.Font); err != nil {
		return nil, nil, err
	}
	if s.templates, err = parseTemplates(); err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	s.documents = s.has("GET /documents/{record}")
	for _, r := range s.routes() {
		mux.HandleFunc(r.pattern, s.permit(r))
	}
	zipped, err := compressed(mux)
	if err != nil {
		return nil, nil, err
	}
	return s, s.guard(s.anyMethod(zipped)), nil
}

// newServer checks the configuration and fills in what it leaves open.
func newServer(cfg Config) (*server, Config, error) {
	if cfg.Index == nil || cfg.Statistics == nil {
		return nil, cfg, errors.New("web: the index and the statistics are required")
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
	s := &server{cfg: cfg, limits: newLimits(cfg.Limits), boot: rand.Text(), told: newMetrics()}
	return s, cfg, nil
}

// parseTemplates returns each page's template with the layout and the parts.
func parseTemplates() (map[string]*template.Template, error) {
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages := make(map[string]*template.Template)
	for _, file := range files {
		page := strings.TrimSuffix(path.Base(file), ".html")
		if page == "layout" || page == "parts" {
			continue
		}
		t, err := chart.AddTo(template.New("layout.html").Funcs(funcs()))
		if err == nil {
			t, err = t.ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", file)
		}
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		pages[page] = t
	}
	return pages, nil
}
