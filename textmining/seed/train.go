package seed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// Options say how to train. Only the segmenter is required.
type Options struct {
	Segmenter *segment.Segmenter
	Seed      uint64 // of the model
	Workers   int    // of the model; 0 means one a processor
	// Known are classes that somebody gave to texts, by their place. They count
	// for what they say, whatever words hit.
	Known map[int]string
	// Corpus is the features of the texts, when they have been read already.
	Corpus *learn.Corpus
	// NoModel leaves Result.Model out.
	NoModel bool
}

// Result is what was made of texts.
type Result struct {
	Classes []string
	// Hit is the class by words alone, an index of Classes; -1 where no word is
	// in the text, or as many of several classes.
	Hit []int
	// Class is the class of each text after self-training, and Margin how far it
	// is ahead of the next one, 0 and more, in no unit.
	Class  []int
	Margin []float64
	// Model is trained on the surest texts. Nil with NoModel.
	Model *learn.Model
}

// The procedure, one for all data: chosen on the development sets, mostly on every
// second row of them.
const (
	smooth  = 0.5 // added to the sums of naive Bayes
	rounds  = 20
	begin   = 0.1 // share of the texts that the first round trusts; the last trusts all
	balance = 0.7 // how far large classes are brought down to the mean: 0 not at all, 1 wholly
	// What a word counts for beside naive Bayes, in the first round and in the
	// last: what was learnt takes over.
	trustFirst, trustLast = 1.0, 0.1
	sure                  = 0.9 // share of the texts that the model is trained on
	known                 = 5.0 // weight of a given label beside a found one
)

// Train learns from texts and words. It takes seconds for ten thousand texts of
// a sentence each, and stops with ctx.
func Train(ctx context.Context, texts []string, seeds Seeds, o Options) (*Result, error) {
	if o.Segmenter == nil {
		return nil, errors.New("training needs a segmenter")
	}
	if err := seeds.check(); err != nil {
		return nil, err
	}
	t := trainer{texts: texts, classes: seeds.Names(), o: o, corpus: o.Corpus}
	if t.corpus == nil {
		var err error
		if t.corpus, err = learn.NewCorpus(ctx, texts, o.Segmenter); err != nil {
			return nil, err
		}
	}
	if t.corpus.Texts() != len(texts) {
		return nil, fmt.Errorf("the corpus has %d texts and not %d", t.corpus.Texts(), len(texts))
	}
	if err := t.hit(seeds); err != nil {
		return nil, err
	}
	for round := range rounds {
		if err := t.round(ctx, round); err != nil {
			return nil, err
		}
	}
	r := &Result{Classes: t.classes, Hit: t.hits, Class: t.class, Margin: t.margin}
	if o.NoModel {
		return r, nil
	}
	var err error
	r.Model, err = learn.Train(ctx, t.rows(), learn.Options{Segmenter: o.Segmenter, Seed: o.Seed, Workers: o.Workers})
	return r, err
}

// trainer is the state of one training.
type trainer struct {
	texts   []string
	classes []string
	o       Options
	corpus  *learn.Corpus

	words  [][]float64 // by text: how many words of each class
	hits   []int
	given  []int // class that somebody gave, or -1
	class  []int
	margin []float64
	bayes  *bayes
}

// hit looks for the words, and makes the first labels of them.
func (t *trainer) hit(seeds Seeds) error {
	n, find := len(t.texts), seeds.finder()
	t.words, t.hits, t.given = make([][]float64, n), make([]int, n), make([]int, n)
	t.margin, t.class = make([]float64, n), make([]int, n)
	covered := map[int]bool{}
	for i, text := range t.texts {
		t.words[i] = make([]float64, len(t.classes))
		find.find(text, t.words[i])
		t.hits[i], t.given[i] = -1, -1
		if best, margin := first(t.words[i]); margin > 0 {
			t.hits[i] = best
		}
		if name, ok := t.o.Known[i]; ok {
			at, ok := slices.BinarySearch(t.classes, name)
			if !ok {
				return fmt.Errorf("text %d has the label %q, which has no seeds", i+1, name)
			}
			t.given[i] = at
		}
		t.class[i] = t.hits[i]
		if t.given[i] >= 0 {
			t.class[i] = t.given[i]
		}
		if t.class[i] >= 0 {
			covered[t.class[i]] = true
		}
	}
	if len(covered) < 2 {
		return fmt.Errorf("the words of %d of %d classes are in these texts, alone of their class; at least two classes must be found", len(covered), len(t.classes))
	}
	t.bayes = newBayes(t.corpus, len(t.classes))
	return nil
}

// first is the class with most points, and how far it is ahead.
func first(points []float64) (best int, margin float64) {
	second := math.Inf(-1)
	for l := 1; l < len(points); l++ {
		switch {
		case points[l] > points[best]:
			best, second = l, points[best]
		default:
			second = max(second, points[l])
		}
	}
	return best, points[best] - second
}

// round learns from the present labels, labels all texts, and keeps the labels
// of the surest.
func (t *trainer) round(ctx context.Context, round int) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	trusted := slices.Clone(t.class)
	if round > 0 {
		t.forget(trusted, begin+(1-begin)*float64(round)/rounds)
	}
	t.bayes.fit(trusted, t.weights(trusted, round == 0))
	done := float64(round) / (rounds - 1)
	trust := trustFirst + (trustLast-trustFirst)*done
	points := make([]float64, len(t.classes))
	for i := range t.texts {
		t.bayes.score(i, points)
		for l, n := range t.words[i] {
			points[l] += trust * n
		}
		t.class[i], t.margin[i] = first(points)
		if t.given[i] >= 0 {
			t.class[i] = t.given[i]
		}
	}
	return nil
}

// forget takes their label from the texts that are not among the surest share
// of their class. A given label stays.
func (t *trainer) forget(label []int, share float64) {
	of := make([][]int, len(t.classes))
	for i, l := range label {
		if l >= 0 {
			of[l] = append(of[l], i)
		}
	}
	for _, texts := range of {
		slices.SortStableFunc(texts, func(a, b int) int { return cmp.Compare(t.margin[b], t.margin[a]) })
		for _, i := range texts[int(share*float64(len(texts))):] {
			if t.given[i] < 0 {
				label[i] = -1
			}
		}
	}
}

// weights brings large classes down, so that they do not take all, and given
// labels up.
func (t *trainer) weights(label []int, plain bool) []float64 {
	count, total := make([]float64, len(t.classes)), 0.0
	out := make([]float64, len(label))
	for i, l := range label {
		if l < 0 {
			continue
		}
		out[i] = 1
		if t.given[i] >= 0 {
			out[i] = known
		}
		count[l] += out[i]
		total += out[i]
	}
	if plain {
		return out
	}
	for i, l := range label {
		if l >= 0 {
			out[i] *= math.Pow(total/float64(len(count))/count[l], balance)
		}
	}
	return out
}

// rows are the surest texts of each class, and those with a given label.
func (t *trainer) rows() []learn.Row {
	label := slices.Clone(t.class)
	t.forget(label, sure)
	var rows []learn.Row
	for i, l := range label {
		if l < 0 {
			continue
		}
		row := learn.Row{Text: t.texts[i], Labels: []string{t.classes[l]}}
		if t.given[i] >= 0 {
			row.Weight = known
		}
		rows = append(rows, row)
	}
	return rows
}
