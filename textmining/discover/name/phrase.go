package name

import (
	"math"
	"slices"
	"strings"
)

// phrase is a run of words, or a single word, said by at least k customers.
type phrase struct {
	words     []int32
	prefix    int32   // the phrase without its last word, -1 for a word
	customers int     // who said it
	places    []int32 // documents, rising
	count     int     // occurrences
	good      bool    // may be shown
	apart     bool    // its two words stand in one clause, not always side by side
	last      int32   // customer seen last, while counting
}

const (
	maxWords   = 5    // of a phrase, glue included
	maxContent = 4    // of them content
	minT       = 1.65 // least t-score of the weakest cut: one-sided 5 %
	wholeShare = 0.75 // a neighbour beside so many occurrences belongs to the phrase
)

// mine finds all words and phrases said by at least k customers, by length, and
// marks those that are whole and hold together. It goes level by level: a run
// is looked at only where its beginning was frequent (Agrawal & Srikant 1994).
func (c *corpus) mine(k int) []phrase {
	list := make([]phrase, len(c.words))
	for i := range list {
		list[i] = phrase{words: []int32{int32(i)}, prefix: -1, last: -1}
	}
	at := make([]int32, len(c.items)) // the frequent phrase of the present level that begins at an item
	for i, it := range c.items {
		at[i] = it.word
	}
	c.count(list, at)
	frequent := make([]bool, len(c.words))
	for i := range frequent {
		frequent[i] = list[i].customers >= k
	}
	for i := range list {
		list[i].good = frequent[i] && c.phrasal(int32(i))
	}
	for i, it := range c.items {
		if it.word != stop && (!frequent[it.word] || c.words[it.word].class == glue) {
			at[i] = -1
		}
	}
	index := map[uint64]int32{}
	for range maxWords - 1 {
		clear(index)
		base := len(list)
		next := slices.Repeat([]int32{-1}, len(at))
		var grown []phrase
		for i := range at {
			if at[i] < 0 {
				continue
			}
			head := &list[at[i]]
			j := i + len(head.words)
			if j >= len(c.items) || c.items[j].word == stop || !frequent[c.items[j].word] {
				continue
			}
			key := uint64(at[i])<<32 | uint64(c.items[j].word)
			n, ok := index[key]
			if !ok {
				n = int32(len(grown))
				index[key] = n
				grown = append(grown, phrase{prefix: at[i], last: -1})
			}
			next[i] = n
		}
		if len(grown) == 0 {
			break
		}
		c.tally(grown, next)
		kept := make([]int32, len(grown))
		for i := range grown {
			kept[i] = -1
			if grown[i].customers < k {
				continue
			}
			kept[i] = int32(len(list))
			list = append(list, grown[i])
		}
		for i := range next {
			if next[i] < 0 {
				continue
			}
			if next[i] = kept[next[i]]; next[i] < 0 {
				continue
			}
			if p := &list[next[i]]; p.words == nil {
				head := list[p.prefix].words
				p.words = append(slices.Clone(head), c.items[i+len(head)].word)
			}
		}
		c.post(list[base:], next, int32(base))
		c.judge(list, base, next)
		at = next
	}
	return c.pairs(list, frequent, k)
}

// phrasal says whether a single word of the lexicon is a phrase of its own:
// 收不到短信, 信号差, and compounds of four characters such as 服务态度.
func (c *corpus) phrasal(n int32) bool {
	w := &c.words[n]
	return w.class == content && !w.latin && w.tag != "ns" && w.tag != "nt" && (w.tag == "l" && w.runes >= 3 || w.runes >= 4)
}

// window is how many words may stand between the two of a pair.
const window = 4

// pairs appends pairs of a thing and what is said of it that stand in one
// clause, in this order, whatever stands between: 宽带(这几天天天)断网. They
// serve as names and are no key phrases.
func (c *corpus) pairs(list []phrase, frequent []bool, k int) []phrase {
	index := map[uint64]int32{}
	var found []phrase
	for place := range c.order {
		for i := c.first[place]; i < c.first[place+1]; i++ {
			a := c.items[i].word
			if a == stop || !frequent[a] {
				continue
			}
			for j := i + 1; j < min(i+2+window, c.first[place+1]) && c.items[j].word != stop; j++ {
				b := c.items[j].word
				if a == b || !frequent[b] || !c.says(a, b) {
					continue
				}
				key := uint64(a)<<32 | uint64(b)
				n, ok := index[key]
				if !ok {
					n = int32(len(found))
					index[key] = n
					found = append(found, phrase{words: []int32{a, b}, apart: true, last: -1})
				}
				p := &found[n]
				p.count++
				if p.last != c.customer[place] {
					p.last = c.customer[place]
					p.customers++
				}
				if m := len(p.places); m == 0 || p.places[m-1] != int32(place) {
					p.places = append(p.places, int32(place))
				}
			}
		}
	}
	for i := range found {
		p := &found[i]
		expected := (window + 1) * float64(list[p.words[0]].count) * float64(list[p.words[1]].count) / float64(len(c.items))
		if p.customers >= k && float64(p.count) >= expected {
			p.good = true
			list = append(list, *p)
		}
	}
	return list
}

