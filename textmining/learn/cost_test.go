package learn

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"qingting/textmining/learn/measure"
)

// partings are halves of the development sets, up to 2,000 rows to train on.
var partings = []struct {
	name, file, field string
	seeds             []uint64
}{
	{"teddy", "themes_zh/teddy_citizen_labelled.jsonl", "label", []uint64{11, 12, 13}},
	{"tnews", "topics_zh/fewclue_tnews.jsonl", "label", []uint64{11, 12}},
	{"airline", "feedback_en/airline_tweets.jsonl", "reason", []uint64{11, 12}},
	{"bdci", "themes_zh/bdci_car_aspects.jsonl", "aspects", []uint64{11, 12}},
	{"thuc", "topics_zh/thucnews_titles.jsonl", "label", []uint64{11}},
}

// What the machines of a small cost are worth on rows that no share or threshold
// has seen. The costs themselves were chosen on the same sets.
func TestSmallCosts(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" || !*ablate {
		t.Skip("set QINGTING_DATA to the directory of the development data and give -ablate; TestWrongLabelsAreNotLearntByHeart stands in on invented rows")
	}
	var before, after outcome
	n := 0.0
	for _, set := range partings {
		all := developmentRows(t, filepath.Join(dir, set.file), set.field)
		for _, seed := range set.seeds {
			rows := append([]Row(nil), all...)
			rng := rand.New(rand.NewPCG(seed, 77))
			rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			half := min(len(rows)/2, 2000)
			a := outcomeOf(t, rows[:half], rows[half:], func(p part) bool { return !p.mild() })
			b := outcomeOf(t, rows[:half], rows[half:], func(part) bool { return true })
			t.Logf("%s/%d: accuracy %.4f, %.4f; macro-F1 %.4f, %.4f; surprise %.4f, %.4f", set.name, seed, a.accuracy, b.accuracy, a.macroF1, b.macroF1, a.surprise, b.surprise)
			before, after, n = before.plus(a), after.plus(b), n+1
		}
	}
	t.Logf("mean of %.0f: accuracy %.4f, %.4f; macro-F1 %.4f, %.4f; surprise %.4f, %.4f", n,
		before.accuracy/n, after.accuracy/n, before.macroF1/n, after.macroF1/n, before.surprise/n, after.surprise/n)
	if after.surprise > before.surprise {
		t.Error("the rows are less likely with machines of a small cost than without")
	}
}

// outcome is how well one parting is done.
type outcome struct{ accuracy, macroF1, surprise float64 }

func (o outcome) plus(p outcome) outcome {
	return outcome{o.accuracy + p.accuracy, o.macroF1 + p.macroF1, o.surprise + p.surprise}
}

// outcomeOf trains the parts that keep on some rows and tests on others.
func outcomeOf(t *testing.T, seen, unseen []Row, keep func(part) bool) (o outcome) {
	t.Helper()
	r := defaultRecipe()
	r.use = using(keep)
	m, _, err := train(t.Context(), seen, Options{Segmenter: testSegmenter(t), Seed: 1}, r)
	if err != nil {
		t.Fatal(err)
	}
	var counted measure.Tally
	var sc Scratch
	for _, row := range unseen {
		scores := m.Scores(row.Text, &sc)
		counted.Add(row.Labels, []string{scores[0].Label})
		for _, s := range scores {
			if s.Label == row.Labels[0] {
				o.surprise -= math.Log(max(s.Probability, 1e-9)) / float64(len(unseen))
			}
		}
	}
	report := counted.Report()
	o.accuracy, o.macroF1 = report.Accuracy, report.MacroF1
	return o
}
