package search

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/numeric"
	"github.com/blevesearch/bleve/v2/search/query"
)

// condition is a compiled query, for one document at a time.
type condition interface {
	holds(*laid) bool
	// needs are facts of which one at least is true of a document that matches,
	// with how common they are likely to be; none says that there are no such.
	needs() (list []int32, cost float64)
}

func (ix *Index) condition(q Query, f *facts) (condition, error) {
	if err := q.defaults(); err != nil {
		return nil, err
	}
	parsed, err := parseQuery(q.Text, q.Now, q.Location)
	if err != nil {
		return nil, err
	}
	c := &compiler{analyzer: ix.analyzer}
	root, err := c.root(ix.expand(parsed.root), &q)
	if err != nil {
		return nil, err
	}
	return f.condition(root)
}

// condition reads a compiled query.
func (f *facts) condition(q query.Query) (condition, error) {
	list := func(queries []query.Query) (out []condition, err error) {
		for _, q := range queries {
			c, err := f.condition(q)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		return out, nil
	}
	switch q := q.(type) {
	case *query.TermQuery:
		return fact{f.number(f.terms, q.Field(), q.Term), commonness(q.Field(), q.Term)}, nil
	case *query.MatchAllQuery:
		return everything{}, nil
	case *query.ConjunctionQuery:
		parts, err := list(q.Conjuncts)
		return some{parts, len(parts)}, err
	case *query.DisjunctionQuery:
		parts, err := list(q.Disjuncts)
		return some{parts, max(1, int(q.Min))}, err
	case *query.BooleanQuery:
		return f.boolean(q)
	case scoredQuery:
		return f.condition(q.Query)
	case bestQuery:
		parts, err := list(q.parts)
		return some{parts, 1}, err
	case filterQuery:
		return f.condition(q.query)
	case prefixQuery:
		return fact{f.prefix(q.field, q.prefix), 2 * commonness(q.field, q.prefix)}, nil
	case phraseQuery:
		within, err := f.condition(q.query)
		return hasPhrase{within, q.phrase}, err
	case keywordQuery:
		return f.value(q), nil
	case numberQuery:
		return hasNumber(q), nil
	case timeQuery:
		return hasTime(q), nil
	}
	return nil, fmt.Errorf("%w: it holds a %T", ErrNotHeld, q)
}

func (f *facts) boolean(q *query.BooleanQuery) (condition, error) {
	var b both
	for _, part := range []struct {
		from query.Query
		to   *condition
	}{{q.Must, &b.must}, {q.MustNot, &b.not}} {
		if part.from == nil {
			continue
		}
		var err error
		if *part.to, err = f.condition(part.from); err != nil {
			return nil, err
		}
	}
	if q.Should != nil || q.Filter != nil || b.must == nil {
		return nil, fmt.Errorf("%w: it has parts of no use to it", ErrNotHeld)
	}
	return b, nil
}

type (
	everything struct{}
	fact       struct {
		number int32
		cost   float64
	}
	hasPhrase struct {
		within condition
		phrase phrase
	}
	hasNumber numberNode
	hasTime   timeNode
	some      struct { // at least least of parts
		parts []condition
		least int
	}
	both struct{ must, not condition }
)

func (everything) holds(*laid) bool          { return true }
func (everything) needs() ([]int32, float64) { return nil, 0 }

func (c fact) holds(l *laid) bool        { return l.facts[c.number] }
func (c fact) needs() ([]int32, float64) { return []int32{c.number}, c.cost }

// value reads a filter by any of several values.
func (f *facts) value(q keywordQuery) condition {
	any := some{least: 1}
	for _, v := range q.values {
		c := fact{cost: 100}
		switch few := keywordFields[q.field].few; {
		case v.prefix && few:
			c.number = f.prefixFolded(q.field, foldKeyword(v.text))
		case v.prefix:
			c.number = f.prefix(q.field, v.text)
		case few:
			c.number = f.number(f.folded, q.field, foldKeyword(v.text))
		default:
			c.number = f.number(f.terms, q.field, v.text)
		}
		any.parts = append(any.parts, c)
	}
	return any
}

// commonness guesses how many of a thousand documents have a term.
func commonness(field, term string) float64 {
	if field != fieldWords && field != fieldGrams {
		return 100
	}
	n := utf8.RuneCountInString(term)
	if startsCJK(term) {
		return []float64{0, 60, 8, 3}[min(n, 3)]
	}
	return []float64{0, 60, 40, 20, 8}[min(n, 4)]
}

func (c hasPhrase) holds(l *laid) bool {
	if !c.within.holds(l) {
		return false
	}
	tokens := l.sequence()
	for i := range tokens {
		if c.phrase.match(tokens[i:]) > 0 {
			return true
		}
	}
	return false
}

func (c hasPhrase) needs() ([]int32, float64) { return c.within.needs() }

func (c hasNumber) holds(l *laid) bool {
	for term := range l.fields[c.field] {
		n, err := numeric.PrefixCoded(term).Int64()
		if err != nil {
			continue
		}
		v := numeric.Int64ToFloat64(n)
		if (c.from == nil || v > *c.from || v == *c.from && !c.strictFrom) && (c.to == nil || v < *c.to || v == *c.to && !c.strictTo) {
			return true
		}
	}
	return false
}

func (hasNumber) needs() ([]int32, float64) { return nil, 0 }

func (c hasTime) holds(l *laid) bool {
	for term := range l.fields[fieldTime] {
		n, err := numeric.PrefixCoded(term).Int64()
		if err != nil {
			continue
		}
		t := time.Unix(0, n)
		if (c.from.IsZero() || !t.Before(c.from)) && (c.to.IsZero() || t.Before(c.to)) {
			return true
		}
	}
	return false
}

func (hasTime) needs() ([]int32, float64) { return nil, 0 }

func (c some) holds(l *laid) bool {
	n := 0
	for i, part := range c.parts {
		if part.holds(l) {
			if n++; n >= c.least {
				return true
			}
		} else if n+len(c.parts)-i-1 < c.least {
			return false
		}
	}
	return c.least == 0
}

// needs of n parts of which m must hold are those of any n-m+1: one of them does.
func (c some) needs() ([]int32, float64) {
	type part struct {
		list []int32
		cost float64
	}
	var parts []part
	for _, p := range c.parts {
		if list, cost := p.needs(); len(list) > 0 {
			parts = append(parts, part{list, cost})
		}
	}
	enough := len(c.parts) - c.least + 1
	if c.least < 1 || enough < 1 || len(parts) < enough {
		return nil, 0
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		switch {
		case a.cost < b.cost:
			return -1
		case a.cost > b.cost:
			return 1
		}
		return 0
	})
	var list []int32
	cost := 0.0
	for _, p := range parts[:enough] {
		list, cost = append(list, p.list...), cost+p.cost
	}
	return list, cost
}

func (c both) holds(l *laid) bool {
	return c.must.holds(l) && (c.not == nil || !c.not.holds(l))
}

func (c both) needs() ([]int32, float64) { return c.must.needs() }
