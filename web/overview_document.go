package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining/taxonomy"
)

// Corrections keeps what analysts say documents are about, for what learns from it.
// Both act for who has been permitted to; what they refuse is a *RefusedError.
type Corrections interface {
	// Corrected is what was said of a document last; false when nothing was.
	Corrected(ctx context.Context, who access.Actor, record string) (themes []string, ok bool, err error)
	Correct(ctx context.Context, who access.Actor, record string, themes []string, reason string) error
}

// documentPage is one document: its redacted text, and what it is said to be about.
type documentPage struct {
	scope
	Record  string
	Facts   []string
	Pieces  []piece
	Removed []string // types of personal data that were taken out
	Tags    []tagGroup
	Form    *correctForm
	Done    bool
}

// Short is enough of the record's id to tell two pieces apart by eye.
func (p documentPage) Short() string {
	const most = 8
	if runes := []rune(p.Record); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return p.Record
}

// tagGroup is the tags of one field, each with the words that gave it.
type tagGroup struct {
	Title string
	Tags  []tagRow
}

type tagRow struct {
	link
	Evidence []string
}

// correctForm asks what a document is about.
type correctForm struct {
	Lang     language
	Action   string
	Groups   []correctGroup
	Reason   string
	Note     string
	Earlier  bool // somebody has corrected it before
	Original []string
}

// correctGroup is the themes of one dimension.
type correctGroup struct {
	Title   string
	Choices []themeChoice
	Open    bool
}

type themeChoice struct {
	ID, Name string
	Checked  bool
}

// mostCorrected is how many themes a correction may name.
const mostCorrected = 16

// documentPath is the page of a document.
func documentPath(record string) string { return "/documents/" + url.PathEscape(record) }

// documentNamed finds the document that a request is about.
func (s *server) documentNamed(ctx context.Context, record string) (*document.Document, error) {
	missing := &httpError{http.StatusNotFound, say{"没有这条反馈：可能已被删除。", "There is no such feedback: perhaps it was erased."}}
	if record == "" || !linkable(record) {
		return nil, missing
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	found, err := s.cfg.Index.Search(ctx, search.Query{Filters: []search.Filter{{Field: "record", Values: []string{record}}}, Size: 1})
	if err != nil {
		return nil, err
	}
	if len(found.Hits) == 0 {
		return nil, missing
	}
	return found.Hits[0].Document, nil
}

func (s *server) document(r *http.Request, lang language) (answer, error) {
	return s.documentWith(r, lang, nil, say{}, http.StatusOK)
}

// documentWith shows a document, with a form that was refused when there is one.
func (s *server) documentWith(r *http.Request, lang language, form url.Values, note say, status int) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	d, err := s.documentNamed(r.Context(), r.PathValue("record"))
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := documentPage{scope: sc, Record: d.Record, Facts: s.hit(sc, search.Hit{Document: d}).Facts, Done: r.URL.Query().Get("done") == "corrected"}
	page.Pieces = marked(d)
	for _, red := range d.Redactions {
		if name := s.valueName(lang, "pii", red.Type); !slices.Contains(page.Removed, name) {
			page.Removed = append(page.Removed, name)
		}
	}
	text := []rune(d.Text)
	for _, g := range []struct {
		field string
		tags  []document.Tag
	}{{"theme", d.Themes}, {"painpoint", d.PainPoints}, {"dimension", d.Dimensions}, {"risk", d.Risks}} {
		group := tagGroup{Title: fieldName(g.field).in(lang)}
		for _, t := range g.tags {
			row := tagRow{link: link{s.valueName(lang, g.field, t.ID), themeLink(sc, t.ID)}}
			for _, e := range t.Evidence {
				if e.Start >= 0 && e.Start < e.End && e.End <= len(text) {
					row.Evidence = append(row.Evidence, string(text[e.Start:e.End]))
				}
			}
			group.Tags = append(group.Tags, row)
		}
		if len(group.Tags) > 0 {
			page.Tags = append(page.Tags, group)
		}
	}
	if s.cfg.Corrections != nil && s.may(r, access.Themes) {
		if page.Form, err = s.correctForm(r, sc, d, form); err != nil {
			return answer{}, err
		}
		page.Form.Note = note.in(lang)
	}
	return answer{"document", page, status}, nil
}

