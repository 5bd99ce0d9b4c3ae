package segment

import (
	"fmt"
	"iter"

	"github.com/klauspost/compress/zstd"

	"qingting/textmining/segment/internal/pack"
)

// Entry is a word of the embedded dictionary.
type Entry struct {
	Word string
	Freq uint32
	Tag  string
}

// Dictionary yields the words of the embedded dictionary, gse's, as they are
// before any lexicon: to build another segmenter of the same words.
func Dictionary() (iter.Seq[Entry], error) {
	packed, err := unpack()
	if err != nil {
		return nil, err
	}
	return func(yield func(Entry) bool) {
		var tags []string
		var word []rune
		going := true
		// What unpack returned has been read once, at the start of every Segmenter.
		_ = pack.Decode(packed, func(h pack.Header) { tags = h.Tags }, func(keep int, rest []rune, freq uint32, tag byte) {
			word = append(word[:keep], rest...)
			going = going && yield(Entry{string(word), freq, tags[tag]})
		})
	}, nil
}

// unpack is the embedded dictionary in the form of package pack.
func unpack() ([]byte, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("embedded dictionary: %w", err)
	}
	defer dec.Close()
	packed, err := dec.DecodeAll(dictionaryZstd, nil)
	if err != nil {
		return nil, fmt.Errorf("embedded dictionary: %w", err)
	}
	return packed, nil
}
