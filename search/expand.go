package search

import (
	"strings"
	"unicode/utf8"

	"qingting/search/synonym"
)

// maxAlternatives bounds the synonyms of one query, all its terms together:
// each is looked for by itself.
const maxAlternatives = 96

// SetSynonyms has queries from now on find what stands for their words, too;
// nil ends it. What is indexed stays as it is. It may be called while the index
// is searched.
func (ix *Index) SetSynonyms(set *synonym.Set) {
	ix.synonyms.Store(synonym.New(set, reading{ix.analyzer}))
}

// Synonyms are those that queries are expanded by; nil for none.
func (ix *Index) Synonyms() *synonym.Set {
	if e := ix.synonyms.Load(); e != nil {
		return e.Set()
	}
	return nil
}

// NewExpander applies synonyms to texts as searches with that segmenter do.
func NewExpander(set *synonym.Set, seg Segmenter) *synonym.Expander {
	return synonym.New(set, reading{&analyzer{seg: seg}})
}

// reading is how synonyms are compared: Chinese character by character, where
// the words of the text begin and end; English by its stems.
type reading struct{ analyzer *analyzer }

// Fold implements synonym.Analysis.
func (r reading) Fold(text string) string { return r.analyzer.fold(text).text }

// Units implements synonym.Analysis.
func (r reading) Units(dst []synonym.Unit, text string) []synonym.Unit {
	opens, closes := make(map[int]bool), make(map[int]bool)
	for _, w := range r.analyzer.words(nil, text) {
		opens[w.start], closes[w.end] = true, true
	}
	scan(text, func(kind unitKind, start, end int) {
		switch kind {
		case unitHan:
			for i := start; i < end; {
				_, n := utf8.DecodeRuneInString(text[i:])
				dst = append(dst, synonym.Unit{
					Key: text[i : i+n], Start: i, End: i + n, Tight: true,
					Opens: i == start || opens[i], Closes: i+n == end || closes[i+n],
				})
				i += n
			}
		case unitWord:
			key := stem(text[start:end])
			if key == "" {
				key = text[start:end]
			}
			dst = append(dst, synonym.Unit{Key: key, Start: start, End: end, Opens: true, Closes: true})
		default:
			dst = append(dst, synonym.Unit{Key: text[start:end], Start: start, End: end, Opens: true, Closes: true})
		}
	})
	return dst
}

// expansion writes the synonyms of a query's words into the parsed query, as
// alternatives of less weight. It stands between parsing and compiling, so that
// phrases, terms of several words, NOT, marks and ranking need know nothing of it.
//
// A word or an unbroken text is expanded where a term stands in it between the
// boundaries of words; several words where they are a term together. A phrase is
// expanded likewise, and stays a phrase. What is excluded is expanded, too:
// "NOT x" is what "x" does not find. A sign = before a word or a phrase takes it
// as it stands; words with a wildcard and the values of fields are never expanded.
type expansion struct {
	synonyms *synonym.Expander
	left     int // alternatives that may still be added
}

// expand is n with synonyms; n when there are none.
func (ix *Index) expand(n node) node {
	e := ix.synonyms.Load()
	if e == nil || e.Set() == nil || n == nil {
		return n
	}
	x := expansion{e, maxAlternatives}
	return x.node(n)
}

func (x *expansion) node(n node) node {
	switch n := n.(type) {
	case andNode:
		return andNode{x.all(n.parts)}
	case orNode:
		parts := make([]node, len(n.parts))
		for i, p := range n.parts {
			parts[i] = x.node(p)
		}
		return orNode{parts: parts}
	case notNode:
		return notNode{x.node(n.part)}
	case textNode:
		return x.text(n)
	}
	return n
}

// text adds the other ways to write one text.
func (x *expansion) text(n textNode) node {
	if n.prefix || isLiteral(n) {
		return n
	}
	any := []node{n}
	for _, v := range x.synonyms.Variants(foldText(validText(n.text)).text) {
		any = x.add(any, textNode{text: v.Text, phrase: n.phrase || v.Whole, at: n.at, weight: v.Weight})
	}
	return oneOf(any)
}

func (x *expansion) add(any []node, n textNode) []node {
	if x.left == 0 {
		return any
	}
	x.left--
	return append(any, n)
}

func oneOf(any []node) node {
	if len(any) == 1 {
		return any[0]
	}
	return orNode{parts: any, best: true}
}

// all expands the parts of a conjunction: first the words that are a term
// together, "data plan", then each by itself.
func (x *expansion) all(parts []node) []node {
	var out []node
	for i := 0; i < len(parts); i++ {
		n, ok := parts[i].(textNode)
		if !ok {
			out = append(out, x.node(parts[i]))
			continue
		}
		if n.text == "=" && !n.phrase && i+1 < len(parts) {
			if next, ok := parts[i+1].(textNode); ok && next.phrase && next.at == n.at+1 {
				out = append(out, next) // ="as it stands"
				i++
				continue
			}
		}
		if taken, joint := x.joint(parts[i:]); taken > 1 {
			out = append(out, joint)
			i += taken - 1
			continue
		}
		out = append(out, x.text(n))
	}
	return out
}

// isLiteral says that a word was written with = before it.
func isLiteral(n textNode) bool {
	return !n.phrase && (strings.HasPrefix(n.text, "=") || strings.HasPrefix(n.text, "＝"))
}

// joint expands the words at the beginning of parts that are one term together;
// it returns how many they are.
func (x *expansion) joint(parts []node) (taken int, n node) {
	var text strings.Builder
	var ends []int
	for _, p := range parts {
		t, ok := p.(textNode)
		if !ok || t.phrase || t.prefix || isLiteral(t) {
			break
		}
		if len(ends) > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(foldText(validText(t.text)).text)
		ends = append(ends, text.Len())
	}
	if len(ends) < 2 {
		return 0, nil
	}
	matches := x.synonyms.Matches(text.String())
	if len(matches) == 0 || matches[0].Start != 0 {
		return 0, nil
	}
	for i, end := range ends {
		if end != matches[0].End || i == 0 {
			continue
		}
		each := make([]node, i+1)
		for j := range each {
			each[j] = x.text(parts[j].(textNode))
		}
		any := []node{andNode{each}}
		for _, alternative := range matches[0].Alternatives {
			any = x.add(any, textNode{text: alternative, phrase: true, at: parts[0].(textNode).at, weight: synonym.Weight})
		}
		return i + 1, oneOf(any)
	}
	return 0, nil
}
