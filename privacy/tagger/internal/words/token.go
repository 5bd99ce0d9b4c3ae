package words

import (
	"unicode"

	"qingting/privacy/fold"
)

// Token is a run of letters (with ' or - inside it), a run of digits, or one
// other unit, of units Start to End. Blanks have none.
type Token struct {
	Start, End int
	Kind       Kind
	Gap        Gap
	Shape      uint8
	Class      Class
	Word       uint64 // hash of the letters in lower case; of digits only how many
	head, tail [4]rune
	runes      int
}

// Kind is what a token is made of.
type Kind uint8

// The kinds.
const (
	Mark Kind = iota
	Letters
	Digits
)

// Gap is what stands before a token.
type Gap uint8

// The gaps.
const (
	Joined Gap = iota
	Blank
	Line
)

// Shapes of letters, Lower the first; digits are firstDigits and their count, marks firstMark on.
const (
	Lower = iota + 1
	shapeCapital
	shapeInitial // one capital letter
	shapeShortUpper
	shapeUpper
	shapeMixed
	firstDigits = 16
	firstMark   = 40
)

// FullStop is the shape of a full stop.
const FullStop = firstMark

const marks = ".,:;-/()[]<>@#\"'!?&*_+=|%$"

// Split appends the tokens of units from to to.
func (l *Lexicon) Split(dst []Token, t *fold.Text, from, to int) []Token {
	gap := Line
	if from > 0 {
		gap = Joined
	}
	for i := from; i < to; {
		r := t.Units[i].Rune
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r > 0x7f && unicode.IsSpace(r) {
			if r == '\n' || r == '\r' {
				gap = Line
			} else if gap == Joined {
				gap = Blank
			}
			i++
			continue
		}
		k := Token{Start: i, Gap: gap}
		switch {
		case letter(t, i):
			i = k.letters(t, i, to)
			k.Class = l.Of(k.Word)
		case t.Units[i].Class&fold.Digit != 0:
			k.Kind = Digits
			for i < to && t.Units[i].Class&fold.Digit != 0 {
				i++
			}
			n := min(i-k.Start, 20)
			k.Shape = uint8(firstDigits + n)
			k.Word = uint64(k.Shape)
		default:
			k.Shape = firstMark + uint8(len(marks))
			for m := range marks {
				if rune(marks[m]) == r {
					k.Shape = firstMark + uint8(m)
				}
			}
			k.Word = uint64(r) << 20
			i++
		}
		k.End = i
		dst = append(dst, k)
		gap = Joined
	}
	return dst
}

const (
	seed  = 14695981039346656037
	prime = 1099511628211
)

// letters reads the word at unit i and returns the unit past it. A possessive
// 's is a word of its own.
func (k *Token) letters(t *fold.Text, i, to int) int {
	k.Kind, k.Word = Letters, seed
	upper, lower := 0, 0
	first := false
	for ; i < to; i++ {
		r := t.Units[i].Rune
		if !letter(t, i) {
			if !inner(t, i, to) || possessive(t, i, to) {
				break
			}
			if r == '’' {
				r = '\''
			}
		}
		low := r
		switch {
		case r < 0x80:
			if r >= 'A' && r <= 'Z' {
				low = r + 'a' - 'A'
				upper++
				first = first || k.runes == 0
			} else if r >= 'a' {
				lower++
			}
		case unicode.IsUpper(r):
			low = unicode.ToLower(r)
			upper++
			first = first || k.runes == 0
		default:
			lower++
		}
		k.Word = (k.Word ^ uint64(low)) * prime
		if k.runes < 4 {
			k.head[k.runes] = low
		}
		k.tail = [4]rune{k.tail[1], k.tail[2], k.tail[3], low}
		k.runes++
	}
	switch {
	case upper == 0:
		k.Shape = Lower
	case first && k.runes == 1:
		k.Shape = shapeInitial
	case lower == 0 && k.runes < 4:
		k.Shape = shapeShortUpper
	case lower == 0:
		k.Shape = shapeUpper
	case first:
		k.Shape = shapeCapital
	default:
		k.Shape = shapeMixed
	}
	return i
}

// Capital says that the word begins with a capital letter.
func (k *Token) Capital() bool {
	return k.Kind == Letters && k.Shape != Lower && k.Shape != shapeMixed
}

// Stop says that the token ends a sentence.
func (k *Token) Stop() bool {
	switch k.Shape {
	case firstMark, firstMark + 2, firstMark + 16, firstMark + 17: // . : ! ?
		return true
	}
	return false
}

func letter(t *fold.Text, i int) bool {
	u := &t.Units[i]
	if u.Class&(fold.Han|fold.Digit|fold.Placeholder) != 0 {
		return false
	}
	return u.Class&fold.Letter != 0 || u.Rune > 0x7f && unicode.IsLetter(u.Rune)
}

func inner(t *fold.Text, i, to int) bool {
	switch t.Units[i].Rune {
	case '\'', '’', '-':
		return i+1 < to && letter(t, i+1)
	}
	return false
}

func possessive(t *fold.Text, i, to int) bool {
	r := t.Units[i].Rune
	return (r == '\'' || r == '’') && (t.Units[i+1].Rune == 's' || t.Units[i+1].Rune == 'S') && (i+2 >= to || !letter(t, i+2))
}

// Hash is the Word of a word in lower case.
func Hash(lower string) uint64 {
	h := uint64(seed)
	for _, r := range lower {
		h = (h ^ uint64(r)) * prime
	}
	return h
}
