// Package han folds traditional Chinese characters to simplified ones, one
// character to one character, so that text of either script is matched alike.
//
// It serves matching, segmentation and search: the text itself is never
// changed, and offsets in characters stay what they were. It does not know
// words: 乾坤 reads 干坤, and that is enough for comparing folded with folded.
package han

import (
	"iter"
	"sync"
	"unicode/utf8"
)

// Pairs yields every traditional character with its simplified form.
func Pairs() iter.Seq2[rune, rune] {
	return func(yield func(rune, rune) bool) {
		rest := simplified
		for _, t := range traditional {
			s, n := utf8.DecodeRuneInString(rest)
			rest = rest[n:]
			if !yield(t, s) {
				return
			}
		}
	}
}

// The traditional characters all lie in the unified ideographs.
const first, last = 0x4E00, 0x9FFF

var table = sync.OnceValue(func() *[last - first + 1]uint16 {
	var t [last - first + 1]uint16
	for trad, simp := range Pairs() {
		t[trad-first] = uint16(simp)
	}
	return &t
})

// Simplify returns the simplified form of r, or r itself.
func Simplify(r rune) rune {
	if r < first || r > last {
		return r
	}
	if s := table()[r-first]; s != 0 {
		return rune(s)
	}
	return r
}
