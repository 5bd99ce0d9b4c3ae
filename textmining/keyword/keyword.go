// Package keyword picks the words that tell what one document is about.
//
//	tokens := seg.AppendTokens(nil, text)
//	words := keyword.Top(text, tokens, 8)
//
// A word scores by how often it stands in the document, damped, times what it
// tells: −log2 of its probability in the segmenter's dictionary (tf·idf with
// the dictionary for a collection; BM25's damping). The dictionary stands in
// for document counts, so that a single document gets the same keywords on
// every machine and no statistics have to be kept.
//
// Stop words, single characters, numbers, punctuation, emoji, addresses and
// redaction placeholders are never keywords; adverbs and the like seldom. It
// joins nothing: what is a phrase and no lexicon word is for phrase mining.
package keyword

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// damp is k1 of BM25: how soon more of the same word stops to count.
const damp = 1.2

// latinBits is what an English word tells: the dictionary is Chinese and does
// not know, so all weigh alike, a little under a rare Chinese word.
const latinBits = 14

// unknownBits is for other words outside the dictionary.
const unknownBits = 16

// scored is a candidate.
type scored struct {
	word  string // folded
	bits  float64
	count int
	first int // byte where it first stands
	score float64
}

// Top returns up to n keywords, the best first, in their folded form: lower
// case, half width, simplified. tokens are those of segment.AppendTokens over
// the same text. The result depends on its arguments alone; ties go to the
// word that stands first.
func Top(text string, tokens []segment.Token, n int) []string {
	if n <= 0 {
		return nil
	}
	index := make(map[string]int, len(tokens)/3)
	var found []scored
	for _, t := range tokens {
		bits, ok := weight(text, t)
		if !ok {
			continue
		}
		word := segment.Fold(text[t.Start:t.End])
		if segment.Stop(word) {
			continue
		}
		i, seen := index[word]
		if !seen {
			i = len(found)
			index[word] = i
			found = append(found, scored{word: word, bits: bits, first: t.Start})
		}
		found[i].count++
	}
	for i := range found {
		tf := float64(found[i].count)
		found[i].score = found[i].bits * tf * (damp + 1) / (tf + damp)
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.first, b.first))
	})
	words := make([]string, 0, min(n, len(found)))
	for _, f := range found[:min(n, len(found))] {
		words = append(words, f.word)
	}
	return words
}

// weight returns what a token tells, and whether it can be a keyword at all.
func weight(text string, t segment.Token) (float64, bool) {
	size := utf8.RuneCountInString(text[t.Start:t.End])
	switch t.Kind {
	case segment.Word:
		if size < 2 {
			return 0, false
		}
		return float64(min(t.Bits, unknownBits+8)) * share(t.Tag), true
	case segment.Latin:
		if size < 2 || t.Tag == "email" || t.Tag == "url" {
			return 0, false
		}
		if t.Bits < segment.Unknown {
			return unknownBits, true // a term of the lexicon: 5G, FTTR, WiFi
		}
		if size < 3 {
			return 0, false
		}
		return latinBits, true
	}
	return 0, false
}

// share is how much a part of speech is worth: things and what was done to
// them carry a complaint, adverbs and connectives do not. Proper names of
// people count little: in redacted text they are misread words.
func share(tag string) float64 {
	switch tag {
	case "n", "nz", "nt", "vn", "l", "nl", "eng":
		return 1
	case "ns":
		return 0.8
	case "v", "a", "an", "i", "j":
		return 0.75
	case "x":
		return 0.6
	case "nr", "nrt", "nrfg":
		return 0.3
	case "d", "c", "p", "r", "u", "m", "q", "mq", "y", "e", "o", "zg", "k", "h", "t", "f", "s":
		return 0.25
	}
	return 0.5
}
