package search

import (
	"encoding/hex"
	"hash/fnv"
	"unicode/utf8"

	"qingting/internal/han"
)

// Segmenter finds the words of a text written without spaces.
type Segmenter interface {
	// Tokens calls emit with the byte offsets of each word of text, in order
	// and without overlap. It is safe for concurrent use.
	Tokens(text string, emit func(start, end int))
	// Version names the dictionary and the method: an index built with
	// another version is rebuilt.
	Version() string
}

// analyzer turns texts into terms, for documents and for queries alike.
type analyzer struct {
	seg Segmenter
}

// token is a term with its place: bytes of the folded text, and its position
// among the tokens of its field, from 1.
type token struct {
	term       string
	start, end int
	pos        int
}

// version names everything that decides what terms a text has, beside this
// package's own code, for which formatVersion speaks.
func (a *analyzer) version() string {
	sum := fnv.New64a()
	for traditional, simplified := range han.Pairs() {
		sum.Write([]byte(string(traditional) + string(simplified)))
	}
	return a.seg.Version() + "+han." + hex.EncodeToString(sum.Sum(nil))
}

// fold reads any text, valid UTF-8 or not.
func (a *analyzer) fold(text string) folded { return foldText(validText(text)) }

// words appends the terms of the field "words": the segmenter's for Chinese,
// stems for English, placeholders and symbols whole.
func (a *analyzer) words(dst []token, text string) []token {
	pos := len(dst)
	add := func(term string, start, end int) {
		pos++
		dst = append(dst, token{term, start, end, pos})
	}
	scan(text, func(kind unitKind, start, end int) {
		switch kind {
		case unitHan:
			a.seg.Tokens(text[start:end], func(s, e int) {
				add(text[start+s:start+e], start+s, start+e)
			})
		case unitWord:
			if term := stem(text[start:end]); term != "" {
				add(term, start, end)
			}
		default:
			add(text[start:end], start, end)
		}
	})
	return dst
}

// grams appends the terms of the field "grams": at each character of a Chinese
// run the pair that starts there, at its last character that character alone;
// other units whole. So every character has a position of its own, a phrase is
// a sequence of adjacent positions, and a single character is found as the
// prefix of a term.
func (a *analyzer) grams(dst []token, text string) []token {
	pos := len(dst)
	scan(text, func(kind unitKind, start, end int) {
		if kind != unitHan {
			pos++
			dst = append(dst, token{text[start:end], start, end, pos})
			return
		}
		for i := start; i < end; {
			_, n := utf8.DecodeRuneInString(text[i:])
			next := i + n
			stop := next
			if next < end {
				_, m := utf8.DecodeRuneInString(text[next:])
				stop += m
			}
			pos++
			dst = append(dst, token{text[i:stop], i, stop, pos})
			i = next
		}
	})
	return dst
}
