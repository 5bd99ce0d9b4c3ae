package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// noScore is Bleve's option to match without ranking; it also lets Bleve
// combine postings as bitmaps.
const noScore = "none"

// filterQuery matches without adding to the score.
type filterQuery struct{ query query.Query }

func (q filterQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	o.Score = noScore
	return q.query.Searcher(ctx, r, m, o)
}

// keywordQuery matches any of its values. In fields of few values letter case,
// width and script make no difference: the values there are tried one by one.
type keywordQuery keywordNode

func (q keywordQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	var terms []string
	seen := make(map[string]bool)
	for _, v := range q.values {
		found := []string{v.text}
		var err error
		switch few := keywordFields[q.field].few; {
		case few:
			want := foldKeyword(v.text)
			found, err = prefixed(r, q.field, "", maxExpansion, func(term string) bool {
				term = foldKeyword(term)
				return term == want || v.prefix && strings.HasPrefix(term, want)
			})
		case v.prefix:
			found, err = prefixed(r, q.field, v.text, maxExpansion, nil)
		}
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			if !seen[t] {
				seen[t] = true
				terms = append(terms, t)
			}
		}
	}
	return anyTerm(ctx, r, q.field, terms, o)
}

func anyTerm(ctx context.Context, r index.IndexReader, field string, terms []string, o search.SearcherOptions) (search.Searcher, error) {
	switch len(terms) {
	case 0:
		return searcher.NewMatchNoneSearcher(r)
	case 1:
		return searcher.NewTermSearcher(ctx, r, terms[0], field, 1, o)
	}
	return searcher.NewMultiTermSearcher(ctx, r, terms, field, 1, o, false)
}

// prefixed lists the terms of field that begin with prefix and that keep
// accepts, when it is given. More than limit of them, when it is not 0, are refused.
func prefixed(r index.IndexReader, field, prefix string, limit int, keep func(string) bool) ([]string, error) {
	dict, err := r.FieldDictPrefix(field, []byte(prefix))
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	defer dict.Close()
	var terms []string
	for {
		entry, err := dict.Next()
		if err != nil {
			return nil, fmt.Errorf("search index: %w", err)
		}
		if entry == nil {
			return terms, nil
		}
		if keep != nil && !keep(entry.Term) {
			continue
		}
		if terms = append(terms, entry.Term); limit > 0 && len(terms) > limit {
			return nil, fmt.Errorf("%w: %q* stands for more than %d values; write more of it", ErrTooBroad, prefix, limit)
		}
	}
}
