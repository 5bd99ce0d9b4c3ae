package sentiment

import (
	"strings"
	"unicode/utf8"

	"qingting/textmining/internal/trie"
	"qingting/textmining/segment"
)

// hit is an entry of the lexicon found in a clause.
type hit struct {
	entry
	next int // index of the first token after it
}

// find looks up the longest entry that starts at token i of the clause and ends
// where a token ends, so that 困难过大 does not hold 难过.
func (l *lexicon) find(text string, tokens []segment.Token, i int) (hit, bool) {
	best := hit{}
	s := trie.Root()
	for j := i; j < len(tokens); j++ {
		t := &tokens[j]
		if t.Kind == segment.Placeholder {
			break
		}
		s = l.walk(s, text[t.Start:t.End], t.Kind)
		if s.Dead() {
			break
		}
		if s.Value != 0 {
			best = hit{l.entries[s.Value-1], j + 1}
		}
		if s.Leaf() {
			break
		}
	}
	if best.next > 0 {
		return best, true
	}
	if t := &tokens[i]; t.Kind == segment.Latin {
		if e, ok := l.stem(text[t.Start:t.End]); ok {
			return hit{e, i + 1}, true
		}
	}
	return hit{}, false
}

// walk follows a token; any white space counts as one blank.
func (l *lexicon) walk(s trie.State, token string, kind segment.Kind) trie.State {
	if kind == segment.Space {
		return l.trie.Step(s, ' ')
	}
	for _, r := range token {
		if s = l.step(s, r); s.Dead() {
			return s
		}
	}
	return s
}

func (l *lexicon) step(s trie.State, r rune) trie.State {
	if r == '’' {
		r = '\''
	}
	return l.trie.Step(s, segment.FoldRune(r))
}

// parts calls emit for the entries that a token is made of, when they cover
// it to the last character: 太贵 as one word of the dictionary is 太 and 贵.
func (l *lexicon) parts(token string, emit func(entry)) {
	var found [8]entry
	n := 0
	for at := 0; at < len(token); n++ {
		if n == len(found) {
			return
		}
		s, end := trie.Root(), 0
		for i, r := range token[at:] {
			if s = l.step(s, r); s.Dead() {
				break
			}
			if s.Value != 0 {
				end = at + i + utf8.RuneLen(r)
				found[n] = l.entries[s.Value-1]
			}
		}
		if end == 0 {
			return
		}
		at = end
	}
	for _, e := range found[:n] {
		emit(e)
	}
}

// stem looks an English word up without its regular ending. Only words of
// polarity are found so: a bare "nots" negates nothing.
func (l *lexicon) stem(token string) (entry, bool) {
	if len(token) < 4 || len(token) > 32 {
		return entry{}, false
	}
	var lower [32]byte
	for i := range len(token) {
		c := token[i]
		if c >= utf8.RuneSelf {
			return entry{}, false
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	w := lower[:len(token)]
	if strings.HasSuffix(string(w), "n't") {
		return entry{kind: not}, true
	}
	for _, cut := range [...]struct{ ending, with string }{
		{"'s", ""},
		{"ies", "y"},
		{"ied", "y"},
		{"ily", "y"},
		{"es", ""},
		{"es", "e"},
		{"s", ""},
		{"ed", ""},
		{"ed", "e"},
		{"ing", ""},
		{"ing", "e"},
		{"ly", ""},
		{"ness", ""},
	} {
		if len(w) < len(cut.ending)+3 || string(w[len(w)-len(cut.ending):]) != cut.ending {
			continue
		}
		s := trie.Root()
		for _, c := range w[:len(w)-len(cut.ending)] {
			s = l.trie.Step(s, rune(c))
		}
		for _, c := range cut.with {
			s = l.trie.Step(s, c)
		}
		if s.Value != 0 && l.entries[s.Value-1].kind == word {
			return l.entries[s.Value-1], true
		}
	}
	return entry{}, false
}
