package segment

import (
	"iter"
	"unicode/utf8"
)

// Span is a range of bytes of a text, end exclusive.
type Span struct{ Start, End int }

// Sentences cuts text after 。！？… and their half-width forms, after ; and
// line ends. The marks, and closing quotes after them, belong to the sentence
// they end; spans cover everything but white space between sentences.
func Sentences(text string) iter.Seq[Span] { return cut(text, false) }

// Clauses cuts finer than Sentences: after commas and colons too (not 、, which
// joins a list). A point or comma between digits, and one inside a word or an
// address, does not cut.
func Clauses(text string) iter.Seq[Span] { return cut(text, true) }

func cut(text string, fine bool) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		start := -1
		end := 0
		ending := false // inside the marks that end the span
		for i := 0; i < len(text); {
			if n := placeholderAt(text, i); n > 0 {
				if ending && !yield(Span{start, end}) {
					return
				}
				if ending || start < 0 {
					start, ending = i, false
				}
				i += n
				end = i
				continue
			}
			r, n := utf8.DecodeRuneInString(text[i:])
			stops := ends(text, i, r, n, fine)
			switch {
			case r == ' ' || r == '\t' || r == '\u3000' || r == '\r':
			case r == '\n' || r == '\u2028' || r == '\u2029':
				ending = start >= 0
			case stops || ending && closes(r):
				if start < 0 {
					start = i
				}
				end, ending = i+n, true
			default:
				if ending {
					if !yield(Span{start, end}) {
						return
					}
					start, ending = -1, false
				}
				if start < 0 {
					start = i
				}
				end = i + n
			}
			i += n
		}
		if start >= 0 {
			yield(Span{start, end})
		}
	}
}

func placeholderAt(text string, i int) int {
	if text[i] != 0xe2 || len(text) < i+3 || text[i:i+3] != "⟦" {
		return 0
	}
	if end := placeholder(text, i); end > 0 {
		return end - i
	}
	return 0
}

// ends says whether the rune at i ends a sentence, or when fine a clause.
func ends(text string, i int, r rune, n int, fine bool) bool {
	switch r {
	case '。', '！', '？', '!', '?', '…', '；', ';', '｡', '‼', '⁉':
		return true
	case '，', '：', '～', '~', '—', '﹐':
		return fine
	case ',', ':':
		return fine && !inside(text, i, n)
	case '.':
		return !inside(text, i, n)
	}
	return false
}

// inside says whether the mark at i has no space after it: 12.5, example.com, 12:30.
func inside(text string, i, n int) bool {
	if i+n >= len(text) || i == 0 {
		return false
	}
	return isAlnum(text[i+n]) && isAlnum(text[i-1]) || text[i+n] == '/'
}

func closes(r rune) bool {
	switch r {
	case '”', '’', '"', '』', '」', '）', ')', '】', ']', '》':
		return true
	}
	return false
}
