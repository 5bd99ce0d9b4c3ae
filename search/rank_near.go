package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/search/synonym"
)

// nears are what says nearly the same as terms of the query: a document that has
// one of these ranks as if it had the word and the characters of the term, though
// not its pairs, and so below what says it as it was asked.
type nears struct {
	terms  []nearTerm
	han    map[rune][]nearText // Chinese ones, by what they begin with
	units  map[string][]int32  // other words, to the terms
	begins runeSet
}

// nearTerm is a term of the query, by the numbers of its words and characters.
type nearTerm struct {
	words, chars []int32
	length       int // in places
}

// nearText is a text that stands for a term.
type nearText struct {
	text string
	term int32
}

// equate looks up what says nearly the same as parts of a text of the query. What
// the text has itself stands for nothing else.
func (r *ranker) equate(e *synonym.Expander, text string) {
	if e == nil {
		return
	}
	for _, m := range e.Near(text) {
		term := nearTerm{length: utf8.RuneCountInString(text[m.Start:m.End])}
		if first, _ := utf8.DecodeRuneInString(text[m.Start:]); !isCJK(first) {
			term.length = 1
		}
		for _, w := range r.analyzer.words(nil, text[m.Start:m.End]) {
			if n, ok := r.words[w.term]; ok {
				term.words = append(term.words, n)
			}
		}
		for _, char := range text[m.Start:m.End] {
			if n, ok := r.chars[char]; ok {
				term.chars = append(term.chars, n)
			}
		}
		number := int32(len(r.nears.terms))
		for _, to := range m.Alternatives {
			if !strings.Contains(text, to) {
				r.nears.add(to, number)
			}
		}
		r.nears.terms = append(r.nears.terms, term)
	}
}

func (n *nears) add(text string, term int32) {
	if n.han == nil {
		n.han, n.units = make(map[rune][]nearText), make(map[string][]int32)
	}
	first, _ := utf8.DecodeRuneInString(text)
	if !isCJK(first) {
		n.units[stemOr(text)] = append(n.units[stemOr(text)], term)
		return
	}
	n.begins.add(first)
	n.han[first] = append(n.han[first], nearText{text, term})
}

// nearFound is what of them a document has, as it is read.
type nearFound struct {
	terms   []nearSaid
	pending []nearPending // of the run that is read
}

// nearSaid is a term, and how much longer it is than what stands for it.
type nearSaid struct {
	term   int32
	longer int
}

// nearPending is a text that stands in a run, perhaps not between the boundaries of words.
type nearPending struct {
	nearSaid
	start, end    int
	opens, closes bool
}

// unit takes a word that is not Chinese.
func (f *nearFound) unit(n *nears, unit string) {
	if len(n.units) == 0 {
		return
	}
	for _, t := range n.units[stemOr(unit)] {
		f.terms = append(f.terms, nearSaid{t, n.terms[t].length - 1})
	}
}

// may notes what stands at a place of a run.
func (f *nearFound) may(n *nears, first rune, run string, at int) (found bool) {
	for _, t := range n.han[first] {
		if strings.HasPrefix(run[at:], t.text) {
			longer := n.terms[t.term].length - utf8.RuneCountInString(t.text)
			f.pending = append(f.pending, nearPending{nearSaid: nearSaid{t.term, longer}, start: at, end: at + len(t.text)})
			found = true
		}
	}
	return found
}

// word takes a word of the run.
func (f *nearFound) word(start, end int) {
	for i := range f.pending {
		p := &f.pending[i]
		p.opens = p.opens || p.start == start
		p.closes = p.closes || p.end == end
	}
}

// end ends the run.
func (f *nearFound) end() {
	for _, p := range f.pending {
		if p.opens && p.closes {
			f.terms = append(f.terms, p.nearSaid)
		}
	}
	f.pending = f.pending[:0]
}

// settle has a document have the terms of which it has something nearly the
// same, and not the terms themselves.
func (r *ranker) settle(d *docTerms, f *nearFound) {
	d.nearLength = d.length
	for _, s := range f.terms {
		said := func(w int32) bool { return slices.ContainsFunc(d.words, func(p termAt) bool { return p.term == w }) }
		words := r.nears.terms[s.term].words
		if slices.Contains(d.near, s.term) || !slices.ContainsFunc(words, func(w int32) bool { return !said(w) }) {
			continue
		}
		d.near = append(d.near, s.term)
		d.nearLength += s.longer
	}
}

// even is the evidence that counts where documents are as long as the text.
func (r *ranker) even(e *evidence, t *rankText, d *docTerms, mass float64) {
	if e.even = even(float64(len(t.chars)), r.length); e.even < leastEven {
		e.even = 0
		return
	}
	length := float64(min(len(t.chars), d.length)) / float64(max(len(t.chars), d.length))
	e.alike = e.chars * length * length
	r.counts = append(r.counts[:0], d.chars...)
	for _, n := range d.near {
		for _, c := range r.nears.terms[n].chars {
			r.counts[c] = max(r.counts[c], 1)
		}
	}
	e.said = mass * r.share(t.chars, &r.char)
	r.counts = count(r.counts, d.words, len(r.word.found))
	for _, n := range d.near {
		for _, w := range r.nears.terms[n].words {
			r.counts[w] = max(r.counts[w], 1)
		}
	}
	e.words = mass * r.share(t.words, &r.word)
	e.length = mass * float64(min(len(t.chars), d.nearLength)) / float64(max(len(t.chars), d.nearLength))
}

// share is how much of the rarity of terms r.counts has. It is the rarity without
// a power: of short texts the common words tell a part, too.
func (r *ranker) share(terms []int32, of *rarities) float64 {
	r.say(terms, len(of.found))
	all, there := 0.0, 0.0
	for _, n := range terms {
		if n < 0 || r.said[n] == 0 {
			continue
		}
		weight := r.rarity(of.found[n]) * math.Log2(1+float64(r.said[n]))
		all += weight
		if r.counts[n] > 0 {
			there += weight
		}
		r.said[n] = 0
	}
	if all == 0 {
		return 0
	}
	return there / all
}
