package latin

import "strings"

// Set is a list of words in lower case, ready to look up. It is read-only. Most
// words of a text are in no list, and all but a few of those are turned away
// by their ends and their length, without being hashed.
type Set struct {
	words map[string]bool
	sizes [32][32]uint32 // by the last five bits of the first byte and of the last: a bit for each length
}

// NewSet returns the set of the words in s, which blanks part.
func NewSet(s string) *Set {
	set := &Set{words: map[string]bool{}}
	for _, w := range strings.Fields(s) {
		set.words[w] = true
		set.sizes[w[0]&31][w[len(w)-1]&31] |= 1 << (len(w) & 31)
	}
	return set
}

// Has says that the word w is in the set.
func (s *Set) Has(w string) bool {
	return w != "" && s.sizes[w[0]&31][w[len(w)-1]&31]&(1<<(len(w)&31)) != 0 && s.words[w]
}
