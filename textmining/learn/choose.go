package learn

import (
	"context"
	"math"
	"sync"
)

// crossValidate fills t.held.
func (t *trainer) crossValidate(ctx context.Context) error {
	seen, unseen := make([][]int32, t.o.Folds), make([][]int32, t.o.Folds)
	for i, f := range t.fold {
		for g := range seen {
			if int(f) == g {
				unseen[g] = append(unseen[g], int32(i))
			} else {
				seen[g] = append(seen[g], int32(i))
			}
		}
	}
	for part := range t.held {
		t.held[part] = make([][]float32, len(t.labels))
		for l := range t.held[part] {
			t.held[part][l] = make([]float32, t.m.Rows())
		}
	}
	// The long jobs first.
	if err := t.each(ctx, t.o.Folds, func(f int, _ *bench) { t.holdRegressions(seen[f], unseen[f]) }); err != nil {
		return err
	}
	samples := make([]*sample, t.o.Folds)
	for f := range samples {
		samples[f] = t.sampled(seen[f])
	}
	return t.each(ctx, len(t.labels)*t.o.Folds, func(job int, b *bench) {
		l, f := job%len(t.labels), job/len(t.labels)
		b.begin(t, samples[f], l)
		for part, p := range allParts {
			if !t.uses(part) || p.kind == regression {
				continue
			}
			bias := b.fit(t, samples[f], l, p)
			for _, row := range unseen[f] {
				t.held[part][l][row] = float32(t.m.Dot(row, b.w) + bias)
			}
		}
	})
}

// choose takes the mixture of parts that the held-out rows like best,
// calibrates it and sets how labels are decided on.
func (t *trainer) choose() {
	var fitted sync.WaitGroup
	for part := range t.held {
		if !t.uses(part) {
			continue
		}
		fitted.Go(func() { t.cals[part] = t.calibrate(t.held[part]) })
	}
	fitted.Wait()
	t.shares = t.stack()
	t.mixed = t.mix()
	t.cal = t.calibrate(t.mixed)
	t.decide()
}

// share is that of the raw scores of a part for a label.
func (t *trainer) share(part, label int) float64 { return t.shares[part] * t.cals[part].slope[label] }

func (t *trainer) mix() [][]float32 {
	out := make([][]float32, len(t.labels))
	for l := range out {
		out[l] = make([]float32, t.m.Rows())
		for part := range t.held {
			if !t.uses(part) {
				continue
			}
			share := float32(t.share(part, l))
			for i, s := range t.held[part][l] {
				out[l][i] += share * s
			}
		}
	}
	return out
}

func (t *trainer) calibrate(scores [][]float32) calibration {
	if !t.multi {
		return fitSingle(scores, t.gold)
	}
	var c calibration
	for l := range scores {
		slope, offset := fitLabel(scores[l], t.target[l].sign)
		c.slope, c.offset = append(c.slope, slope), append(c.offset, offset)
	}
	return c
}

// surprise is the negative log-likelihood of what row i is labelled with.
func (t *trainer) surprise(p []float64, i int) (sum float64) {
	for l := range p {
		switch {
		case t.target[l].sign[i] > 0:
			sum -= math.Log(max(p[l], 1e-12))
		case t.multi:
			sum -= math.Log(max(1-p[l], 1e-12))
		}
	}
	return sum
}

// probabilities writes to p the calibrated probabilities of scores.
func (c *calibration) probabilities(multi bool, p []float64, score func(l int) float64) {
	for l := range p {
		p[l] = c.slope[l]*score(l) + c.offset[l]
		if multi {
			p[l] = logistic(p[l])
		}
	}
	if !multi {
		softmax(p, p)
	}
}
