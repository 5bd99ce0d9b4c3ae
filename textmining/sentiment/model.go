package sentiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"qingting/internal/document"
	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// The labels of a text.
const (
	Positive = "positive"
	Neutral  = "neutral"
	Negative = "negative"
)

// Row is a text whose polarity somebody has judged: Positive, Neutral or Negative.
type Row struct {
	Text  string
	Label string
}

// TrainOptions say how to train. Segmenter and Analyzer are required.
type TrainOptions struct {
	Segmenter *segment.Segmenter
	Analyzer  *Analyzer
	Seed      uint64 // draws the folds
	Workers   int    // 0 means one a processor; the model is the same
}

// Model judges whole texts by what it has learnt of judged ones and by what an
// Analyzer hears in them, each weighed by how right it was on texts that the
// learnt half had not seen (stacking; D. Wolpert, "Stacked generalization",
// 1992). It is immutable and safe for concurrent use.
type Model struct {
	learned *learn.Model
	stack   stack
}

// minRows is the fewest rows of a label that can be trained on.
const minRows = 10

// Train learns from judged texts. At least two labels must occur, each ten times.
// It takes as long as learn.Train does.
func Train(ctx context.Context, rows []Row, o TrainOptions) (*Model, error) {
	if o.Segmenter == nil || o.Analyzer == nil {
		return nil, errors.New("training needs a segmenter and an analyzer")
	}
	all, err := prepare(rows)
	if err != nil {
		return nil, err
	}
	learned, held, err := learn.TrainHeld(ctx, all, learn.Options{Segmenter: o.Segmenter, Seed: o.Seed, Workers: o.Workers})
	if err != nil {
		return nil, err
	}
	m := &Model{learned: learned}
	labels := learned.Labels()
	cases := make([]stackCase, len(all))
	var tokens []segment.Token
	var clauses []Clause
	for i, row := range all {
		tokens = o.Segmenter.AppendTokens(tokens[:0], row.Text)
		clauses = o.Analyzer.AppendClauses(clauses[:0], row.Text, tokens)
		cases[i] = stackCase{heard: Overall(clauses).Score, label: slices.Index(labels, row.Labels[0])}
		for _, p := range held[i] {
			cases[i].log = append(cases[i].log, bounded(p))
		}
	}
	m.stack, err = fitStack(cases, len(labels))
	return m, err
}

// prepare checks the rows.
func prepare(rows []Row) (all []learn.Row, err error) {
	count := map[string]int{}
	for i, r := range rows {
		switch r.Label {
		case Positive, Neutral, Negative:
		default:
			return nil, fmt.Errorf("row %d: %q is none of %s, %s and %s", i+1, r.Label, Positive, Neutral, Negative)
		}
		all = append(all, learn.Row{Text: r.Text, Labels: []string{r.Label}})
		count[r.Label]++
	}
	for _, label := range [...]string{Positive, Neutral, Negative} {
		if n := count[label]; n > 0 && n < minRows {
			return nil, fmt.Errorf("only %d texts are %s; at least %d of each label are needed", n, label, minRows)
		}
	}
	if len(count) < 2 {
		return nil, errors.New("training needs texts of at least two labels")
	}
	return all, nil
}

// least keeps the logarithm of a probability in bounds.
const least = 1e-4

func bounded(p float64) float64 { return math.Log(min(1-least, max(least, p))) }

// logs appends the log-probability of each of labels, in their order.
func logs(labels []string, scores []learn.Score, dst []float64) []float64 {
	for _, label := range labels {
		for _, s := range scores {
			if s.Label == label {
				dst = append(dst, bounded(s.Probability))
			}
		}
	}
	return dst
}

// Scratch is the working memory of one goroutine. The zero value is ready.
type Scratch struct {
	learn learn.Scratch
	log   []float64
	p     []float64
}

// Judge returns the polarity of text: the most probable label, and as Score the
// probability of praise less that of complaint. tokens and clauses are those of
// the segmenter and the Analyzer.
func (m *Model) Judge(text string, tokens []segment.Token, clauses []Clause, sc *Scratch) document.Polarity {
	labels := m.learned.Labels()
	sc.log = logs(labels, m.learned.ScoreTokens(text, tokens, &sc.learn), sc.log[:0])
	sc.p = m.stack.probabilities(sc.log, Overall(clauses).Score, sc.p[:0])
	best, score := 0, 0.0
	for i, p := range sc.p {
		if p > sc.p[best] {
			best = i
		}
		switch labels[i] {
		case Positive:
			score += p
		case Negative:
			score -= p
		}
	}
	return document.Polarity{Label: labels[best], Score: math.Round(score*1000) / 1000}
}

// Labels returns those the model knows, ascending. The caller must not change it.
func (m *Model) Labels() []string { return m.learned.Labels() }

// Rows is how many texts the model was trained on.
func (m *Model) Rows() int { return m.learned.Rows() }

// Lexicon is the version of the segmenter that the model was trained with.
func (m *Model) Lexicon() string { return m.learned.Lexicon() }
