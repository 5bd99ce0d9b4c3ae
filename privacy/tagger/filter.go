package tagger

import (
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/tagger/internal/sequence"
)

// filter says where an address or a foreign name may be. Read-only.
type filter struct {
	marks [0x10000]mark
}

// mark is what a character may be part of.
type mark uint8

const (
	foreign mark = 1 << iota // at home in transliterated names
	measure                  // counts doors, buildings, rooms
	segment                  // ends the name of a road, an estate, a village
)

var sharedFilter = sync.OnceValue(func() *filter {
	f := &filter{}
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

// window is a part of a sentence that is read.
type window struct{ from, to int }

// How much is read around what may be a name, or part of an address.
const (
	beforeName, behindName       = 4, 8
	beforeAddress, behindAddress = 48, 16
)

// look fills s.windows with the parts of the sentence of units from to to that
// are worth reading.
func (s *scan) look(t *fold.Text, from, to int) {
	s.windows = s.windows[:0]
	s.begin(t, from, to)
	add := func(a, b int) {
		a, b = max(a, from), min(b, to)
		for n := len(s.windows); n > 0 && s.windows[n-1].to >= a; n-- {
			a, b = min(a, s.windows[n-1].from), max(b, s.windows[n-1].to)
			s.windows = s.windows[:n-1]
		}
		s.windows = append(s.windows, window{a, b})
	}
	gate := &s.rec.model.Gate
	place, run := false, 0
	for i := from; i < to; i++ {
		u := &t.Units[i]
		if u.Class&fold.Han == 0 {
			if run > 0 && u.Rune == '·' {
				add(i-run-beforeName, i+behindName)
			}
			run = 0
			continue
		}
		if gate.Passes(s.reader, i) && s.leads(i, from, to) {
			add(i-beforeName, i+behindName)
		}
		m := s.rec.filter.of(u.Rune)
		if run++; m&foreign == 0 {
			run = 0
		}
		place = place || m&segment != 0
		if place && m&measure != 0 && t.Is(i-1, fold.Digit|fold.Numeral|fold.Letter) {
			add(i-beforeAddress, i+behindAddress)
		}
	}
}

// leads says whether a name of more than one unit may begin at unit i of the
// sentence of units from to to, by all that the model knows of that unit and the next.
func (s *scan) leads(i, from, to int) bool {
	if i+1 >= to {
		return false
	}
	m := s.rec.model
	s.reader.Prepare(i, i+2)
	if sequence.Lead(s.score(i, from)) < m.Gate.First {
		return false
	}
	s.score(i+1, from)
	return sequence.Opening((*[2]sequence.Scores)(s.scores[i-from:]), &m.Trans) >= m.Gate.Second
}
