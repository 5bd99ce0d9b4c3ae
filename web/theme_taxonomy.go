package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

// Taxonomies keeps what finds themes. What it refuses is a *RefusedError; all but
// Taxonomy and Readers act for who has been permitted to.
type Taxonomies interface {
	// Taxonomy is the file in place.
	Taxonomy(ctx context.Context) (TaxonomyFile, error)
	// Readers read by what is in place, and by another taxonomy file.
	Readers(ctx context.Context, yaml []byte) (now, next textmining.Reader, err error)
	// Apply puts a file in the place of that of the revision.
	Apply(ctx context.Context, who access.Actor, file TaxonomyFile, reason string) error
	// Relabel begins to read what is stored by what is in place, and Relabelling
	// says how far a run has come.
	Relabel(ctx context.Context, who access.Actor, reason string) (run string, err error)
	Relabelling(ctx context.Context, who access.Actor, run string) (Relabelling, error)
}

// TaxonomyFile is a taxonomy and its revision in the settings, 0 for none there.
type TaxonomyFile struct {
	YAML     []byte
	Revision uint64
}

// Relabelling is how far a run has come that reads stored documents anew.
type Relabelling struct {
	Share   float64      `json:"share"`   // of what is to be read, 0 to 1
	Read    int          `json:"read"`    // documents
	Changed int          `json:"changed"` // that are about something else now
	Failed  int          `json:"failed"`
	Ended   bool         `json:"ended"`
	Problem string       `json:"problem"` // why it ended before it was through
	Themes  []ThemeMoved `json:"themes"`
}

// ThemeMoved is a theme that documents have gained or lost.
type ThemeMoved struct {
	ID     string `json:"id"`
	Gained int    `json:"gained"`
	Lost   int    `json:"lost"`
}

// taxonomyPage lists the themes.
type taxonomyPage struct {
	scope
	Version string
	Groups  []taxonomyGroup
	Lint    []finding
	CanEdit bool
	Relabel string // where the form goes, or empty
	Reason  string
	Note    string
	Done    string
}

type taxonomyGroup struct {
	Title  string
	Themes []taxonomyRow
}

type taxonomyRow struct {
	link
	Definition string
	Cues       int
	Edit       string
}

// Add is the form of another theme.
func (p taxonomyPage) Add() string { return p.url("/taxonomy/new") }

// finding is what is suspicious in a taxonomy.
type finding struct {
	Theme link
	Text  string
	Bad   bool
}

const lintShown = 20

// taxonomyNow reads the file in place.
func (s *server) taxonomyNow(ctx context.Context) (TaxonomyFile, *taxonomy.Taxonomy, error) {
	if s.cfg.Taxonomies == nil {
		return TaxonomyFile{}, nil, &httpError{http.StatusNotImplemented, say{"这个进程没有分类体系：请访问同时承担 ingest 角色的进程。", "This process has no taxonomy: ask one that has the ingest role, too."}}
	}
	file, err := s.cfg.Taxonomies.Taxonomy(ctx)
	if err != nil {
		return file, nil, err
	}
	tax, err := s.parsed(file.YAML)
	return file, tax, err
}

// parsedTaxonomy is the file that was read last: to parse it takes longer than most pages.
type parsedTaxonomy struct {
	mu   sync.Mutex
	yaml []byte
	tax  *taxonomy.Taxonomy
}

// parsed reads a taxonomy file. The caller changes nothing in it.
func (s *server) parsed(yaml []byte) (*taxonomy.Taxonomy, error) {
	p := &s.parsedLast
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tax != nil && bytes.Equal(p.yaml, yaml) {
		return p.tax, nil
	}
	tax, err := taxonomy.Parse(yaml)
	if err == nil {
		p.yaml, p.tax = bytes.Clone(yaml), tax
	}
	return tax, err
}

func (s *server) taxonomyList(r *http.Request, lang language) (answer, error) {
	return s.taxonomyWith(r, lang, "", say{}, http.StatusOK)
}

