package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/internal/han"
)

// folded is a text as the analyzer reads it: valid UTF-8, half-width, lower
// case, simplified, without ignorable characters. Each rune of text stands for
// one rune of the source, whose place it keeps.
type folded struct {
	text string
	// off holds the source byte offset of each byte of text, and of its end;
	// nil when the two have the same offsets throughout.
	off []int32
	src string
}

// foldText reads source, which must be valid UTF-8.
func foldText(source string) folded {
	changed := -1
	for i, r := range source {
		if foldRune(r) != r {
			changed = i
			break
		}
	}
	if changed < 0 {
		return folded{text: source, src: source}
	}
	out := make([]byte, changed, len(source))
	copy(out, source)
	var off []int32
	for i, r := range source[changed:] {
		i += changed
		if f := foldRune(r); f >= 0 {
			if off == nil && len(out) != i {
				off = identity(len(out), len(source))
			}
			before := len(out)
			out = utf8.AppendRune(out, f)
			if off != nil {
				for range len(out) - before {
					off = append(off, int32(i))
				}
			}
		}
	}
	if off == nil && len(out) != len(source) {
		off = identity(len(out), len(source))
	}
	if off != nil {
		off = append(off, int32(len(source)))
	}
	return folded{text: string(out), off: off, src: source}
}

// identity is an offset table for n bytes that have not moved.
func identity(n, capacity int) []int32 {
	off := make([]int32, n, capacity+1)
	for i := range off {
		off[i] = int32(i)
	}
	return off
}

// span maps bytes [start, end) of the folded text to bytes of the source. It
// covers exactly the runes of the token: what was ignored after it stays out.
func (f *folded) span(start, end int) (int, int) {
	if f.off == nil || start >= end {
		return start, end
	}
	_, last := utf8.DecodeLastRuneInString(f.text[:end])
	from := int(f.off[end-last])
	_, n := utf8.DecodeRuneInString(f.src[from:])
	return int(f.off[start]), from + n
}

// foldRune folds one rune, or returns -1 for a rune to ignore.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case isHan(r):
		return han.Simplify(r)
	case 0xFF10 <= r && r <= 0xFF19, 0xFF41 <= r && r <= 0xFF5A:
		return r - 0xFEE0
	case 0xFF21 <= r && r <= 0xFF3A:
		return r - 0xFEE0 + 'a' - 'A'
	case 0x200B <= r && r <= 0x200F, r == 0x2060, r == 0xFEFF, r == 0xAD, 0xFE00 <= r && r <= 0xFE0F:
		return -1 // zero-width, soft hyphen, variation selectors
	case 0x3000 <= r && r <= 0x303F, 0xFF00 <= r && r <= 0xFFEF:
		return r // punctuation: separates either way
	}
	return unicode.ToLower(r)
}

// isHan reports whether r is a Chinese character, by block: unicode.Is is
// too slow for every character of every document.
func isHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || 0x3400 <= r && r <= 0x4DBF ||
		0x20000 <= r && r <= 0x3FFFF || 0xF900 <= r && r <= 0xFAFF || r == '〇' || r == '々'
}

// isCJK adds the scripts that are, like Chinese, written without spaces.
func isCJK(r rune) bool {
	return isHan(r) || 0x3041 <= r && r <= 0x30FF || 0xAC00 <= r && r <= 0xD7A3
}

// validText makes any text safe to analyse: Bleve and segmenters panic or
// misplace offsets on invalid UTF-8.
func validText(s string) string {
	return strings.ToValidUTF8(s, "\uFFFD")
}
