package fold

import (
	"strings"
	"sync"
	"unicode/utf8"

	"qingting/privacy/placeholder"
)

// Whole is a text too long to be folded at once: it is folded in parts, which
// know what the whole of it has. It is safe for concurrent use.
type Whole struct {
	source string
	seen   Class
	said   said
}

// NewWhole reads src once, at the bounds of the parts given (byte offsets, in
// order, the first 0 and the last the length), for the classes that it has, until
// it has seen all there are.
func NewWhole(src string, bounds []int) *Whole {
	w := &Whole{source: src}
	for i := 1; i < len(bounds) && w.seen != every; i++ {
		w.seen |= classes(src[bounds[i-1]:bounds[i]])
	}
	return w
}

// classes are those of the units that src folds to.
func classes(src string) (seen Class) {
	tab := readings()
	for i := 0; i < len(src); {
		r, size := rune(src[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(src[i:])
		}
		var e *reading
		if uint32(r) < uint32(len(tab)) {
			e = &tab[r]
		} else {
			far := astral(r)
			e = &far
		}
		switch e.kind {
		case kindUnit:
			seen |= e.class
		case kindOpen:
			if n, _ := placeholder.Match(src[i:]); n > 0 {
				size = n
				seen |= Placeholder
			} else {
				seen |= e.class
			}
		}
		i += size
	}
	return seen
}

// Part folds bytes from to to, in the space of a text that was released. Offsets
// count from the start of the part, Seen and Says tell of the whole.
func (w *Whole) Part(from, to int) *Text {
	t := Borrow(w.source[from:to])
	t.Seen, t.whole = w.seen, w
	return t
}

// Says reports whether the text, or the whole of which it is a part, has word
// in it, as it stands there. It looks once for each word.
func (t *Text) Says(word string) bool {
	if t.whole != nil {
		return t.whole.said.says(t.whole.source, word)
	}
	return t.said.says(t.Source, word)
}

// said remembers which words a text has.
type said struct {
	mu   sync.Mutex
	asks []ask
}

type ask struct {
	word string
	yes  bool
}

func (s *said) says(text, word string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asks {
		if a.word == word {
			return a.yes
		}
	}
	yes := strings.Contains(text, word)
	s.asks = append(s.asks, ask{word, yes})
	return yes
}
