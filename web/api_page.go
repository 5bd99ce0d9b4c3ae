package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"qingting/internal/access"
)

// apiPage describes the API to people.
type apiPage struct {
	scope
	Groups   []apiGroup
	Problems []problemKind
	Spec     string // URL of the document
}

// apiGroup are endpoints that belong together.
type apiGroup struct {
	Name    string
	Entries []apiEntry
}

// apiGroups are the groups in their order, by how the paths of their endpoints begin.
var apiGroups = []struct {
	name   say
	begins []string
}{
	{say{"痛点与检索", "Pain points and search"}, []string{"report", "search", "suggest", "similar", "significant", "documents", "themes", "trends", "drivers"}},
	{say{"改进措施", "Actions"}, []string{"interventions", "assessment"}},
	{say{"发现与主题体系", "Discoveries and taxonomy"}, []string{"discover", "taxonomy"}},
	{say{"保存的检索、预警与导出", "Saved searches, alerts and exports"}, []string{"saved", "alerts", "export"}},
	{say{"合规", "Compliance"}, []string{"desk"}},
	{say{"提交反馈", "Publishing"}, []string{"feedback"}},
	{say{"运行", "Operations"}, nil}, // and whatever is in no other
}

// apiGroupOf is the group of an endpoint.
func apiGroupOf(path string) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/v1/"), "/")
	for i, g := range apiGroups {
		if slices.Contains(g.begins, name) {
			return i
		}
	}
	return len(apiGroups) - 1
}

type apiEntry struct {
	Method, Path, About, Power, Roles string
	Params                            []apiParam
	Bodies                            []apiParam
}

type apiParam struct{ Name, Values, About string }

// Status is the status of a problem for a reader.
func (k problemKind) Code() string { return strconv.Itoa(k.Status) }

func (s *server) apiGuide(r *http.Request, lang language) (answer, error) {
	page := apiPage{scope: scope{Lang: lang, Days: defaultDays}, Problems: problemKinds, Spec: "/api/v1/openapi.json?lang=" + string(lang)}
	for _, g := range apiGroups {
		page.Groups = append(page.Groups, apiGroup{Name: g.name.in(lang)})
	}
	for _, e := range s.endpoints() {
		entry := apiEntry{Method: e.method, Path: e.path, About: e.about.in(lang), Roles: say{"任何人", "anybody"}.in(lang)}
		if e.power != public {
			entry.Power, entry.Roles = string(e.power), rolesIn(lang, access.RolesOf(e.power))
		}
		for _, m := range e.body {
			entry.Bodies = append(entry.Bodies, apiParam{m.kind, "", m.about.in(lang)})
		}
		for _, p := range e.takes {
			entry.Params = append(entry.Params, apiParam{p.name, p.values(lang), p.about.in(lang)})
		}
		g := &page.Groups[apiGroupOf(e.path)]
		g.Entries = append(g.Entries, entry)
	}
	return answer{"api", page, http.StatusOK}, nil
}
