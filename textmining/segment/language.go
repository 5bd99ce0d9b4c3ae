package segment

import (
	"unicode"
	"unicode/utf8"
)

// Language guesses the language of a text from its script: "zh" when Han
// characters carry it (one counts as much as three Latin letters), "en" when
// Latin letters do, "" when there are neither, or another script prevails.
// Placeholders, addresses and digits have no say.
func Language(text string) string {
	s := scanner{text: text, folds: folds()}
	han, latin, other := 0, 0, 0
	for i := 0; i < len(text); {
		end, r, kind, tag, _ := s.next(i)
		switch {
		case kind == Latin && tag == "":
			for _, r := range text[i:end] {
				switch {
				case r < 0x250 && unicode.IsLetter(r):
					latin++
				case unicode.IsLetter(r):
					other++
				}
			}
		case kind == Word && unicode.Is(unicode.Han, r):
			han++
		case kind == Word:
			other += utf8.RuneCountInString(text[i:end]) * 3
		}
		i = end
	}
	switch {
	case 3*han+latin == 0, other > 3*han+latin:
		return ""
	case 3*han >= latin:
		return "zh"
	}
	return "en"
}
