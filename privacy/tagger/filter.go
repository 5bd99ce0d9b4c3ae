package tagger

import (
	"sync"
	"unicode/utf8"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
)

// filter says which sentences are worth reading. Read-only.
type filter struct {
	marks [0x10000]mark
}

// mark is what a character may be part of.
type mark uint8

const (
	family   mark = 1 << iota // a surname
	given                     // at home in given names
	foreign                   // at home in transliterated names
	measure                   // counts doors, buildings, rooms
	segment                   // ends the name of a road, an estate, a village
	compound                  // begins a surname of two characters
	joined                    // ends one
)

var sharedFilter = sync.OnceValue(func() *filter {
	f := &filter{}
	lex := lexicon.Shared()
	for r := range rune(len(f.marks)) {
		if k := lex.Surnames.Of(r).Kind; k == surname.Plain || k == surname.Mixed {
			f.marks[r] |= family
		}
		if lex.Surnames.Heads(r) {
			f.marks[r] |= compound
		}
		if g := lex.GivenOf(r); max(g.Single, g.Mid, g.Last) > -8 {
			f.marks[r] |= given
		}
	}
	for _, w := range lex.Surnames.Compounds() {
		_, n := utf8.DecodeRuneInString(w)
		second, _ := utf8.DecodeRuneInString(w[n:])
		f.marks[second] |= joined
	}
	for _, r := range lexicon.Translit {
		f.marks[r] |= foreign
	}
	for _, r := range "号栋幢座室楼单组户弄门层队" {
		f.marks[r] |= measure
	}
	for _, r := range "路街道巷弄村镇乡区县市省园苑城府湾庭居里坊庄屯寨寓厦" {
		f.marks[r] |= segment
	}
	return f
})

func (f *filter) of(r rune) mark {
	if r >= 0 && r < rune(len(f.marks)) {
		return f.marks[r]
	}
	return 0
}

// want is what the filter says of a sentence.
type want uint8

const (
	no    want = iota
	maybe      // if a name is likely among its words
	yes
)

// record is how many digits in a row make a sentence a line of a register,
// where names stand without any sentence around them.
const record = 7

// wants says whether units from to to may hold a name or an address.
func (f *filter) wants(t *fold.Text, from, to int) want {
	w, number := no, false
	last, place, run, digits := mark(0), false, 0, 0
	for i := from; i < to; i++ {
		u := &t.Units[i]
		if u.Class&fold.Digit == 0 {
			digits = 0
		} else if digits++; digits == record {
			number = true
		}
		if u.Class&fold.Han == 0 {
			if run > 0 && u.Rune == '·' {
				return yes
			}
			last, run = 0, 0
			continue
		}
		m := f.of(u.Rune)
		if m&given != 0 && last&family != 0 || m&joined != 0 && last&compound != 0 {
			w = maybe
		}
		if m&foreign != 0 {
			if run++; run >= 3 {
				return yes
			}
		} else {
			run = 0
		}
		place = place || m&segment != 0
		if place && m&measure != 0 && t.Is(i-1, fold.Digit|fold.Numeral|fold.Letter) {
			return yes
		}
		last = m
	}
	if number {
		return yes
	}
	return w
}
