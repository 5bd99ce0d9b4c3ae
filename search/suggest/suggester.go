package suggest

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// Entry is something to complete to.
type Entry struct {
	Text string `json:"text"` // what is shown, and typed
	Kind string `json:"kind"` // "theme", "value", "word" …
	// Query is what it becomes in a query, such as theme:billing; empty is Text.
	Query  string `json:"query,omitempty"`
	Weight int    `json:"weight"` // how frequent it is
}

// Suggestion is an entry for what was typed.
type Suggestion struct {
	Entry
	// Typo says that what was typed has a letter too many, too few, or another,
	// or sounds like it.
	Typo bool `json:"typo,omitempty"`
}

// Suggester completes.
type Suggester struct {
	fold      func(string) string
	entries   []entry // the most frequent first
	texts     table
	initials  table
	sounds    table
	alike     map[string][]int32  // by sound, as speakers who tell fewer sounds apart have it
	byText    map[string]int32    // the first entry of a text
	syllables map[string]struct{} // all that occur, and their beginnings
	whole     map[string]struct{} // all that occur
}

// entry is an Entry with how it reads.
type entry struct {
	Entry
	folded string
	signs  []sign
}

// sign is one character with its readings; none but itself for what is not Chinese.
type sign struct {
	r        rune
	readings []string
}

// table is keys in order, each with the place of its entry.
type table struct {
	keys   []string
	places []int32
}

const (
	maxReadings = 24 // of one entry: beyond, the rest of its characters read one way
	maxSigns    = 40 // characters of an entry that are read
)

// New makes a Suggester; fold makes one of the ways to write the same (width,
// case, script). Entries without text are passed over.
func New(entries []Entry, fold func(string) string) *Suggester {
	s := &Suggester{
		fold: fold, alike: make(map[string][]int32), byText: make(map[string]int32),
		syllables: make(map[string]struct{}), whole: make(map[string]struct{}),
	}
	for _, e := range entries {
		if folded := strings.TrimSpace(fold(e.Text)); folded != "" {
			s.entries = append(s.entries, entry{Entry: e, folded: folded, signs: s.read(folded)})
		}
	}
	slices.SortStableFunc(s.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(utf8.RuneCountInString(a.Text), utf8.RuneCountInString(b.Text)), cmp.Compare(a.Text, b.Text))
	})
	for i, e := range s.entries {
		at := int32(i)
		if _, ok := s.byText[e.folded]; !ok {
			s.byText[e.folded] = at
		}
		s.texts.add(e.folded, at)
		for _, key := range spellings(e.signs, initial) {
			s.initials.add(key, at)
		}
		for _, key := range spellings(e.signs, func(r string) string { return r }) {
			s.sounds.add(key, at)
			if k := slurred(key); len(s.alike[k]) == 0 || s.alike[k][len(s.alike[k])-1] != at {
				s.alike[k] = append(s.alike[k], at)
			}
		}
	}
	s.texts.sort()
	s.initials.sort()
	s.sounds.sort()
	return s
}

// Len is the number of entries.
func (s *Suggester) Len() int { return len(s.entries) }

func (t *table) add(key string, at int32) {
	t.keys, t.places = append(t.keys, key), append(t.places, at)
}

func (t *table) sort()              { sort.Stable(t) }
func (t *table) Len() int           { return len(t.keys) }
func (t *table) Less(i, j int) bool { return t.keys[i] < t.keys[j] }
func (t *table) Swap(i, j int) {
	t.keys[i], t.keys[j] = t.keys[j], t.keys[i]
	t.places[i], t.places[j] = t.places[j], t.places[i]
}

// prefixed are the places of the keys that begin so.
func (t *table) prefixed(prefix string) []int32 {
	from, _ := slices.BinarySearch(t.keys, prefix)
	to := from + sort.Search(len(t.keys)-from, func(i int) bool { return !strings.HasPrefix(t.keys[from+i], prefix) })
	return t.places[from:to]
}

// equal are the places of a key.
func (t *table) equal(key string) []int32 {
	from, found := slices.BinarySearch(t.keys, key)
	if !found {
		return nil
	}
	to := from
	for to < len(t.keys) && t.keys[to] == key {
		to++
	}
	return t.places[from:to]
}

// read finds how each character of a folded text may be read.
func (s *Suggester) read(folded string) []sign {
	var out []sign
	for _, r := range folded {
		if len(out) == maxSigns {
			break
		}
		out = append(out, sign{r, readingsOf(r)})
		for _, reading := range out[len(out)-1].readings {
			s.whole[reading] = struct{}{}
			for i := 1; i <= len(reading); i++ {
				s.syllables[reading[:i]] = struct{}{}
			}
		}
	}
	return out
}

// readingsOf are the readings of a character without their tones; ü is written v
// and, as many type it, u.
func readingsOf(r rune) []string {
	if r < 0x3400 {
		return nil
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	var out []string
	for _, reading := range pinyin.SinglePinyin(r, args) {
		out = append(out, reading)
		if strings.ContainsRune(reading, 'v') {
			out = append(out, strings.ReplaceAll(reading, "v", "u"))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func initial(reading string) string { return reading[:1] }

// spellings writes a text in every reading, each sign as part has it.
func spellings(signs []sign, part func(string) string) []string {
	out := []string{""}
	for _, c := range signs {
		parts := []string{string(c.r)}
		if len(c.readings) > 0 {
			parts = parts[:0]
			for _, r := range c.readings {
				if p := part(r); !slices.Contains(parts, p) {
					parts = append(parts, p)
				}
			}
		}
		if len(out)*len(parts) > maxReadings {
			parts = parts[:1]
		}
		next := make([]string, 0, len(out)*len(parts))
		for _, before := range out {
			for _, p := range parts {
				next = append(next, before+p)
			}
		}
		out = next
	}
	return out
}

// slurred makes one of the sounds that many speakers do not tell apart: zh and z,
// ch and c, sh and s, n and l, ng and n.
func slurred(sound string) string {
	return strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ng", "n", "l", "n").Replace(sound)
}
