package segment

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxLexicon = 64 << 20 // bytes of one lexicon
	maxWord    = 64       // characters of one word
	maxTags    = 255
)

// lexiconWord is one line of a lexicon, folded.
type lexiconWord struct {
	runes []rune
	text  string
	freq  float64 // 0: just enough to win
	tag   string
}

// readLexicon reads the lines "word [frequency] [tag]". Errors name the line.
func readLexicon(name, text string, sum io.Writer) ([]lexiconWord, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("lexicon %q is not UTF-8: save it as UTF-8", name)
	}
	var words []lexiconWord
	line := 0
	for l := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line++
		fields := strings.Fields(l)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		w, err := parseWord(fields)
		if err != nil {
			return nil, fmt.Errorf("lexicon %q line %d: %w", name, line, err)
		}
		fmt.Fprintf(sum, "%s %g %s\n", w.text, w.freq, w.tag)
		words = append(words, w)
	}
	return words, nil
}

// noSpaces is why a term of several words is no word of a lexicon.
const noSpaces = "a word holds no spaces: text is cut at them before words are looked up, so write 客服热线 in one, and take a term of several Latin words as a synonym of search or as a cue of a theme"

func parseWord(fields []string) (lexiconWord, error) {
	w := lexiconWord{text: Fold(fields[0]), tag: "n"}
	w.runes = []rune(w.text)
	if len(w.runes) > maxWord {
		return w, fmt.Errorf("the word has %d characters, at most %d can be", len(w.runes), maxWord)
	}
	if strings.ContainsAny(w.text, "⟦⟧") {
		return w, errors.New("a word cannot hold ⟦ or ⟧, the marks of redaction")
	}
	rest := fields[1:]
	if len(rest) > 0 {
		if freq, err := strconv.ParseFloat(rest[0], 64); err == nil {
			if !(freq >= 1 && freq <= 1e9) {
				return w, fmt.Errorf("frequency %q is not between 1 and 1e9", rest[0])
			}
			w.freq, rest = freq, rest[1:]
		}
	}
	if len(rest) > 0 {
		// A tag of more than four letters is a second word: "service center".
		if len(rest[0]) > 4 && w.freq == 0 && !strings.Contains(rest[0], "_") {
			return w, fmt.Errorf("%q is no frequency and no tag such as n, nt or vn; a line reads: word [frequency] [tag], and %s", rest[0], noSpaces)
		}
		w.tag, rest = rest[0], rest[1:]
		if strings.Trim(w.tag, "abcdefghijklmnopqrstuvwxyz_") != "" || len(w.tag) > 16 {
			return w, fmt.Errorf("tag %q is not a short word in lower-case letters; a line reads: word [frequency] [tag], and %s", w.tag, noSpaces)
		}
	}
	if len(rest) > 0 {
		return w, fmt.Errorf("too many fields; a line reads: word [frequency] [tag], and %s", noSpaces)
	}
	return w, nil
}

// addLexicon adds the words to the trie. whole is log2 of the dictionary's
// total frequency. All costs are taken before any word goes in, so that the
// order of lines does not matter.
func (s *Segmenter) addLexicon(words []lexiconWord, whole float64) error {
	costs := make([]uint32, len(words))
	for i, w := range words {
		if w.freq > 0 {
			costs[i] = fixed(whole - math.Log2(w.freq))
			continue
		}
		costs[i] = s.winning(w)
	}
	for i, w := range words {
		tag := slices.Index(s.tags, w.tag)
		if tag < 0 {
			if len(s.tags) >= maxTags {
				return fmt.Errorf("more than %d different tags in the lexicons", maxTags)
			}
			tag = len(s.tags)
			s.tags = append(s.tags, w.tag)
		}
		s.trie.Add(w.runes, costs[i], byte(tag))
	}
	return nil
}

// winning is the largest cost with which the word still beats its own pieces
// by one bit; a word that the dictionary already prefers keeps its cost.
func (s *Segmenter) winning(w lexiconWord) uint32 {
	var pieces uint32
	for _, t := range s.AppendTokens(nil, w.text) {
		pieces += fixed(float64(t.Bits))
	}
	if cost := s.trie.Find(w.runes); cost != 0 && cost <= pieces {
		return cost
	}
	return max(pieces, 2*bit) - bit
}

// fixed turns bits into the fixed point of costs; a word never costs nothing.
func fixed(bits float64) uint32 { return uint32(max(1, math.Round(bits*bit))) }
