package seed

import (
	"context"
	"math/rand/v2"
	"slices"

	"qingting/textmining/learn"
)

// batches is in how many goes a budget of labels is spent: each looks at what
// the labels before it have made of the classifier.
const batches = 4

// Spend has label give classes to budget texts, chosen with Choose, in a few
// goes, and trains with them. A text that label has no class for ("") is not
// asked about again. It returns the result, and the places of the labelled
// texts.
func Spend(ctx context.Context, texts []string, seeds Seeds, o Options, budget int, label func(text int) string) (*Result, []int, error) {
	return spend(ctx, texts, seeds, o, budget, label, func(c *learn.Corpus, r *Result, asked []int, n int) []int {
		var sc learn.Scratch
		unsure := make([]float64, len(texts))
		for i, text := range texts {
			unsure[i] = Unsure(r.Model.Scores(text, &sc), false)
		}
		var out []int
		for _, choice := range Choose(c, unsure, asked, n) {
			out = append(out, choice.Text)
		}
		return out
	})
}

// SpendAtRandom is Spend with texts drawn at random: to compare with.
func SpendAtRandom(ctx context.Context, texts []string, seeds Seeds, o Options, budget int, label func(text int) string) (*Result, []int, error) {
	return spend(ctx, texts, seeds, o, budget, label, func(_ *learn.Corpus, _ *Result, asked []int, n int) []int {
		rng := rand.New(rand.NewPCG(o.Seed, uint64(len(asked))))
		var out []int
		for _, i := range rng.Perm(len(texts)) {
			if !slices.Contains(asked, i) && len(out) < n {
				out = append(out, i)
			}
		}
		return out
	})
}

func spend(ctx context.Context, texts []string, seeds Seeds, o Options, budget int, label func(int) string, choose func(*learn.Corpus, *Result, []int, int) []int) (*Result, []int, error) {
	var err error
	if o.Corpus == nil {
		if o.Corpus, err = learn.NewCorpus(ctx, texts, o.Segmenter); err != nil {
			return nil, nil, err
		}
	}
	given := map[int]string{}
	for i, name := range o.Known {
		given[i] = name
	}
	o.Known = given
	var asked []int
	budget = min(budget, len(texts))
	for {
		r, err := Train(ctx, texts, seeds, o)
		if err != nil || len(asked) >= budget {
			return r, asked, err
		}
		next := choose(o.Corpus, r, asked, min((budget+batches-1)/batches, budget-len(asked)))
		if len(next) == 0 {
			return r, asked, nil
		}
		for _, i := range next {
			asked = append(asked, i)
			if name := label(i); name != "" {
				given[i] = name
			}
		}
	}
}
