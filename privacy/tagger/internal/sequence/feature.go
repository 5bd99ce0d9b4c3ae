package sequence

import (
	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/place"
	"qingting/privacy/internal/surname"
)

// MaxSentence bounds a sentence in units.
const MaxSentence = 160

// pad is how many units of nothing stand on either side of a sentence.
const pad = 4

// anyName is ln p that a word is a full name, as the rules of names have it.
const anyName = -5.5

// Reader computes the features of the units of a sentence. It holds scratch
// space and serves one goroutine at a time.
type Reader struct {
	chars  *charTables
	lex    *lexicon.Lexicon
	lat    *lexicon.Lattice
	places *place.Gazetteer

	t        *fold.Text
	from, to int
	units    []unit // pad + to − from + pad
	ends     []int32
	runes    []rune
}

// unit is what the features of its neighbourhood read of one unit.
type unit struct {
	code    uint64 // folded rune, digits as one
	word    uint64 // hash of its word
	seg     uint64 // its place in its word, and the word's length; 0 until its clause is read
	class   uint64 // classNone until it is looked at
	surname uint64
	given   uint64
	name    uint64 // how much likelier names of two and three characters read here
	place   uint64
	start   int32 // its word's first unit, and the one behind its last, counted from the sentence
	next    int32
	foreign uint64 // how far transliterating characters reach to the left and to the right
	ahead   uint64 // the nearest ending of an address or an organisation behind
}

// NewReader returns a reader.
func NewReader() *Reader {
	lex := lexicon.Shared()
	return &Reader{chars: sharedChars(), lex: lex, lat: lexicon.NewLattice(lex), places: place.Shared(), runes: make([]rune, 12)}
}

// Begin takes up the sentence of units from to to of a text, at most
// [MaxSentence] of them. It reads no more than the characters.
func (r *Reader) Begin(t *fold.Text, from, to int) {
	r.t, r.from, r.to = t, from, to
	need := to - from + 2*pad
	if cap(r.units) < need {
		r.units = make([]unit, MaxSentence+2*pad)
	}
	r.units = r.units[:need]
	clear(r.units)
	for i := from; i < to; i++ {
		u, s := r.at(i), &t.Units[i]
		u.code = code(s)
		if s.Class&fold.Han != 0 {
			continue
		}
		u.seg, u.word = 1, u.code
		u.start, u.next = int32(i-from), int32(i-from+1)
		if latin(s.Rune) && (i+1 == to || !latin(t.Units[i+1].Rune)) {
			r.letters(t, i+1)
		}
	}
}

func latin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// letters reads the run of Latin letters that ends before unit to as one word.
func (r *Reader) letters(t *fold.Text, to int) {
	from, h := to, uint64(14695981039346656037)
	upper, humps := 0, 0
	for from > r.from && latin(t.Units[from-1].Rune) {
		from--
	}
	for i := from; i < to; i++ {
		h = (h ^ r.at(i).code) * 1099511628211
		if t.Units[i].Rune <= 'Z' {
			if upper++; i > from && t.Units[i-1].Rune > 'Z' {
				humps++
			}
		}
	}
	n := to - from
	shape := uint64(letterShapes + min(humps, 3))
	switch {
	case upper == n:
		shape += 4
	case t.Units[from].Rune <= 'Z':
		shape += 8
	}
	if n > 3 {
		shape += 16
	}
	for i := from; i < to; i++ {
		u := r.at(i)
		u.word, u.surname = h, shape
		u.seg = 1<<8 | uint64(min(n, 15))<<4 | uint64(min(i-from, 3))<<2
		if i == from {
			u.seg |= 2
		}
		if i == to-1 {
			u.seg |= 1
		}
		u.start, u.next = int32(from-r.from), int32(to-r.from)
	}
}

// letterShapes is the first shape of Latin words, behind the kinds of surnames.
const letterShapes = 64

// at is what is known of unit i of the text.
func (r *Reader) at(i int) *unit { return &r.units[pad+i-r.from] }

// Release forgets the text that was read last.
func (r *Reader) Release() {
	r.t = nil
	clear(r.units)
	clear(r.runes)
	r.lat.Release()
}

// Likely says whether a Chinese name that begins at unit i is likely enough to look on.
func (r *Reader) Likely(i int) bool {
	r.words(i, i+1)
	n := r.at(i).name
	return n>>4 >= likely || n&15 >= likely
}

// reach is how far behind a unit its features look for an ending.
const reach = 12

// Prepare reads what the features of units from to to of the text need.
func (r *Reader) Prepare(from, to int) {
	r.words(from-2, to+2)
	for i := max(from-2, r.from); i < min(to+reach, r.to); i++ {
		u, s := r.at(i), &r.t.Units[i]
		if u.class != classNone {
			continue
		}
		u.class = class(s)
		if s.Class&fold.Han != 0 {
			u.surname, u.given = r.family(r.t, i), r.chars.givenOf(s.Rune)
		}
	}
	r.ahead(from, to)
}

