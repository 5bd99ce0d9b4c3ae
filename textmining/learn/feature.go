package learn

import (
	"slices"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// A group is a kind of feature; each is normalised on its own, so that the many
// n-grams of a text do not drown its few words.
type group uint8

const (
	characters group = iota // n-grams of folded characters
	words                   // words and pairs of neighbouring words
	pairs                   // two words near each other, in any order
	groups
)

// How long an n-gram may be. A Chinese character says more than a letter, and
// three of them mostly are a word or a pair of words, which are features too.
const (
	maxGram      = 2
	maxLatinGram = 4
)

// maxWindow is the widest window of a model.
const maxWindow = 64

// The start values of the hashes, so that a word is no n-gram and a pair no word.
const (
	saltGram uint64 = 0x9e3779b97f4a7c15
	saltWord uint64 = 0xc2b2ae3d27d4eb4f
	saltPair uint64 = 0x165667b19e3779f9
	saltNear uint64 = 0x27d4eb2f165667c5
	prime    uint64 = 0x9fb21c651e98df25
)

// piece is one feature as it occurs: where, for explanations.
type piece struct {
	key        uint32
	start, end int32 // bytes of the text
	near       span  // of the other word of a pair that need not be neighbours
}

// span is a stretch of a text, in bytes.
type span struct{ start, end int32 }

// neighbour is a word that may be part of a pair.
type neighbour struct {
	hash uint64
	span span
}

// unit is a character as n-grams see it, or a whole placeholder.
type unit struct {
	symbol     uint32
	latin      bool
	start, end int32
}

// reader turns texts into features. It holds the buffers of one goroutine.
type reader struct {
	window int // how many words apart two words may be to be a pair
	tokens []segment.Token
	near   []neighbour // the words before
	units  []unit
	pieces [groups][]piece
}

// read fills r.pieces with the features of text, cut into tokens.
func (r *reader) read(text string, tokens []segment.Token) {
	r.units = r.units[:0]
	for g := range r.pieces {
		r.pieces[g] = r.pieces[g][:0]
	}
	r.near = r.near[:0]
	var last uint64
	var lastStart int32
	for _, t := range tokens {
		h := r.token(text, t)
		if t.Kind == segment.Space {
			continue
		}
		if t.Kind == segment.Punct {
			last = 0
			continue
		}
		start, end := int32(t.Start), int32(t.End)
		r.pieces[words] = append(r.pieces[words], piece{key: final(h ^ saltWord), start: start, end: end})
		if last != 0 {
			r.pieces[words] = append(r.pieces[words], piece{key: final((last*prime ^ h) + saltPair), start: lastStart, end: end})
		}
		for _, other := range r.near[max(0, len(r.near)-r.window):max(0, len(r.near)-1)] {
			key := final((min(h, other.hash)*prime ^ max(h, other.hash)) + saltNear)
			r.pieces[pairs] = append(r.pieces[pairs], piece{key, start, end, other.span})
		}
		r.near = append(r.near, neighbour{h, span{start, end}})
		last, lastStart = h, start
	}
	r.grams()
}

// token appends the units of a token and returns the hash of its folded form.
func (r *reader) token(text string, t segment.Token) uint64 {
	h := saltWord
	switch t.Kind {
	case segment.Space:
		if n := len(r.units); n > 0 && r.units[n-1].symbol != ' ' {
			r.units = append(r.units, unit{' ', true, int32(t.Start), int32(t.End)})
		}
		return 0
	case segment.Placeholder:
		// The label alone: whose number it is says nothing about the theme.
		for _, c := range text[t.Start+len("⟦") : t.End] {
			if c == '·' || c == '⟧' {
				break
			}
			h = (h ^ uint64(c)) * prime
		}
		r.units = append(r.units, unit{uint32(h>>32) | 1<<31, false, int32(t.Start), int32(t.End)})
		return h
	}
	for i := t.Start; i < t.End; {
		c, n := utf8.DecodeRuneInString(text[i:t.End])
		c = segment.FoldRune(c)
		h = (h ^ uint64(c)) * prime
		r.units = append(r.units, unit{uint32(c), c < 0x250, int32(i), int32(i + n)})
		i += n
	}
	return h
}

// grams fills the n-grams of the units, longer ones where all are Latin.
func (r *reader) grams() {
	out := r.pieces[characters]
	for i := range r.units {
		h, latin := saltGram, true
		for n := 0; n < maxLatinGram && i+n < len(r.units); n++ {
			u := r.units[i+n]
			latin = latin && u.latin
			if n >= maxGram && !latin {
				break
			}
			h = (h ^ uint64(u.symbol)) * prime
			out = append(out, piece{key: final(h), start: r.units[i].start, end: u.end})
		}
	}
	r.pieces[characters] = out
}

// final mixes a hash to the 32 bits of a key. Among the features of a model a
// foreign one is mistaken for another once in some ten thousand look-ups.
func final(h uint64) uint32 {
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return uint32(h >> 32)
}

// tally is how often a key occurs in a text.
type tally struct {
	key uint32
	n   int32
}

// tallies counts the pieces of a group, by key. It orders them.
func tallies(pieces []piece) []tally {
	slices.SortFunc(pieces, func(a, b piece) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	var out []tally
	for i, p := range pieces {
		if i > 0 && p.key == pieces[i-1].key {
			out[len(out)-1].n++
			continue
		}
		out = append(out, tally{p.key, 1})
	}
	return out
}
