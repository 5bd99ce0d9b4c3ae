package segment

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"

	"qingting/textmining/internal/trie"
	"qingting/textmining/segment/internal/pack"
)

//go:embed data/dictionary.zst
var dictionaryZstd []byte

//go:embed data/telecom.txt
var telecomText string

//go:embed data/emoticons.txt
var emoticonText string

// algorithm names the way words are found; it enters Version, so that a change
// of the walk or of the fold is seen in what was annotated before it.
const algorithm = "walk1"

// Segmenter cuts text into tokens. It is immutable and safe for concurrent use;
// to change a lexicon, make another one and swap it.
type Segmenter struct {
	trie    *trie.Trie
	folds   *foldTable
	tags    []string
	version string
}

type config struct {
	plain    bool
	lexicons []source
}

type source struct {
	name string
	r    io.Reader
}

// Option configures New.
type Option func(*config)

// WithLexicon adds words, as lines "word [frequency] [tag]"; # starts a
// comment. They override the dictionary and the lexicons before. A word without
// a frequency gets the smallest one that makes it win over its own pieces.
// The name is for error messages. New reads r to its end.
func WithLexicon(name string, r io.Reader) Option {
	return func(c *config) { c.lexicons = append(c.lexicons, source{name, r}) }
}

// Plain leaves the built-in telecom lexicon out: gse's words alone, as an
// evaluation on general text wants them.
func Plain() Option { return func(c *config) { c.plain = true } }

// New loads the embedded dictionary and the lexicons. It takes some tenths of a
// second and about 20 MB of heap: make one Segmenter a process and share it.
func New(opts ...Option) (*Segmenter, error) {
	var c config
	for _, o := range opts {
		o(&c)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n", algorithm)
	var words []lexiconWord
	if !c.plain {
		for _, embedded := range []struct{ name, text string }{{"telecom.txt", telecomText}, {"emoticons.txt", emoticonText}} {
			read, err := readLexicon(embedded.name, embedded.text, sum)
			if err != nil {
				return nil, err
			}
			words = append(words, read...)
		}
	}
	for _, l := range c.lexicons {
		text, err := io.ReadAll(io.LimitReader(l.r, maxLexicon+1))
		if err != nil {
			return nil, fmt.Errorf("read lexicon %q: %w", l.name, err)
		}
		if len(text) > maxLexicon {
			return nil, fmt.Errorf("lexicon %q is larger than %d MB", l.name, maxLexicon>>20)
		}
		read, err := readLexicon(l.name, string(text), sum)
		if err != nil {
			return nil, err
		}
		words = append(words, read...)
	}
	s := &Segmenter{folds: folds()}
	if err := s.load(sum, words); err != nil {
		return nil, err
	}
	s.version = hex.EncodeToString(sum.Sum(nil)[:6])
	return s, nil
}

// load builds the trie from the embedded dictionary and then the lexicon words.
func (s *Segmenter) load(sum hash.Hash, words []lexiconWord) error {
	sum.Write(dictionaryZstd)
	packed, err := unpack()
	if err != nil {
		return err
	}
	extra := 0
	for _, w := range words {
		extra += len(w.runes)
	}
	var whole float64
	var nodes [256]uint32
	err = pack.Decode(packed, func(h pack.Header) {
		whole = math.Log2(float64(h.Total))
		s.trie = trie.New(h.Nodes + extra)
		nodes[0] = s.trie.RootNode()
		s.tags = append(s.tags, h.Tags...)
	}, func(keep int, rest []rune, freq uint32, tag byte) {
		for i, r := range rest {
			nodes[keep+i+1] = s.trie.Grow(nodes[keep+i], r)
		}
		s.trie.Set(nodes[keep+len(rest)], fixed(whole-math.Log2(float64(freq))), tag)
	})
	if err != nil {
		return fmt.Errorf("embedded dictionary: %w", err)
	}
	if err := s.addLexicon(words, whole); err != nil {
		return err
	}
	s.trie.Seal()
	return nil
}

// Version is a short hash over the dictionary, the lexicons and the algorithm.
func (s *Segmenter) Version() string { return s.version }

// Bits returns the weight of a word in bits, −log2 of its probability, and
// whether a lexicon holds it. Case, width and traditional forms are folded.
func (s *Segmenter) Bits(word string) (float64, bool) {
	e := s.stepRun(trie.Root(), word)
	if e.Dead() || e.Value == 0 {
		return Unknown, false
	}
	return float64(e.Value) / bit, true
}
