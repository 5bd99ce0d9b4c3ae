package measure

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/search"
)

// The ways in which one remembers a text.
const (
	KnownFragments = "fragments" // two pieces of five characters, with a space between
	KnownGlued     = "glued"     // four words of it, run together
	KnownNoisy     = "noisy"     // twelve characters in a row, two of them wrong
)

// KnownKinds lists them.
func KnownKinds() []string { return []string{KnownFragments, KnownGlued, KnownNoisy} }

const (
	knownPiece  = 5
	knownWords  = 4
	knownNoisy  = 12
	knownErrors = 2
)

// Known makes up to n queries of a kind, each from another draw of a document:
// what is right for it is that document alone. Documents too short for the
// kind are not drawn. The same seed gives the same queries.
func Known(kind string, documents []string, n int, seg search.Segmenter, seed uint64) []Query {
	r := rand.New(rand.NewPCG(seed, uint64(len(kind))<<8|uint64(kind[0])))
	k := known{rand: r, documents: documents, seg: seg}
	remember := map[string]func(string) string{KnownFragments: k.fragments, KnownGlued: k.glued, KnownNoisy: k.noisy}[kind]
	var out []Query
	for tries := 0; len(out) < n && tries < 50*n && len(documents) > 0; tries++ {
		d := r.IntN(len(documents))
		if text := remember(documents[d]); text != "" {
			out = append(out, Query{Text: text, Relevant: map[int]float64{d: 1}})
		}
	}
	return out
}

type known struct {
	rand      *rand.Rand
	documents []string
	seg       search.Segmenter
}

// runs lists the starts of all n characters of Chinese in a row.
func runs(text []rune, n int) []int {
	var starts []int
	for i, run := 0, 0; i < len(text); i++ {
		if run++; !unicode.Is(unicode.Han, text[i]) {
			run = 0
		}
		if run >= n {
			starts = append(starts, i-n+1)
		}
	}
	return starts
}

func (k *known) fragments(text string) string {
	runes := []rune(text)
	starts := runs(runes, knownPiece)
	if len(starts) == 0 {
		return ""
	}
	a := starts[k.rand.IntN(len(starts))]
	var apart []int
	for _, s := range starts {
		if s >= a+knownPiece || s+knownPiece <= a {
			apart = append(apart, s)
		}
	}
	if len(apart) == 0 {
		return ""
	}
	b := apart[k.rand.IntN(len(apart))]
	return string(runes[a:a+knownPiece]) + " " + string(runes[b:b+knownPiece])
}

func (k *known) glued(text string) string {
	var words []string
	seen := make(map[string]bool)
	k.seg.Tokens(text, func(start, end int) {
		w := text[start:end]
		first, _ := utf8.DecodeRuneInString(w)
		if !seen[w] && utf8.RuneCountInString(w) > 1 && unicode.Is(unicode.Han, first) {
			seen[w] = true
			words = append(words, w)
		}
	})
	if len(words) < knownWords {
		return ""
	}
	var b strings.Builder
	for _, i := range k.rand.Perm(len(words))[:knownWords] {
		b.WriteString(words[i])
	}
	return b.String()
}

func (k *known) noisy(text string) string {
	runes := []rune(text)
	starts := runs(runes, knownNoisy)
	if len(starts) == 0 {
		return ""
	}
	at := starts[k.rand.IntN(len(starts))]
	piece := append([]rune(nil), runes[at:at+knownNoisy]...)
	for _, i := range k.rand.Perm(knownNoisy)[:knownErrors] {
		piece[i] = k.other(piece[i])
	}
	return string(piece)
}

// other draws a character from the collection, as frequent there as it is, that is not c.
func (k *known) other(c rune) rune {
	for {
		runes := []rune(k.documents[k.rand.IntN(len(k.documents))])
		if len(runes) == 0 {
			continue
		}
		if r := runes[k.rand.IntN(len(runes))]; r != c && unicode.Is(unicode.Han, r) {
			return r
		}
	}
}