// says reports whether b can be what is said of a.
func (c *corpus) says(a, b int32) bool {
	x, y := &c.words[a], &c.words[b]
	if x.class != content || x.latin {
		return false
	}
	if vague[x.text] || vague[y.text] || y.class != content && y.class != short || y.latin || !c.closes(b) {
		return false
	}
	return x.thing() && (y.act() || heads[y.text]) && !x.act()
}

func (w *word) thing() bool { return strings.HasPrefix(w.tag, "n") || w.tag == "eng" || w.tag == "vn" }

func (w *word) act() bool {
	switch w.tag {
	case "v", "vn", "a", "an", "z", "l", "vi", "vd", "i":
		return true
	}
	return false
}

// count fills customers, occurrences and places of single words.
func (c *corpus) count(list []phrase, at []int32) {
	c.tally(list, at)
	c.post(list, at, 0)
}

// tally counts customers and occurrences.
func (c *corpus) tally(list []phrase, at []int32) {
	for place := range c.order {
		for i := c.first[place]; i < c.first[place+1]; i++ {
			if at[i] < 0 {
				continue
			}
			p := &list[at[i]]
			p.count++
			if p.last != c.customer[place] {
				p.last = c.customer[place]
				p.customers++
			}
		}
	}
}

// post enters the places where phrases, numbered from base, stand.
func (c *corpus) post(list []phrase, at []int32, base int32) {
	for place := range c.order {
		for i := c.first[place]; i < c.first[place+1]; i++ {
			if at[i] < 0 {
				continue
			}
			p := &list[at[i]-base]
			if n := len(p.places); n == 0 || p.places[n-1] != int32(place) {
				p.places = append(p.places, int32(place))
			}
		}
	}
}

// judge marks which of the phrases from base on may be shown.
func (c *corpus) judge(list []phrase, base int, at []int32) {
	total := float64(len(c.items))
	for i := base; i < len(list); i++ {
		p := &list[i]
		p.good = c.formed(p.words) && cohesion(list, p, total) >= minT
	}
	beside := make([]map[int32]int, 2*(len(list)-base))
	for i, n := range at {
		if n < 0 || !list[n].good {
			continue
		}
		p := &list[n]
		for side, j := range [2]int{i - 1, i + len(p.words)} {
			if j < 0 || j >= len(c.items) || c.items[j].word == stop {
				continue
			}
			m := &beside[2*(int(n)-base)+side]
			if *m == nil {
				*m = map[int32]int{}
			}
			(*m)[c.items[j].word]++
		}
	}
	for i := base; i < len(list); i++ {
		p := &list[i]
		for side := range 2 {
			for _, n := range beside[2*(i-base)+side] {
				if float64(n) >= wholeShare*float64(p.count) {
					p.good = false
				}
			}
		}
	}
}

// formed says whether words may stand as a phrase: something that tells at
// both edges.
func (c *corpus) formed(words []int32) bool {
	tells := 0
	end := words[len(words)-1]
	phrasal := len(words) > 1 && c.words[end].text == particle && c.words[words[len(words)-2]].class == content
	if phrasal {
		tells = 1
	}
	for _, w := range words {
		if k := c.words[w].class; k == content || k == short || k == denial {
			tells++
		}
	}
	first, last := c.words[words[0]].class, c.words[end].class
	return tells >= 2 && tells <= maxContent && first != glue && (last != glue || phrasal) && last != denial && c.closes(end)
}

// closes says whether a word can end a phrase. A verb of one character waits
// for its object (电话打), but for those that something does by itself.
func (c *corpus) closes(n int32) bool {
	w := &c.words[n]
	return w.class != short || w.tag != "v" && w.tag != "vn" || strings.Contains("卡掉断坏堵漏停涨扣丢死降缺跳黑闪", w.text)
}

// cohesion is the t-score of the weakest cut of p. The right part of a cut is
// known by its words only when it is one word; longer ones were judged with the
// beginning that they share.
func cohesion(list []phrase, p *phrase, total float64) float64 {
	head, tail := &list[p.prefix], &list[p.words[len(p.words)-1]]
	expected := float64(head.count) * float64(tail.count) / total
	return (float64(p.count) - expected) / math.Sqrt(float64(p.count))
}

// text writes a phrase: Chinese without spaces, Latin words with them.
func (c *corpus) text(words []int32) string {
	var b strings.Builder
	for i, n := range words {
		w := &c.words[n]
		if i > 0 && (w.latin && c.words[words[i-1]].latin) {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}
