package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
)

// fewFound is what counts as little: with fewer documents found, long texts are
// looked for again by any of their telling terms.
const fewFound = 50

// sentenceWords is from how many separate words on they are read as one text:
// English that somebody pastes. So are fewer of them, when they are long.
const (
	sentenceWords      = 6
	sentenceCharacters = 24
)

// isLong says that an unbroken text is more than a word or a short phrase.
func isLong(words []token, grams []string) bool {
	return len(words) >= sentenceWords || len(grams) > longGrams
}

// sentence takes the plain words out of a conjunction when they are so many that
// they are a sentence, and when it may match by some of them.
func (c *compiler) sentence(parts []node) (taken query.Query, rest []node) {
	if c.negated > 0 {
		return nil, parts
	}
	var texts []string
	characters := 0
	for _, part := range parts {
		if t, ok := plainText(part); ok && !t.firm {
			texts = append(texts, t.text)
			characters += utf8.RuneCountInString(t.text)
			continue
		}
		rest = append(rest, part)
	}
	if len(texts) < 2 || len(texts) < sentenceWords && characters < sentenceCharacters {
		return nil, parts
	}
	c.forgivable = true
	if c.telling == nil {
		return nil, parts
	}
	f := c.analyzer.fold(strings.Join(texts, " "))
	words, tokens := c.analyzer.words(nil, f.text), c.analyzer.grams(nil, f.text)
	if len(words) == 0 {
		return nil, parts
	}
	c.scored = true
	c.rank(textNode{text: f.text})
	c.mark(mark{words: setOf(terms(words)), grams: setOf(pairs(tokens))})
	return c.telling(tellingTerms(words, tokens)), rest
}

// fewWords is from how few documents on that have all words of a query those
// that have half of them are shown, too, below.
const fewWords = 10

// loose says of which parts of a conjunction half will do: words beside each
// other, without AND, that are excluded nowhere.
func (c *compiler) loose(parts []node) []bool {
	out := make([]bool, len(parts))
	if c.negated > 0 || c.joined {
		return out
	}
	plain := 0
	for i, part := range parts {
		if t, ok := plainText(part); ok && !t.firm {
			plain++
			out[i] = c.loosen
		}
	}
	if plain < 2 {
		return make([]bool, len(parts))
	}
	c.loosable = true
	return out
}

// half matches what half of the parts do, or more.
func half(parts []query.Query) query.Query {
	if len(parts) == 1 {
		return parts[0]
	}
	q := query.NewDisjunctionQuery(parts)
	q.SetMin(float64((len(parts) + 1) / 2))
	return q
}

// looser finds what a question finds when half of its words will do; nil when
// it has none of which less would do. What p found stays above.
func (a *question) looser(p *pass) (*question, error) {
	if !a.compiler.loosable || a.Strict || a.order != SortRelevance {
		return nil, nil
	}
	q := *a.Query
	q.loosen = true
	again, err := a.ix.ask(&q)
	if err == nil {
		again.above = p.docs
	}
	return again, err
}

// raise puts what is to stand above the rest there.
func (a *question) raise(list []candidate) {
	if a.above == nil {
		return
	}
	slices.SortStableFunc(list, func(b, c candidate) int {
		return cmp.Compare(a.level(c.at), a.level(b.at))
	})
}

func (a *question) level(at place) int {
	if a.above[at.part][at.segment].Contains(at.doc) {
		return 1
	}
	return 0
}

// plainText returns a word or unbroken text, or the first of those that stand for one.
func plainText(n node) (textNode, bool) {
	if or, ok := n.(orNode); ok && or.best {
		n = or.parts[0]
	}
	t, ok := n.(textNode)
	return t, ok && !t.phrase && !t.prefix
}

// neighbours has separate words count for standing near each other.
func (c *compiler) neighbours(parts []node) {
	var texts []string
	for _, part := range parts {
		if t, ok := plainText(part); ok {
			texts = append(texts, t.text)
		}
	}
	if len(texts) > 1 && c.negated == 0 {
		c.ranked = append(c.ranked, rankedText{text: strings.Join(texts, " "), weight: 1, group: c.group, orderOnly: true})
		c.group++
	}
}

