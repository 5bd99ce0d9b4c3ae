package seed

import (
	"math"

	"qingting/textmining/learn"
)

// bayes is weight-normalised complement naive Bayes (Rennie et al. 2003, table
// 4) on a corpus, words and characters being distributions of their own.
type bayes struct {
	corpus *learn.Corpus
	weight [][]float64 // by class and feature
	total  []float64
}

func newBayes(c *learn.Corpus, classes int) *bayes {
	b := &bayes{corpus: c, total: make([]float64, c.Features())}
	for range classes {
		b.weight = append(b.weight, make([]float64, c.Features()))
	}
	return b
}

// fit learns from label: the class of each text, or -1, with a weight.
func (b *bayes) fit(label []int, weight []float64) {
	clear(b.total)
	for _, w := range b.weight {
		clear(w)
	}
	for i, l := range label {
		if l < 0 {
			continue
		}
		features, values := b.corpus.Row(i)
		for k, f := range features {
			v := weight[i] * float64(values[k])
			b.weight[l][f] += v
			b.total[f] += v
		}
	}
	for _, w := range b.weight {
		b.finish(w, 0, b.corpus.Words())
		b.finish(w, b.corpus.Words(), b.corpus.Features())
	}
}

// finish turns the sums of a class, from one feature to another, into weights:
// how rare a feature is in the other classes, of a mean of 1.
func (b *bayes) finish(w []float64, from, to int) {
	n := 0.0
	for f := from; f < to; f++ {
		n += b.total[f] - w[f] + smooth
	}
	sum := 0.0
	for f := from; f < to; f++ {
		w[f] = -math.Log((b.total[f] - w[f] + smooth) / n)
		sum += math.Abs(w[f])
	}
	if sum > 0 {
		scale := float64(to-from) / sum
		for f := from; f < to; f++ {
			w[f] *= scale
		}
	}
}

// score writes to out what speaks for each class in text i.
func (b *bayes) score(i int, out []float64) {
	features, values := b.corpus.Row(i)
	for l, w := range b.weight {
		x := 0.0
		for k, f := range features {
			x += w[f] * float64(values[k])
		}
		out[l] = x
	}
}
