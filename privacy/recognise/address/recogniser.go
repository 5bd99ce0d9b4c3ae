package address

import (
	"fmt"
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
	if t.Seen&fold.Letter != 0 {
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
	if p.vocab.flag(r)&flagMeasure != 0 {
		return p.digit(i-1) || letter(p.t.Rune(i-1)) || p.t.Rune(i-1) == ' ' && p.digit(i-2) || p.direction(i-1)
	}
	return (r == '-' || r == '#' || r == '—') && p.t.Is(i-1, fold.Digit) && p.t.Is(i+1, fold.Digit)
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
		for len(p.chain) > 0 && k < len(p.t.Units) && k-i < 2 && p.soft(k) {
			k++
		}
		s, ok := p.next(k)
		if !ok || p.anew(s) {
			break
		}
		p.chain = append(p.chain, s)
		i = s.end
	}
	return i
}

// publicBehind are places whose door is no one's home.
var publicBehind = words("营业厅 营业部 网点 专营店 旗舰店 门店 服务厅 服务站 派出所 公交站 地铁站 车站 路口")

// judge weighs the chain.
func (p *parser) judge() (rule.Candidate, bool) {
	last := -1
	for k, s := range p.chain {
		if s.kind.doorLevel() && p.supported(k) || s.kind == floor && last >= 0 {
			last = k
		}
	}
	if last < 0 {
		last = p.homeVillage()
	}
	first := p.firstOf(last)
	if last < 0 || first > last || !p.mayStart(p.chain[first]) {
		return rule.Candidate{}, false
	}
	if s := &p.chain[first]; !s.listed && s.kind < number {
		if n := p.vocab.lead(p.t, s.start); n > 0 && s.end-s.start-n >= 2 {
			s.start += n
		}
	}
	score, kinds := 0.0, make([]string, 0, 4)
	listed := 0
	for k := first; k <= last; k++ {
		s := p.chain[k]
		score += p.weight(k)
		if s.listed {
			listed++
		}
	}
	c := rule.Candidate{Type: rule.Address, Start: p.chain[first].start, End: p.tail(p.chain[last].end), Rule: ruleChinese}
	if listed > 0 {
		kinds = append(kinds, fmt.Sprintf("%d divisions of the gazetteer", listed))
	}
	kinds = append(kinds, fmt.Sprintf("a chain of %d segments down to %s", last-first+1, p.chain[last].kind))
	if p.vocab.cueBefore(p.t, c.Start) {
		score += 0.8
		kinds = append(kinds, "address cue before")
	}
	c.Evidence, c.Canonical = kinds, Canonical(p.t, c.Start, c.End)
	c.Confidence = min(0.97, 0.3+0.17*score)
	if p.public(c.End) {
		c.Rejected = "the door of a public place"
	}
	switch {
	case c.Rejected != "":
	case c.Confidence < 0.5:
		c.Rejected = "too little of an address"
	}
	return c, true
}

// homeVillage returns the village that ends the chain when division after
// division leads to it and the words before announce an address: in the
// country that is all the address there is. Else −1.
func (p *parser) homeVillage() int {
	listed := 0
	for k, s := range p.chain {
		if s.listed || s.kind == town {
			listed++
		}
		if s.kind == village && listed >= 3 && p.vocab.cueBefore(p.t, p.chain[0].start) {
			return k
		}
	}
	return -1
}

// anew says that s begins another address than the chain's.
func (p *parser) anew(s segment) bool {
	n := len(p.chain)
	return n > 0 && s.listed && s.kind <= city && p.chain[n-1].kind > district
}

// firstOf returns where the address that ends with segment last begins: at the
// chain's first segment that may.
func (p *parser) firstOf(last int) int {
	first := 0
	for first < last && !p.mayStart(p.chain[first]) {
		first++
	}
	return first
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

// public says that a public place is named behind unit end.
func (p *parser) public(end int) bool {
	for _, w := range publicBehind {
		if matchAt(p.t, end, w) || matchAt(p.t, end+1, w) || matchAt(p.t, end+2, w) {
			return true
		}
	}
	return false
}

// supported says that the door-level segment k stands where the grammar wants it.
func (p *parser) supported(k int) bool {
	if k == 0 {
		return p.chain[0].kind == building && p.t.Rune(p.chain[0].end-1) != '#' && len(p.chain) > 1 && p.chain[1].kind.doorLevel()
	}
	prev, joined := p.chain[k-1].kind, p.chain[k-1].end == p.chain[k].start
	if p.t.Rune(p.chain[k].end-1) == '#' && !(joined && (prev == road || prev == village || prev == estate && p.chain[k-1].full)) {
		return false
	}
	switch p.chain[k].kind {
	case number:
		if prev == estate && !joined {
			return false
		}
		return prev == road || prev == estate || prev == village || prev == group || prev == phase || prev == number || prev == building || prev == floor || prev == unit || prev == poi || prev == town && p.chain[k-1].full
	case group:
		return prev == village || prev == town || prev == group || prev == district && p.chain[k-1].listed && k > 1
	case dashed:
		return joined && (prev == road || prev == estate || prev == village || prev == phase || prev == number || prev == poi)
	case room:
		return prev != province && prev != city
	case building, unit:
		return prev != province && prev != city && (prev != district || joined)
	}
	return true
}

func (p *parser) mayStart(s segment) bool {
	switch s.kind {
	case number, floor, room, dashed, unit, group, phase:
		return false
	}
	return true
}

// weight is what segment k adds to the belief in the chain.
func (p *parser) weight(k int) float64 {
	s := p.chain[k]
	switch s.kind {
	case province, city, district:
		switch {
		case s.listed && s.full:
			return 1
		case s.listed:
			return 0.6
		}
		return 0.4
	case town, village, road:
		return 0.8
	case estate:
		if s.full {
			return 0.7
		}
		return 0.4
	case number:
		if k > 0 && p.chain[k-1].kind == estate {
			return 0.6
		}
		return 1.2
	case building, unit, group, dashed:
		return 0.8
	case room:
		return 0.8
	case floor:
		return 0.3
	}
	return 0.1
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

// String names the kind for evidence.
func (k kind) String() string {
	return [...]string{
		"nothing", "a province", "a city", "a district", "a town", "a village", "a road", "a compound", "a named place",
		"a phase", "a door number", "a village group", "a building", "a unit", "a floor", "a room", "a joined room number",
	}[k]
}
