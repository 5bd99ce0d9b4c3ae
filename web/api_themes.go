package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/search"
	"qingting/textmining/taxonomy"
)

// correctionBody says what a document is about.
type correctionBody struct {
	Themes []string `json:"themes"` // ids; none is no theme
	Reason string   `json:"reason"` // for the ledger
}

// correctedAnswer repeats it.
type correctedAnswer struct {
	Record string   `json:"record"`
	Themes []string `json:"themes"`
}

// taxonomyAnswer is the taxonomy in place; revision is that of the settings, 0 for none
// there.
type taxonomyAnswer struct {
	YAML     string `json:"yaml"`
	Revision uint64 `json:"revision"`
}

// taxonomyBody puts another in the place of that of the revision.
type taxonomyBody struct {
	YAML     string `json:"yaml"`
	Revision uint64 `json:"revision"`
	Reason   string `json:"reason"`
}

// reasonBody says why.
type reasonBody struct {
	Reason string `json:"reason"`
}

// runAnswer names a run that was begun.
type runAnswer struct {
	Run string `json:"run"`
}

// savedEdit is what a saved search becomes.
type savedEdit struct {
	Name    string         `json:"name"`
	Query   string         `json:"query"`
	Filters []saved.Filter `json:"filters,omitempty"`
	Alert   bool           `json:"alert"`
}

// matchesAnswer is what a saved search newly found.
type matchesAnswer struct {
	Matches []Match `json:"matches"`
}

// exportBody is what an export is for.
type exportBody struct {
	Format  string `json:"format"`         // csv, xlsx or jsonl
	Text    bool   `json:"text,omitempty"` // with the redacted texts
	Reason  string `json:"reason"`
	Purpose string `json:"purpose,omitempty"`
}

// mostTaxonomy bounds the body of a request that puts a taxonomy in place, in bytes.
const mostTaxonomy = 4 << 20

// themeEndpoints change what themes are, and what saved searches and exports are asked.
func (s *server) themeEndpoints() []endpoint {
	get, post := http.MethodGet, http.MethodPost
	return []endpoint{
		{
			method: post, path: "/api/v1/documents/{record}/themes", power: access.Themes, handle: s.apiCorrect, gives: correctedAnswer{},
			about: say{"订正一条反馈的主题。", "Say which themes a document is about."}, takes: []param{langParam}, body: jsonBody(correctionBody{[]string{"hotline-wait"}, "it is about waiting"}, "主题与原因。", "Themes, and why."),
		},
		{
			method: get, path: "/api/v1/taxonomy", power: access.Search, handle: s.apiTaxonomy, gives: taxonomyAnswer{},
			about: say{"现行的分类体系。", "The taxonomy in place."}, takes: []param{langParam},
		},
		{
			method: post, path: "/api/v1/taxonomy", power: access.Themes, handle: s.apiApply, gives: taxonomyAnswer{},
			about: say{"启用另一份分类体系；revision 须与现行的一致。", "Put another taxonomy in place; revision must be that of the one in place."},
			takes: []param{langParam}, body: jsonBody(taxonomyBody{"version: 1\n…", 7, "cues of May"}, "分类体系与原因。", "The taxonomy, and why."),
		},
		{
			method: post, path: "/api/v1/taxonomy/relabel", power: access.Themes, handle: s.apiRelabel, gives: runAnswer{}, status: http.StatusCreated,
			about: say{"按现行的分类体系重新标注已有的反馈。", "Read what is stored anew, by the taxonomy in place."}, takes: []param{langParam}, body: jsonBody(reasonBody{"cues of May"}, "原因。", "Why."),
		},
		{
			method: get, path: "/api/v1/taxonomy/relabel/{run}", power: access.Themes, handle: s.apiRelabelling, gives: Relabelling{},
			about: say{"重新标注进行到哪里。", "How far a run has come that reads what is stored anew."}, takes: []param{langParam},
		},
		{
			method: post, path: "/api/v1/saved/{id}", power: access.Saved, handle: s.apiEditSaved, gives: saved.Search{},
			about: say{"修改保存的检索。", "Change a saved search."}, takes: []param{langParam}, body: jsonBody(savedEdit{Name: "断网", Query: "断网 channel:app"}, "改成什么。", "What it becomes."),
		},
		{
			method: get, path: "/api/v1/saved/{id}/matches", power: access.Saved, handle: s.apiMatches, gives: matchesAnswer{},
			about: say{"保存的检索新找到了什么，最旧在前。", "What a saved search newly found, the oldest first."},
			takes: []param{langParam, {name: "after", typ: whole, least: 0, most: 1 << 53, about: say{"只要这个序号之后的。", "Only those after this sequence."}}},
		},
		{
			method: post, path: "/api/v1/export", power: access.Saved, serve: s.apiExport,
			about: say{"把一次检索的少量结果取成文件；先写入台账。", "Take a few results of a search out as a file; the ledger has it first."},
			takes: searchParams(), body: jsonBody(exportBody{Format: "csv", Text: true, Reason: "report of May"}, "格式与原因。", "The format, and why."),
			files: []media{
				{"text/csv; charset=utf-8", nil, say{}}, {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", nil, say{}}, {"application/jsonl", nil, say{}},
			},
		},
	}
}

// reasoned checks a reason for the ledger.
func reasoned(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return "", &httpError{http.StatusUnprocessableEntity, say{"请用 reason 说明原因（最多 500 字）：台账会记下来。", "Say why in reason, in 500 characters at most: the ledger keeps it."}}
	}
	return reason, nil
}

