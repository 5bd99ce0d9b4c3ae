package sentiment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"

	"qingting/internal/document"
	"qingting/textmining/segment"
)

// Analyzer scores text. It is immutable and safe for concurrent use.
type Analyzer struct {
	lex     *lexicon
	version string
}

// algorithm names the rules; it enters Version.
const algorithm = "clause2"

const maxLexicon = 16 << 20 // bytes

type source struct {
	name string
	r    io.Reader
}

// Option configures New.
type Option func(*[]source)

// WithLexicon adds the words of r, in the format of data/zh.txt (words
// separated by blanks, or by commas when there is one in the text), over the
// built-in ones. The name is for error messages. New reads r to its end.
func WithLexicon(name string, r io.Reader) Option {
	return func(s *[]source) { *s = append(*s, source{name, r}) }
}

// New makes an Analyzer with the embedded lexicons and those of the options.
func New(opts ...Option) (*Analyzer, error) {
	var sources []source
	for _, o := range opts {
		o(&sources)
	}
	sum := sha256.New()
	fmt.Fprintln(sum, algorithm)
	b := builder{words: map[string]uint32{}}
	read := func(name, text string) error {
		io.WriteString(sum, text)
		return b.read(name, text)
	}
	if err := read("zh.txt", chineseText); err != nil {
		return nil, err
	}
	if err := read("en.txt", englishText); err != nil {
		return nil, err
	}
	for _, s := range sources {
		text, err := io.ReadAll(io.LimitReader(s.r, maxLexicon+1))
		if err != nil {
			return nil, fmt.Errorf("read sentiment lexicon %q: %w", s.name, err)
		}
		if len(text) > maxLexicon {
			return nil, fmt.Errorf("sentiment lexicon %q is larger than %d MB", s.name, maxLexicon>>20)
		}
		if err := read(s.name, string(text)); err != nil {
			return nil, err
		}
	}
	return &Analyzer{lex: b.lexicon(), version: hex.EncodeToString(sum.Sum(nil)[:6])}, nil
}

// Version is a short hash over the lexicons and the rules.
func (a *Analyzer) Version() string { return a.version }

// Clause is a clause of a text with its polarity.
type Clause struct {
	Start, End int     // bytes of the text, end exclusive
	Score      float64 // -1 complaint to 1 praise; 0 when nothing speaks
	raw        float64 // the sum behind Score
	weight     float64 // of the clause in the whole text
}

// Text returns the polarity of the whole text. tokens are those of
// segment.AppendTokens over the same text.
func (a *Analyzer) Text(text string, tokens []segment.Token) document.Polarity {
	var buf [32]Clause
	return Overall(a.AppendClauses(buf[:0], text, tokens))
}

// The sums at which a score is half way to its end: a text needs more than a clause.
const (
	clauseHalf = 1.5
	textHalf   = 2.0
	neutral    = 0.1 // scores nearer to 0 are called neutral
)

// squash maps a sum to -1 … 1; a sum of ±half gives ±0.7.
func squash(sum, half float64) float64 { return sum / math.Sqrt(sum*sum+half*half) }

// Overall is the polarity of the text that all its clauses make.
func Overall(clauses []Clause) document.Polarity {
	sum := 0.0
	for _, c := range clauses {
		sum += c.raw * c.weight
	}
	score := squash(sum, textHalf)
	p := document.Polarity{Label: "neutral", Score: math.Round(score*1000) / 1000}
	switch {
	case score > neutral:
		p.Label = "positive"
	case score < -neutral:
		p.Label = "negative"
	}
	return p
}

// At is the polarity of the bytes from start to end, -1 to 1: of the clauses
// that they touch. When those say nothing it is the clause after, then the one
// before, within the same text: 光猫红灯，太气人了 complains of the 光猫.
func At(clauses []Clause, start, end int) float64 {
	sum, first, last := 0.0, -1, -1
	for i, c := range clauses {
		if c.Start < end && start < c.End {
			sum += c.raw
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	switch {
	case first < 0:
		return 0
	case sum == 0 && last+1 < len(clauses) && clauses[last+1].raw != 0:
		sum = clauses[last+1].raw / 2
	case sum == 0 && first > 0:
		sum = clauses[first-1].raw / 2
	}
	return squash(sum, clauseHalf)
}
