package recognise

import (
	"sort"
	"strings"
	"sync"

	"qingting/privacy/fold"
)

// glue may stand between a label and its value: 手机号是：「138…」.
const glue = `:=#"'“”‘’[]【】《》<>「」『』{}+>是为号码的码就用填写改成为了叫我您他她它这那个分别都有如下变更设置重发来好像还`

const maxGlue = 16

// glues is glue as a bitmap of the basic plane.
var glues = sync.OnceValue(func() *[0x10000 / 64]uint64 {
	m := new([0x10000 / 64]uint64)
	for _, r := range glue {
		m[r>>6] |= 1 << (r & 63)
	}
	return m
})

func isGlue(r rune) bool { return uint32(r) < 0x10000 && glues()[r>>6]&(1<<(r&63)) != 0 }

// Label returns what the label right before unit at announces: the nearest
// label word with nothing but glue between, and how many units of glue. The
// cue is 0 when there is none.
func (p *Page) Label(at int) (c Cue, gap int) {
	last := sort.Search(len(p.Hits), func(i int) bool { return p.Hits[i].End > at }) - 1
	if last < 0 || at-p.Hits[last].End > maxGlue {
		return 0, 0
	}
	for pos := at; pos > 0 && at-pos <= maxGlue; pos-- {
		for p.Hits[last].End > pos {
			if last--; last < 0 {
				return 0, 0
			}
		}
		if p.Hits[last].End == pos {
			return p.Hits[last].Cue, at - pos
		}
		u := &p.Units[pos-1]
		if u.Class&fold.Letter != 0 {
			if n := p.fillerBefore(pos); n > 0 {
				pos -= n - 1
				continue
			}
			if pos == at { // HT13912345678: the letters are the value's first
				for n := 0; n < 8 && pos > 1 && p.Is(pos-2, fold.Letter); n++ {
					pos--
				}
				continue
			}
			return 0, 0
		}
		if u.Class&(fold.Placeholder|fold.Stop) != 0 || u.Class&fold.Separator == 0 && !isGlue(u.Rune) {
			return 0, 0
		}
	}
	return 0, 0
}

// hitEnding returns the label word that ends at unit pos.
func (p *Page) hitEnding(pos int) (Hit, bool) {
	i := sort.Search(len(p.Hits), func(i int) bool { return p.Hits[i].End >= pos })
	if i < len(p.Hits) && p.Hits[i].End == pos {
		return p.Hits[i], true
	}
	return Hit{}, false
}

// HitFrom returns the label word that starts at unit pos.
func (p *Page) HitFrom(pos int) (Hit, bool) {
	i := sort.Search(len(p.Hits), func(i int) bool { return p.Hits[i].Start >= pos })
	if i < len(p.Hits) && p.Hits[i].Start == pos {
		return p.Hits[i], true
	}
	return Hit{}, false
}

// Before returns all that label words announce which end within n units before
// unit at, in the same sentence.
func (p *Page) Before(at, n int) Cue {
	var c Cue
	i := sort.Search(len(p.Hits), func(i int) bool { return p.Hits[i].End > at }) - 1
	for ; i >= 0 && p.Hits[i].End >= at-n; i-- {
		if p.stopped(p.Hits[i].End, at) {
			break
		}
		c |= p.Hits[i].Cue
	}
	return c
}

// After is Before, for label words that start within n units from unit at on.
func (p *Page) After(at, n int) Cue {
	var c Cue
	i := sort.Search(len(p.Hits), func(i int) bool { return p.Hits[i].Start >= at })
	for ; i < len(p.Hits) && p.Hits[i].Start <= at+n; i++ {
		if p.stopped(at, p.Hits[i].Start) {
			break
		}
		c |= p.Hits[i].Cue
	}
	return c
}

// stopped reports whether a sentence ends between two units. A placeholder ends
// it too: it is one unit where a longer value stood, and what lay beyond the
// reach of a word before must not come into it by redacting.
func (p *Page) stopped(from, to int) bool {
	for i := from; i < to; i++ {
		if p.Units[i].Class&(fold.Stop|fold.Placeholder) != 0 {
			return true
		}
	}
	return false
}

// EachHit calls yield for each label word that announces any of c.
func (p *Page) EachHit(c Cue, yield func(h Hit)) {
	if p.cues&c == 0 {
		return
	}
	for _, h := range p.Hits {
		if h.Cue&c != 0 {
			yield(h)
		}
	}
}

// SkipGlue returns the first unit from at on that is neither separator nor
// glue, looking at no more than maxGlue units.
func (p *Page) SkipGlue(at int) int {
	for i := at; i < len(p.Units) && i-at <= maxGlue; i++ {
		u := &p.Units[i]
		if u.Class&fold.Letter != 0 && !p.Is(i-1, fold.Letter) {
			if n := p.fillerAt(i); n > 0 {
				i += n - 1
				continue
			}
		}
		if u.Class&fold.Placeholder != 0 || u.Class&fold.Separator == 0 && !isGlue(u.Rune) {
			return i
		}
	}
	return min(at+maxGlue, len(p.Units))
}

// Folded returns units start to end as their folded runes.
func (p *Page) Folded(start, end int) string {
	var b strings.Builder
	for i := max(start, 0); i < min(end, len(p.Units)); i++ {
		b.WriteRune(p.Units[i].Rune)
	}
	return b.String()
}

// fillers are Latin words that may stand between a label and its value.
var fillers = map[string]bool{"NO": true, "NUM": true, "NUMBER": true, "IS": true, "ID": true, "ARE": true, "WAS": true, "CODE": true, "MY": true, "THE": true, "TO": true}

// fillerBefore returns the length of the filler word that ends at unit end, or 0.
func (p *Page) fillerBefore(end int) int {
	start := end
	for start > 0 && end-start < 8 && p.Units[start-1].Class&fold.Letter != 0 {
		start--
	}
	if fillers[string(p.upper(start, end))] && !p.Is(end, fold.Letter) {
		return end - start
	}
	return 0
}

func (p *Page) fillerAt(start int) int {
	end := start
	for end < len(p.Units) && end-start < 8 && p.Units[end].Class&fold.Letter != 0 {
		end++
	}
	if fillers[string(p.upper(start, end))] && !p.Is(end, fold.Digit) && p.Rune(end) != '-' && p.Rune(end) != '_' && p.Rune(end) != '.' {
		return end - start
	}
	return 0
}
