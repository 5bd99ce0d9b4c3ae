package duplicate

import "slices"

// Set is what of a text is compared: its shingles. The zero value is that of a
// text without letters or digits, which is like none.
type Set struct {
	shingles []uint32
	script   script
}

// Read reduces a text to its Set: 4 bytes a different shingle.
func Read(text string) Set {
	var s shingles
	s.read(text)
	return Set{slices.Clip(s.set), s.script}
}

// Similarity is the Jaccard index of two sets, 0 to 1. Short texts are 1 or 0,
// as are texts of two scripts.
func (s Set) Similarity(t Set) float64 {
	if s.script != t.script {
		return 0
	}
	return jaccard(s.shingles, t.shingles)
}

// Near reports near-duplicates, as an Index of the zero Config judges.
func (s Set) Near(t Set) bool {
	return len(s.shingles) > 0 && len(t.shingles) > 0 && alike(s, t, defaultThreshold)
}

// alike judges two sets that are not empty.
func alike(s, t Set, base float64) bool {
	if s.script != t.script {
		return false
	}
	small, large := min(len(s.shingles), len(t.shingles)), max(len(s.shingles), len(t.shingles))
	threshold := s.script.threshold(base, small)
	return float64(small) >= threshold*float64(large) && reaches(s.shingles, t.shingles, threshold)
}

// Similarity is that of the Sets of two texts.
func Similarity(a, b string) float64 { return Read(a).Similarity(Read(b)) }