func (s *server) taxonomyWith(r *http.Request, lang language, reason string, note say, status int) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	_, tax, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := taxonomyPage{scope: sc, Version: tax.Version(), CanEdit: s.may(r, access.Themes), Reason: reason, Note: note.in(lang)}
	if page.CanEdit {
		page.Relabel = sc.url("/taxonomy/relabel")
	}
	switch r.URL.Query().Get("done") {
	case "unmarked":
		page.Done = say{"新的分类体系已启用，但发现的话题没能标为已采纳：请在“发现”页标注。", "The new taxonomy is in place, but the subject found is not marked as adopted: mark it on the page of discoveries."}.in(lang)
	case "applied":
		page.Done = say{"新的分类体系已启用，此后的反馈按它标注。已入库的反馈要重新标注才会改变。", "The new taxonomy is in place, and what comes in is read by it. What is stored changes when it is read anew."}.in(lang)
	}
	groups := map[string]int{}
	for i := range tax.Themes {
		e := &tax.Themes[i]
		title := say{"其他", "Other"}.in(lang)
		if len(e.Dimensions) > 0 {
			title = tax.Name(e.Dimensions[0], string(lang))
		}
		at, ok := groups[title]
		if !ok {
			at = len(page.Groups)
			groups[title], page.Groups = at, append(page.Groups, taxonomyGroup{Title: title})
		}
		definition := e.ZH.Definition
		if lang == english {
			definition = e.EN.Definition
		}
		page.Groups[at].Themes = append(page.Groups[at].Themes, taxonomyRow{
			link: link{tax.Name(e.ID, string(lang)), themeLink(sc, e.ID)}, Definition: definition, Cues: cuesOf(e), Edit: sc.url(taxonomyPath(e.ID)),
		})
	}
	page.Lint = lintOf(sc, tax, "")
	return answer{"taxonomy", page, status}, nil
}

// taxonomyPath is the page on which a theme is edited.
func taxonomyPath(id string) string { return "/taxonomy/" + url.PathEscape(id) }

func cuesOf(e *taxonomy.Entry) (n int) {
	for _, w := range []*taxonomy.Wording{&e.ZH, &e.EN} {
		n += len(w.Strong) + len(w.Cues) + len(w.Weak) + len(w.Praise) + len(w.Except)
	}
	return n
}

// lintOf lists what is suspicious, of one theme or of all.
func lintOf(sc scope, tax *taxonomy.Taxonomy, id string) (list []finding) {
	for _, p := range taxonomy.Lint(tax) {
		if id != "" && p.Entry != id || len(list) == lintShown {
			continue
		}
		f := finding{Text: say{inChinese(p.Message), p.Message}.in(sc.Lang), Bad: p.Severity == taxonomy.Error}
		if p.Entry != "" && id == "" {
			f.Theme = link{tax.Name(p.Entry, string(sc.Lang)), ""}
			if slices.ContainsFunc(tax.Themes, func(e taxonomy.Entry) bool { return e.ID == p.Entry }) {
				f.Theme.URL = sc.url(taxonomyPath(p.Entry))
			}
		}
		list = append(list, f)
	}
	return list
}

func (s *server) relabel(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if s.cfg.Taxonomies == nil {
		return answer{}, errCannotChange
	}
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return s.taxonomyWith(r, lang, reason, say{"请说明为什么重新标注（最多 500 字）：台账会记下来。", "Say why what is stored is read anew, in 500 characters at most: the ledger keeps it."}, http.StatusUnprocessableEntity)
	}
	run, err := s.cfg.Taxonomies.Relabel(r.Context(), actorFor(r), reason)
	if why := new(RefusedError); errors.As(err, &why) {
		return s.taxonomyWith(r, lang, reason, refusedText(why), http.StatusConflict)
	}
	if err != nil {
		return answer{}, err
	}
	return to(w, r, sc.places().url("/taxonomy/relabel/"+url.PathEscape(run)))
}

// relabelPage is how far a run has come.
type relabelPage struct {
	scope
	Relabelling
	Percent int
	Here    string
	Moved   []movedRow
}

type movedRow struct {
	link
	Gained, Lost int
}

// Refresh is after how many seconds the page asks again; 0 is never.
func (p relabelPage) Refresh() int {
	if p.Ended {
		return 0
	}
	return 3
}

// Up is the taxonomy.
func (p relabelPage) Up() string { return p.url("/taxonomy") }

func (s *server) relabelling(r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	if s.cfg.Taxonomies == nil {
		return answer{}, errCannotChange
	}
	run := r.PathValue("run")
	how, err := s.cfg.Taxonomies.Relabelling(r.Context(), actorFor(r), run)
	if why := new(RefusedError); errors.As(err, &why) {
		return answer{}, &httpError{http.StatusNotFound, say{"没有这次重新标注：可能早已结束，或服务器已重新启动。", "There is no such run: perhaps it ended long ago, or the server was started anew."}}
	}
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := relabelPage{scope: sc, Relabelling: how, Percent: int(100 * max(0, min(1, how.Share))), Here: sc.url("/taxonomy/relabel/" + url.PathEscape(run))}
	page.Problem = say{inChinese(how.Problem), how.Problem}.in(lang)
	for _, t := range how.Themes {
		page.Moved = append(page.Moved, movedRow{link{s.valueName(lang, "theme", t.ID), themeLink(sc, t.ID)}, t.Gained, t.Lost})
	}
	return answer{"taxonomy_relabel", page, http.StatusOK}, nil
}
