package web

import "qingting/internal/access"

// findingRoutes are the pages about finding: what is kept of searches, what leaves
// by them, and what was found without one.
func (s *server) findingRoutes() []route {
	list := []route{
		{"GET /discover", access.Search, s.page(s.discoveries)},
		{"POST /discover", access.Themes, s.form(s.decide)},
		{"GET /alerts", access.Alerts, s.page(s.alerts)},
	}
	if s.cfg.Searches != nil {
		list = append(list, []route{
			{"GET /saved", access.Saved, s.page(s.savedList)},
			{"POST /saved", access.Saved, s.form(s.save)},
			{"GET /saved/{id}", access.Saved, s.form(s.savedMatches)},
			{"POST /saved/{id}", access.Saved, s.form(s.changeSaved)},
		}...)
	}
	if s.cfg.Exports != nil {
		list = append(list, []route{
			{"GET /export", access.Saved, s.page(s.exportPage)},
			{"POST /export", access.Saved, s.form(s.export)},
		}...)
	}
	return list
}
