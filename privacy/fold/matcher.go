package fold

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Matcher finds words of a closed vocabulary in folded text. Words are given
// in any script style: they are folded as the text is, and Latin letters match
// in either case. A Latin word matches only where no other Latin letter touches it.
// A Matcher is immutable and safe for concurrent use.
type Matcher struct {
	root  []int32 // by rune of the basic plane: the state behind it, or 0
	from  []int32 // by state: where its edges begin, one more than there are states
	edges []edge  // by state, then by rune
	word  []int32 // by state: the word that ends there, or -1
}

type edge struct {
	r  rune
	to int32
}

// Hit is one occurrence of a word: units Start to End, end exclusive.
type Hit struct {
	Start, End int32
	Word       int32 // index into the words given to NewMatcher
}

// NewMatcher compiles a vocabulary. Where a word is given twice the last wins.
// Words with a rune past the basic plane in front are never found.
func NewMatcher(words []string) *Matcher {
	next := []map[rune]int32{{}}
	m := &Matcher{root: make([]int32, 0x10000), word: []int32{-1}}
	for id, w := range words {
		t := New(w)
		state := int32(0)
		for _, u := range t.Units {
			r := lower(u.Rune)
			to, ok := next[state][r]
			if !ok {
				to = int32(len(next))
				next = append(next, map[rune]int32{})
				m.word = append(m.word, -1)
				next[state][r] = to
			}
			state = to
		}
		if state != 0 {
			m.word[state] = int32(id)
		}
	}
	for state, out := range next {
		m.from = append(m.from, int32(len(m.edges)))
		for r, to := range out {
			if state > 0 {
				m.edges = append(m.edges, edge{r, to})
			} else if r < 0x10000 {
				m.root[r] = to
			}
		}
		slices.SortFunc(m.edges[m.from[state]:], func(a, b edge) int { return int(a.r - b.r) })
	}
	m.from = append(m.from, int32(len(m.edges)))
	return m
}

// step returns the state behind r, or 0.
func (m *Matcher) step(state int32, r rune) int32 {
	edges := m.edges[m.from[state]:m.from[state+1]]
	for len(edges) > 8 {
		if half := len(edges) / 2; edges[half].r <= r {
			edges = edges[half:]
		} else {
			edges = edges[:half]
		}
	}
	for _, e := range edges {
		if e.r == r {
			return e.to
		}
	}
	return 0
}

// Scan appends to dst the longest word that starts at each unit, in order of
// Start. Time is linear in the text times the longest word.
func (m *Matcher) Scan(t *Text, dst []Hit) []Hit {
	for i := range t.Units {
		r := lower(t.Units[i].Rune)
		if uint32(r) >= 0x10000 || m.root[r] == 0 {
			continue
		}
		latin := t.Units[i].Class&Letter != 0
		if latin && t.Is(i-1, Letter) {
			continue
		}
		state := m.root[r]
		for j := i + 1; state != 0; j++ {
			if w := m.word[state]; w >= 0 && !(t.Is(j-1, Letter) && t.Is(j, Letter)) {
				if n := len(dst); n > 0 && dst[n-1].Start == int32(i) {
					dst[n-1].End, dst[n-1].Word = int32(j), w
				} else {
					dst = append(dst, Hit{int32(i), int32(j), w})
				}
			}
			if j >= len(t.Units) || t.Units[j].Class&Placeholder != 0 {
				break
			}
			state = m.step(state, lower(t.Units[j].Rune))
		}
	}
	return dst
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// Words returns the vocabulary sorted and without duplicates or empty words: a
// convenience for tables written by hand.
func Words(lists ...string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, strings.Fields(l)...)
	}
	slices.SortFunc(all, func(a, b string) int {
		if d := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}
