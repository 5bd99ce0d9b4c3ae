package name

import (
	"cmp"
	"slices"
	"unicode"
)

// dot is the product of two sparse vectors.
func dot(a, b map[int32]float64) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	var terms []float64 // summed in order of size: maps have none
	for w, x := range a {
		if y := b[w]; y != 0 {
			terms = append(terms, x*y)
		}
	}
	slices.Sort(terms)
	sum := 0.0
	for _, t := range terms {
		sum += t
	}
	return sum
}

// pairs returns the hashes of the pairs of neighbouring letters of text,
// placeholders left out, sorted and without doubles.
func pairs(text string) []uint32 {
	out := []uint32{}
	var previous rune
	hidden := false
	for _, r := range text {
		switch {
		case r == '⟦':
			hidden, previous = true, 0
		case r == '⟧':
			hidden = false
		case hidden:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if previous != 0 {
				out = append(out, uint32(previous)*0x9E3779B1^uint32(unicode.ToLower(r)))
			}
			previous = unicode.ToLower(r)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// similar is the Jaccard similarity of two sorted sets.
func similar(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case 0:
			both++
			i++
			j++
		case -1:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
