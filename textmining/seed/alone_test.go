package seed

import (
	"math/rand/v2"
	"testing"

	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// alone is what labels come to without seeds: those that Choose names, asked for
// in four goes of which the first is at random, and as many and twice as many
// at random. Means of alonePartings.
type alone struct {
	Chosen200 score `json:"200_chosen"`
	Random200 score `json:"200_at_random"`
	Random400 score `json:"400_at_random"`
}

const alonePartings = 3

// labelsAlone labels texts of one half and asks about the other.
func labelsAlone(t *testing.T, texts, gold []string, seg *segment.Segmenter) *alone {
	var out alone
	for parting := range uint64(alonePartings) {
		order := rand.New(rand.NewPCG(parting, 11)).Perm(len(texts))
		half := len(texts) / 2
		var pool, poolGold, test, testGold []string
		for n, i := range order {
			if n < half {
				pool, poolGold = append(pool, texts[i]), append(poolGold, gold[i])
			} else {
				test, testGold = append(test, texts[i]), append(testGold, gold[i])
			}
		}
		corpus, err := learn.NewCorpus(t.Context(), pool, seg)
		if err != nil {
			t.Fatal(err)
		}
		model := func(asked []int) *learn.Model {
			var rows []learn.Row
			for _, i := range asked {
				rows = append(rows, learn.Row{Text: pool[i], Labels: []string{poolGold[i]}})
			}
			m, err := learn.Train(t.Context(), rows, learn.Options{Segmenter: seg, Seed: parting})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		// The pool is in random order: the first are drawn at random.
		var asked []int
		for i := range min(400, len(pool)) {
			asked = append(asked, i)
		}
		out.Random200.add(answers(model(asked[:min(200, len(asked))]), test, testGold))
		out.Random400.add(answers(model(asked), test, testGold))
		asked = asked[:50:50]
		var sc learn.Scratch
		for len(asked) < 200 {
			m := model(asked)
			unsure := make([]float64, len(pool))
			for i, text := range pool {
				unsure[i] = Unsure(m.Scores(text, &sc), false)
			}
			for _, c := range Choose(corpus, unsure, asked, 50) {
				asked = append(asked, c.Text)
			}
		}
		out.Chosen200.add(answers(model(asked), test, testGold))
	}
	for _, s := range []*score{&out.Chosen200, &out.Random200, &out.Random400} {
		s.Accuracy, s.MacroF1 = round4(s.Accuracy), round4(s.MacroF1)
	}
	return &out
}

// add adds one parting's share of the mean.
func (s *score) add(other score) {
	s.Accuracy += other.Accuracy / alonePartings
	s.MacroF1 += other.MacroF1 / alonePartings
}
