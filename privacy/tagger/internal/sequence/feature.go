package sequence

import (
	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/place"
	"qingting/privacy/internal/surname"
)

// Features is how many features a unit has.
const Features = 46

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

	n     int
	units []unit // pad + n + pad
	ends  []int32
	runes []rune
}

// unit is what the features of its neighbourhood read of one unit.
type unit struct {
	code    uint64 // folded rune, digits as one
	word    uint64 // hash of its word
	prev    uint64 // hash of the word before
	next    uint64 // hash of the word behind
	seg     uint64 // its place in its word, and the word's length
	class   uint64
	surname uint64
	given   uint64
	name    uint64 // how much likelier names of two and three characters read here
	place   uint64
	ahead   uint64 // the nearest ending of an address or an organisation behind
}

// NewReader returns a reader.
func NewReader() *Reader {
	lex := lexicon.Shared()
	return &Reader{chars: sharedChars(), lex: lex, lat: lexicon.NewLattice(lex), places: place.Shared(), runes: make([]rune, 12)}
}

// Read prepares units from to to of a text, at most [MaxSentence] of them, and
// says whether a Chinese name is likely enough anywhere to look on.
func (r *Reader) Read(t *fold.Text, from, to int) (named bool) {
	r.n = to - from
	need := r.n + 2*pad
	if cap(r.units) < need {
		r.units = make([]unit, MaxSentence+2*pad)
	}
	r.units = r.units[:need]
	clear(r.units)
	for i := range r.n {
		u, s := &r.units[pad+i], &t.Units[from+i]
		u.code, u.seg = code(s), 1
	}
	return r.words(t, from, to)
}

// Rest reads what only the features need, after Read.
func (r *Reader) Rest(t *fold.Text, from, to int) {
	for i := range r.n {
		u, s := &r.units[pad+i], &t.Units[from+i]
		u.class = class(s)
		if s.Class&fold.Han != 0 {
			u.surname, u.given = r.family(t, from+i), r.chars.givenOf(s.Rune)
		}
	}
	r.gazetteer(t, from, to)
	r.ahead()
}

// Release forgets the text that was read last.
func (r *Reader) Release() {
	clear(r.units)
	clear(r.runes)
	r.lat.Release()
}

// words reads each run of Han characters as dictionary words.
func (r *Reader) words(t *fold.Text, from, to int) (named bool) {
	for i := from; i < to; i++ {
		if t.Units[i].Class&fold.Han == 0 {
			u := &r.units[pad+i-from]
			u.word = u.code
			continue
		}
		j := i
		for j < to && t.Units[j].Class&fold.Han != 0 {
			j++
		}
		named = r.clause(t, i, j, i-from+pad) || named
		i = j - 1
	}
	last := uint64(0)
	for i := pad; i < pad+r.n; i++ {
		r.units[i].prev = last
		if i+1 == len(r.units) || r.units[i].seg&1 != 0 {
			last = r.units[i].word
		}
	}
	next := uint64(0)
	for i := pad + r.n - 1; i >= pad; i-- {
		r.units[i].next = next
		if r.units[i].seg&2 != 0 || r.units[i].seg == 1 {
			next = r.units[i].word
		}
	}
	return named
}

// clause reads units from to to, all Han; the first is r.units[at].
func (r *Reader) clause(t *fold.Text, from, to, at int) (named bool) {
	r.lat.Read(t.Units, from, to)
	r.ends = r.lat.Words(r.ends[:0])
	start := from
	for _, e := range r.ends {
		h, n := uint64(14695981039346656037), int(e)-start
		for k := start; k < int(e); k++ {
			h = (h ^ uint64(t.Units[k].Rune)) * 1099511628211
		}
		for k := start; k < int(e); k++ {
			u := &r.units[at+k-from]
			u.word = h
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
	for i := from; i < to; i++ {
		n := r.nameAt(t, i, to)
		r.units[at+i-from].name = n
		named = named || n>>4 >= likely || n&15 >= likely
	}
	return named
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
			r.units[pad+i-from+k].place = uint64(m.Level)<<3 | full<<2 | p
		}
		i += m.Length - 1
	}
}

// ahead notes, for each unit, the nearest ending of an address or an
// organisation in the same clause, and how far off it is.
func (r *Reader) ahead() {
	kind, at := uint64(0), 0
	for i := pad + r.n - 1; i >= pad; i-- {
		u := &r.units[i]
		if u.class >= classSpace {
			kind = 0
		}
		if kind != 0 && at-i < 12 {
			u.ahead = kind<<2 | uint64(min((at-i)/3, 3))
		}
		if e := ending(u.code); e != 0 {
			kind, at = e, i
		}
	}
}

// key hashes the value of a template.
func key(template, value uint64) uint64 {
	h := value ^ template*0x9E3779B97F4A7C15
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

// Keys fills dst with the hashed features of unit i of the sentence.
func (r *Reader) Keys(i int, dst *[Features]uint64) {
	w := (*[2*pad + 1]unit)(r.units[i : i+2*pad+1])
	a, b, c, d, e, f, g := w[1].code, w[2].code, w[3].code, w[4].code, w[5].code, w[6].code, w[7].code
	n := uint64(0)
	put := func(v uint64) {
		dst[n] = key(n+1, v)
		n++
	}
	put(0)
	// characters
	for _, v := range [...]uint64{a, b, c, d, e, f, g} {
		put(v)
	}
	put(a<<16 | b)
	put(b<<16 | c)
	put(c<<16 | d)
	put(d<<16 | e)
	put(e<<16 | f)
	put(f<<16 | g)
	put(c<<16 | e)
	put(a<<32 | b<<16 | c)
	put(b<<32 | c<<16 | d)
	put(c<<32 | d<<16 | e)
	put(d<<32 | e<<16 | f)
	put(e<<32 | f<<16 | g)
	put(a<<48 | b<<32 | c<<16 | d)
	put(b<<48 | c<<32 | d<<16 | e)
	put(c<<48 | d<<32 | e<<16 | f)
	put(d<<48 | e<<32 | f<<16 | g)
	// words
	u := &w[4]
	put(u.seg<<16 | d)
	put(u.word)
	put(u.word ^ u.seg<<57)
	put(u.prev ^ u.seg<<60)
	put(u.next ^ u.seg<<60)
	put(u.prev*31 + u.word ^ u.seg<<60)
	put(u.next*37 + u.word ^ u.seg<<60)
	put(w[3].seg<<32 | u.seg<<16 | w[5].seg)
	// names
	put(u.surname<<16 | w[5].given<<8 | w[6].given)
	put(w[3].surname<<16 | u.given<<8 | w[5].given)
	put(w[2].surname<<16 | w[3].given<<8 | u.given)
	put(u.name)
	put(w[3].name)
	put(w[2].name)
	put(u.name<<32 | w[3].name<<16 | w[2].name<<8)
	put(u.name<<32 | c<<16 | u.class)
	put(w[3].name<<32 | e<<16 | f)
	put(w[2].name<<32 | e<<16)
	// shapes, places, what lies ahead
	put(w[3].class<<8 | u.class<<4 | w[5].class)
	put(w[2].class<<16 | w[3].class<<12 | u.class<<8 | w[5].class<<4 | w[6].class)
	put(w[3].place<<16 | u.place<<8 | w[5].place)
	put(u.ahead<<16 | d)
	if n != Features {
		panic("sequence: the count of features is wrong")
	}
}

// Len is how many units the sentence has.
func (r *Reader) Len() int { return r.n }
