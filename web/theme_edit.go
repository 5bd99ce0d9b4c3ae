package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

// editPage edits one theme of the taxonomy, or drafts another.
type editPage struct {
	scope
	New      bool   // it is another, whose ID is typed
	From     string // the discovered theme that it is drafted of, or empty
	ID       string
	Name     string
	Action   string
	Revision uint64
	Parents  []parentChoice // of another: the dimensions and pain points it may belong to
	Sides    []editSide
	Lint     []finding
	Preview  *preview
	Reason   string
	Note     string
	CanEdit  bool
}

// parentChoice is the dimensions, or the pain points, that a theme may belong to.
type parentChoice struct {
	Title, Field string
	Choices      []themeChoice
}

// Up is the taxonomy.
func (p editPage) Up() string { return p.url("/taxonomy") }

// editSide is a theme in one language.
type editSide struct {
	Title      string
	Prefix     string // of the fields' names
	Name       string
	Definition string
	Cues       []cueBox
}

// cueBox is the cues of one kind, one a line.
type cueBox struct {
	Field, Title, Hint string
	Text               string
	Rows               int
}

// preview is what a change would make of past feedback.
type preview struct {
	Documents    int
	Gained, Lost string // documents, withheld when of too few customers
	None         bool   // nothing changes
	Gains        []quotePieces
	Losses       []quotePieces
}

type quotePieces struct {
	Pieces []piece
	Link   string
}

const (
	previewDocuments = 2000
	previewQuotes    = 6
	previewPage      = 200
	maxEdit          = 1 << 20 // bytes of the form
)

// cueKinds are the kinds of cue, and what they do.
var cueKinds = []struct {
	field       string
	title, hint say
	of          func(*taxonomy.Wording) *[]string
}{
	{"strong", say{"强线索", "Strong cues"}, say{"说到一条就算这个主题", "one of them makes the theme"}, func(w *taxonomy.Wording) *[]string { return &w.Strong }},
	{"cues", say{"线索", "Cues"}, say{"通常就是这个主题", "usually the theme"}, func(w *taxonomy.Wording) *[]string { return &w.Cues }},
	{"weak", say{"弱线索", "Weak cues"}, say{"几条合起来才算", "several together make it"}, func(w *taxonomy.Wording) *[]string { return &w.Weak }},
	{"praise", say{"称赞", "Praise"}, say{"说的是好话", "it is said as praise"}, func(w *taxonomy.Wording) *[]string { return &w.Praise }},
	{"except", say{"除外", "Except"}, say{"出现时不算", "with these it does not count"}, func(w *taxonomy.Wording) *[]string { return &w.Except }},
}

func (s *server) editTheme(r *http.Request, lang language) (answer, error) {
	return s.editWith(r, lang, nil, nil, say{}, http.StatusOK)
}

// editWith shows the form: as the theme is, or as it was typed.
func (s *server) editWith(r *http.Request, lang language, typed url.Values, seen *preview, note say, status int) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	file, tax, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	e, err := themeEntry(tax, r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := editPage{
		scope: sc, ID: e.ID, Name: tax.Name(e.ID, string(lang)), Action: sc.url(taxonomyPath(e.ID)), Revision: file.Revision,
		Lint: lintOf(sc, tax, e.ID), Preview: seen, Note: note.in(lang), CanEdit: s.may(r, access.Themes),
	}
	if typed != nil {
		e = entryOf(e, typed)
		page.typed(typed)
	}
	page.sides(e)
	return answer{"taxonomy_edit", page, status}, nil
}

// typed takes over what stands beside the theme in a form that was sent.
func (p *editPage) typed(form url.Values) {
	p.Reason = form.Get("reason")
	p.Revision, _ = strconv.ParseUint(form.Get("revision"), 10, 64)
}

// sides fills the form in.
func (p *editPage) sides(e *taxonomy.Entry) {
	for _, side := range []struct {
		title  say
		prefix string
		w      *taxonomy.Wording
	}{{say{"中文反馈", "Chinese feedback"}, "zh_", &e.ZH}, {say{"英文反馈", "English feedback"}, "en_", &e.EN}} {
		out := editSide{Title: side.title.in(p.Lang), Prefix: side.prefix, Name: side.w.Name, Definition: side.w.Definition}
		for _, k := range cueKinds {
			cues := *k.of(side.w)
			out.Cues = append(out.Cues, cueBox{side.prefix + k.field, k.title.in(p.Lang), k.hint.in(p.Lang), strings.Join(cues, "\n"), min(14, max(2, len(cues)+1))})
		}
		p.Sides = append(p.Sides, out)
	}
}

// themeEntry is a copy of a theme of the taxonomy.
func themeEntry(tax *taxonomy.Taxonomy, id string) (*taxonomy.Entry, error) {
	for _, e := range tax.Themes {
		if e.ID == id {
			return &e, nil
		}
	}
	return nil, &httpError{http.StatusNotFound, say{"分类体系里没有这个主题。", "The taxonomy has no such theme."}}
}

