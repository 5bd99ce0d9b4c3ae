package web

import (
	"net/http"

	"qingting/internal/access"
)

// menuItem is a page that the head of all pages leads to.
type menuItem struct {
	Name, URL string
	Here      bool
}

// menuPages are what analysts come for, in the order in which they do.
var menuPages = []struct {
	page  string // its template
	path  string
	power access.Power
	name  say
}{
	{"overview", "/", access.Search, say{"痛点", "Pain points"}},
	{"search", "/search", access.Search, say{"检索", "Search"}},
	{"discover", "/discover", access.Search, say{"发现", "Discover"}},
	{"alerts", "/alerts", access.Alerts, say{"预警", "Alerts"}},
	{"compare", "/compare", access.Search, say{"比较", "Compare"}},
	{"actions", "/actions", access.Search, say{"措施", "Actions"}},
}

// menuOf leads to the pages that whoever asks may see, and to no other.
func (s *server) menuOf(r *http.Request, lang language, page string) (list []menuItem) {
	for _, p := range menuPages {
		if s.mayVisit(r, p.power) {
			list = append(list, menuItem{p.name.in(lang), p.path + "?lang=" + string(lang), p.page == page})
		}
	}
	if desk := s.deskURL(r, lang); desk != "" {
		list = append(list, menuItem{say{"合规", "Compliance"}.in(lang), desk, onDesk(page)})
	}
	return list
}

// home is the first page that is theirs: who only looks after the server begins with how
// it runs, and who has no page with their account.
func (s *server) home(r *http.Request, lang language) menuItem {
	if menu := s.menuOf(r, lang, ""); len(menu) > 0 {
		return menu[0]
	}
	switch {
	case s.cfg.Operator != nil && s.mayVisit(r, access.Operate):
		return menuItem{Name: say{"运行", "Operations"}.in(lang), URL: "/operations?lang=" + string(lang)}
	case requestOf(r.Context()).visit != nil:
		return menuItem{Name: say{"账号", "Account"}.in(lang), URL: "/account?lang=" + string(lang)}
	}
	return menuItem{Name: say{"首页", "Start"}.in(lang), URL: "/?lang=" + string(lang)}
}

// mayVisit is mayToo, also of a request that was refused before anybody acted.
func (s *server) mayVisit(r *http.Request, p access.Power) bool {
	if mayToo(r, p) {
		return true
	}
	if requestOf(r.Context()).visit != nil || r.Header.Get("Authorization") != "" {
		return false
	}
	welcome, refusal := s.visited(r)
	return welcome && refusal == nil && s.cfg.Visitor.May(p)
}
