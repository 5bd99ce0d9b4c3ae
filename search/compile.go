package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Weights of the ways a text can match: by words and by character pairs.
// Measured with BenchmarkKnownItem: from 0.3 to 1 the pairs' weight moves the
// mean reciprocal rank by a point, most for texts with mistakes in them.
const (
	boostWords = 1.0
	boostGrams = 1.0
)

// Of a long unbroken text not every word must match, only minMatch of them: a
// wrong character takes two pairs with it, and with .7 a quarter of texts with
// two wrong characters in twelve were not found at all.
const (
	longWords = 3 // words up to which all must match
	longGrams = 4 // pairs up to which all must match
	minMatch  = 0.5
)

// compiler turns a parsed query into Bleve's, and collects what to highlight.
type compiler struct {
	analyzer *analyzer
	store    *store
	marks    []mark
	negated  int
	scored   bool // some part of the query ranks

	ranked []rankedText // what rescore ranks by
	group  int          // of the next of them
	joined bool         // inside alternatives, which share a group

	// telling, when it is not nil, matches long texts by any of their telling
	// terms; forgivable says that there is such a text.
	telling    func([]tellingTerm) query.Query
	forgivable bool

	// loosen has half of several words do, and half of the words of a short text;
	// loosable says that there are such.
	loosen, loosable bool
}

// compile returns nil for a node with nothing to look for, such as punctuation:
// it matches everything.
func (c *compiler) compile(n node) query.Query {
	switch n := n.(type) {
	case andNode:
		return c.all(n.parts)
	case orNode:
		var any []query.Query
		parts := n.parts
		if n.best {
			parts = alternatives(parts)
			defer c.join()()
		}
		for _, part := range parts {
			q := c.compile(part)
			if q == nil {
				return nil
			}
			any = append(any, q)
		}
		if n.best {
			return bestQuery{any}
		}
		return query.NewDisjunctionQuery(any)
	case notNode:
		return c.all([]node{n})
	case textNode:
		return weighted(c.text(n), n.weight)
	case keywordNode:
		return filterQuery{keywordQuery(n)}
	case numberNode:
		return filterQuery{numberQuery(n)}
	case timeNode:
		return filterQuery{timeQuery(n)}
	}
	return nil
}

// all matches every part; those under a NOT must not match.
func (c *compiler) all(parts []node) query.Query {
	var must, mustNot []query.Query
	if taken, rest := c.sentence(parts); taken != nil {
		must, parts = append(must, taken), rest
	}
	c.neighbours(parts)
	loose := c.loose(parts)
	var some []query.Query
	for i, part := range parts {
		if not, ok := part.(notNode); ok {
			c.negated++
			q := c.compile(not.part)
			c.negated--
			if q != nil {
				mustNot = append(mustNot, filterQuery{q})
			}
			continue
		}
		q := c.compile(part)
		switch {
		case q == nil:
		case loose[i]:
			some = append(some, q)
		default:
			must = append(must, q)
		}
	}
	if len(some) > 0 {
		must = append(must, half(some))
	}
	switch {
	case len(mustNot) > 0:
		if len(must) == 0 {
			must = append(must, filterQuery{query.NewMatchAllQuery()})
		}
		return query.NewBooleanQuery(must, nil, mustNot)
	case len(must) == 1:
		return must[0]
	case len(must) > 1:
		return query.NewConjunctionQuery(must)
	}
	return nil
}

// text matches a word, an unbroken text or a phrase.
func (c *compiler) text(n textNode) query.Query {
	f := c.analyzer.fold(n.text)
	grams := c.analyzer.grams(nil, f.text)
	if len(grams) == 0 {
		return nil
	}
	words := c.analyzer.words(nil, f.text)
	c.scored = c.scored || c.negated == 0
	last := grams[len(grams)-1]
	if n.prefix && !startsCJK(last.term) {
		c.mark(mark{prefix: last.term})
		prefix := query.Query(filterQuery{prefixQuery{field: fieldGrams, prefix: last.term}})
		if len(grams) == 1 {
			return prefix
		}
		return query.NewConjunctionQuery([]query.Query{prefix, c.text(textNode{text: f.text[:last.start]})})
	}
	exact := newPhrase(grams)
	c.rank(n)
	if n.phrase {
		c.mark(mark{phrase: exact})
		return c.phrase(exact)
	}
	c.mark(mark{phrase: exact, words: setOf(terms(words)), grams: setOf(pairs(grams))})
	if len(grams) == 1 {
		if startsCJK(last.term) {
			// A single character: ranked where it is a word, found anywhere.
			return query.NewDisjunctionQuery([]query.Query{
				term(fieldWords, last.term, boostWords),
				filterQuery{prefixQuery{field: fieldGrams, prefix: last.term}},
			})
		}
		alternatives := []query.Query{term(fieldGrams, last.term, boostGrams)}
		for _, w := range words {
			alternatives = append(alternatives, term(fieldWords, w.term, boostWords))
		}
		return query.NewDisjunctionQuery(alternatives)
	}
	if n.weight == 0 && c.negated == 0 && !n.firm && isLong(words, pairs(grams)) {
		c.forgivable = true
		if c.telling != nil {
			return c.telling(tellingTerms(words, grams))
		}
	}
	scoring := append(anyTerms(fieldGrams, pairs(grams), boostGrams), anyTerms(fieldWords, significant(words), boostWords)...)
	alternatives := []query.Query{someTerms(c.gramQueries(grams), longGrams)}
	if q := someTerms(anyTerms(fieldWords, significant(words), boostWords), longWords); q != nil {
		alternatives = append(alternatives, q)
	}
	if q := scattered(grams); q != nil {
		alternatives = append(alternatives, q)
	}
	long := slices.DeleteFunc(significant(words), func(w string) bool { return utf8.RuneCountInString(w) < 2 })
	if len(long) > 1 && c.negated == 0 && !n.firm {
		c.loosable = true
		if c.loosen {
			alternatives = append(alternatives, half(anyTerms(fieldWords, long, boostWords)))
		}
	}
	return scoredQuery{query.NewDisjunctionQuery(alternatives), query.NewDisjunctionQuery(scoring)}
}

