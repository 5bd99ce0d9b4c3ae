package seed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"qingting/textmining/segment"
)

// Class is a class and the words that speak for it.
type Class struct {
	Name  string
	Words []string
}

// Seeds are classes, by name, ascending.
type Seeds []Class

// The bounds of a file of seeds.
const (
	MaxClasses = 1000
	maxWords   = 200 // of a class
	maxWord    = 64  // characters of a word
)

// Parse reads a file of seeds: YAML, "class: [word, word]" a line.
func Parse(data []byte) (Seeds, error) {
	var file map[string][]string
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&file); err != nil {
		return nil, fmt.Errorf("malformed seeds, want lines like \"class: [word, word]\": %s", strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	var s Seeds
	for name, words := range file {
		s = append(s, Class{name, words})
	}
	slices.SortFunc(s, func(a, b Class) int { return strings.Compare(a.Name, b.Name) })
	return s, s.check()
}

func (s Seeds) check() error {
	if len(s) < 2 || len(s) > MaxClasses {
		return fmt.Errorf("%d classes of seeds, there must be 2 to %d", len(s), MaxClasses)
	}
	owner := map[string]string{}
	for i, c := range s {
		switch {
		case c.Name == "":
			return errors.New("a class of seeds has no name")
		case i > 0 && s[i-1].Name >= c.Name:
			return fmt.Errorf("the classes of seeds are not ascending at %q", c.Name)
		case len(c.Words) == 0 || len(c.Words) > maxWords:
			return fmt.Errorf("class %q has %d words, it must have 1 to %d", c.Name, len(c.Words), maxWords)
		}
		for _, w := range c.Words {
			f := fold(w)
			if f == "" || utf8.RuneCountInString(f) > maxWord {
				return fmt.Errorf("class %q: the word %q is empty or longer than %d characters", c.Name, w, maxWord)
			}
			if other, ok := owner[f]; ok {
				return fmt.Errorf("the word %q stands in %q and in %q: leave it out of one", w, other, c.Name)
			}
			owner[f] = c.Name
		}
	}
	return nil
}

// Names are the names of the classes.
func (s Seeds) Names() []string {
	names := make([]string, len(s))
	for i, c := range s {
		names[i] = c.Name
	}
	return names
}

func fold(s string) string { return segment.Fold(strings.TrimSpace(s)) }

// finder counts the words of each class in texts.
type finder [][]string

func (s Seeds) finder() finder {
	f := make(finder, len(s))
	for i, c := range s {
		for _, w := range c.Words {
			f[i] = append(f[i], fold(w))
		}
	}
	return f
}

// find writes to hits how many words of each class stand in text.
func (f finder) find(text string, hits []float64) {
	folded := segment.Fold(text)
	for c, words := range f {
		hits[c] = 0
		for _, w := range words {
			if holds(folded, w) {
				hits[c]++
			}
		}
	}
}

// holds reports whether text has word; a Latin one as a whole word.
func holds(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		first, _ := utf8.DecodeRuneInString(word)
		last, _ := utf8.DecodeLastRuneInString(word)
		if !(latin(first) && latin(before)) && !(latin(last) && latin(after)) {
			return true
		}
		at = start + 1
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
	}
}

func latin(r rune) bool { return r < 0x250 && unicode.IsLetter(r) }
