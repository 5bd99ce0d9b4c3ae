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
	first []uint64 // bitmap of first runes, basic plane
	next  map[edge]int32
	word  []int32 // by state: the word that ends there, or -1
}

type edge struct {
	state int32
	r     rune
}

// Hit is one occurrence of a word: units Start to End, end exclusive.
type Hit struct {
	Start, End int32
	Word       int32 // index into the words given to NewMatcher
}

// NewMatcher compiles a vocabulary. Where a word is given twice the last wins.
func NewMatcher(words []string) *Matcher {
	m := &Matcher{first: make([]uint64, 0x10000/64), next: make(map[edge]int32), word: []int32{-1}}
	for id, w := range words {
		t := New(w)
		state := int32(0)
		for i, u := range t.Units {
			r := lower(u.Rune)
			if i == 0 && r < 0x10000 {
				m.first[r>>6] |= 1 << (r & 63)
			}
			to, ok := m.next[edge{state, r}]
			if !ok {
				to = int32(len(m.word))
				m.word = append(m.word, -1)
				m.next[edge{state, r}] = to
			}
			state = to
		}
		if state != 0 {
			m.word[state] = int32(id)
		}
	}
	return m
}

// Scan appends to dst the longest word that starts at each unit, in order of
// Start. Time is linear in the text times the longest word.
func (m *Matcher) Scan(t *Text, dst []Hit) []Hit {
	for i := range t.Units {
		r := lower(t.Units[i].Rune)
		if r >= 0x10000 || m.first[r>>6]&(1<<(r&63)) == 0 {
			continue
		}
		latin := t.Units[i].Class&Letter != 0
		if latin && t.Is(i-1, Letter) {
			continue
		}
		state, ok := m.next[edge{0, r}]
		for j := i + 1; ok; j++ {
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
			state, ok = m.next[edge{state, lower(t.Units[j].Rune)}]
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
