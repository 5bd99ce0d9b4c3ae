package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"qingting/search"
)

// The most hits and terms that one answer of the API has.
const (
	apiMost  = 200
	apiTerms = 20
)

// apiSearch answers a search. Besides what a page takes, it takes after, which
// is next of the answer before; size; collapse=on; multi=on; and histogram, the
// facet over time: day, week or month.
func (s *server) apiSearch(r *http.Request) (any, error) {
	q, err := s.apiQuery(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	return s.cfg.Index.Search(ctx, q)
}

// apiQuery is the search that a request of the API asks for.
func (s *server) apiQuery(r *http.Request) (search.Query, error) {
	sc, err := scopeOf(r, english, 0)
	if err != nil {
		return search.Query{}, err
	}
	q := s.queryOf(sc)
	if q.Size, err = sizeOf(r, pageSize); err != nil {
		return q, err
	}
	if q.After == "" && q.From+q.Size > search.MaxWindow {
		return q, &httpError{http.StatusBadRequest, say{
			fmt.Sprintf("from 最多翻到第 %d 条；要更靠后的结果请用 after。", search.MaxWindow),
			fmt.Sprintf("from reaches result %d and no further; use after.", search.MaxWindow),
		}}
	}
	switch v := r.URL.Query().Get("multi"); v {
	case "", "off":
	case "on":
		q.Multi = true
	default:
		return q, &httpError{http.StatusBadRequest, say{"multi 应为 on 或 off。", "multi must be on or off."}}
	}
	return q, nil
}

func sizeOf(r *http.Request, fallback int) (int, error) {
	v := r.URL.Query().Get("size")
	if v == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > apiMost {
		return 0, &httpError{http.StatusBadRequest, say{
			fmt.Sprintf("size 应为 1 到 %d 之间的整数。", apiMost), fmt.Sprintf("size must be a whole number from 1 to %d.", apiMost),
		}}
	}
	return n, nil
}

// significantTerms are the words that set a result apart.
type significantTerms struct {
	Terms []search.SignificantTerm `json:"terms"`
}

func (s *server) apiSignificant(r *http.Request) (any, error) {
	sc, err := scopeOf(r, english, 0)
	if err != nil {
		return nil, err
	}
	n, err := sizeOf(r, apiTerms)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	terms, err := s.cfg.Index.Significant(ctx, s.queryOf(sc), n)
	return significantTerms{terms}, err
}

// similarHits are documents like one.
type similarHits struct {
	Hits []search.Hit `json:"hits"`
}

func (s *server) apiSimilar(r *http.Request) (any, error) {
	record := r.URL.Query().Get("record")
	if record == "" {
		return similarHits{[]search.Hit{}}, nil // nothing is like nothing
	}
	n, err := sizeOf(r, pageSize)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	hits, err := s.cfg.Index.Similar(ctx, record, n)
	if errors.Is(err, search.ErrNoRecord) {
		return nil, &httpError{http.StatusNotFound, say{"没有这条反馈。", "There is no such feedback."}}
	}
	return similarHits{hits}, err
}