func (s *server) apiCorrect(r *http.Request) (any, error) {
	if s.cfg.Corrections == nil {
		return nil, errCannotChange
	}
	var asked correctionBody
	if err := decodeBody(r, mostBody, &asked); err != nil {
		return nil, err
	}
	reason, err := reasoned(asked.Reason)
	if err != nil {
		return nil, err
	}
	if len(asked.Themes) > mostCorrected || slices.ContainsFunc(asked.Themes, func(id string) bool { return id == "" || !linkable(id) }) {
		return nil, &httpError{http.StatusUnprocessableEntity, say{"themes 最多 16 个，且都应为主题的编号。", "themes are ids of themes, 16 at most."}}
	}
	d, err := s.documentNamed(r.Context(), r.PathValue("record"))
	if err != nil {
		return nil, err
	}
	if asked.Themes == nil {
		asked.Themes = []string{}
	}
	return correctedAnswer{d.Record, asked.Themes}, refused(s.cfg.Corrections.Correct(r.Context(), actorFor(r), d.Record, asked.Themes, reason))
}

func (s *server) apiTaxonomy(r *http.Request) (any, error) {
	file, _, err := s.taxonomyNow(r.Context())
	return taxonomyAnswer{string(file.YAML), file.Revision}, err
}

func (s *server) apiApply(r *http.Request) (any, error) {
	file, _, err := s.taxonomyNow(r.Context())
	if err != nil {
		return nil, err
	}
	var asked taxonomyBody
	if err := decodeBody(r, mostTaxonomy, &asked); err != nil {
		return nil, err
	}
	reason, err := reasoned(asked.Reason)
	if err != nil {
		return nil, err
	}
	if asked.Revision != file.Revision {
		return nil, &httpError{http.StatusConflict, say{"分类体系已被别人改过：请重新读取，再改。", "The taxonomy was changed by another meanwhile: read it again, and make the change anew."}}
	}
	if _, err := taxonomy.Parse([]byte(asked.YAML)); err != nil {
		return nil, &httpError{http.StatusUnprocessableEntity, say{"写法有误：" + inChinese(err.Error()), "It cannot be read: " + err.Error() + "."}}
	}
	if err := s.cfg.Taxonomies.Apply(r.Context(), actorFor(r), TaxonomyFile{[]byte(asked.YAML), asked.Revision}, reason); err != nil {
		return nil, refused(err)
	}
	return s.apiTaxonomy(r)
}

func (s *server) apiRelabel(r *http.Request) (any, error) {
	if s.cfg.Taxonomies == nil {
		return nil, errCannotChange
	}
	var asked reasonBody
	if err := decodeBody(r, mostBody, &asked); err != nil {
		return nil, err
	}
	reason, err := reasoned(asked.Reason)
	if err != nil {
		return nil, err
	}
	run, err := s.cfg.Taxonomies.Relabel(r.Context(), actorFor(r), reason)
	return created{runAnswer{run}}, refused(err)
}

func (s *server) apiRelabelling(r *http.Request) (any, error) {
	if s.cfg.Taxonomies == nil {
		return nil, errCannotChange
	}
	how, err := s.cfg.Taxonomies.Relabelling(r.Context(), actorFor(r), r.PathValue("run"))
	return how, refused(err)
}

func (s *server) apiEditSaved(r *http.Request) (any, error) {
	if s.cfg.Searches == nil {
		return nil, errNoSearches
	}
	was, err := s.ownSearch(r)
	if err != nil {
		return nil, err
	}
	var asked savedEdit
	if err := decodeBody(r, mostSaved, &asked); err != nil {
		return nil, err
	}
	becomes := was
	becomes.Name, becomes.Query, becomes.Filters = asked.Name, asked.Query, asked.Filters
	if err := becomes.Check(); err != nil {
		return nil, &httpError{http.StatusBadRequest, say{"无法保存：" + inChinese(err.Error()), "It cannot be saved: " + err.Error() + "."}}
	}
	if err := search.CheckQuery(becomes.Query); err != nil {
		return nil, err
	}
	if err := s.cfg.Searches.Edit(r.Context(), actorFor(r), becomes); err != nil {
		return nil, refused(err)
	}
	if asked.Alert != was.Alert {
		if err := s.cfg.Searches.Alert(r.Context(), actorFor(r), was.ID, asked.Alert); err != nil {
			return nil, refused(err)
		}
	}
	now, _, err := s.savedNamed(r)
	return now, err
}

func (s *server) apiMatches(r *http.Request) (any, error) {
	if s.cfg.Searches == nil {
		return nil, errNoSearches
	}
	one, _, err := s.savedNamed(r)
	if err != nil {
		return nil, err
	}
	after, _ := strconv.ParseUint(r.URL.Query().Get("after"), 10, 64) // checked by the table; empty is 0
	list, err := s.cfg.Searches.Matches(r.Context(), one.ID, after, mostMatches)
	if list == nil {
		list = []Match{}
	}
	return matchesAnswer{list}, err
}

// apiExport answers with the file that the page of exports makes.
func (s *server) apiExport(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Exports == nil {
		s.answerJSON(w, r, nil, errCannotChange)
		return
	}
	var asked exportBody
	if err := decodeBody(r, mostBody, &asked); err != nil {
		s.answerJSON(w, r, nil, err)
		return
	}
	r.PostForm = url.Values{"format": {asked.Format}, "reason": {asked.Reason}, "purpose": {asked.Purpose}}
	if asked.Text {
		r.PostForm.Set("text", "on")
	}
	a, err := s.export(w, r, languageOf(r, english))
	if page, ok := a.data.(*exportPage); err == nil && ok {
		err = &httpError{a.status, say{page.Why, page.Why}}
	}
	if err != nil {
		s.answerJSON(w, r, nil, err)
	}
}
