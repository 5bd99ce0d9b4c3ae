package address

import (
	"strings"
	"sync"
	"unicode"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Recogniser proposes ADDRESS candidates. It is immutable.
type Recogniser struct {
	vocab   *vocabulary
	streets *englishTables
	need    fold.Class // a text without any of these has nothing to find
	scratch sync.Pool  // *parser
}

var _ rule.Recogniser = (*Recogniser)(nil)

// New returns a recogniser.
func New() *Recogniser {
	r := &Recogniser{vocab: newVocabulary(), streets: newEnglishTables(), need: recognise.Classes(Rules())}
	r.scratch.New = func() any { return &parser{vocab: r.vocab, runes: make([]rune, 12)} }
	return r
}

// Recognise implements [rule.Recogniser].
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&r.need == 0 {
		return
	}
	if t.Seen&fold.Han != 0 {
		p := r.scratch.Get().(*parser)
		p.t = t
		p.chinese(explain, emit)
		p.t = nil
		r.scratch.Put(p)
	}
	if t.Seen&fold.Letter != 0 && t.Seen&(fold.Digit|fold.Numeral) != 0 {
		r.streets.english(t, explain, emit)
	}
}

// chinese looks for numbers that a measure follows and parses around each. A
// chain does not depend on the anchor that led to it, so what was read once is
// not read again.
func (p *parser) chinese(explain bool, emit func(rule.Candidate)) {
	read := 0
	for i := 1; i < len(p.t.Units); i++ {
		if i >= read && p.anchor(i) {
			read = p.around(i, read, explain, emit)
		}
	}
}

// anchor says that a numbered segment may have its measure at unit i, or that
// a dash joins two numbers behind a name.
func (p *parser) anchor(i int) bool {
	r := p.t.Rune(i)
	if (r == '号' && p.t.Is(i-2, fold.Digit)) && p.suffixed(i-1) == i {
		return true
	}
	if r == '组' && p.t.Is(i-1, fold.Han) && p.villageBefore(i) {
		return true
	}
	if p.vocab.flag(r)&flagAnchor != 0 {
		return p.digit(i-1) || letter(p.t.Rune(i-1)) || p.t.Rune(i-1) == ' ' && p.digit(i-2) || p.direction(i-1)
	}
	return (r == '-' || r == '#' || r == '—') && p.t.Is(i-1, fold.Digit) && p.t.Is(i+1, fold.Digit)
}

// villageBefore says that a village or a town ends a few units before unit i.
func (p *parser) villageBefore(i int) bool {
	for k := i - 2; k > 0 && i-k < 9; k-- {
		switch p.t.Rune(k) {
		case '村', '镇', '乡', '会', '屯', '区':
			return true
		}
	}
	return false
}

// around parses every chain in the region of the anchor at unit i, proposes
// those that go down to a door, and returns how far it read.
func (p *parser) around(i, floor int, explain bool, emit func(rule.Candidate)) int {
	at := p.region(i, floor)
	for at <= i {
		end := p.chainAt(at)
		if len(p.chain) > 0 {
			if c, ok := p.judge(); ok && (c.Rejected == "" || explain) {
				emit(c)
			}
		}
		at = max(end, at+1)
	}
	return at
}

// chainAt reads segments from unit i on for as long as they follow one another:
// a province or city behind a road or a compound begins another address.
func (p *parser) chainAt(i int) int {
	p.chain = p.chain[:0]
	for i < len(p.t.Units) && len(p.chain) < 24 {
		k := i
		for len(p.chain) > 0 && k < len(p.t.Units) && (k-i < 2 || k-i < 6 && p.t.Rune(k) == ' ') && p.soft(k) {
			k++
		}
		s, ok := p.next(k)
		if n := 0; !ok && k == i {
			if n = p.glued(k); n == 0 {
				break
			}
			if s, ok = p.next(k + n); s.kind < estate && !p.chain[len(p.chain)-1].listed || s.kind > estate && !p.t.Is(s.start, fold.Digit|fold.Letter) {
				break
			}
		}
		if !ok || p.anew(s) {
			break
		}
		if s.kind == road {
			s.end = p.corner(s.end)
		}
		p.chain = append(p.chain, s)
		i = s.end
	}
	return i
}

// anew says that s begins another address than the chain's: a province or city
// behind a road, a road behind a door.
func (p *parser) anew(s segment) bool {
	n := len(p.chain)
	if n == 0 {
		return false
	}
	before := p.chain[n-1]
	return s.listed && s.kind <= city && before.kind > district ||
		s.kind >= district && s.kind <= road && before.kind >= number && before.end < s.start && !p.digit(s.start) // 12号，现改幸福路21号
}

// Reaches says that units from to to of a text hold a chain of segments that
// goes down to a door, a building, a room or a village group, and that no
// public place stands behind it.
func (r *Recogniser) Reaches(t *fold.Text, from, to int) bool {
	p := r.scratch.Get().(*parser)
	p.t = t
	defer func() {
		p.t = nil
		r.scratch.Put(p)
	}()
	if p.public(to) {
		return false
	}
	for at := from; at < to; {
		end := p.chainAt(at)
		for k, s := range p.chain {
			if s.end <= to && s.kind.doorLevel() && p.supported(k) {
				return true
			}
		}
		at = max(end, at+1)
	}
	return false
}

// Canonical is the address of units start to end as folded, in lower case, without blanks and
// punctuation; a dash between two digits tells rooms apart and stays.
func Canonical(t *fold.Text, start, end int) string {
	var b strings.Builder
	for i := start; i < end; i++ {
		r := t.Rune(i)
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '#':
			b.WriteRune(unicode.ToLower(r))
		case r == '-' && t.Is(i-1, fold.Digit) && t.Is(i+1, fold.Digit):
			b.WriteRune(r)
		}
	}
	return b.String()
}
