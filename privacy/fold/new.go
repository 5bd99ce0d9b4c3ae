package fold

import (
	"strings"
	"sync"
	"unicode/utf8"

	"qingting/privacy/placeholder"
)

// New folds src in one pass. A byte that is no UTF-8 is one unit of U+FFFD.
// Texts of 2 GiB and more are not supported: offsets are 32 bits wide.
func New(src string) *Text {
	t := &Text{Units: make([]Unit, 0, utf8.RuneCountInString(src))}
	t.fold(src)
	return t
}

// maxKept bounds the space that Release keeps, in units.
const maxKept = 1 << 20

var released = sync.Pool{New: func() any { return new(Text) }}

// Borrow is New in the space of a text that was released.
func Borrow(src string) *Text {
	t := released.Get().(*Text)
	if cap(t.Units) < len(src) { // as many units as bytes are enough
		if n := utf8.RuneCountInString(src); cap(t.Units) < n {
			t.Units = make([]Unit, 0, n)
		}
	}
	t.fold(src)
	return t
}

// Release gives back the space of a text from Borrow, which nobody may use from
// then on. Nothing of the text stays in it.
func (t *Text) Release() {
	clear(t.Units)
	t.Source, t.Units, t.Seen, t.whole, t.read = "", t.Units[:0], 0, nil, false
	t.said.asks = t.said.asks[:0]
	if t.reading != nil {
		t.reading.Forget()
	}
	if cap(t.Units) <= maxKept {
		released.Put(t)
	}
}

func (t *Text) fold(src string) {
	tab := readings()
	t.Source = src
	units, seen := t.Units, Class(0)
	for i := 0; i < len(src); {
		r, size := rune(src[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(src[i:])
		}
		var e reading
		if uint32(r) < uint32(len(tab)) {
			e = tab[r]
		} else {
			e = astral(r)
		}
		switch e.kind {
		case kindIgnorable:
			i += size
			continue
		case kindKeycap: // an enclosing keycap belongs to the digit it encloses
			if n := len(units); n > 0 && units[n-1].Class&Digit != 0 && onlyIgnorable(src[units[n-1].End:i]) {
				units[n-1].End = int32(i + size)
			}
			i += size
			continue
		case kindOpen:
			if n, _ := placeholder.Match(src[i:]); n > 0 {
				size = n
				e = reading{r: '⟦', class: Placeholder, value: -1}
			}
		}
		units = append(units, Unit{Rune: e.r, Off: int32(i), End: int32(i + size), Class: e.class, Value: e.value})
		seen |= e.class
		i += size
	}
	t.Units, t.Seen = units, seen
}

// onlyIgnorable reports whether nothing but variation selectors and zero-width spaces stands in a gap.
func onlyIgnorable(gap string) bool {
	return strings.Trim(gap, "\ufe0e\ufe0f\u200b\u200c\u200d\u2060\ufeff") == ""
}
