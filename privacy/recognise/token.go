package recognise

import (
	"sort"

	"qingting/privacy/fold"
)

// Token is a block of touching Latin letters and digits that has both, in
// units, end exclusive.
type Token struct{ Start, End int }

// minToken is the shortest token worth keeping: a plate's tail has five characters.
const minToken = 5

// tokenise gathers the tokens.
func (p *Page) tokenise() {
	hit := 0
	for i := 0; i < len(p.Units); {
		if !p.Alnum(i) {
			i++
			continue
		}
		start, seen := i, fold.Class(0)
		for ; i < len(p.Units) && p.Alnum(i); i++ {
			seen |= p.Units[i].Class
		}
		if i-start < minToken || seen&fold.Digit == 0 || seen&fold.Letter == 0 {
			continue
		}
		for hit < len(p.Hits) && p.Hits[hit].Start < start {
			hit++
		}
		if hit < len(p.Hits) && p.Hits[hit].Start == start && p.Hits[hit].End-start > 1 && p.Hits[hit].End < i { // MAC001A…, VIN1M8…
			start = p.Hits[hit].End
			seen = 0
			for k := start; k < i; k++ {
				seen |= p.Units[k].Class
			}
			if i-start < minToken || seen&fold.Digit == 0 || seen&fold.Letter == 0 {
				continue
			}
		}
		p.Tokens = append(p.Tokens, Token{start, i})
	}
}

// Alnum reports whether unit i reads as an ASCII letter or digit.
func (p *Page) Alnum(i int) bool {
	return p.Is(i, fold.Digit|fold.Letter) && p.Units[i].Rune <= 'z'
}

// Free reports whether a value may begin at unit i: no letter or digit touches
// it on the left, or these are a label word.
func (p *Page) Free(i int) bool {
	if !p.Alnum(i - 1) {
		return true
	}
	_, ok := p.hitEnding(i)
	return ok
}

// UnitAt returns the first unit that begins at byte off of the source or later.
func (p *Page) UnitAt(off int) int {
	return sort.Search(len(p.Units), func(i int) bool { return int(p.Units[i].Off) >= off })
}

// Latin reports whether units start to end exist and are all Latin letters.
func (p *Page) Latin(start, end int) bool {
	if start < 0 || end > len(p.Units) || start >= end {
		return false
	}
	for i := start; i < end; i++ {
		if p.Units[i].Class&fold.Letter == 0 {
			return false
		}
	}
	return true
}

// Upper returns units start to end as folded runes, ASCII letters in upper case.
func (p *Page) Upper(start, end int) string {
	return string(p.upper(start, end))
}

// upper is Upper in space that the next call takes.
func (p *Page) upper(start, end int) []byte {
	b := p.buf[:0]
	for i := max(start, 0); i < min(end, len(p.Units)); i++ {
		r := p.Units[i].Rune
		if r >= 0x80 {
			r = '?'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		b = append(b, byte(r))
	}
	p.buf = b
	return b
}

// AllDigits reports whether s is ASCII digits only, and not empty.
func AllDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
