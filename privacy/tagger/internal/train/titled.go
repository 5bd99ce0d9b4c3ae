package main

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
	"qingting/privacy/tagger/internal/sequence"
)

// formsOfAddress are those that follow a surname alone.
var formsOfAddress = regexp.MustCompile(`.(?:先生|女士|小姐|太太|某)`)

// titled makes surnames with a form of address spans that may be a person or
// none: some sets have the surname as a name, some both, some neither, and one
// has all three.
func titled(r row) row {
	r.spans = slices.Clone(r.spans)
	for i, s := range r.spans {
		if s.kind == sequence.Person && (utf8.RuneCountInString(r.text[s.from:s.to]) == 1 || whole(r.text[s.from:s.to])) {
			r.spans[i].maybe = true
		}
	}
	for _, at := range formsOfAddress.FindAllStringIndex(r.text, -1) {
		meets := func(s span) bool { return s.from < at[1] && at[0] < s.to }
		if family(r.text[at[0]:]) && !slices.ContainsFunc(r.spans, meets) {
			r.spans = append(r.spans, span{at[0], at[1], sequence.Person, true})
		}
	}
	slices.SortFunc(r.spans, func(a, b span) int { return a.from - b.from })
	return r
}

// whole says that a value is a surname and a form of address.
func whole(value string) bool {
	at := formsOfAddress.FindStringIndex(value)
	return at != nil && at[0] == 0 && at[1] == len(value) && family(value)
}

// family says that a text begins with a surname of one character.
func family(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return lexicon.Shared().Surnames.Of(first).Kind != surname.None
}
