package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingting/internal/han"
	"qingting/textmining/segment/internal/pack"
)

// entry is one line of a gse dictionary.
type entry struct {
	text string
	freq string
	tag  string
}

func readDict(path string) ([]entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var entries []entry
	scan := bufio.NewScanner(f)
	for line := 1; scan.Scan(); line++ {
		fields := strings.Fields(scan.Text())
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s:%d: want word, frequency and tag", path, line)
		}
		entries = append(entries, entry{fields[0], fields[1], fields[2]})
	}
	return entries, scan.Err()
}

// words applies gse's own loading rules (Segmenter.Size and Dictionary.AddToken):
// below frequency 2 a word is dropped, one of a single character counts 2,
// the first of two equal words wins. Keys are folded as text will be.
func words(entries []entry) []pack.Word {
	seen := make(map[string]bool, len(entries))
	var out []pack.Word
	for _, e := range entries {
		freq, err := strconv.ParseUint(e.freq, 10, 32)
		if err != nil || freq < 2 {
			continue
		}
		if utf8.RuneCountInString(e.text) < 2 {
			freq = 2
		}
		key := strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return han.Simplify(r)
		}, e.text)
		if seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, pack.Word{Text: key, Freq: uint32(freq), Tag: e.tag})
	}
	return out
}
