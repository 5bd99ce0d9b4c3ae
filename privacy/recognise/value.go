package recognise

import (
	"sort"
	"strings"

	"qingting/privacy/fold"
)

// maxValue bounds what Value reads: longer ones are no identifier.
const maxValue = 80

// Value reads what a label announces: it skips the glue after unit at, then
// takes letters and digits, and the runes of extra where a letter or digit
// follows. Digits counts the digits among them. Start equals end when there is
// no value.
func (p *Page) Value(at int, extra string) (start, end, digits int) {
	start = p.SkipGlue(at)
	for end = start; end < len(p.Units) && end-start <= maxValue; end++ {
		if p.Alnum(end) {
			if p.Units[end].Class&fold.Digit != 0 {
				digits++
			}
			continue
		}
		if end == start || !strings.ContainsRune(extra, p.Units[end].Rune) || !p.Alnum(end+1) {
			break
		}
	}
	return start, end, digits
}

// Reading returns n digits that begin right at unit at, in any writing, with
// single separators skipped: what a label announces when it is a number. It
// takes as many digits as touch or are parted so, at least least and at most most.
func (p *Page) Reading(at, least, most int) (w Window, ok bool) {
	k := sort.Search(len(p.Reads), func(i int) bool { return p.Reads[i].At >= at })
	if k == len(p.Reads) || p.Reads[k].At != at {
		return Window{}, false
	}
	r := p.Runs[sort.Search(len(p.Runs), func(i int) bool { return p.Runs[i].Hi > k })]
	touching := 1
	for k+touching < r.Hi && p.Reads[k+touching].Gap == 0 && touching <= most {
		touching++
	}
	if touching >= least && touching <= most {
		return p.Window(r, k, touching)
	}
	for n := min(most, r.Hi-k); n >= least; n-- {
		if w, ok := p.Window(r, k, n); ok {
			return w, true
		}
	}
	return Window{}, false
}

// Labelled reports what the label before unit at announces, and whether that
// is a number which is nobody's: an order, a ticket, an amount.
func (p *Page) Labelled(at int) (c Cue, impersonal bool) {
	c, _ = p.Label(at)
	return c, c&Order != 0
}

// OrderWins is the reason given when a label beats a shape.
const OrderWins = "label of an order, ticket or flow number wins"