// marked is a text with all its evidence marked.
func marked(d *document.Document) []piece {
	var all []document.Span
	for _, tags := range [][]document.Tag{d.Themes, d.PainPoints, d.Dimensions, d.Risks} {
		for _, t := range tags {
			all = append(all, t.Evidence...)
		}
	}
	slices.SortFunc(all, func(a, b document.Span) int { return a.Start - b.Start })
	runes := []rune(d.Text)
	var list []piece
	at := 0
	for _, e := range all {
		if e.Start < 0 {
			continue
		}
		e.Start = max(e.Start, at)
		if e.End > len(runes) || e.Start >= e.End {
			continue
		}
		if e.Start > at {
			list = append(list, piece{Text: string(runes[at:e.Start])})
		}
		list = append(list, piece{Text: string(runes[e.Start:e.End]), Mark: true})
		at = e.End
	}
	if at < len(runes) {
		list = append(list, piece{Text: string(runes[at:])})
	}
	return list
}

// correctForm has every theme of the taxonomy, those checked that count now, or
// that were checked when the form was refused.
func (s *server) correctForm(r *http.Request, sc scope, d *document.Document, typed url.Values) (*correctForm, error) {
	f := &correctForm{Lang: sc.Lang, Action: sc.url(documentPath(d.Record)), Reason: typed.Get("reason")}
	checked, ok, err := s.cfg.Corrections.Corrected(r.Context(), actorFor(r), d.Record)
	if err != nil {
		return nil, err
	}
	f.Earlier = ok
	if !ok {
		for _, t := range d.Themes {
			checked = append(checked, t.ID)
		}
	}
	if typed != nil {
		checked = typed["theme"]
	}
	// A link beside a quote asks for one theme to be taken off.
	if off := r.URL.Query().Get("not"); off != "" && typed == nil {
		checked = slices.DeleteFunc(slices.Clone(checked), func(id string) bool { return id == off })
	}
	tax := s.taxonomy(r.Context())
	if tax == nil {
		tax = &taxonomy.Taxonomy{}
	}
	groups := map[string]*correctGroup{}
	var order []string
	for i := range tax.Themes {
		e := &tax.Themes[i]
		under := ""
		if len(e.Dimensions) > 0 {
			under = e.Dimensions[0]
		}
		g := groups[under]
		if g == nil {
			title := say{"其他", "Other"}.in(sc.Lang)
			if under != "" {
				title = tax.Name(under, string(sc.Lang))
			}
			g = &correctGroup{Title: title}
			groups[under], order = g, append(order, under)
		}
		on := slices.Contains(checked, e.ID)
		g.Choices = append(g.Choices, themeChoice{e.ID, tax.Name(e.ID, string(sc.Lang)), on})
		g.Open = g.Open || on
	}
	for _, under := range order {
		f.Groups = append(f.Groups, *groups[under])
	}
	return f, nil
}

// taxonomy is the one in place; nil when nobody can say.
func (s *server) taxonomy(ctx context.Context) *taxonomy.Taxonomy {
	if s.cfg.Taxonomies == nil {
		tax, err := taxonomy.Default()
		if err != nil {
			return nil
		}
		return tax
	}
	now, err := s.cfg.Taxonomies.Taxonomy(ctx)
	if err != nil {
		return nil
	}
	tax, err := s.parsed(now.YAML)
	if err != nil {
		return nil
	}
	return tax
}

func (s *server) correctDocument(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if s.cfg.Corrections == nil {
		return answer{}, errCannotChange
	}
	v := r.PostForm
	if v == nil {
		v = url.Values{}
	}
	refuse := func(text say, status int) (answer, error) { return s.documentWith(r, lang, v, text, status) }
	themes, reason := slices.DeleteFunc(slices.Clone(v["theme"]), func(id string) bool { return id == "" }), strings.TrimSpace(v.Get("reason"))
	switch {
	case reason == "":
		return refuse(say{"请说明原因：台账会记下来。", "Say why: the ledger keeps it."}, http.StatusUnprocessableEntity)
	case utf8.RuneCountInString(reason) > maxReason:
		return refuse(say{"原因太长，最多 500 字。", "The reason is too long: 500 characters at most."}, http.StatusUnprocessableEntity)
	case len(themes) > mostCorrected:
		return refuse(say{"一条反馈最多属于 16 个主题。", "A document has at most 16 themes."}, http.StatusUnprocessableEntity)
	case slices.ContainsFunc(themes, func(id string) bool { return !linkable(id) }):
		return refuse(say{"没有这个主题。", "There is no such theme."}, http.StatusUnprocessableEntity)
	}
	d, err := s.documentNamed(r.Context(), r.PathValue("record"))
	if err != nil {
		return answer{}, err
	}
	err = s.cfg.Corrections.Correct(r.Context(), actorFor(r), d.Record, themes, reason)
	if why := new(RefusedError); errors.As(err, &why) {
		return refuse(refusedText(why), http.StatusConflict)
	}
	if err != nil {
		return answer{}, err
	}
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	return to(w, r, sc.places().url(documentPath(d.Record)), "done", "corrected")
}
