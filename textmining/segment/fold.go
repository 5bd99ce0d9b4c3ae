package segment

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"qingting/internal/han"
)

// planeRunes is the size of the basic multilingual plane.
const planeRunes = 1 << 16

// class is how the scanner treats a rune.
type class uint8

const (
	single  class = iota // a unit of its own: Han, kana, punctuation
	letter               // part of a run
	digit                // part of a run
	mark                 // joins the run or character before it
	blank                // white space, control, zero width
	picture              // starts an emoji sequence
	open                 // ⟦
)

// reading is a rune as the look-up sees it. The table costs 384 KB once a process.
type reading struct {
	folded rune
	class  class
	kind   Kind // of a single: Word, Number or Punct
}

type foldTable [planeRunes]reading

// folds is the table of the basic multilingual plane; it is built at first use.
var folds = sync.OnceValue(func() *foldTable {
	t := new(foldTable)
	for i := range t {
		r := rune(i)
		f := narrow(r)
		t[i] = reading{folded: f, class: classify(f), kind: kindOf(f)}
	}
	for trad, simp := range han.Pairs() {
		t[trad].folded = simp
	}
	return t
})

func (t *foldTable) read(r rune) reading {
	if r < planeRunes {
		return t[r]
	}
	return reading{folded: r, class: classify(r), kind: kindOf(r)}
}

// narrow folds width and ASCII letter case; other letters keep their case, as in gse.
func narrow(r rune) rune {
	switch {
	case r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' || r >= '！' && r <= '～':
		r -= 'Ａ' - 'A'
	case r == '　':
		r = ' '
	}
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

func classify(r rune) class {
	switch {
	case r >= '0' && r <= '9':
		return digit
	case r == '⟦':
		return open
	case r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x23e9 && r <= 0x23fa || r == 0x2b50 || r == 0x2b55:
		return picture
	case unicode.IsSpace(r), unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		return blank
	case unicode.Is(unicode.M, r):
		return mark
	case r < 0x800 && unicode.IsLetter(r):
		return letter
	case r < 0x800 && unicode.IsNumber(r):
		return digit
	case unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Lm):
		return letter
	}
	return single
}

func kindOf(r rune) Kind {
	switch {
	case unicode.IsLetter(r):
		return Word
	case unicode.IsNumber(r):
		return Number
	}
	return Punct
}

// AppendFold appends text as the look-up sees it: half width, ASCII letters in
// lower case, simplified characters; bytes that are not UTF-8 become U+FFFD.
func AppendFold(dst []byte, text string) []byte {
	t := folds()
	for _, r := range text {
		if r < utf8.RuneSelf {
			dst = append(dst, byte(t[r].folded))
			continue
		}
		dst = utf8.AppendRune(dst, t.read(r).folded)
	}
	return dst
}

// Fold is AppendFold for a string; it returns text itself when nothing changes.
func Fold(text string) string {
	t := folds()
	for _, r := range text {
		if t.read(r).folded != r || r == utf8.RuneError {
			return string(AppendFold(make([]byte, 0, len(text)), text))
		}
	}
	return text
}

// FoldRune folds one character as AppendFold does.
func FoldRune(r rune) rune { return folds().read(r).folded }
