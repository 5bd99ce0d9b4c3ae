package learn

import (
	"context"

	"qingting/textmining/segment"
)

// Corpus is texts as the features that a Model is made of: tf-idf of characters
// and of words, each of a length of its own. It serves what learns otherwise
// than from labels. It is immutable and safe for concurrent use.
type Corpus struct{ m *matrix }

// NewCorpus reads texts. Memory is about 8 bytes for each n-gram of each text.
func NewCorpus(ctx context.Context, texts []string, seg *segment.Segmenter) (*Corpus, error) {
	rows := make([]Row, len(texts))
	for i, text := range texts {
		rows[i].Text = text
	}
	r := defaultRecipe()
	r.window = 1 // no pairs
	m, err := vectorise(ctx, rows, seg, &r)
	if err != nil {
		return nil, err
	}
	return &Corpus{m}, nil
}

// Texts is how many there are.
func (c *Corpus) Texts() int { return c.m.Rows() }

// Features is how many there are. Those from Words on are words, the others
// characters.
func (c *Corpus) Features() int { return c.m.Features }

// Words is the first feature that is a word.
func (c *Corpus) Words() int { return c.m.first[words] }

// Row returns the features of text i and their values, which the caller must
// not change. Features of a single text are left out.
func (c *Corpus) Row(i int) (features []int32, values []float32) { return c.m.Row(int32(i)) }
