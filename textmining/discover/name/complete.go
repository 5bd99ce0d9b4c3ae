package name

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// shared is the precision under which an English name of one bare word is as much
// that of other clusters.
const shared = 0.5

// complete puts beside a name that says half what an analyst would ask next: to a
// thing what is said of it (公积金贷款、退款), to what is denied the thing (网络、打不开),
// to the name of the house another word (billing / incorrect). The other half is the
// word or phrase, of the part of speech that is missing, that tells most; where k
// customers say both in one text, the two are joined by a dot.
func (c *corpus) complete(list []phrase, o *Cluster, p *phrase, keys []candidate, k int, taken map[string]bool) {
	lacks := c.lacks(list, p.words, o.Score)
	if lacks == nothing || lacks == aWord && o.Precision >= shared {
		return
	}
	at, joined := c.other(list, p.words, o.Name, keys, lacks, k)
	if at < 0 {
		return
	}
	if whole := side(o.Name, keys[at].text, lacks == aThing, joined); !taken[whole] {
		o.Name, o.Composed, taken[whole] = whole, true, true
	}
}

// other is the key that best gives what the words of a name lack, -1 when none
// does, and whether k customers say both in one text.
func (c *corpus) other(list []phrase, of []int32, text string, keys []candidate, lacks part, k int) (at int, joined bool) {
	best := 0.0
	at = -1
	for i := range keys {
		x := &keys[i]
		words := list[x.phrase].words
		if !c.gives(list, words, lacks) || c.overlap(of, words) || kindred(text, x.text) {
			continue
		}
		s := c.share(c.together(list, append(slices.Clone(of), words...)), x.cluster)
		score := x.score * math.Sqrt(x.coverage)
		if len(words) > 1 {
			score /= phraseWeight // by which key phrases were preferred
		}
		if s.inside >= k {
			score *= 1.5
		}
		if score > best {
			best, at, joined = score, i, s.inside >= k
		}
	}
	return at, joined
}

// side puts two halves of a name side by side, the second first when it says so.
func side(first, second string, turned, joined bool) string {
	if turned {
		first, second = second, first
	}
	if joined {
		return first + " · " + second
	}
	return first + joint(first) + second
}

// compose names a cluster that says no phrase in common by the two words that
// tell most and stand in texts of at least k of its customers together, or else by
// what tells most of it, and what that lacks.
func (c *corpus) compose(list []phrase, o *Cluster, n int32, keys []candidate, k int, taken map[string]bool) {
	words := slices.DeleteFunc(c.telltales(list, n, k), func(x candidate) bool { return nameless(&c.words[x.phrase]) })
	best := 0.0
	var first, second int32
	for i, a := range words {
		for _, b := range words[i+1:] {
			pair := []int32{a.phrase, b.phrase}
			x, y := &c.words[a.phrase], &c.words[b.phrase]
			s := c.share(c.together(list, pair), n)
			score := fit(s) * min(a.score, b.score)
			if x.act() != y.act() {
				score *= 1.5 // a thing and what is said of it
			}
			if s.inside < k || score <= best || kindred(x.text, y.text) || taken[c.sameness(pair)] {
				continue
			}
			best, first, second = score, a.phrase, b.phrase
			if x.act() && !y.act() || x.act() == y.act() && c.follows(list, first, second) {
				first, second = second, first
			}
			o.Precision, o.Coverage = round(s.precision), round(s.coverage)
		}
	}
	if best > 0 {
		o.Name, o.Composed = side(c.words[first].text, c.words[second].text, false, true), true
		taken[c.sameness([]int32{first, second})] = true
		return
	}
	telling := slices.DeleteFunc(slices.Clone(keys), func(x candidate) bool {
		words := list[x.phrase].words
		return len(words) == 1 && nameless(&c.words[words[0]]) || slices.ContainsFunc(words, func(w int32) bool { return c.house(list, w) })
	})
	if len(telling) == 0 {
		telling = keys
	}
	for _, x := range telling {
		words, name := list[x.phrase].words, x.text
		lacks := c.lacks(list, words, 0)
		if lacks == nothing {
			lacks = aWord
		}
		at, joined := c.other(list, words, name, keys, lacks, k)
		for _, less := range [...]part{aWord, anything} {
			if at < 0 {
				at, joined = c.other(list, words, name, keys, less, k)
			}
		}
		if at >= 0 {
			name = side(name, keys[at].text, lacks == aThing, joined)
		}
		if !taken[name] {
			o.Name, o.Composed, o.Precision, o.Coverage = name, true, round(x.precision), round(x.coverage)
			taken[name] = true
			return
		}
	}
}

