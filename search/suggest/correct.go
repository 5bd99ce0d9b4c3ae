package suggest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	leastMended = 3  // letters from which on one may be wrong
	mostMended  = 20 // letters up to which it is worth looking
)

// mended are the entries that begin as what was typed does when one letter is
// another, or by its sound.
func (s *Suggester) mended(typed string) (out [][]int32) {
	if isLatin(typed) {
		edits(typed, func(other string) {
			out = append(out, s.sounds.prefixed(other), s.texts.prefixed(other))
		})
		return out
	}
	for _, sound := range spellings(s.signsOf(typed), func(r string) string { return r }) {
		out = append(out, s.sounds.prefixed(sound))
	}
	return out
}

func (s *Suggester) signsOf(text string) (out []sign) {
	for _, r := range text {
		out = append(out, sign{r, readingsOf(r)})
	}
	return out
}

func isLatin(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// edits calls visit for each text of letters that is one edit away: a letter
// less, more or another, or two that changed places. The first letter stays.
func edits(text string, visit func(string)) {
	if len(text) < leastMended || len(text) > mostMended {
		return
	}
	for i := 1; i <= len(text); i++ {
		if i < len(text) {
			visit(text[:i] + text[i+1:])
			if i+1 < len(text) && text[i] != text[i+1] {
				visit(text[:i] + text[i+1:i+2] + text[i:i+1] + text[i+2:])
			}
		}
		for c := byte('a'); c <= 'z'; c++ {
			visit(text[:i] + string(c) + text[i:])
			if i < len(text) && text[i] != c {
				visit(text[:i] + string(c) + text[i+1:])
			}
		}
	}
}

// Correct returns what a text that found nothing was probably meant to be, and
// whether there is anything better than it: words that sound the same, that
// sound nearly the same, or that are one letter away. Whoever calls it looks
// whether that finds anything. Fields, phrases and operators are left alone.
func (s *Suggester) Correct(text string) (string, bool) {
	words := strings.Fields(text)
	changed := false
	for i, w := range words {
		if strings.ContainsAny(w, `"“”:：()（）*=`) || w == "AND" || w == "OR" || w == "NOT" {
			continue
		}
		sign := ""
		if rest, ok := strings.CutPrefix(w, "-"); ok {
			sign, w = "-", rest
		}
		if better, ok := s.correctWord(w); ok {
			words[i], changed = sign+better, true
		}
	}
	return strings.Join(words, " "), changed
}

func (s *Suggester) correctWord(word string) (string, bool) {
	folded := strings.TrimSpace(s.fold(word))
	if _, known := s.byText[folded]; known || folded == "" || utf8.RuneCountInString(folded) > maxTyped {
		return "", false
	}
	if isLatin(folded) {
		return s.mendLetters(folded)
	}
	if at, ok := s.soundsLike(folded); ok {
		return s.entries[at].Text, true
	}
	return s.correctPart(folded)
}

// mendLetters corrects a word of Latin letters: pinyin, or English.
func (s *Suggester) mendLetters(word string) (string, bool) {
	if list := s.sounds.equal(word); len(list) > 0 {
		return s.entries[slices.Min(list)].Text, true // pinyin: its word
	}
	found := int32(-1)
	edits(word, func(other string) {
		if at, ok := s.byText[other]; ok && (found < 0 || at < found) {
			found = at
		}
	})
	if found < 0 {
		return "", false
	}
	return s.entries[found].Text, true
}

// soundsLike is the most frequent entry of as many characters that sounds like a
// word, and is not it.
func (s *Suggester) soundsLike(word string) (int32, bool) {
	signs := s.signsOf(word)
	found := int32(-1)
	try := func(list []int32) {
		for _, at := range list {
			e := s.entries[at]
			if e.folded != word && len(e.signs) == len(signs) && (found < 0 || at < found) {
				found = at
			}
		}
	}
	sounds := spellings(signs, func(r string) string { return r })
	for _, sound := range sounds {
		try(s.sounds.equal(sound))
	}
	if found < 0 {
		for _, sound := range sounds {
			try(s.alike[slurred(sound)])
		}
	}
	if found < 0 && len(signs) >= 3 { // two characters of another sound are another word
		for _, sound := range sounds {
			edits(sound, func(other string) { try(s.sounds.equal(other)) })
		}
	}
	return found, found >= 0
}

// correctPart corrects the longest part of an unbroken text that is no entry and
// sounds like one.
func (s *Suggester) correctPart(text string) (string, bool) {
	const longest, shortest = 6, 3 // pairs of characters sound like too many others
	runes := []rune(text)
	for n := min(longest, len(runes)-1); n >= shortest; n-- {
		for i := 0; i+n <= len(runes); i++ {
			part := string(runes[i : i+n])
			if _, known := s.byText[part]; known || strings.ContainsFunc(part, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
				continue
			}
			for _, sound := range spellings(s.signsOf(part), func(r string) string { return r }) {
				for _, at := range s.sounds.equal(sound) {
					if e := s.entries[at]; len(e.signs) == n {
						return string(runes[:i]) + e.Text + string(runes[i+n:]), true
					}
				}
			}
		}
	}
	return "", false
}
