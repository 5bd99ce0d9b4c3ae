package search

import (
	"context"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// phrase is a sequence of adjacent grams. Each place takes any of its terms;
// after them, when edge is not empty, comes a character that may be followed
// by anything, so that any term it begins will do.
type phrase struct {
	places [][]string
	edge   string
}

// newPhrase reads the grams of a folded text as a phrase. The single character
// at the end of a run is, inside the phrase, also the pair that it forms where
// the document does not separate the runs; at the end of the phrase the pair
// before it says it all, unless it stands alone.
func newPhrase(grams []token, text string) phrase {
	var p phrase
	for i, g := range grams {
		if !startsCJK(g.term) || utf8.RuneCountInString(g.term) > 1 {
			p.places = append(p.places, []string{g.term})
			continue
		}
		if i < len(grams)-1 {
			place := []string{g.term}
			if next := grams[i+1].term; startsCJK(next) {
				_, n := utf8.DecodeRuneInString(next)
				place = append(place, g.term+next[:n])
			}
			p.places = append(p.places, place)
			continue
		}
		if alone := i == 0 || !startsCJK(grams[i-1].term) || grams[i-1].end != g.end; alone {
			p.edge = g.term
		}
	}
	return p
}

func (p phrase) query(boost float64) query.Query {
	if p.edge != "" {
		if len(p.places) == 0 {
			return filterQuery{prefixQuery{field: fieldGrams, prefix: p.edge}}
		}
		return edgeQuery{p, boost}
	}
	if len(p.places) == 1 {
		return term(fieldGrams, p.places[0][0], boost)
	}
	q := query.NewMultiPhraseQuery(p.places, fieldGrams)
	q.SetBoost(boost)
	return q
}

// match returns how many of tokens the phrase takes up from the first of them, or 0.
func (p phrase) match(tokens []token) int {
	if len(tokens) < len(p.places) {
		return 0
	}
	for i, place := range p.places {
		found := false
		for _, t := range place {
			found = found || tokens[i].term == t
		}
		if !found {
			return 0
		}
	}
	n := len(p.places)
	if p.edge == "" {
		return n
	}
	if n >= len(tokens) || tokens[n].term[:min(len(p.edge), len(tokens[n].term))] != p.edge {
		return 0
	}
	return n + 1
}

// edgeQuery is a phrase whose last place is every term that begins with its
// edge: the terms are the index's, so they are looked up when it is searched.
type edgeQuery struct {
	phrase phrase
	boost  float64
}

func (q edgeQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	last, err := prefixed(r, fieldGrams, q.phrase.edge, 0, nil)
	if err != nil {
		return nil, err
	}
	if len(last) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	places := append(q.phrase.places[:len(q.phrase.places):len(q.phrase.places)], last)
	return searcher.NewMultiPhraseSearcher(ctx, r, places, 0, false, fieldGrams, q.boost, o)
}
