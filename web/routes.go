package web

import (
	"io"
	"net/http"
	"slices"

	"qingting/internal/access"
)

// What a route may take in the place of a power: nothing, not even a look at who asks;
// nothing, of who is known when they are signed in; and an account.
const (
	public   access.Power = ""
	anyone   access.Power = "anyone"
	signedIn access.Power = "signed in"
)

// route is a pattern of requests, and the power that it takes.
type route struct {
	pattern string
	power   access.Power
	handler http.HandlerFunc
}

// routes is everything that is answered: who may ask what is decided here.
func (s *server) routes() []route {
	missing := &httpError{http.StatusNotFound, say{"没有这个页面。", "There is no such page."}}
	return slices.Concat(s.signInRoutes(), s.accountRoutes(), s.apiRoutes(), s.deskRoutes(), s.findingRoutes(), []route{
		{"GET /{$}", access.Search, s.page(s.overview)},
		{"GET /search", access.Search, s.page(s.search)},
		{"GET /theme/{id}", access.Search, s.page(s.theme)},
		{"GET /charts/theme/{id}/{file}", access.Search, s.chartFile(s.themeFigures)},
		{"GET /compare", access.Search, s.page(s.compare)},
		{"GET /charts/compare/{file}", access.Search, s.chartFile(s.compareFigures)},
		{"GET /actions", access.Search, s.page(s.actions)},
		{"POST /actions", access.Mark, s.form(s.noteAction)},
		{"GET /actions/{id}", access.Search, s.page(s.action)},
		{"POST /actions/{id}/remove", access.Mark, s.form(s.removeAction)},
		{"GET /charts/actions/{id}/{file}", access.Search, s.chartFile(s.actionFigures)},
		{"GET /documents/{record}", access.Search, s.page(s.document)},
		{"POST /documents/{record}", access.Themes, s.form(s.correctDocument)},
		{"GET /taxonomy", access.Search, s.page(s.taxonomyList)},
		{"GET /taxonomy/new", access.Themes, s.page(s.newTheme)},
		{"POST /taxonomy/new", access.Themes, s.formWithin(maxEdit, s.addTheme)},
		{"GET /taxonomy/{id}", access.Search, s.page(s.editTheme)},
		{"POST /taxonomy/{id}", access.Themes, s.formWithin(maxEdit, s.changeTheme)},
		{"POST /taxonomy/relabel", access.Themes, s.form(s.relabel)},
		{"GET /taxonomy/relabel/{run}", access.Themes, s.page(s.relabelling)},
		{"GET /charts/overview/{file}", access.Search, s.chartFile(s.overviewFigures)},
		{"GET /api", anyone, s.page(s.apiGuide)},
		{"GET /operations", access.Operate, s.page(s.operations)},
		{"GET /metrics", access.Operate, s.metrics},
		{"GET /healthz", public, health},
		{"GET /readyz", public, s.readyz},
		{"GET " + s.style.url, public, s.style.serve},
		{"GET " + s.script.url, public, s.script.serve},
		{"GET /", anyone, s.page(func(*http.Request, language) (answer, error) { return answer{}, missing })},
	})
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n") // the reader is gone
}
