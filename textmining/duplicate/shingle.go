package duplicate

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"qingting/textmining/segment"
)

const (
	// shortRunes is the length below which texts are compared exactly.
	shortRunes = 8
	// longRunes is the length from which the threshold holds as it is. Two short
	// texts have much in common by chance: "很快，味道好" is no copy of "很快，味道差".
	longRunes = 30
	// longLatin is that of Latin letters, which say less each.
	longLatin = 60
	// strict is what the threshold of the shortest texts is above.
	strict = .3
)

// script says which shingles a text has. Latin letters are few: pairs of them
// are in every text, so triples tell texts apart.
type script uint8

const (
	chinese script = iota // pairs of characters
	latin                 // triples
)

// threshold is the Jaccard index from which texts of n shingles, the smaller of
// the two, are near-duplicates.
func (s script) threshold(base float64, n int) float64 {
	long := longRunes
	if s == latin {
		long, base = longLatin, base*latinThreshold
	}
	if n += 3; n >= long { // with what a tenth of edits takes away
		return base
	}
	return max(base, min(.95, base+strict*float64(long-n)/float64(long-shortRunes)))
}

// shingles is the working memory of one text.
type shingles struct {
	folded []byte
	runes  []rune
	set    []uint32
	script script
}

// read reduces text to its letters and digits, and these to the sorted set of
// pairs or triples of neighbours. A short text has a single shingle that no pair can be.
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
	s.set, s.script = s.set[:0], chinese
	if len(s.runes) == 0 {
		return
	}
	if len(s.runes) < shortRunes {
		s.set = append(s.set, short(s.runes))
		return
	}
	few := 0
	for _, r := range s.runes {
		if r < 0x800 {
			few++
		}
	}
	if s.script = chinese; 2*few > len(s.runes) {
		s.script = latin
		for i := 2; i < len(s.runes); i++ {
			s.set = append(s.set, triple(s.runes[i-2], s.runes[i-1], s.runes[i]))
		}
	} else {
		for i := 1; i < len(s.runes); i++ {
			s.set = append(s.set, pair(s.runes[i-1], s.runes[i]))
		}
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

// latinThreshold is what the threshold is multiplied by for triples: an edit of
// one character touches three of them, and two pairs.
const latinThreshold = .9

// triple is a hash, exact for three characters of ASCII.
func triple(a, b, c rune) uint32 {
	if a|b|c < 0x80 {
		return uint32(a)<<14 | uint32(b)<<7 | uint32(c)
	}
	return uint32(mix(uint64(a)<<42|uint64(b)<<21|uint64(c)))&0xffffff | 0x1000000
}

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

// reaches says whether the Jaccard index of two sorted sets is at least the
// threshold; it ends when too much is only in one of them.
func reaches(a, b []uint32, threshold float64) bool {
	// With m shared of n in both together, the index is m/(n−m): what is in one
	// set alone, n−2m, is n(1−t)/(1+t) at most. Rounding is settled by the count.
	spare := int(float64(len(a)+len(b))*(1-threshold)/(1+threshold)) + 1
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		x, y := a[i], b[j]
		if x == y {
			both++
			i++
			j++
			continue
		}
		if x < y {
			i++
		} else {
			j++
		}
		if spare--; spare < 0 {
			return false
		}
	}
	return float64(both)/float64(len(a)+len(b)-both) >= threshold
}
