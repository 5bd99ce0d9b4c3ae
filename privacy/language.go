package privacy

import (
	"unicode"
	"unicode/utf8"
)

// chinese reports whether the labels for text are Chinese: when it has at least
// as many Han characters as Latin words, for one says about as much as the
// other. Text without words is Chinese.
func (r *Redactor) chinese(text string) bool {
	switch r.policy.labels {
	case labelsZH:
		return true
	case labelsEN:
		return false
	}
	han, latin := 0, 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			n, word := latinRun(text[i:])
			if word {
				latin++
			}
			i += n
			continue
		}
		c, size := utf8.DecodeRuneInString(text[i:])
		if c >= 0x3400 && unicode.Is(unicode.Han, c) {
			han++
		}
		i += size
	}
	return han >= latin
}

// latinRun returns the length of the run of ASCII letters, digits and what
// joins them that s begins with, at least 1, and whether it is a word:
// addresses of mail and pages, codes and numbers belong to no language.
func latinRun(s string) (n int, word bool) {
	letters := 0
	for n < len(s) && s[n] < utf8.RuneSelf {
		switch c := s[n]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		case c == '\'':
			letters++
		case isDigit(c) || c == '@' || c == '_':
		case (c == '.' || c == '-' || c == '/' || c == ':') && n > 0 && n+1 < len(s) && (isDigit(s[n+1]) || s[n+1]|0x20 >= 'a' && s[n+1]|0x20 <= 'z'):
		default:
			return max(n, 1), letters == n && letters > 0
		}
		n++
	}
	return n, letters == n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
