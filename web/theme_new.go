package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"qingting/internal/access"
	"qingting/textmining/taxonomy"
)

// reservedThemes are ids that the paths of the taxonomy have themselves.
var reservedThemes = []string{"new", "relabel"}

// draft is a theme that the taxonomy does not have yet.
type draft struct {
	entry taxonomy.Entry
	from  string // the discovered theme it is drafted of, or empty
	note  say    // what there is to know of it
}

// draftOf is an empty theme, or one of what a discovered theme is called, with the
// words that are its own as cues.
func (s *server) draftOf(ctx context.Context, from string) (draft, error) {
	d := draft{from: from}
	if from == "" || s.cfg.Discovery == nil {
		return draft{}, nil
	}
	gone := say{"这个话题已经不在了：可能已被合并、拆分，或上次查找没有再找到它。下面是一张空表。", "This subject is no longer there: it was merged or split, or the last look did not find it again. The form is empty."}
	found, _, err := s.cfg.Discovery.Found(ctx)
	if err != nil {
		return d, err
	}
	if found == nil {
		return draft{note: gone}, nil
	}
	all := standing(found)
	i := slices.IndexFunc(all, func(t foundTheme) bool { return t.ID == from && t.Customers >= found.K })
	if i < 0 {
		return draft{note: gone}, nil
	}
	t := all[i]
	d.entry.ID = t.ID
	w := &d.entry.EN
	if strings.ContainsFunc(t.Name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		w = &d.entry.ZH
	}
	if w.Name = oneLine(t.Name); w == &d.entry.EN {
		if slug := strings.Trim(notOfIDs.ReplaceAllString(strings.ToLower(w.Name), "-"), "-"); slug != "" && len(slug) <= 40 {
			d.entry.ID = slug
		}
	}
	for _, p := range t.Phrases {
		side := &d.entry.EN
		if strings.ContainsFunc(p.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			side = &d.entry.ZH
		}
		side.Cues = append(side.Cues, literalCue(p.Text))
	}
	return d, nil
}

// notOfIDs is what stands in no id of a theme.
var notOfIDs = regexp.MustCompile(`[^a-z0-9]+`)

// syntaxOfCues is what means something else in a cue than itself.
var syntaxOfCues = regexp.MustCompile(`[()|@<>~]`)

// literalCue is a phrase as a cue: nothing in it is syntax.
func literalCue(text string) string { return oneLine(syntaxOfCues.ReplaceAllString(text, " ")) }

// whole is a draft as the taxonomy can be asked about it: a name that is not typed
// yet is that in the other language.
func (d draft) whole() taxonomy.Entry {
	e := d.entry
	if e.ZH.Name == "" {
		e.ZH.Name = e.EN.Name
	}
	if e.EN.Name == "" {
		e.EN.Name = e.ZH.Name
	}
	return e
}

func (s *server) newTheme(r *http.Request, lang language) (answer, error) {
	file, _, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	d, err := s.draftOf(r.Context(), r.URL.Query().Get("found"))
	if err != nil {
		return answer{}, err
	}
	var seen *preview
	if d.from != "" {
		// What it would find is shown at once; that it cannot be read yet is no mistake of
		// whoever opens the page.
		if yaml, err := taxonomy.Insert(file.YAML, d.whole()); err == nil {
			if seen, err = s.previewOf(r.Context(), lang, yaml, d.entry.ID); err != nil {
				return answer{}, err
			}
		}
	}
	return s.newWith(r, lang, d, nil, seen, d.note, http.StatusOK)
}

// newWith shows the form of a draft, with what was typed when it was sent.
func (s *server) newWith(r *http.Request, lang language, d draft, typed url.Values, seen *preview, note say, status int) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	file, tax, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	sc = sc.places()
	page := editPage{
		scope: sc, New: true, From: d.from, ID: d.entry.ID, Name: say{"新主题", "A new theme"}.in(lang), Action: sc.url("/taxonomy/new"), Revision: file.Revision,
		Preview: seen, Note: note.in(lang), CanEdit: s.may(r, access.Themes),
	}
	if typed != nil {
		page.typed(typed)
	}
	for _, p := range []struct {
		field string
		all   []taxonomy.Entry
		of    []string
	}{{"dimension", tax.Dimensions, d.entry.Dimensions}, {"painpoint", tax.PainPoints, d.entry.PainPoints}} {
		choice := parentChoice{Title: fieldName(p.field).in(lang), Field: p.field}
		for i := range p.all {
			choice.Choices = append(choice.Choices, themeChoice{p.all[i].ID, tax.Name(p.all[i].ID, string(lang)), slices.Contains(p.of, p.all[i].ID)})
		}
		page.Parents = append(page.Parents, choice)
	}
	page.sides(&d.entry)
	return answer{"taxonomy_edit", page, status}, nil
}

// addTheme shows what another theme finds, or puts it in place. A discovered one that
// it was drafted of counts as adopted then.
func (s *server) addTheme(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	file, _, err := s.taxonomyNow(r.Context())
	if err != nil {
		return answer{}, err
	}
	typed := formOf(r)
	e := entryOf(&taxonomy.Entry{ID: oneLine(typed.Get("id")), Dimensions: typed["dimension"], PainPoints: typed["painpoint"]}, typed)
	d := draft{entry: *e, from: typed.Get("from")}
	c := themeChange{
		file: file, id: e.ID, typed: typed,
		show: func(seen *preview, note say, status int) (answer, error) {
			return s.newWith(r, lang, d, typed, seen, note, status)
		},
	}
	if slices.Contains(reservedThemes, e.ID) {
		return c.show(nil, say{"这个编号已有他用，请换一个。", "This id has another use: choose one of its own."}, http.StatusUnprocessableEntity)
	}
	whole := *e
	if typed.Get("action") != "apply" {
		whole = d.whole()
	}
	c.yaml, c.wrong = taxonomy.Insert(file.YAML, whole)
	if d.from != "" && s.cfg.Discovery != nil {
		c.after = func() error {
			return s.cfg.Discovery.Decide(r.Context(), actorFor(r), Decision{Action: "promote", ID: d.from, Name: e.ID, Reason: strings.TrimSpace(typed.Get("reason"))})
		}
	}
	return s.putTheme(w, r, lang, c)
}
