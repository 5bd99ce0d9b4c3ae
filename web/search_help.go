package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"qingting/search"
)

// fixed is the query of a mistake as it was probably meant; nil when that is not
// known.
func fixed(sc scope, e *search.SyntaxError) *link {
	runes := []rune(e.Query)
	if e.Suggestion == "" || e.Offset >= len(runes) {
		return nil
	}
	end := e.Offset
	for end < len(runes) && (unicode.IsLetter(runes[end]) || unicode.IsDigit(runes[end]) || strings.ContainsRune("_-", runes[end])) {
		end++
	}
	return sc.meaning(string(runes[:e.Offset]) + e.Suggestion + string(runes[end:]))
}

// meaning is a link to the search of another query, nil when that cannot be read
// either.
func (sc scope) meaning(query string) *link {
	if query == sc.Query || search.CheckQuery(query) != nil {
		return nil
	}
	there := sc.first()
	there.Query = query
	return &link{query, there.SearchURL()}
}

// fewFound is how many results a query has at most that may be misspelt.
const fewFound = 5

// meant is the query that was probably meant instead of one that finds little.
func (s *server) meant(sc scope, res *search.Results) *link {
	if s.cfg.Suggest == nil || strings.TrimSpace(sc.Query) == "" || res.Total > fewFound && !res.Loose {
		return nil
	}
	known := s.cfg.Suggest()
	if known == nil {
		return nil
	}
	better, ok := known.Correct(sc.Query)
	if !ok {
		return nil
	}
	return sc.meaning(better)
}

// searchNote is something in the query that is no mistake and may be meant
// otherwise: a value that no document has.
type searchNote struct {
	Field, Value string
	Meant        *link // the query with the value that was probably meant
	Suggestion   string
}

func (s *server) searchNotes(sc scope, notes []search.Note) (list []searchNote) {
	for _, n := range notes {
		note := searchNote{Field: fieldName(n.Field).in(sc.Lang), Value: n.Value}
		if n.Suggestion != "" {
			note.Suggestion = s.valueName(sc.Lang, n.Field, n.Suggestion)
			for _, as := range []string{`"` + n.Value + `"`, n.Value} {
				if before, after, ok := strings.Cut(sc.Query, as); ok {
					note.Meant = sc.meaning(before + quoted(n.Suggestion) + after)
					break
				}
			}
		}
		list = append(list, note)
	}
	return list
}

// quoted is a text as a query takes it for one word or value.
func quoted(text string) string {
	plain := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' }
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) && !slices.Contains([]string{"OR", "AND", "NOT"}, text) && text[0] != '-' {
		return text
	}
	return `"` + strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"“”„‟＂", r) {
			return ' '
		}
		return r
	}, text) + `"`
}

// tellingTerms is how many words a page shows that set its result apart.
const tellingTerms = 12

// telling are the words that set a result apart, when they were asked for; else
// where to ask for them. Of everything, nothing is set apart.
func (s *server) telling(r *http.Request, sc scope, shown int) (terms []link, ask string, err error) {
	if shown == 0 || strings.TrimSpace(sc.Query) == "" && len(sc.Filters) == 0 && sc.Days == 0 && sc.Since == "" && sc.Until == "" {
		return nil, "", nil
	}
	if !sc.Terms {
		there := sc
		there.Terms = true
		return nil, there.SearchURL(), nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	q := s.queryOf(sc)
	q.Facets, q.From, q.After = nil, 0, ""
	list, err := s.cfg.Index.Significant(ctx, q, tellingTerms)
	if err != nil {
		return nil, "", err
	}
	for _, t := range list {
		if m := sc.meaning(strings.TrimSpace(sc.Query + " " + quoted(t.Term))); m != nil {
			m.Name = t.Term
			terms = append(terms, *m)
		}
	}
	return terms, "", nil
}

// queryText is the whole of a search as one text of the query language: what it is
// narrowed to is written out. The ledger and saved searches keep it so; exact names
// the days that are now the last thirty. False when the language cannot say it.
func (s *server) queryText(sc scope, exact bool) (string, bool) {
	parts := []string{}
	if text := strings.TrimSpace(sc.Query); text != "" {
		parts = append(parts, text)
	}
	for _, f := range filtersOf(sc) {
		values := make([]string, len(f.Values))
		for i, v := range f.Values {
			values[i] = quoted(v)
		}
		parts = append(parts, f.Field+":"+strings.Join(values, ","))
	}
	if since, until := s.bounds(sc); exact && sc.Since == "" && sc.Days > 0 && !since.IsZero() {
		sc.Since, sc.Until = since.Format(time.DateOnly), until.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	parts = append(parts, sc.dates()...)
	if len(parts) > 1 && strings.Contains(sc.Query, "OR") && strings.TrimSpace(sc.Query) != "" {
		parts[0] = "(" + parts[0] + ")"
	}
	text := strings.Join(parts, " ")
	return text, search.CheckQuery(text) == nil
}

// dates are the period of a scope in the query language.
func (sc scope) dates() (list []string) {
	switch {
	case sc.Since != "" || sc.Until != "":
		list = append(list, "date:"+sc.Since+".."+sc.Until)
	case sc.Days > 0:
		list = append(list, "date:"+strconv.Itoa(sc.Days)+"d")
	}
	for _, f := range sc.Filters {
		if f.Field == search.FacetDay {
			list = append(list, "date:"+f.Value)
		}
	}
	return list
}
