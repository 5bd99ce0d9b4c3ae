package suggest

import (
	"strings"
	"unicode/utf8"
)

// surely is how many entries are enough not to look for mistakes.
const surely = 3

// maxTyped is how many characters of what is typed count.
const maxTyped = 40

// Complete returns at most n entries for what was typed so far, the most frequent
// first; and then, where there is room, those that a mended letter leads to.
func (s *Suggester) Complete(typed string, n int) []Suggestion {
	typed = strings.TrimSpace(s.fold(typed))
	if typed == "" || n <= 0 || utf8.RuneCountInString(typed) > maxTyped {
		return nil
	}
	best := newBest(n)
	best.take(s.texts.prefixed(typed))
	if query := strings.ReplaceAll(typed, "'", ""); hasLetter(query) {
		for _, initials := range s.initialsOf(query) {
			for _, at := range s.initials.prefixed(initials) {
				if best.wants(at) && s.begins(s.entries[at].signs, query) {
					best.add(at)
				}
			}
		}
	}
	out := s.suggestions(nil, best, false)
	if len(out) == n || len(out) >= surely {
		return out
	}
	mended := newBest(n)
	for _, places := range s.mended(typed) {
		for _, at := range places {
			if !best.has(at) && mended.wants(at) {
				mended.add(at)
			}
		}
	}
	return s.suggestions(out, mended, true)[:min(n, len(out)+len(mended.places))]
}

func (s *Suggester) suggestions(out []Suggestion, b *best, typo bool) []Suggestion {
	for _, at := range b.places {
		out = append(out, Suggestion{s.entries[at].Entry, typo})
	}
	return out
}

func hasLetter(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return 'a' <= r && r <= 'z' })
}

// best keeps the n entries that come first; entries are in the order of their
// frequency, so the lowest places are the best.
type best struct {
	n      int
	places []int32 // in order, each once
}

func newBest(n int) *best { return &best{n: n, places: make([]int32, 0, n+1)} }

// wants says whether a place would be kept, if it is not already.
func (b *best) wants(at int32) bool {
	return len(b.places) < b.n || at < b.places[len(b.places)-1]
}

func (b *best) has(at int32) bool {
	for _, p := range b.places {
		if p == at {
			return true
		}
	}
	return false
}

func (b *best) add(at int32) {
	i := len(b.places)
	for i > 0 && b.places[i-1] > at {
		i--
	}
	if i > 0 && b.places[i-1] == at {
		return
	}
	b.places = append(b.places, 0)
	copy(b.places[i+1:], b.places[i:])
	b.places[i] = at
	b.places = b.places[:min(len(b.places), b.n)]
}

func (b *best) take(places []int32) {
	for _, at := range places {
		if b.wants(at) {
			b.add(at)
		}
	}
}

// maxSplits bounds the ways to part what was typed into syllables and initials.
const maxSplits = 64

// initialsOf are the initials that an entry must begin with to be begun by a
// query: one for each way to part the query into whole syllables, initials and
// characters, the last of them perhaps unfinished.
func (s *Suggester) initialsOf(query string) []string {
	seen := make(map[string]bool)
	var out []string
	type place struct {
		at       int
		initials string
	}
	visited := make(map[place]bool)
	var part func(p place)
	part = func(p place) {
		if len(out) >= maxSplits || visited[p] || len(visited) > 16*maxSplits {
			return
		}
		visited[p] = true
		if p.at == len(query) {
			if !seen[p.initials] {
				seen[p.initials] = true
				out = append(out, p.initials)
			}
			return
		}
		r, n := utf8.DecodeRuneInString(query[p.at:])
		if readings := readingsOf(r); len(readings) > 0 {
			for i, reading := range readings {
				if i == 0 || reading[0] != readings[i-1][0] {
					part(place{p.at + n, p.initials + reading[:1]})
				}
			}
			return
		}
		if r < 'a' || r > 'z' {
			part(place{p.at + n, p.initials + string(r)})
			return
		}
		// The longest first: zhuang is one syllable before it is six letters.
		for end := min(len(query), p.at+6); end > p.at; end-- {
			piece := query[p.at:end]
			_, whole := s.whole[piece]
			_, begun := s.syllables[piece]
			if whole || end == p.at+1 || isInitial(piece) || begun && end == len(query) {
				part(place{end, p.initials + piece[:1]})
			}
		}
	}
	part(place{})
	return out
}

func isInitial(piece string) bool { return piece == "zh" || piece == "ch" || piece == "sh" }

// begins says that a query is how the beginning of signs can be typed.
func (s *Suggester) begins(signs []sign, query string) bool {
	if query == "" {
		return true
	}
	if len(signs) == 0 {
		return false
	}
	c := signs[0]
	r, n := utf8.DecodeRuneInString(query)
	if r == c.r && s.begins(signs[1:], query[n:]) {
		return true
	}
	for _, reading := range c.readings {
		if reading[0] != query[0] {
			continue
		}
		if strings.HasPrefix(reading, query) {
			return true // unfinished, or just finished
		}
		if rest, ok := strings.CutPrefix(query, reading); ok && s.begins(signs[1:], rest) {
			return true
		}
		if len(reading) > 2 && isInitial(reading[:2]) && strings.HasPrefix(query, reading[:2]) && s.begins(signs[1:], query[2:]) {
			return true
		}
		if s.begins(signs[1:], query[1:]) {
			return true
		}
	}
	return false
}
