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

// What a single character before or behind a known word makes a clause of, where
// the dictionary's tags do not say so.
const (
	doing     = "离装踩开换带挂帮找喝吃买卖送拿收打修退查办订定寄催等去来到住坐求放赶靠"
	done      = "不完过到们"
	qualities = "高低大小多少快慢好差贵足近远棒难"
)

// names says that a candidate reads as the name of a thing. What ends in a
// longer word for how something is (送餐|太慢) does not; nor what one character
// before a word makes of it (买|水果) or behind it (价格|贵), nor a verb with 不
// or 完 (找|不到); and a phrase does only when a noun, or what no lexicon knows,
// stands last, and what stands first does not tell what somebody does or how
// something is.
func (r reading) names() bool {
	end := len(r.tags) - 1
	first, last := r.tags[0], r.tags[end]
	opens, closes := r.lone(0), r.lone(end)
	switch last {
	case "a", "ad", "d", "z":
		if closes == "" || end == 1 && opens == "" {
			return false
		}
	}
	if r.kind != Phrase {
		switch {
		case r.repeats(), closes != "" && strings.Contains(done, closes):
			return false
		case end > 0 && opens != "" && r.lone(1) == "" && (first == "v" || first == "p" || first == "d" || first == "q" || first == "r" || strings.Contains(doing, opens)):
			return false
		case end > 0 && closes != "" && r.lone(end-1) == "" && strings.Contains(qualities, closes):
			return false
		}
		for _, p := range r.pieces[1:] {
			if strings.HasPrefix(p, "不") {
				return false
			}
		}
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

// lone is a piece of a single character, or "".
func (r reading) lone(i int) string {
	if utf8.RuneCountInString(r.pieces[i]) == 1 {
		return r.pieces[i]
	}
	return ""
}

// repeats reports that all pieces are one, 赞赞赞.
func (r reading) repeats() bool {
	for _, p := range r.pieces[1:] {
		if p != r.pieces[0] {
			return false
		}
	}
	return true
}

// leastExpected is how many clauses must be expected to begin or end with a
// term, by how many there are, before their absence says something.
const leastExpected = 3

// torn reports that a term's first character belongs to what stands before it,
// or the last to what follows: a single one beside a longer word, where hardly
// a clause begins or ends. 园|小区 is torn from names of estates, and 携程|订 from
// what was ordered.
func (r reading) torn(g gram, rate float64) bool {
	end := len(r.pieces) - 1
	expected := rate * float64(g.count)
	if end < 1 || expected < leastExpected {
		return false
	}
	if r.lone(0) != "" && r.lone(1) == "" && float64(g.left.clauses) < expected/3 {
		return true
	}
	return r.lone(end) != "" && r.lone(end-1) == "" && (r.tags[end] == "v" || r.tags[end] == "p" || r.tags[end] == "d") &&
		float64(g.right.clauses) < expected
}
