package web

import (
	"context"

	"qingting/internal/document"
	"qingting/search"
)

// quotes are redacted texts of a label with its evidence marked, the newest
// first, each said once; and what else such feedback is about.
func (s *server) quotes(ctx context.Context, sc scope, field, id string) ([]hit, []related, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	q := s.queryOf(sc)
	q.Sort, q.Size, q.Facets, q.FacetSize = search.SortNewest, 4*quotesShown, []string{"theme"}, 9
	q.Filters = append(q.Filters, search.Filter{Field: field, Values: []string{id}})
	found, err := s.cfg.Index.Search(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	var list []hit
	said := make(map[string]bool)
	for _, h := range found.Hits {
		if said[h.Document.Text] || len(list) == quotesShown {
			continue
		}
		said[h.Document.Text] = true
		shown := s.hit(sc, h)
		if evidence := evidenceOf(h.Document, field, id); len(evidence) > 0 {
			shown.Pieces = around(h.Document.Text, evidence)
		}
		list = append(list, shown)
	}
	var with []related
	for _, f := range found.Facets {
		for _, c := range f.Cells {
			if c.Value != id && !c.Suppressed {
				with = append(with, related{link{s.valueName(sc.Lang, "theme", c.Value), sc.url(themePath(c.Value))}, thousands(c.Count)})
			}
		}
	}
	return list, with, nil
}

// phrases are the words that set a label's feedback apart from the rest.
func (s *server) phrases(ctx context.Context, sc scope, field, id string) ([]search.SignificantTerm, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	q := s.queryOf(sc)
	q.Filters = append(q.Filters, search.Filter{Field: field, Values: []string{id}})
	return s.cfg.Index.Significant(ctx, q, phrasesShown)
}

// evidenceOf is where in its text a document says what it is tagged with.
func evidenceOf(d *document.Document, field, id string) []document.Span {
	for _, t := range map[string][]document.Tag{"theme": d.Themes, "painpoint": d.PainPoints, "dimension": d.Dimensions, "risk": d.Risks}[field] {
		if t.ID == id {
			return t.Evidence
		}
	}
	return nil
}

// around cuts a text to what stands around its evidence.
func around(text string, evidence []document.Span) (list []piece) {
	const before, most = 60, 240
	runes := []rune(text)
	start := 0
	if first := evidence[0].Start; len(runes) > most && first > before {
		start = min(first-before, len(runes)-most)
		list = append(list, piece{Gap: true})
	}
	end := min(len(runes), start+most)
	at := start
	for _, e := range evidence {
		if e.Start < at || e.End > end || e.Start >= e.End {
			continue
		}
		if e.Start > at {
			list = append(list, piece{Text: string(runes[at:e.Start])})
		}
		list = append(list, piece{Text: string(runes[e.Start:e.End]), Mark: true})
		at = e.End
	}
	if at < end {
		list = append(list, piece{Text: string(runes[at:end])})
	}
	if end < len(runes) {
		list = append(list, piece{Gap: true})
	}
	return list
}
