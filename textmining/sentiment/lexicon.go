package sentiment

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingting/textmining/internal/trie"
	"qingting/textmining/segment"
)

//go:embed data/zh.txt
var chineseText string

//go:embed data/en.txt
var englishText string

// kind is what an entry of the lexicon does; data/zh.txt describes each.
type kind uint8

const (
	word kind = iota + 1
	lead
	lack
	not
	dont
	degree
	after
	but
	though
	wish
	ask
	none
	asset
	burden
	more
	less
	mock
)

var kindNames = map[string]kind{
	"word": word, "lead": lead, "lack": lack, "not": not, "dont": dont, "degree": degree, "after": after,
	"but": but, "though": though, "wish": wish, "ask": ask, "none": none,
	"asset": asset, "burden": burden, "more": more, "less": less, "mock": mock,
}

// weighted are the kinds whose section carries a weight.
const weighted = 1<<word | 1<<lead | 1<<lack | 1<<dont | 1<<degree | 1<<after | 1<<wish | 1<<ask

// entry is a section of the lexicon: all its words act alike.
type entry struct {
	kind   kind
	weight float64
}

// lexicon is the words of all sections in one trie; a value is an index into
// entries, plus one.
type lexicon struct {
	trie    *trie.Trie
	entries []entry
}

// builder gathers words, later sources over earlier ones.
type builder struct {
	entries []entry
	words   map[string]uint32
}

// read adds one lexicon. A word may stand in it once.
func (b *builder) read(name, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("sentiment lexicon %q is not UTF-8: save it as UTF-8", name)
	}
	here := map[string]int{}
	line, open, commas := 0, false, separatesByComma(text)
	for l := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line++
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if section, ok := strings.CutPrefix(l, "= "); ok {
			e, err := parseSection(section)
			if err != nil {
				return fmt.Errorf("sentiment lexicon %q line %d: %w", name, line, err)
			}
			b.entries, open = append(b.entries, e), true
			continue
		}
		if !open {
			return fmt.Errorf("sentiment lexicon %q line %d: a word before the first section; open one with a line like \"= word -2\"", name, line)
		}
		words := strings.Fields(l)
		if commas {
			words = strings.Split(l, ",")
		}
		for _, w := range words {
			if w = segment.Fold(strings.TrimSpace(w)); w == "" {
				continue
			}
			if first, ok := here[w]; ok {
				return fmt.Errorf("sentiment lexicon %q line %d: %q stands in line %d already; keep one", name, line, w, first)
			}
			here[w] = line
			b.words[w] = uint32(len(b.entries))
		}
	}
	return nil
}

func separatesByComma(text string) bool {
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, "#") && strings.Contains(l, ",") {
			return true
		}
	}
	return false
}

func parseSection(section string) (entry, error) {
	fields := strings.Fields(section)
	if len(fields) == 0 {
		return entry{}, fmt.Errorf("a section needs a kind")
	}
	k, ok := kindNames[fields[0]]
	if !ok {
		return entry{}, fmt.Errorf("unknown kind %q", fields[0])
	}
	needs := weighted>>k&1 == 1
	if needs != (len(fields) == 2) || len(fields) > 2 {
		if needs {
			return entry{}, fmt.Errorf("kind %q needs one weight", fields[0])
		}
		return entry{}, fmt.Errorf("kind %q takes no weight", fields[0])
	}
	e := entry{kind: k}
	if needs {
		w, err := strconv.ParseFloat(fields[1], 64)
		if err != nil || !(w >= -5 && w <= 5) || w == 0 {
			return entry{}, fmt.Errorf("weight %q is not a number from -5 to 5 other than 0", fields[1])
		}
		e.weight = w
	}
	return e, nil
}

func (b *builder) lexicon() *lexicon {
	runes := 0
	for w := range b.words {
		runes += utf8.RuneCountInString(w)
	}
	t := trie.New(runes)
	for w, v := range b.words {
		t.Add([]rune(w), v, 0)
	}
	t.Seal()
	return &lexicon{trie: t, entries: b.entries}
}
