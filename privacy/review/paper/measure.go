package paper

import (
	"strings"
	"unicode"
)

// helvetica are the widths of the characters from space to tilde in thousandths
// of the size, from the metrics of the standard font (Adobe Core 14 AFM).
var helvetica = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// widthOf is how wide a line is, in points.
func widthOf(line string, size float64) float64 {
	total := 0
	for _, c := range line {
		total += runeWidth(c)
	}
	return float64(total) * size / 1000
}

func runeWidth(c rune) int {
	if c >= ' ' && int(c-' ') < len(helvetica) {
		return helvetica[c-' ']
	}
	if accented(c) {
		return 611 // about
	}
	return 1000
}

// accented says that c is a letter of Latin-1 beyond ASCII: é.
func accented(c rune) bool { return c >= 0xc0 && c <= 0xff && unicode.IsLetter(c) }

// What may not begin a line, and what may not end one (GB/T 15834).
const (
	notFirst = "，。、；：？！）》」』】〕”’%…·⟧,.;:?!)"
	notLast  = "（《「『【〔“‘⟦("
)

// wrap breaks text into lines: between Chinese characters, else at spaces; a
// word that is wider than the line, a hash, wherever it must.
func wrap(text string, size, width float64) (lines []string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapOne([]rune(paragraph), width*1000/size)...)
	}
	return lines
}

func wrapOne(text []rune, width float64) (lines []string) {
	for len(text) > 0 {
		total, end, breakAt := 0.0, 0, 0
		for end < len(text) {
			total += float64(runeWidth(text[end]))
			if total > width && end > 0 {
				break
			}
			end++
			if end < len(text) && breaks(text[end-1], text[end]) {
				breakAt = end
			}
		}
		if end < len(text) && breakAt > 0 {
			end = breakAt
		}
		lines = append(lines, strings.TrimSpace(string(text[:end])))
		for text = text[end:]; len(text) > 0 && text[0] == ' '; {
			text = text[1:]
		}
	}
	if lines == nil {
		lines = []string{""}
	}
	return lines
}

// breaks says that a line may end between two characters.
func breaks(a, b rune) bool {
	switch {
	case strings.ContainsRune(notFirst, b), strings.ContainsRune(notLast, a):
		return false
	case a == ' ':
		return true
	}
	return wide(a) || wide(b)
}

func wide(c rune) bool { return unicode.Is(unicode.Han, c) || c >= 0x3000 }