// rank has a text count for the ranking.
func (c *compiler) rank(n textNode) {
	if c.negated > 0 {
		return
	}
	weight := n.weight
	if weight == 0 {
		weight = 1
	}
	c.ranked = append(c.ranked, rankedText{text: n.text, phrase: n.phrase, weight: weight, group: c.group})
	if !c.joined {
		c.group++
	}
}

// join has the texts compiled until its end be alternatives.
func (c *compiler) join() (end func()) {
	if c.joined {
		return func() {}
	}
	c.joined = true
	return func() {
		c.joined = false
		c.group++
	}
}

// alternatives keeps fewer of the ways to write a text the longer it is: a
// sentence has so many words to go by that one more matters little.
func alternatives(parts []node) []node {
	const characters = 160
	t, ok := plainText(parts[0])
	if !ok {
		return parts
	}
	return parts[:min(len(parts), max(1, characters/max(1, utf8.RuneCountInString(t.text))))]
}

// forgiving finds what a question finds when its long texts match by any of
// their telling terms; nil when it has none.
func (a *question) forgiving(ctx context.Context, s *snapshot) (again *question, err error) {
	if !a.compiler.forgivable || a.Strict {
		return nil, nil
	}
	q := *a.Query
	q.telling = func(terms []tellingTerm) query.Query {
		found, failed := tellingQuery(ctx, s, terms)
		if failed != nil {
			err = failed
		}
		return found
	}
	again, failed := a.ix.ask(&q)
	return again, cmp.Or(err, failed)
}

// tellingTerm is a term of a long text, and how often the text says it.
type tellingTerm struct {
	field, term string
	times       int
}

// Of the terms of a long text the rarest are looked for: at least leastTelling
// of them, at most mostTelling, and no more than have tellingPostings documents
// in all. What is left out counts for the ranking all the same.
const (
	leastTelling    = 12
	mostTelling     = 1000
	tellingPostings = 200_000
)

// tellingTerms are the significant words of a text and its pairs.
func tellingTerms(words, grams []token) []tellingTerm {
	said := make(map[string]int, len(words)+len(grams))
	count := func(list []token) {
		clear(said)
		for _, t := range list {
			said[t.term]++
		}
	}
	var out []tellingTerm
	count(words)
	for _, w := range significant(words) {
		out = append(out, tellingTerm{fieldWords, w, said[w]})
	}
	count(grams)
	for _, g := range pairs(grams) {
		out = append(out, tellingTerm{fieldGrams, g, said[g]})
	}
	return out
}

// tellingQuery matches any of the terms of a long text that tell something: the
// rarest ones, as many as lead to a bounded number of documents. A term counts as
// often as the text says it.
func tellingQuery(ctx context.Context, s *snapshot, all []tellingTerm) (query.Query, error) {
	type known struct {
		tellingTerm
		documents uint64
	}
	var terms []known
	for _, t := range all {
		n, err := s.documentsWith(t.field, t.term)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			terms = append(terms, known{t, n})
		}
	}
	if len(terms) == 0 {
		return query.NewMatchNoneQuery(), nil
	}
	slices.SortStableFunc(terms, func(a, b known) int { return cmp.Compare(a.documents, b.documents) })
	var any []query.Query
	reached := uint64(0)
	for i, t := range terms {
		if reached += t.documents; i >= leastTelling && reached > tellingPostings || i >= mostTelling {
			break
		}
		boost := boostWords
		if t.field == fieldGrams {
			boost = boostGrams
		}
		any = append(any, term(t.field, t.term, boost*float64(t.times)))
	}
	return sumQuery{query.NewDisjunctionQuery(any)}, nil
}

// sumQuery matches what any of its parts does, with the sum of their scores. The
// score of Bleve's disjunction is that times the share of the parts that match:
// of the parts of a long text a long document has more, whatever it is about.
type sumQuery struct{ *query.DisjunctionQuery }
