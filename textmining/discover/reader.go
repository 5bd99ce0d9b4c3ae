package discover

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// A feature that is a pair of Chinese characters begins with this, so that it
// is not the word of the same two characters.
const pairMark = '\x02'

// maxWordBytes is the longest word that is a feature; longer runs of letters
// are identifiers and noise.
const maxWordBytes = 48

// reader cuts texts into features. It is not safe for concurrent use.
type reader struct {
	segmenter *segment.Segmenter
	tokens    []segment.Token
	buf       []byte
	pairs     bool
}

// read calls emit for each feature of text, in order: folded words that are no
// stop words, English ones stemmed, and pairs of Chinese characters that stand
// side by side. Placeholders, addresses, @mentions, numbers, punctuation and
// white space are none, and no pair reaches across them. The bytes are valid
// until emit returns.
func (r *reader) read(text string, emit func(feature []byte)) {
	r.tokens = r.segmenter.AppendTokens(r.tokens[:0], text)
	mention := false
	before := rune(-1) // the Han character that ended the token before
	for _, t := range r.tokens {
		piece := text[t.Start:t.End]
		if mention && t.Kind != segment.Space && (t.Kind != segment.Punct || piece == "_" || piece == "-") {
			continue
		}
		mention = t.Kind == segment.Punct && (piece == "@" || piece == "＠")
		switch t.Kind {
		case segment.Word:
			before = r.word(piece, before, emit)
		case segment.Latin:
			before = -1
			if t.Tag != "url" && t.Tag != "email" {
				r.latin(piece, emit)
			}
		default:
			before = -1
		}
	}
}

// word emits a word and the pairs in it, and with the character before it.
func (r *reader) word(piece string, before rune, emit func([]byte)) rune {
	r.buf = segment.AppendFold(r.buf[:0], piece)
	folded := r.buf
	if len(folded) > maxWordBytes {
		return -1
	}
	if utf8.RuneCount(folded) > 1 && !segment.Stop(string(folded)) {
		emit(folded)
	}
	if !r.pairs {
		return -1
	}
	var pair [1 + 2*utf8.UTFMax]byte
	pair[0] = pairMark
	for _, c := range string(folded) {
		if !unicode.Is(unicode.Han, c) {
			before = -1
			continue
		}
		if before >= 0 {
			b := utf8.AppendRune(pair[:1], before)
			emit(utf8.AppendRune(b, c))
		}
		before = c
	}
	return before
}

// latin emits an English word or a name such as iphone15.
func (r *reader) latin(piece string, emit func([]byte)) {
	r.buf = segment.AppendFold(r.buf[:0], piece)
	digits := 0
	for _, c := range r.buf {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if len(r.buf) > maxWordBytes || digits > 3 || digits == len(r.buf) {
		return
	}
	word := strings.ReplaceAll(strings.ToLower(string(r.buf)), "’", "'")
	word = strings.TrimSuffix(word, "'s")
	if len(word) < 2 || segment.Stop(word) {
		return
	}
	emit([]byte(stem(word)))
}

// stem takes the plural off an English word (the S stemmer: Harman, JASIS
// 1991), and the endings -ing and -ed where a vowel and three letters are left.
func stem(word string) string {
	switch n := len(word); {
	case n < 4 || strings.HasSuffix(word, "ss") || strings.HasSuffix(word, "us"):
	case strings.HasSuffix(word, "ies") && !strings.HasSuffix(word, "eies") && !strings.HasSuffix(word, "aies"):
		word = word[:n-3] + "y"
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "aes") && !strings.HasSuffix(word, "ees"):
		word = word[:n-1]
	}
	for _, ending := range [...]string{"ing", "ed"} {
		base, cut := strings.CutSuffix(word, ending)
		if !cut || len(base) < 3 || !strings.ContainsAny(base, "aeiouy") {
			continue
		}
		n := len(base)
		if base[n-1] == base[n-2] && !strings.ContainsRune("lsz", rune(base[n-1])) {
			return base[:n-1]
		}
		return base
	}
	if n := len(word); n > 4 && word[n-1] == 'e' && !strings.ContainsRune("aeiou", rune(word[n-2])) {
		return word[:n-1] // so that charge, charged and charging meet
	}
	return word
}
