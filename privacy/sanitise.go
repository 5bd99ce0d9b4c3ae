package privacy

import (
	"strings"
	"unicode/utf8"
)

// Sanitise returns text as valid UTF-8 without control characters: each byte
// that is not UTF-8 becomes one U+FFFD, each control character (U+0000 to
// U+001F, U+007F to U+009F) but tab, line feed and carriage return one space,
// so that none can hide a number from detection. The number of code points
// stays as it was. All offsets of this package are into the sanitised text.
func Sanitise(text string) string {
	clean := true
	for i := 0; i < len(text) && clean; {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		clean = !isControl(r) && !(r == utf8.RuneError && size == 1)
		i += size
	}
	if clean {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + utf8.UTFMax)
	for _, r := range text { // U+FFFD for each bad byte
		if isControl(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isControl(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f
}
