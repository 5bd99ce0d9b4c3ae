package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"qingting/internal/document"
	"qingting/search"
)

const pageSize = 20

// searchPage is the page of results.
type searchPage struct {
	Query   string
	Mistake string // what is wrong with the query, with a caret under it
	Results *search.Results
	Pieces  [][]piece // of each hit
	Next    string    // URL of the next page, or empty
	Prev    string
}

// piece is a stretch of text, matched or not.
type piece struct {
	Text string
	Mark bool
	Gap  bool // something was left out before it
}

func (s *server) search(r *http.Request, lang language) (string, any, error) {
	from, err := offset(r)
	if err != nil {
		return "", nil, err
	}
	page := searchPage{Query: r.URL.Query().Get("q")}
	res, err := s.find(r, from, search.FacetNames())
	var mistake *search.SyntaxError
	if errors.As(err, &mistake) {
		page.Mistake = mistake.Error() + "\n" + mistake.Caret()
		return "search", page, nil
	}
	if err != nil {
		return "", nil, err
	}
	page.Results = res
	for _, h := range res.Hits {
		page.Pieces = append(page.Pieces, pieces(h))
	}
	link := func(from int) string {
		v := url.Values{"q": {page.Query}, "lang": {string(lang)}, "from": {strconv.Itoa(from)}}
		return "/search?" + v.Encode()
	}
	if next := from + pageSize; uint64(next) < res.Total && next+pageSize <= search.MaxWindow {
		page.Next = link(next)
	}
	if from > 0 {
		page.Prev = link(max(0, from-pageSize))
	}
	return "search", page, nil
}

func (s *server) apiSearch(r *http.Request) (any, error) {
	from, err := offset(r)
	if err != nil {
		return nil, err
	}
	res, err := s.find(r, from, search.FacetNames())
	var mistake *search.SyntaxError
	if errors.As(err, &mistake) {
		return nil, &httpError{http.StatusBadRequest, say{mistake.Error(), mistake.Error()}}
	}
	return res, err
}

func (s *server) find(r *http.Request, from int, facets []string) (*search.Results, error) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	return s.cfg.Index.Search(ctx, search.Query{Text: r.URL.Query().Get("q"), From: from, Size: pageSize, Facets: facets, FacetSize: 8})
}

func offset(r *http.Request) (int, error) {
	v := r.URL.Query().Get("from")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n+pageSize > search.MaxWindow {
		return 0, &httpError{http.StatusBadRequest, say{"from 超出范围。", "from is out of range."}}
	}
	return n, nil
}

// pieces cuts the fragments of a hit into marked and plain text.
func pieces(h search.Hit) (list []piece) {
	for _, f := range h.Fragments {
		text := []rune(f.Text)
		at, gap := 0, f.Start > 0
		add := func(to int, mark bool) {
			if to > at {
				list = append(list, piece{Text: string(text[at:to]), Mark: mark, Gap: gap})
				at, gap = to, false
			}
		}
		for _, m := range f.Marks {
			if ok := within(m, len(text), at); !ok {
				continue
			}
			add(m.Start, false)
			add(m.End, true)
		}
		add(len(text), false)
	}
	return list
}

func within(m document.Span, length, at int) bool {
	return m.Start >= at && m.End <= length && m.Start < m.End
}
