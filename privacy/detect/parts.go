package detect

import (
	"unicode"
	"unicode/utf8"

	"qingting/privacy/fold"
)

// How a long text is read: part by part, each with some of its neighbours, so
// that the space it takes does not grow with it.
const (
	partSize  = 1 << 19 // bytes that a part accounts for, about
	partReach = 1 << 15 // bytes of its neighbours that it reads on either side, at least: longer than any finding and what decides on it
)

// part is what one reading of a long text accounts for: the findings that start
// in bytes start to end. It reads bytes from to to.
type part struct{ start, end, from, to int }

// parts divides a text at the ends of sentences into parts of about size bytes.
// A sentence that goes on for twice as long is cut all the same.
func parts(text string, size, reach int) []part {
	var list []part
	for at := 0; at < len(text); {
		p := part{start: at, end: len(text), to: len(text)}
		if len(text)-at > 2*size {
			p.end = seamFrom(text, at+size, at+2*size)
		}
		if at > reach {
			p.from = seamBefore(text, at-reach, max(0, at-reach-size))
		}
		if p.end+reach < len(text) {
			p.to = wordFrom(text, p.end+reach, size)
		}
		list = append(list, p)
		at = p.end
	}
	return list
}

// seamFrom returns the end of the first sentence that ends at byte at or behind it,
// and limit when none does before it.
func seamFrom(text string, at, limit int) int {
	at, limit = runeStart(text, at), runeStart(text, limit)
	for i, r := range text[at:limit] {
		if ends(r) {
			return at + i + utf8.RuneLen(r)
		}
	}
	return limit
}

// seamBefore is seamFrom backwards.
func seamBefore(text string, at, limit int) int {
	at, limit = runeStart(text, at), runeStart(text, limit)
	for i := at; i > limit; {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if ends(r) {
			return i
		}
		i -= n
	}
	return limit
}

// ends reports what no sentence goes on behind, for any recogniser.
func ends(r rune) bool {
	switch r {
	case '\n', '。', '！', '？', '；', '!', '?', ';':
		return true
	}
	return false
}

// wordFrom returns the first byte at at or behind it with a letter or a digit
// before it, so that no rule takes the end of a part for that of the text. It looks
// no further than limit bytes.
func wordFrom(text string, at, limit int) int {
	at = runeStart(text, at)
	stop := runeStart(text, at+limit)
	for i, r := range text[at:stop] {
		if unicode.Is(unicode.Han, r) || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return at + i + utf8.RuneLen(r)
		}
	}
	return stop
}

// runeStart moves a position to the start of a rune, if there is one near.
func runeStart(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	for i := 0; i < utf8.UTFMax && at+i < len(text); i++ {
		if utf8.RuneStart(text[at+i]) {
			return at + i
		}
	}
	return at
}

// inParts is read for a text of any length.
func (d *Detector) inParts(text string, list []part, explain bool) (found []Finding, rejected []Rejection) {
	bounds := make([]int, 1, len(list)+1)
	for _, p := range list {
		bounds = append(bounds, p.end)
	}
	whole, last := fold.NewWhole(text, bounds), 0
	for _, p := range list {
		fs, rs := d.read(whole.Part(p.from, p.to), explain)
		for _, f := range fs {
			f.Start, f.End = f.Start+p.from, f.End+p.from
			if f.Start >= max(p.start, last) && f.Start < p.end {
				found = append(found, f)
				last = f.End
			}
		}
		for _, r := range rs {
			r.Start, r.End = r.Start+p.from, r.End+p.from
			if r.Start >= p.start && r.Start < p.end {
				rejected = append(rejected, r)
			}
		}
	}
	return found, rejected
}
