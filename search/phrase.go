package search

import (
	"context"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
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
func newPhrase(grams []token) phrase {
	var p phrase
	for i, g := range grams {
		if !isEdge(g.term) {
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
		if alone(grams, i) {
			p.edge = g.term
		}
	}
	return p
}

// isEdge reports whether a gram is the single character that ends a run.
func isEdge(term string) bool {
	r, n := utf8.DecodeRuneInString(term)
	return n == len(term) && isCJK(r)
}

// alone reports whether gram i is a run of one character.
func alone(grams []token, i int) bool {
	return isEdge(grams[i].term) && (i == 0 || !startsCJK(grams[i-1].term) || grams[i-1].end != grams[i].end)
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

// phraseQuery keeps those matches of query whose text holds phrase.
type phraseQuery struct {
	query    query.Query
	phrase   phrase
	analyzer *analyzer
	store    *store
}

func (q phraseQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	bodies, err := newBodyReader(r)
	if err != nil {
		return nil, err
	}
	inner, err := q.query.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, err
	}
	var plain []byte
	var tokens []token
	return &checkedSearcher{Searcher: inner, ctx: ctx, check: func(id index.IndexInternalID) (bool, error) {
		body, err := bodies.read(id)
		if err != nil {
			return false, err
		}
		text, _, _, err := q.store.open(body, plain)
		if err != nil {
			return false, err
		}
		plain = text
		f := q.analyzer.fold(string(text))
		tokens = q.analyzer.grams(tokens[:0], f.text)
		for i := range tokens {
			if q.phrase.match(tokens[i:]) > 0 {
				return true, nil
			}
		}
		return false, nil
	}}, nil
}
