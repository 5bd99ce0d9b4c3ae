// Package pack is the binary form of the embedded dictionary: words sorted by
// code point, each as the length it shares with the word before it and the rest.
//
// The layout is four columns behind a header, so that they compress well:
//
//	"qtdict1\n"
//	uvarint words, uvarint nodes (distinct prefixes), uvarint tags
//	tags:   each uvarint length + bytes
//	shared: a byte a word, runes shared with the word before
//	rest:   a byte a word, runes after those
//	tag:    a byte a word, index into tags
//	freq:   a uvarint a word
//	text:   the remaining runes of all words, UTF-8
//
// Encode is for the generator, Decode for start-up: it calls back in order, so
// that a trie is built in one pass without a look-up.
package pack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

const magic = "qtdict1\n"

// Word is one dictionary entry.
type Word struct {
	Text string
	Freq uint32
	Tag  string
}

var errMalformed = errors.New("malformed dictionary: truncated or not of version 1")

// Encode packs words, which may come in any order but not twice.
func Encode(words []Word) ([]byte, error) {
	words = slices.Clone(words)
	slices.SortFunc(words, func(a, b Word) int { return slices.Compare([]rune(a.Text), []rune(b.Text)) })
	var tags []string
	index := map[string]byte{}
	for _, w := range words {
		if _, ok := index[w.Tag]; !ok {
			if len(tags) == 255 {
				return nil, errors.New("more than 255 tags")
			}
			index[w.Tag] = byte(len(tags))
			tags = append(tags, w.Tag)
		}
	}
	var shared, rest, tag, freq, text []byte
	var before []rune
	nodes := 0
	for _, w := range words {
		runes := []rune(w.Text)
		if len(runes) == 0 || len(runes) > 255 {
			return nil, fmt.Errorf("word of %d characters, want 1 to 255", len(runes))
		}
		n := 0
		for n < len(before) && n < len(runes) && before[n] == runes[n] {
			n++
		}
		if n == len(runes) {
			return nil, fmt.Errorf("word %q comes twice", w.Text)
		}
		shared = append(shared, byte(n))
		rest = append(rest, byte(len(runes)-n))
		tag = append(tag, index[w.Tag])
		freq = binary.AppendUvarint(freq, uint64(w.Freq))
		text = append(text, string(runes[n:])...)
		nodes += len(runes) - n
		before = runes
	}
	out := []byte(magic)
	out = binary.AppendUvarint(out, uint64(len(words)))
	out = binary.AppendUvarint(out, uint64(nodes))
	out = binary.AppendUvarint(out, uint64(len(tags)))
	for _, t := range tags {
		out = binary.AppendUvarint(out, uint64(len(t)))
		out = append(out, t...)
	}
	return slices.Concat(out, shared, rest, tag, freq, text), nil
}

// Header is what a reader needs to know before the words.
type Header struct {
	Words, Nodes int
	Total        uint64 // of all frequencies
	Tags         []string
}

// Decode reads packed words. It calls head once and then word for each entry:
// keep is how many runes of the entry before remain, rest the runes that
// follow them (valid during the call only), tag an index into Header.Tags.
func Decode(data []byte, head func(Header), word func(keep int, rest []rune, freq uint32, tag byte)) error {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return errMalformed
	}
	data = data[len(magic):]
	bad := false
	uvarint := func() int {
		v, n := binary.Uvarint(data)
		if n <= 0 || v > 1<<31 {
			bad = true
			return 0
		}
		data = data[n:]
		return int(v)
	}
	h := Header{Words: uvarint(), Nodes: uvarint()}
	tags := uvarint()
	if bad || tags > 255 {
		return errMalformed
	}
	for range tags {
		n := uvarint()
		if bad || n > len(data) {
			return errMalformed
		}
		h.Tags = append(h.Tags, string(data[:n]))
		data = data[n:]
	}
	if len(data) < 3*h.Words {
		return errMalformed
	}
	shared, rest, tag := data[:h.Words], data[h.Words:2*h.Words], data[2*h.Words:3*h.Words]
	data = data[3*h.Words:]
	freq := make([]uint32, h.Words)
	for i := range freq {
		freq[i] = uint32(uvarint())
		h.Total += uint64(freq[i])
	}
	if bad {
		return errMalformed
	}
	head(h)
	var runes [255]rune
	before := 0
	for i := range h.Words {
		n := int(rest[i])
		if n == 0 || int(shared[i]) > before || int(tag[i]) >= len(h.Tags) || int(shared[i])+n > len(runes) {
			return errMalformed
		}
		for j := range n {
			r, size := utf8.DecodeRune(data)
			if r == utf8.RuneError {
				return errMalformed
			}
			runes[j] = r
			data = data[size:]
		}
		word(int(shared[i]), runes[:n], freq[i], tag[i])
		before = int(shared[i]) + n
	}
	if len(data) != 0 {
		return errMalformed
	}
	return nil
}
