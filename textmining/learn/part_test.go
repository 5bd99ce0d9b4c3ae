package learn

import "testing"

// surprised is the mean negative log-likelihood of held-out rows, by the vector
// machines that keep.
func surprised(t *testing.T, rows []Row, keep func(part) bool) float64 {
	t.Helper()
	r := defaultRecipe()
	r.use = using(func(p part) bool { return p.kind == vector && keep(p) })
	tr, err := chosen(t.Context(), rows, Options{Segmenter: testSegmenter(t), Seed: 1}, r)
	if err != nil {
		t.Fatal(err)
	}
	sum, byLabel, p := 0.0, tr.probable(), make([]float64, len(tr.labels))
	for i := range rows {
		for l := range p {
			p[l] = byLabel[l][i]
		}
		sum += tr.surprise(p, i)
	}
	return sum / float64(len(rows))
}

// Where many rows have a wrong label, a machine of a large cost learns these by
// heart, and those of a small cost are what the mixture takes.
func TestWrongLabelsAreNotLearntByHeart(t *testing.T) {
	rows := invented(400, 0.4, 3)
	dear := surprised(t, rows, func(p part) bool { return !p.mild() })
	all := surprised(t, rows, func(part) bool { return true })
	if all > dear-0.003 {
		t.Errorf("surprise %.4f with machines of a small cost, %.4f without", all, dear)
	}
}

// Of two labels the machines of a small cost have no share.
func TestTwoLabelsDoWithoutSmallCosts(t *testing.T) {
	for _, labels := range []int{2, 3} {
		rows := themed(60, labels, 20, 1)
		tr, err := chosen(t.Context(), rows, Options{Segmenter: testSegmenter(t)}, defaultRecipe())
		if err != nil {
			t.Fatal(err)
		}
		for part, p := range allParts {
			if used := tr.uses(part); p.mild() && used != (labels > 2) || labels == 2 && p.mild() && tr.shares[part] != 0 {
				t.Errorf("%d labels: part %d is used: %v, share %v", labels, part, used, tr.shares[part])
			}
		}
	}
}