// enough is the score from which two nouns tell a cluster by themselves: of 房屋漏水,
// one says something of the other, whatever the dictionary calls it.
const enough = 0.1

// part is what a name may lack.
type part uint8

const (
	nothing part = iota
	aThing       // 打不开
	anAct        // 公积金贷款
	aWord        // comcast billing
	anything
)

// lacks says what words do not say that a name of such a score should. English words have no part
// of speech here: of them, what is left without the house and words of service
// must be two.
func (c *corpus) lacks(list []phrase, words []int32, score float64) part {
	bare, thing, act, denied := 0, false, false, false
	for _, n := range words {
		w := &c.words[n]
		denied = denied || w.class == denial || strings.ContainsAny(w.text, "不没无")
		if w.class == glue || c.house(list, n) {
			continue
		}
		if !vague[w.text] {
			bare++
		}
		thing = thing || w.class != denial && (strings.HasPrefix(w.tag, "n") || w.tag == "i" || c.holds(w, "n"))
		act = act || w.act() || head(w) || w.class == denial || c.holds(w, "v")
	}
	switch {
	case c.words[words[0]].latin && c.words[words[0]].text == "not" && len(words) == 2:
		return aThing // not working
	case c.words[words[0]].latin:
		if bare < 2 {
			return aWord
		}
	case denied && !thing:
		return aThing
	case !act && (len(words) == 1 || score < enough):
		return anAct
	}
	return nothing
}

// holds says whether a word of the lexicon holds a shorter one that was read, of a
// part of speech: 没信号 a thing, 道路硬化 what is done.
func (c *corpus) holds(w *word, tag string) bool {
	runes := []rune(w.text)
	for i := range runes {
		for j := i + 2; j <= len(runes) && j-i < len(runes); j++ {
			if n, ok := c.index[string(runes[i:j])]; ok && c.words[n].tag == tag && !vague[c.words[n].text] {
				return true
			}
		}
	}
	return false
}

// gives says whether words are what a name lacks.
func (c *corpus) gives(list []phrase, words []int32, lacks part) bool {
	if lacks == anything {
		return true
	}
	act := false
	for _, n := range words {
		w := &c.words[n]
		if nameless(w) || c.house(list, n) {
			return false
		}
		act = act || w.act() || head(w) || w.class == denial
	}
	if lacks == aThing { // or what is done: 扣费、不知情
		first := &c.words[words[0]]
		return c.names(words) || len(words) == 1 && first.runes == 2 && (first.tag == "v" || first.tag == "vn")
	}
	return lacks == aWord || act
}

// names says whether one of words names a thing.
func (c *corpus) names(words []int32) bool {
	return slices.ContainsFunc(words, func(n int32) bool {
		return c.words[n].class == content && (strings.HasPrefix(c.words[n].tag, "n") || c.words[n].latin)
	})
}

// follows says whether word a stands behind b in most texts that hold both: 宽带 · 套餐.
func (c *corpus) follows(list []phrase, a, b int32) bool {
	behind := 0
	for _, place := range intersect(slices.Clone(list[a].places), list[b].places) {
		for _, it := range c.items[c.first[place]:c.first[place+1]] {
			if it.word == a {
				behind--
			} else if it.word == b {
				behind++
			} else {
				continue
			}
			break
		}
	}
	return behind > 0
}

// overlap says whether a word of one phrase holds one of the other.
func (c *corpus) overlap(a, b []int32) bool {
	for _, x := range a {
		for _, y := range b {
			s, t := c.words[x].text, c.words[y].text
			if c.words[x].latin && kindred(s, t) || utf8.RuneCountInString(s) > 1 && utf8.RuneCountInString(t) > 1 && (strings.Contains(s, t) || strings.Contains(t, s)) {
				return true
			}
		}
	}
	return false
}