// words reads the clauses that share a unit with units from to to: the runs of
// Han characters, as dictionary words.
func (r *Reader) words(from, to int) {
	for i := max(from, r.from); i < min(to, r.to); i++ {
		if r.at(i).seg != 0 {
			continue
		}
		a, b := i, i+1
		for a > r.from && r.at(a-1).seg == 0 {
			a--
		}
		for b < r.to && r.at(b).seg == 0 {
			b++
		}
		r.clause(r.t, a, b)
		r.gazetteer(r.t, a, b)
	}
}

// clause reads units from to to, all Han.
func (r *Reader) clause(t *fold.Text, from, to int) {
	r.lat.Read(t.Units, from, to)
	r.ends = r.lat.Words(r.ends[:0])
	start := from
	for _, e := range r.ends {
		h, n := uint64(14695981039346656037), int(e)-start
		for k := start; k < int(e); k++ {
			h = (h ^ uint64(t.Units[k].Rune)) * 1099511628211
		}
		for k := start; k < int(e); k++ {
			u := r.at(k)
			u.word = h
			u.start, u.next = int32(start-r.from), e-int32(r.from)
			u.seg = uint64(n)<<4 | uint64(min(k-start, 3))<<2
			if k == int(e)-1 {
				u.seg |= 1
			}
			if k == start {
				u.seg |= 2
			}
		}
		start = int(e)
	}
	run := uint64(0)
	for i := from; i < to; i++ {
		u := r.at(i)
		u.name = r.nameAt(t, i, to)
		if !r.chars.transliterates(t.Units[i].Rune) {
			run = 0
			continue
		}
		run++
		u.foreign = min(run, 7) << 4
	}
	run = 0
	for i := to - 1; i >= from; i-- {
		u := r.at(i)
		if u.foreign == 0 {
			run = 0
			continue
		}
		run++
		u.foreign |= min(run, 7)
	}
}

// likely is the class of margins from which a name is worth a look.
const likely = 5

// nameAt is how much likelier the clause reads with a name of two, and of
// three, characters at unit i, in steps.
func (r *Reader) nameAt(t *fold.Text, i, to int) uint64 {
	a := t.Units[i].Rune
	if !r.chars.begins(a) {
		return 0
	}
	two, three := uint64(0), uint64(0)
	lex := r.lex
	if s := lex.Surnames.Of(a); s.Kind != surname.None {
		logp := float32(anyName + s.LogP)
		if i+1 < to {
			two = step(r.lat.Margin(i, i+2, logp+lex.GivenOne(t.Units[i+1].Rune)))
		}
		if i+2 < to {
			three = step(r.lat.Margin(i, i+3, logp+lex.GivenTwo(t.Units[i+1].Rune, t.Units[i+2].Rune)))
		}
	}
	if i+2 < to && lex.Surnames.Heads(a) {
		if s := lex.Surnames.Compound(a, t.Units[i+1].Rune); s.Kind != surname.None {
			three = max(three, step(r.lat.Margin(i, i+3, float32(anyName+s.LogP)+lex.GivenOne(t.Units[i+2].Rune))))
		}
	}
	return two<<4 | three
}

// step puts a margin into one of 15 classes from 1 on.
func step(margin float32) uint64 {
	return uint64(min(max(int(margin+16)/2, 0), 14)) + 1
}

// family is what unit i is as a surname.
func (r *Reader) family(t *fold.Text, i int) uint64 {
	a := t.Units[i].Rune
	if !r.chars.begins(a) {
		return 0
	}
	if r.lex.Surnames.Heads(a) && r.lex.Surnames.Compound(a, t.Rune(i+1)).Kind != surname.None {
		return 15
	}
	s := r.lex.Surnames.Of(a)
	if s.Kind == surname.None {
		return 0
	}
	return uint64(s.Kind)<<2 | uint64(min(max(int(-s.LogP-3)/2, 0), 3))
}

// gazetteer marks the units that names of divisions cover.
func (r *Reader) gazetteer(t *fold.Text, from, to int) {
	for i := from; i < to; i++ {
		if !r.places.Begins(t.Units[i].Rune) {
			continue
		}
		n := 0
		for ; n < len(r.runes) && i+n < to && t.Units[i+n].Class&fold.Han != 0; n++ {
			r.runes[n] = t.Units[i+n].Rune
		}
		if n < 2 {
			continue
		}
		m := r.places.Match(r.runes[:n])
		if m.Length == 0 {
			continue
		}
		full := uint64(0)
		if m.Full {
			full = 1
		}
		for k := range m.Length {
			p := uint64(2)
			switch k {
			case 0:
				p = 1
			case m.Length - 1:
				p = 3
			}
			r.at(i + k).place = uint64(m.Level)<<3 | full<<2 | p
		}
		i += m.Length - 1
	}
}

// ahead notes, for units from to to, the nearest ending of an address or an
// organisation in the same clause, and how far off it is.
func (r *Reader) ahead(from, to int) {
	kind, at := uint64(0), 0
	for i := min(to+reach, r.to) - 1; i >= from; i-- {
		u := r.at(i)
		if u.class >= classSpace {
			kind = 0
		}
		u.ahead = 0
		if kind != 0 && at-i < reach {
			u.ahead = kind<<2 | uint64(min((at-i)/3, 3))
		}
		if e := ending(u.code); e != 0 {
			kind, at = e, i
		}
	}
}
