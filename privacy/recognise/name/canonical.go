package name

import (
	"strings"
	"unicode"

	"qingting/privacy/fold"
)

// Canonical is the name of units start to end in its one form: simplified Han characters without
// blanks, every middle dot as ·; Latin names in lower case with single blanks.
func Canonical(t *fold.Text, start, end int) string {
	var b strings.Builder
	latin := false
	for i := start; i < end; i++ {
		if t.Is(i, fold.Letter) {
			latin = true
			break
		}
	}
	blank := false
	for i := start; i < end; i++ {
		r := t.Rune(i)
		switch {
		case unicode.IsSpace(r) || latin && r == '.':
			blank = true
			continue
		case isDot(r) && !latin:
			r = '·'
		}
		if blank && latin && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