// entryOf is a theme with what was typed.
func entryOf(e *taxonomy.Entry, typed url.Values) *taxonomy.Entry {
	next := *e
	for prefix, w := range map[string]*taxonomy.Wording{"zh_": &next.ZH, "en_": &next.EN} {
		w.Name, w.Definition = oneLine(typed.Get(prefix+"name")), oneLine(typed.Get(prefix+"definition"))
		for _, k := range cueKinds {
			var cues []string
			for line := range strings.Lines(typed.Get(prefix + k.field)) {
				if line = oneLine(line); line != "" {
					cues = append(cues, line)
				}
			}
			*k.of(w) = cues
		}
	}
	return &next
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// changeTheme shows what a change makes, or puts it in place.
func (s *server) changeTheme(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	file, tax, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	e, err := themeEntry(tax, r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	typed := formOf(r)
	yaml, wrong := taxonomy.Replace(file.YAML, *entryOf(e, typed))
	return s.putTheme(w, r, lang, themeChange{
		file: file, id: e.ID, yaml: yaml, wrong: wrong, typed: typed,
		show: func(seen *preview, note say, status int) (answer, error) {
			return s.editWith(r, lang, typed, seen, note, status)
		},
	})
}

// formOf is what was sent, never nil.
func formOf(r *http.Request) url.Values {
	if r.PostForm == nil {
		return url.Values{}
	}
	return r.PostForm
}

// themeChange is a taxonomy with a theme that was changed, or added.
type themeChange struct {
	file  TaxonomyFile // that it was typed for
	id    string       // of the theme
	yaml  []byte
	wrong error // why it cannot be made
	typed url.Values
	show  func(seen *preview, note say, status int) (answer, error) // the form again
	after func() error                                              // what else is to be done once it is in place, or nil
}

// putTheme shows what a change makes, or puts it in place, as the form asks for.
func (s *server) putTheme(w http.ResponseWriter, r *http.Request, lang language, c themeChange) (answer, error) {
	refuse := func(text say, status int) (answer, error) { return c.show(nil, text, status) }
	revision, err := strconv.ParseUint(c.typed.Get("revision"), 10, 64)
	switch {
	case err != nil:
		return refuse(say{"表单有误，请重新打开这一页。", "The form is malformed: open this page anew."}, http.StatusUnprocessableEntity)
	case revision != c.file.Revision:
		return refuse(say{"在您编辑期间，分类体系被别人改过了。请另开一页看看现在的样子，再把您的改动填进去。", "The taxonomy was changed by another meanwhile: open this page beside, and type your changes there."}, http.StatusConflict)
	case c.wrong != nil:
		return refuse(say{"写法有误：" + inChinese(c.wrong.Error()), "It cannot be read: " + c.wrong.Error() + "."}, http.StatusUnprocessableEntity)
	}
	if c.typed.Get("action") != "apply" {
		seen, err := s.previewOf(r.Context(), lang, c.yaml, c.id)
		if err != nil {
			return answer{}, err
		}
		return c.show(seen, say{}, http.StatusOK)
	}
	reason := strings.TrimSpace(c.typed.Get("reason"))
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return refuse(say{"请说明为什么这样改（最多 500 字）：台账会记下来。", "Say why, in 500 characters at most: the ledger keeps it."}, http.StatusUnprocessableEntity)
	}
	err = s.cfg.Taxonomies.Apply(r.Context(), actorFor(r), TaxonomyFile{c.yaml, revision}, reason)
	if why := new(RefusedError); errors.As(err, &why) {
		return refuse(refusedText(why), http.StatusConflict)
	}
	if err != nil {
		return answer{}, err
	}
	done := "applied"
	if c.after != nil {
		if err := c.after(); err != nil {
			s.cfg.Log.WarnContext(r.Context(), "a theme was added, but the discovered one is not marked as adopted", "request", requestOf(r.Context()).id, "error", err)
			done = "unmarked"
		}
	}
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	return to(w, r, sc.places().url("/taxonomy"), "done", done)
}

// previewOf reads recent documents by both taxonomies.
func (s *server) previewOf(ctx context.Context, lang language, yaml []byte, id string) (*preview, error) {
	now, next, err := s.cfg.Taxonomies.Readers(ctx, yaml)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	p := &preview{}
	gained, lost := map[string]bool{}, map[string]bool{}
	gains, losses := 0, 0
	q := search.Query{Sort: search.SortNewest, Size: previewPage}
	enough := time.Now().Add(s.cfg.Timeout / 2) // a busy machine shows what it has read by then
	for p.Documents < previewDocuments && time.Now().Before(enough) {
		found, err := s.cfg.Index.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			if p.Documents > 0 && !time.Now().Before(enough) {
				break
			}
			p.Documents++
			who := h.Document.Customer
			if who == "" {
				who = h.Document.Record
			}
			before, had := tagOf(now, h.Document.Text, id)
			after, has := tagOf(next, h.Document.Text, id)
			shown := quotePieces{Link: scope{Lang: lang, Days: themeDays}.url(documentPath(h.Document.Record))}
			switch {
			case has && !had:
				gains++
				gained[who] = true
				if shown.Pieces = around(h.Document.Text, after); len(p.Gains) < previewQuotes {
					p.Gains = append(p.Gains, shown)
				}
			case had && !has:
				lost[who] = true
				losses++
				if shown.Pieces = around(h.Document.Text, before); len(p.Losses) < previewQuotes {
					p.Losses = append(p.Losses, shown)
				}
			}
		}
		if q.After = found.Next; q.After == "" || len(found.Hits) == 0 {
			break
		}
	}
	p.None = gains+losses == 0
	p.Gained, p.Lost = fewOr(gains, len(gained)), fewOr(losses, len(lost))
	return p, nil
}

// fewOr writes a count of documents, of so many customers.
func fewOr(n, customers int) string {
	if n > 0 && customers < withheldCustomers {
		return "<" + strconv.Itoa(withheldCustomers)
	}
	return thousands(n)
}

// tagOf says whether a text has a theme, and where.
func tagOf(by textmining.Reader, text, id string) ([]document.Span, bool) {
	tags := by.Annotate(text).Themes
	i := slices.IndexFunc(tags, func(t document.Tag) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	evidence := tags[i].Evidence
	if len(evidence) == 0 {
		evidence = []document.Span{{}}
	}
	return evidence, true
}
