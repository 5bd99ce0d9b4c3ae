package match

import (
	"strings"
	"unicode/utf8"
)

// quantities finds the numbers, lengths of time and counts of a text that has
// been scanned, and enters the cues that name their classes.
func (s *Set) quantities(text string, sc *Scratch) {
	used := false
	for _, uses := range s.classes {
		used = used || len(uses) > 0
	}
	if !used {
		return
	}
	r := symbols{text: text, starts: sc.starts}
	for c, span := range sc.Clauses {
		r.lo = r.hi
		for r.hi < len(sc.starts) && int(sc.starts[r.hi]) < span.End {
			r.hi++
		}
		for k := r.lo; k < r.hi; {
			q, ok := r.quantity(k)
			if !ok {
				k++
				continue
			}
			s.measure(sc, &r, &q, int32(c))
			k = max(k+1, q.number) // 一两年: what lies within is none
			if q.unit > q.number {
				k = q.unit
			}
		}
	}
}

// quantity is a number at a symbol and the unit behind it, if any.
type quantity struct {
	from    int     // symbol
	number  int     // end of the number
	unit    int     // end of the unit, 0 for none
	value   float64 // of the number
	minutes float64 // what the unit measures; 0: it counts occasions
	vague   bool    // the number says no number: 几, 半
	fixed   bool    // a date, a term or a habit, and no time that passed
}

// measure enters the classes that q is of.
func (s *Set) measure(sc *Scratch, r *symbols, q *quantity, clause int32) {
	enter := func(c class, to int) {
		if len(s.classes[c]) > 0 {
			s.enter(sc, s.classes[c], hit{clause: clause, from: int32(q.from), to: int32(to), start: int(r.starts[q.from]), end: r.end(to)})
		}
	}
	if q.number > q.from { // twice is a unit alone
		enter(classNumber, q.number)
		if q.value >= 2 && q.value < 10000 { // 10010 is a telephone number
			enter(classSeveral, q.number)
		}
	}
	if q.unit == 0 {
		return
	}
	if q.minutes == 0 {
		if q.value >= 2 && !q.fixed {
			enter(classCount, q.unit)
		}
		return
	}
	enter(classDuration, q.unit)
	const while, day = 20, 24 * 60
	if length := q.value * q.minutes; length >= while && !q.fixed {
		enter(classWhile, q.unit)
		if length >= day {
			enter(classDays, q.unit)
		}
	}
}

// symbols reads the symbols of one clause, folded.
type symbols struct {
	text   string
	starts []int32
	lo, hi int
}

// at is symbol k, or 0 outside the clause.
func (r *symbols) at(k int) rune {
	if k < r.lo || k >= r.hi {
		return 0
	}
	if b := r.text[r.starts[k]]; b < utf8.RuneSelf {
		switch {
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
		case b == '-' || b == '_' || b == '\t': // between words, all blanks are one
			b = ' '
		}
		return rune(b)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.starts[k]:])
	if c = foldRune(c); c <= 0x3000 && flagsOf(c)&flagSpace != 0 {
		return ' '
	}
	return c
}

// end is the byte behind symbol to−1.
func (r *symbols) end(to int) int {
	at := int(r.starts[to-1])
	_, n := utf8.DecodeRuneInString(r.text[at:])
	return at + n
}

// has reports that word stands at symbol k.
func (r *symbols) has(k int, word string) bool {
	for _, c := range word {
		if r.at(k) != c {
			return false
		}
		k++
	}
	return true
}

// first returns the length in symbols of the first of words that stands at k, and its place.
func (r *symbols) first(k int, words []string) (n, which int) {
	for i, w := range words {
		if r.has(k, w) {
			return utf8.RuneCountInString(w), i
		}
	}
	return 0, -1
}

// behind reports that one of words ends before symbol k.
func (r *symbols) behind(k int, words []string) bool {
	for _, w := range words {
		if r.has(k-utf8.RuneCountInString(w), w) {
			return true
		}
	}
	return false
}

func digit(c rune) bool  { return c >= '0' && c <= '9' }
func letter(c rune) bool { return c >= 'a' && c <= 'z' }

// quantity reads what begins at symbol k.
func (r *symbols) quantity(k int) (quantity, bool) {
	c := r.at(k)
	switch {
	case digit(c):
		prev := r.at(k - 1)
		if digit(prev) || letter(prev) || prev == '.' {
			return quantity{}, false
		}
		q := r.digits(k)
		if after := r.at(q.number); letter(after) || after == ' ' || after == '+' {
			return r.latin(q), true
		}
		return r.han(q), true
	case letter(c):
		if prev := r.at(k - 1); letter(prev) || digit(prev) || prev == '\'' {
			return quantity{}, false
		}
		if c == 'n' && r.at(k+1) >= 0x2E80 {
			return r.han(quantity{from: k, number: k + 1, value: vague, vague: true}), true
		}
		return r.spelt(k)
	case begins(c):
		if q, ok := r.numeral(k); ok {
			return r.han(q), true
		}
	}
	return quantity{}, false
}

// digits reads 3, 1,000 and 2.5.
func (r *symbols) digits(k int) quantity {
	q := quantity{from: k}
	scale := 0.0
	for ; ; k++ {
		switch c := r.at(k); {
		case digit(c) && scale == 0:
			q.value = q.value*10 + float64(c-'0')
		case digit(c):
			q.value += float64(c-'0') * scale
			scale /= 10
		case c == '.' && scale == 0 && digit(r.at(k+1)):
			scale = 0.1
		case c == ',' && digit(r.at(k+1)):
		default:
			q.number = k
			return q
		}
	}
}

// containsFold reports that s contains the lower-case word, ASCII letters of
// either case being the same.
func containsFold(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}
