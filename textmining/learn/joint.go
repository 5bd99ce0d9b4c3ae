package learn

import "qingting/textmining/learn/internal/multinomial"

// maxJoint bounds the weights of the logistic regression, each of 4 bytes, of
// which every worker has as many. Larger problems do without it.
const maxJoint = 1 << 26

// uses says whether a part takes part. Labels that a text may have several of
// are not learnt together.
func (t *trainer) uses(part int) bool {
	return t.recipe.use[part] && (part != joint || !t.multi && t.m.Features*len(t.labels) <= maxJoint)
}

// joint learns all labels together on rows.
func (t *trainer) joint(rows []int32) (weights, bias []float32) {
	p := multinomial.Problem{
		Matrix: &t.m.Matrix, Rows: rows, Class: make([]int32, len(rows)), Weight: make([]float32, len(rows)), Classes: len(t.labels),
		Rounds: t.recipe.passes, Rate: t.recipe.rate, Seed: t.o.Seed,
	}
	for i, row := range rows {
		p.Class[i], p.Weight[i] = t.gold[row], t.target[0].cost[row]
	}
	return p.Solve()
}

// holdJoint scores unseen by what is learnt from seen.
func (t *trainer) holdJoint(seen, unseen []int32) {
	if !t.uses(joint) {
		return
	}
	labels := len(t.labels)
	weights, bias := t.joint(seen)
	for _, row := range unseen {
		index, values := t.m.Row(row)
		for l := range labels {
			sum := bias[l]
			for k, f := range index {
				sum += values[k] * weights[int(f)*labels+l]
			}
			t.held[joint][l][row] = sum
		}
	}
}
