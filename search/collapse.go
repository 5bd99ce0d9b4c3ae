package search

import (
	"math"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/search/query"
)

// CollapseWindow is how many of the best results are looked at when
// near-duplicates are collapsed; what comes after them is not shown.
const CollapseWindow = 2000

// A text is taken for a near-duplicate of another when about that share of
// their character pairs, redaction placeholders left out, is common to both. It
// is estimated from signatures by MinHash (Broder 1997): of sketchSize hashes,
// those that agree. Two texts are compared when one band of their signatures
// agrees; a pair that is alike by nine tenths is missed once in a million.
const (
	alike      = 0.7
	sketchSize = 64
	bandSize   = 4
	leastPairs = 4 // shorter texts are duplicates when they are equal
)

type sketch [sketchSize]uint32

// sketchOf reads a text; ok is false when it is too short to compare.
func sketchOf(text string, analyzer *analyzer, tokens []token) (s sketch, exact uint64, ok bool, reuse []token) {
	f := analyzer.fold(text)
	tokens = analyzer.grams(tokens[:0], f.text)
	for i := range s {
		s[i] = math.MaxUint32
	}
	n := 0
	exact = hashOf("")
	for _, t := range tokens {
		if strings.HasPrefix(t.term, "⟦") {
			continue
		}
		n++
		h := hashOf(t.term)
		exact = (exact ^ h) * 1099511628211
		// One hash makes the others: h1 + i·h2 (Kirsch and Mitzenmacher 2006).
		a, b := uint32(h), uint32(h>>32)|1
		for i := range s {
			a += b
			x := a
			x ^= x >> 16
			x *= 0x7feb352d
			x ^= x >> 15
			s[i] = min(s[i], x)
		}
	}
	return s, exact, n >= leastPairs, tokens
}

func (s *sketch) likeness(other *sketch) float64 {
	n := 0
	for i := range s {
		if s[i] == other[i] {
			n++
		}
	}
	return float64(n) / sketchSize
}

// groups puts near-duplicates together, as they come: each text joins the first
// group whose first text it is like.
type groups struct {
	analyzer *analyzer
	tokens   []token
	firsts   []sketch
	bands    map[uint64][]int32 // band → groups
	equal    map[uint64]int     // whole text → group
}

func newGroups(a *analyzer) *groups {
	return &groups{analyzer: a, bands: make(map[uint64][]int32), equal: make(map[uint64]int)}
}

// add returns the group of a text, which is a new one when it is as large as
// the number of groups before.
func (g *groups) add(text string) int {
	s, exact, ok, tokens := sketchOf(text, g.analyzer, g.tokens)
	g.tokens = tokens
	if at, known := g.equal[exact]; known {
		return at
	}
	var keys [sketchSize / bandSize]uint64
	if ok {
		for i := range keys {
			key := uint64(i + 1)
			for _, v := range s[i*bandSize : (i+1)*bandSize] {
				key = (key ^ uint64(v)) * 0x9e3779b97f4a7c15
				key ^= key >> 29
			}
			keys[i] = key
			for _, at := range g.bands[key] {
				if s.likeness(&g.firsts[at]) >= alike {
					return int(at)
				}
			}
		}
	}
	at := len(g.firsts)
	g.firsts = append(g.firsts, s)
	g.equal[exact] = at
	if ok {
		for _, key := range keys {
			if list := g.bands[key]; !slices.Contains(list, int32(at)) {
				g.bands[key] = append(list, int32(at))
			}
		}
	}
	return at
}

// collapsed is a page of the best results with one of each group of
// near-duplicates.
func (a *question) collapsed(p *pass, ranking query.Query, at *cursor) (*found, error) {
	list, err := p.verified(a.order, ranking, CollapseWindow, nil)
	if err != nil {
		return nil, err
	}
	if a.order == SortRelevance {
		if err := a.ix.rescore(p.ctx, p.s, a.compiler, list[:min(rescored, len(list))]); err != nil {
			return nil, err
		}
	}
	g, r := newGroups(a.ix.analyzer), p.reader()
	var all found
	for i, c := range list {
		if i%64 == 0 && p.ctx.Err() != nil {
			return nil, p.ctx.Err()
		}
		text, err := r.text(c.at)
		if err != nil {
			return nil, err
		}
		if to := g.add(text); to < len(all.shown) {
			all.more[to]++
			continue
		}
		all.shown, all.more = append(all.shown, c), append(all.more, 0)
	}
	first := a.From
	if at != nil {
		first = at.offset
		if i := slices.IndexFunc(all.shown, func(c candidate) bool { return c.key == at.key }); i >= 0 {
			first = i + 1
		}
	}
	first = min(first, len(all.shown))
	end := min(len(all.shown), first+a.Size)
	out := &found{shown: all.shown[first:end], more: all.more[first:end]}
	if end < len(all.shown) && end > first {
		out.next = a.write(cursor{mode: cursorOffset, offset: end, key: all.shown[end-1].key})
	}
	return out, nil
}
