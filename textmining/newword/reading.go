package newword

import (
	"strings"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// reading is how the present lexicons cut a term.
type reading struct {
	kind   Kind
	pieces []string
	tags   []string
}

func (m *Miner) read(term string) reading {
	var r reading
	m.tokens = m.config.Segmenter.AppendTokens(m.tokens[:0], term)
	r.kind = Phrase
	for _, t := range m.tokens {
		if t.Kind == segment.Space {
			continue
		}
		piece := term[t.Start:t.End]
		if utf8.RuneCountInString(piece) == 1 {
			r.kind = Unknown
		}
		r.pieces = append(r.pieces, piece)
		r.tags = append(r.tags, t.Tag)
	}
	if len(r.pieces) == 1 {
		r.kind = Known
	}
	return r
}

// functional says that a candidate begins or ends with a word that says nothing
// of itself (的, 了, the), or holds a Chinese one between longer words: what that
// makes is a clause, 性价比|很|高, and no term.
func (r reading) functional() bool {
	last := len(r.pieces) - 1
	if segment.Stop(r.pieces[0]) || segment.Stop(r.pieces[last]) {
		return true
	}
	longer := false
	for _, p := range r.pieces {
		longer = longer || utf8.RuneCountInString(p) > 1
	}
	for _, p := range r.pieces[1:last] {
		if longer && p[0] >= utf8.RuneSelf && segment.Stop(p) {
			return true
		}
	}
	return false
}

// names says that a candidate reads as the name of a thing. What ends in a
// longer word for how something is (送餐|太慢) does not; and a phrase does only
// when a noun, or what no lexicon knows, stands last, and what stands first does
// not tell what somebody does or how something is.
func (r reading) names() bool {
	end := len(r.tags) - 1
	first, last := r.tags[0], r.tags[end]
	switch last {
	case "a", "ad", "d", "z":
		if utf8.RuneCountInString(r.pieces[end]) > 1 {
			return false
		}
	}
	if r.kind != Phrase {
		return true
	}
	if !strings.HasPrefix(last, "n") && last != "vn" && last != "eng" && last != "x" && last != "j" && last != "l" {
		return false
	}
	switch first {
	case "v", "a", "d", "p", "c", "r", "m", "t", "z", "vd", "ad", "f", "u", "y":
		return false
	}
	return true
}
