package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unitKind says what a unit of text is.
type unitKind uint8

const (
	unitHan    unitKind = iota // a run of characters written without spaces
	unitWord                   // letters and digits
	unitTag                    // a redaction placeholder, ⟦…⟧
	unitSymbol                 // one symbol, such as an emoji
)

// maxTag is the longest placeholder, in bytes, with its brackets.
const maxTag = 96

// scan cuts folded text into units, by byte offsets; what separates them is skipped.
func scan(text string, emit func(kind unitKind, start, end int)) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '⟦':
			if end := tagEnd(text[i:]); end > 0 {
				emit(unitTag, i, i+end)
				i += end
				continue
			}
			i += n
		case isCJK(r):
			start := i
			for i += n; i < len(text); i += n {
				if r, n = utf8.DecodeRuneInString(text[i:]); !isCJK(r) {
					break
				}
			}
			emit(unitHan, start, i)
		case isWordRune(r):
			start := i
			for i += n; i < len(text); i += n {
				if r, n = utf8.DecodeRuneInString(text[i:]); isCJK(r) || !isWordRune(r) && !joins(text, i, n, r) {
					break
				}
			}
			emit(unitWord, start, i)
		case r > 0xFF && r != utf8.RuneError && unicode.Is(unicode.So, r):
			emit(unitSymbol, i, i+n)
			i += n
		default:
			i += n
		}
	}
}

// tagEnd returns the length of the placeholder that text starts with, or 0.
func tagEnd(text string) int {
	const open, closing = "⟦", "⟧"
	end := strings.Index(text[:min(len(text), maxTag)], closing)
	if end <= len(open) {
		return 0
	}
	for _, r := range text[len(open):end] {
		if r != '·' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return 0
		}
	}
	return end + len(closing)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// joins reports whether the rune at i belongs to the word around it: the dot
// of 9.9 and the apostrophe of don't.
func joins(text string, i, n int, r rune) bool {
	if i+n >= len(text) || i == 0 {
		return false
	}
	prev, next := text[i-1], text[i+n]
	switch r {
	case '.':
		return isDigit(prev) && isDigit(next)
	case '\'', '’':
		return isLower(prev) && isLower(next)
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