// scoredQuery matches what one query does, with the score that another has for
// it: a text matches in several ways, and which of them it was does not count.
type scoredQuery struct {
	query.Query
	by *query.DisjunctionQuery
}

// scattered matches a short Chinese text whose characters the document has,
// though something may stand between them: 网速慢 is in 网速太慢, also where
// the segmenter takes it for one word. At least one pair must be whole.
func scattered(grams []token) query.Query {
	const least, most = 3, 4
	if len(grams) < least || len(grams) > most {
		return nil
	}
	var all []query.Query
	for i, g := range grams {
		if !startsCJK(g.term) || isEdge(g.term) != (i == len(grams)-1) {
			return nil // more than one run
		}
		_, n := utf8.DecodeRuneInString(g.term)
		all = append(all, filterQuery{prefixQuery{field: fieldGrams, prefix: g.term[:n]}})
	}
	return query.NewConjunctionQuery(append(all, query.NewDisjunctionQuery(anyTerms(fieldGrams, pairs(grams), boostGrams))))
}

// gramQueries matches each pair, each other unit, and each character that
// stands alone, which has no pair but begins or is a term.
func (c *compiler) gramQueries(grams []token) []query.Query {
	parts := anyTerms(fieldGrams, pairs(grams), boostGrams)
	for i, g := range grams {
		if alone(grams, i) {
			parts = append(parts, filterQuery{prefixQuery{field: fieldGrams, prefix: g.term}})
		}
	}
	return parts
}

// phrase matches a phrase: documents with all its terms, whose stored text is
// then looked at, unless the phrase is one term.
func (c *compiler) phrase(p phrase) query.Query {
	var parts []query.Query
	for _, place := range p.places {
		var any []query.Query
		for _, t := range place {
			any = append(any, term(fieldGrams, t, boostGrams))
		}
		if len(any) == 1 {
			parts = append(parts, any[0])
			continue
		}
		parts = append(parts, query.NewDisjunctionQuery(any))
	}
	if p.edge != "" {
		parts = append(parts, filterQuery{prefixQuery{field: fieldGrams, prefix: p.edge}})
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return phraseQuery{query.NewConjunctionQuery(parts), p, c.analyzer, c.store}
}

func (c *compiler) mark(m mark) {
	if c.negated == 0 {
		c.marks = append(c.marks, m)
	}
}

// someTerms matches all of a few parts, or most of many.
func someTerms(parts []query.Query, all int) query.Query {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	}
	q := query.NewDisjunctionQuery(parts)
	least := float64(len(parts))
	if len(parts) > all {
		least = max(float64(all), math.Ceil(minMatch*least))
	}
	q.SetMin(least)
	return q
}

func anyTerms(field string, terms []string, boost float64) []query.Query {
	parts := make([]query.Query, len(terms))
	for i, t := range terms {
		parts[i] = term(field, t, boost)
	}
	return parts
}

// significant returns the distinct terms of words, without those of a single
// character when longer ones are enough to go by.
func significant(words []token) []string {
	long := 0
	for _, w := range words {
		if utf8.RuneCountInString(w.term) > 1 {
			long++
		}
	}
	var out []string
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		if seen[w.term] || long >= longWords && utf8.RuneCountInString(w.term) == 1 {
			continue
		}
		seen[w.term] = true
		out = append(out, w.term)
	}
	return out
}

// pairs returns the distinct terms of grams, without the single characters
// that end each run: the pair before each has it already. A run of one
// character has no pair; the words and the phrase answer for it.
func pairs(grams []token) []string {
	var out []string
	seen := make(map[string]bool, len(grams))
	for _, g := range grams {
		if seen[g.term] || startsCJK(g.term) && utf8.RuneCountInString(g.term) == 1 {
			continue
		}
		seen[g.term] = true
		out = append(out, g.term)
	}
	return out
}

func terms(tokens []token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.term
	}
	return out
}

func term(field, text string, boost float64) query.Query {
	q := query.NewTermQuery(text)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func startsCJK(term string) bool {
	r, _ := utf8.DecodeRuneInString(term)
	return isCJK(r)
}

// foldKeyword is how values of a field of few values are compared.
func foldKeyword(value string) string {
	return strings.TrimSpace(foldText(validText(value)).text)
}
