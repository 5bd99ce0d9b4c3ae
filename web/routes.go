package web

import (
	"io"
	"net/http"

	"qingting/internal/access"
)

// public is the power that a route takes which anyone may have.
const public access.Power = ""

// route is a pattern of requests, and the power that it takes.
type route struct {
	pattern string
	power   access.Power
	handler http.HandlerFunc
}

// routes is everything that is answered: who may ask what is decided here.
func (s *server) routes() []route {
	missing := &httpError{http.StatusNotFound, say{"没有这个页面。", "There is no such page."}}
	return []route{
		{"GET /{$}", access.Search, s.page(s.overview)},
		{"GET /search", access.Search, s.page(s.search)},
		{"GET /api/v1/report", access.Search, s.api(s.apiReport)},
		{"GET /api/v1/search", access.Search, s.api(s.apiSearch)},
		{"GET /api/v1/significant", access.Search, s.api(s.apiSignificant)},
		{"GET /api/v1/similar", access.Search, s.api(s.apiSimilar)},
		{"GET /api/v1/trends", access.Search, s.api(s.apiTrends)},
		{"GET /api/v1/drivers", access.Search, s.api(s.apiDrivers)},
		{"GET /api/v1/interventions", access.Search, s.api(s.apiMarks)},
		{"GET /api/v1/assessment", access.Search, s.api(s.apiAssess)},
		{"GET /healthz", public, health},
		{"GET " + s.style, public, style},
		{"GET /api/", public, s.api(func(*http.Request) (any, error) { return nil, missing })},
		{"GET /", public, s.page(func(*http.Request, language) (answer, error) { return answer{}, missing })},
	}
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n") // the reader is gone
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(styleSheet) // the reader is gone
}
