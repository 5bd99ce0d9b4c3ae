package duplicate

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// shortRunes is the length below which texts are compared exactly.
const shortRunes = 8

// shingles is the working memory of one text.
type shingles struct {
	folded []byte
	runes  []rune
	set    []uint32
}

// read reduces text to its letters and digits, and these to the sorted set of
// pairs of neighbours. A short text has a single shingle that no pair can be.
func (s *shingles) read(text string) {
	s.folded = segment.AppendFold(s.folded[:0], text)
	s.runes = s.runes[:0]
	space := false
	for i := 0; i < len(s.folded); {
		r, n := utf8.DecodeRune(s.folded[i:])
		if r == '⟦' {
			if end := placeholder(s.folded[i:]); end > 0 {
				i += end
				continue
			}
		}
		i += n
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			space = true
			continue
		}
		// Between two words of letters the gap counts, for it is what tells words apart.
		if last := len(s.runes) - 1; space && last >= 0 && r < 0x800 && s.runes[last] < 0x800 {
			s.runes = append(s.runes, ' ')
		}
		space = false
		s.runes = append(s.runes, r)
	}
	s.set = s.set[:0]
	if len(s.runes) == 0 {
		return
	}
	if len(s.runes) < shortRunes {
		s.set = append(s.set, short(s.runes))
		return
	}
	for i := 1; i < len(s.runes); i++ {
		s.set = append(s.set, pair(s.runes[i-1], s.runes[i]))
	}
	slices.Sort(s.set)
	s.set = slices.Compact(s.set)
}

// wipe leaves nothing of the text behind.
func (s *shingles) wipe() {
	clear(s.folded[:cap(s.folded)])
	clear(s.runes[:cap(s.runes)])
	clear(s.set[:cap(s.set)])
}

// pair is exact for characters of the basic plane; others are folded into it.
func pair(a, b rune) uint32 { return plane(a)<<16 | plane(b) }

func plane(r rune) uint32 {
	if r < 0x10000 {
		return uint32(r)
	}
	return 0xe000 | uint32(r)&0x1fff // the private area, which holds no letters
}

// short is a hash of a whole short text. Its upper half is that of a surrogate,
// which starts no pair.
func short(runes []rune) uint32 {
	h := uint64(len(runes))
	for _, r := range runes {
		h = mix(h ^ uint64(r))
	}
	return 0xd800<<16 | uint32(h)&0x7ffffff
}

// identity is a hash of the characters in their order: what has the same one is
// the same text. 64 bits: among a million texts, two different ones have the
// same hash with a probability of 3e-8.
func (s *shingles) identity() uint64 {
	h := uint64(0x2545f4914f6cdd1d)
	for _, r := range s.runes {
		h = mix(h ^ uint64(r))
	}
	return h
}

// mix is the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// placeholder is the length of a redaction placeholder at the start of text, or 0.
func placeholder(text []byte) int {
	end := bytes.Index(text[:min(len(text), 160)], []byte("⟧"))
	if end < 0 {
		return 0
	}
	return end + len("⟧")
}

// jaccard is the Jaccard index of two sorted sets.
func jaccard(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		if x == y {
			both++
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// Similarity is the Jaccard index of the shingle sets of two texts, 0 to 1: by
// which an Index judges. Short texts are 1 or 0.
func Similarity(a, b string) float64 {
	var x, y shingles
	x.read(a)
	y.read(b)
	return jaccard(x.set, y.set)
}
