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
	Text       string // as folded
	Lower      string
	Kind       Kind
	Gap        bool // a blank or line break stands before it
	Line       bool // a line break stands before it
	capital    bool
	upper      bool
}

// Capital says that the word starts with a capital letter.
func (w *Word) Capital() bool { return w.capital }

// Upper says that every letter is a capital and there are two or more.
func (w *Word) Upper() bool { return w.upper }

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
		if t.Units[i].Class&fold.Han == 0 && unicode.IsSpace(r) {
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
		words = append(words, Word{Start: i, End: j, Kind: kind, Gap: gap, Line: line})
		words[len(words)-1].spell(t)
		gap, line, i = false, false, j
	}
	r.words = words
}

// spell sets what is said of the word's letters. Of a word that stands in the
// source as it is read, the text is a part of the source.
func (w *Word) spell(t *fold.Text) {
	units := t.Units[w.Start:w.End]
	first, last := &units[0], &units[len(units)-1]
	if len(units) == 1 && first.Class&fold.Han != 0 {
		w.Text = t.Source[first.Off:first.End]
		if r, n := utf8.DecodeRuneInString(w.Text); r != first.Rune || n != len(w.Text) {
			w.Text = string(first.Rune)
		}
		w.Lower = w.Text
		return
	}
	plain, upper, lower := int(last.End-first.Off) == len(units), false, false
	for k := range units {
		r := units[k].Rune
		plain = plain && r < utf8.RuneSelf
		upper = upper || r >= 'A' && r <= 'Z'
		lower = lower || r >= 'a' && r <= 'z'
	}
	if plain {
		w.Text = t.Source[first.Off:last.End]
		if w.Lower = w.Text; upper {
			w.Lower = strings.ToLower(w.Text)
			w.capital = first.Rune >= 'A' && first.Rune <= 'Z'
			w.upper = len(units) > 1 && !lower
		}
		return
	}
	var b strings.Builder
	for k := range units {
		b.WriteRune(units[k].Rune)
	}
	w.Text = b.String()
	w.Lower = strings.ToLower(w.Text)
	r, _ := utf8.DecodeRuneInString(w.Text)
	w.capital = unicode.IsUpper(r)
	w.upper = len(w.Text) > 1 && w.Text != w.Lower && w.Text == strings.ToUpper(w.Text)
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
