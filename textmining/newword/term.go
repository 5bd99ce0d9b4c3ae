package newword

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Term is a proposed term with its evidence.
type Term struct {
	Text      string   `json:"term"`  // folded; words of letters are joined by a space
	Kind      Kind     `json:"kind"`  // what the present lexicons make of it
	Score     float64  `json:"score"` // orders terms of one corpus; no probability
	Count     int      `json:"count"`
	Documents int      `json:"documents"`
	Customers int      `json:"customers"`
	Cohesion  float64  `json:"pmi"`           // bits: the smallest over all cuts in two
	Left      float64  `json:"left_entropy"`  // bits
	Right     float64  `json:"right_entropy"` // bits
	Cut       []string `json:"cut"`           // as the present lexicons cut it
	Contexts  []string `json:"contexts,omitempty"`
}

// Kind says what the present lexicons make of a term.
type Kind string

// The kinds.
const (
	Unknown Kind = "word"    // cut into pieces, of which one at least is a single character
	Phrase  Kind = "phrase"  // made of words that are known
	Known   Kind = "lexicon" // a lexicon holds it
)

// The least that a candidate must have, in bits. A term that is bound to one
// neighbour is a part of a longer one.
const (
	leastCohesion = 3.0
	leastFreedom  = 1.2
	// loose weighs phrases that are no names of things: 物流太慢 is a complaint.
	loose = .25
)

// Terms returns the n best terms, or all when n is 0, the best first. The same
// texts give the same terms, in whatever order they came.
func (m *Miner) Terms(n int) []Term {
	c := m.build()
	if c.total == 0 {
		return nil
	}
	grams := c.count(int32(m.config.Count))
	place := make(map[uint64]int32, len(grams)) // of a gram in grams
	for i, g := range grams {
		place[c.key(g.at, g.n)] = int32(i)
	}
	single := make([]int32, len(c.names))
	for _, u := range c.row {
		single[u]++
	}
	of := func(at, n int32) float64 {
		if n == 1 {
			return float64(single[c.row[at]])
		}
		return float64(grams[place[c.key(at, n)]].count)
	}
	part := func(at, n int32) gram { return grams[place[c.key(at, n)]] }
	var terms []scored
	for _, g := range grams {
		if int(g.customers) < m.config.Customers || !c.wellFormed(g) {
			continue
		}
		cohesion := math.Inf(1)
		for k := int32(1); k < g.n; k++ {
			cohesion = min(cohesion, math.Log2(float64(g.count)*c.total/(of(g.at, k)*of(g.at+k, g.n-k))))
		}
		freedom := float64(min(g.left.entropy, g.right.entropy))
		if cohesion < leastCohesion || freedom < leastFreedom {
			continue
		}
		t := scored{g, cohesion, score(g, cohesion, freedom), c.text(g)}
		if joined(g, part) || counted(g) {
			t.score *= loose
		}
		if c.leans(g, part) {
			t.score *= loose
		}
		terms = append(terms, t)
	}
	return m.propose(c, terms, n)
}

// counted reports that a number stands before a term, or behind it, in half of
// its places: what follows 3 in 3个小时 is no term, and no measure of one.
func counted(g gram) bool { return 2*max(g.left.numbers, g.right.numbers) >= g.count }

// leastJoint is the freedom, in bits, from which both parts of a term are words
// of their own.
const leastJoint = 1

// joined reports that a term is put together as it is said, and no word: a cut
// leaves two parts of two units and more that stand freely on all four sides,
// 送餐|速度, or one of two that does so beside a single one, and is said without
// it as often at least, 送餐|员.
func joined(g gram, part func(at, n int32) gram) bool {
	for k := int32(2); k <= g.n-2; k++ {
		if part(g.at, k).free() && part(g.at+k, g.n-k).free() {
			return true
		}
	}
	for k := range g.n - 1 {
		if p := part(g.at+k, 2); g.n == 3 && p.free() && p.count >= 2*g.count {
			return true
		}
	}
	return false
}

// free reports that an n-gram has the least freedom of a word on both sides.
func (g gram) free() bool { return min(g.left.entropy, g.right.entropy) >= leastJoint }

// Characters that join or ask or point, and hardly ever begin or end the name of
// a thing; and those that do, but say no more than such when what they are put
// before or behind is a word of its own: 不|知道, 被|告知, 过程|中.
const (
	leaningFirst = "我你他她它让给的了很太都也还"
	leaningLast  = "我你他她它的了着吗呢吧很太"
	looseFirst   = "不没被这那有是在才就又再把更最个各每某并而但如已会能要想请"
	looseLast    = "上下中里内外时后前们完过到是"
)

// leans reports that a term begins or ends with such a character.
func (c *corpus) leans(g gram, part func(at, n int32) gram) bool {
	first, last := c.names[c.row[g.at]], c.names[c.row[g.at+g.n-1]]
	if strings.Contains(leaningFirst, first) || strings.Contains(leaningLast, last) {
		return true
	}
	return g.n > 2 && (strings.Contains(looseFirst, first) && part(g.at+1, g.n-1).free() ||
		strings.Contains(looseLast, last) && part(g.at, g.n-1).free())
}

type scored struct {
	gram
	cohesion, score float64
	text            string
}

// score is cohesion times freedom. The logarithm of the customers keeps chance
// finds among rare ones from the top.
func score(g gram, cohesion, freedom float64) float64 {
	return cohesion * freedom * math.Log2(1+float64(g.customers))
}

// key is a hash of n units. 64 bits: that two of a million n-grams share one has
// a probability of 3e-8.
func (c *corpus) key(at, n int32) uint64 {
	h := uint64(n)
	for _, u := range c.row[at : at+n] {
		h = (h ^ uint64(u)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// wellFormed holds candidates with words of letters to three units of them.
func (c *corpus) wellFormed(g gram) bool {
	latin := 0
	for _, u := range c.row[g.at : g.at+g.n] {
		if c.latin[u] {
			latin++
		}
	}
	return latin == 0 || latin <= 3 && (latin < int(g.n) || g.n <= 3)
}

// text writes a gram out, with spaces between words of letters.
func (c *corpus) text(g gram) string {
	var b strings.Builder
	before := false
	for _, u := range c.row[g.at : g.at+g.n] {
		if before && c.latin[u] {
			b.WriteByte(' ')
		}
		before = c.latin[u]
		b.WriteString(c.names[u])
	}
	return b.String()
}

// propose describes the best n terms that are news.
func (m *Miner) propose(c *corpus, found []scored, n int) []Term {
	terms := found[:0]
	cuts := map[string]reading{}
	for _, s := range found {
		r := m.read(s.text)
		if !m.config.All {
			if r.kind == Known || 2*s.uncut < s.count || r.functional() {
				continue
			}
			if !r.names() {
				s.score *= loose
			}
			if r.torn(s.gram, c.rate) {
				s.score *= loose
			}
		}
		cuts[s.text] = r
		terms = append(terms, s)
	}
	best(terms)
	if n > 0 {
		terms = terms[:min(n, len(terms))]
	}
	out := make([]Term, len(terms))
	for i, s := range terms {
		r := cuts[s.text]
		out[i] = Term{
			Text: s.text, Kind: r.kind, Score: s.score, Count: int(s.count), Documents: int(s.documents), Customers: int(s.customers),
			Cohesion: s.cohesion, Left: float64(s.left.entropy), Right: float64(s.right.entropy), Cut: r.pieces,
		}
	}
	m.contexts(out)
	return out
}

func best(terms []scored) {
	slices.SortFunc(terms, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text)) })
}
