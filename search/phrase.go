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
	inner, err := q.query.Searcher(ctx, r, m, o)
	if err != nil || isUnread(ctx) {
		return inner, err
	}
	bodies, err := newBodyReader(r)
	if err != nil {
		return nil, err
	}
	var look phraseChecker
	return &checkedSearcher{Searcher: inner, ctx: ctx, check: func(id index.IndexInternalID) (bool, error) {
		entry, err := bodies.read(id)
		if err != nil {
			return false, err
		}
		if err := look.load(&q, entry); err != nil {
			return false, err
		}
		return look.has(&q), nil
	}}, nil
}

// unread marks a context in which phrases match without a look at the text: a
// pass knows already which documents have them.
type unread struct{}

func isUnread(ctx context.Context) bool { return ctx.Value(unread{}) != nil }

// phraseChecker looks for phrases in one text after the other.
type phraseChecker struct {
	plain  []byte
	text   []byte
	tokens []token
	loaded bool // text is there
	read   bool // and tokens are
}

func (c *phraseChecker) forget() { c.loaded, c.read = false, false }

func (c *phraseChecker) load(q *phraseQuery, entry []byte) error {
	text, _, _, err := q.store.open(entry, c.plain)
	if err != nil {
		return err
	}
	c.plain, c.text = text, text
	c.loaded, c.read = true, false
	return nil
}

func (c *phraseChecker) has(q *phraseQuery) bool {
	if !c.read {
		c.tokens = q.analyzer.grams(c.tokens[:0], q.analyzer.fold(string(c.text)).text)
		c.read = true
	}
	for i := range c.tokens {
		if q.phrase.match(c.tokens[i:]) > 0 {
			return true
		}
	}
	return false
}
