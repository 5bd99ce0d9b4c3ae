// Package latin splits a folded text into the words that rules for Latin
// script read: names and addresses in English.
//
//	for _, w := range latin.Words(t) { … }
//
// A word is a run of letters other than Han (with ' or - inside it) or a run of
// digits; any other unit but a blank is a mark of its own. It does not know
// languages.
package latin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/privacy/fold"
)

// Kind is what a word is made of.
type Kind uint8

// The kinds.
const (
	Mark    Kind = iota // one other unit
	Letters             // a word
	Digits              // a number
)

// Word is a piece of the text, units Start to End.
type Word struct {
	Start, End int
	Kind       Kind
	Text       string // as folded
	Lower      string
	Gap        bool // a blank or line break stands before it
	Line       bool // a line break stands before it
}

// Capital says that the word starts with a capital letter.
func (w Word) Capital() bool {
	for _, r := range w.Text {
		return unicode.IsUpper(r)
	}
	return false
}

// Upper says that every letter is a capital and there are two or more.
func (w Word) Upper() bool {
	return len(w.Text) > 1 && w.Text == strings.ToUpper(w.Text) && w.Text != w.Lower
}

// Words splits t, once however often it is asked. Runs of Han units become one
// mark each unit. The words are valid for as long as t is.
func Words(t *fold.Text) []Word {
	return t.Read(func() fold.Reading { return new(reading) }).(*reading).words
}

// reading is the words of a text.
type reading struct{ words []Word }

// Forget implements [fold.Reading].
func (r *reading) Forget() {
	clear(r.words)
	r.words = r.words[:0]
}

// Read implements [fold.Reading].
func (r *reading) Read(t *fold.Text) {
	words := r.words
	gap, line := false, false
	for i := 0; i < len(t.Units); {
		r := t.Units[i].Rune
		if unicode.IsSpace(r) {
			gap = true
			line = line || r == '\n' || r == '\r'
			i++
			continue
		}
		j, kind := i+1, Mark
		switch {
		case isLetter(t, i):
			kind = Letters
			for j < len(t.Units) && (isLetter(t, j) || inner(t, j)) {
				j++
			}
		case t.Is(i, fold.Digit):
			kind = Digits
			for t.Is(j, fold.Digit) {
				j++
			}
		}
		text, lower := spell(t, i, j)
		words = append(words, Word{i, j, kind, text, lower, gap, line})
		gap, line, i = false, false, j
	}
	r.words = words
}

// spell returns units i to j as folded, and in lower case. Where folding
// changed nothing they are parts of the source.
func spell(t *fold.Text, i, j int) (text, lower string) {
	plain, upper := true, false
	for k := i; k < j; k++ {
		u := &t.Units[k]
		plain = plain && u.Rune < utf8.RuneSelf && u.End-u.Off == 1 && (k == i || u.Off == t.Units[k-1].End)
		upper = upper || u.Rune >= 'A' && u.Rune <= 'Z'
	}
	u := &t.Units[i]
	switch {
	case plain:
		text = t.Source[u.Off:t.Units[j-1].End]
		if !upper {
			return text, text
		}
	case j > i+1:
		var b strings.Builder
		for k := i; k < j; k++ {
			b.WriteRune(t.Units[k].Rune)
		}
		text = b.String()
	default:
		text = t.Source[u.Off:u.End]
		if r, n := utf8.DecodeRuneInString(text); r != u.Rune || n != len(text) || n == 1 {
			text = string(u.Rune)
		}
		if u.Class&fold.Han != 0 {
			return text, text
		}
	}
	return text, strings.ToLower(text)
}

func isLetter(t *fold.Text, i int) bool {
	u := &t.Units[i]
	return u.Class&(fold.Han|fold.Digit|fold.Placeholder) == 0 && (u.Class&fold.Letter != 0 || u.Rune >= utf8.RuneSelf && unicode.IsLetter(u.Rune))
}

// inner says that the apostrophe or hyphen at i stands between two letters.
func inner(t *fold.Text, i int) bool {
	switch t.Units[i].Rune {
	case '\'', '’', '-':
		return i+1 < len(t.Units) && isLetter(t, i+1)
	}
	return false
}
