package learn

import (
	"context"

	"qingting/textmining/learn/internal/multinomial"
)

// maxRegression bounds the weights of a logistic regression, each of 4 bytes, of
// which every worker has as many. Larger problems do without it.
const maxRegression = 1 << 26

// uses says whether a part takes part. Labels that a text may have several of
// are not learnt together. The machines of a small cost are for one of three
// labels and more: of two they gained nothing, and of several a text they were
// not measured.
func (t *trainer) uses(part int) bool {
	p := allParts[part]
	switch {
	case !t.recipe.use[part]:
		return false
	case p.kind == regression:
		return !t.multi && t.m.Features*len(t.labels) <= maxRegression
	case p.mild():
		return !t.multi && len(t.labels) > 2
	}
	return true
}

// regressions is what was learnt of all labels together.
type regressions struct {
	weights []float32 // of each feature one a label
	bias    []float32
}

// take writes the weights of a label to w and returns its intercept.
func (r *regressions) take(label, labels int, w []float64) (bias float64) {
	for f := range w {
		w[f] = float64(r.weights[f*labels+label])
	}
	return float64(r.bias[label])
}

// regress learns all labels together on rows.
func (t *trainer) regress(p part, rows []int32) regressions {
	m := t.m.of(p)
	problem := multinomial.Problem{
		Matrix: &m.Matrix, Rows: rows, Class: make([]int32, len(rows)), Weight: make([]float32, len(rows)), Classes: len(t.labels),
		Rounds: t.recipe.passes, Rate: t.recipe.rate, Seed: t.o.Seed,
	}
	for i, row := range rows {
		problem.Class[i], problem.Weight[i] = t.gold[row], t.target[0].cost[row]
	}
	weights, bias := problem.Solve()
	return regressions{weights, bias}
}

// regressed learns those that have a share on all rows.
func (t *trainer) regressed(ctx context.Context) (out [parts]regressions, err error) {
	err = t.each(ctx, parts, func(part int, _ *bench) {
		if t.shares[part] > 0 && allParts[part].kind == regression {
			out[part] = t.regress(allParts[part], t.all)
		}
	})
	return out, err
}

// holdRegressions scores unseen by what is learnt from seen.
func (t *trainer) holdRegressions(seen, unseen []int32) {
	for part, p := range allParts {
		if p.kind != regression || !t.uses(part) {
			continue
		}
		labels := len(t.labels)
		r := t.regress(p, seen)
		for _, row := range unseen {
			index, values := t.m.Row(row)
			for l := range labels {
				sum := r.bias[l]
				for k, f := range index {
					sum += values[k] * r.weights[int(f)*labels+l]
				}
				t.held[part][l][row] = sum
			}
		}
	}
}
