package learn

import "math"

// parts are the classifiers that a model is the sum of. All are linear in the
// same features, so the sum is one linear classifier again, and costs no more.
const (
	plain    = iota // support vector machine on the features as they are
	weighted        // the same on features multiplied by their log-count ratio (Wang and Manning 2012)
	parts
)

// recipe is how a model is made. There is one for all data.
type recipe struct {
	minRows  int32           // rows that must hold a feature
	weight   [groups]float64 // length of each group's vector
	cost     float64         // C
	stop     float64
	rounds   int
	smooth   float64          // added to the counts of the ratio
	floor    float64          // factor of a feature with a ratio of nothing
	shares   [][parts]float64 // mixtures to choose from
	balances []float64        // how far rare labels are favoured, to choose from
}

func defaultRecipe() recipe {
	return recipe{
		minRows: 2, weight: [groups]float64{1, 1}, cost: 1, stop: 0.1, rounds: 100, smooth: 1, floor: 0.25,
		shares:   [][parts]float64{{1, 0}, {0.5, 0.5}, {0, 1}},
		balances: []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5},
	}
}

// target is one label as a two-class problem over all rows.
type target struct {
	sign []int8
	cost []float32 // C of each row
	seed uint64
}

// fit trains one part on rows. The weights are written to w.
func (r *recipe) fit(m *matrix, t *target, rows []int32, part int, w []float64) (bias float64) {
	clear(w)
	p := problem{m: m, rows: rows, stop: r.stop, rounds: r.rounds, seed: t.seed}
	for _, row := range rows {
		p.sign = append(p.sign, t.sign[row])
		p.cost = append(p.cost, t.cost[row])
	}
	if part == weighted {
		p.square = r.ratios(m, t, rows)
	}
	return p.solve(w)
}

// ratios returns the square of each feature's factor: how much more often rows
// with the label have it than rows without, as a logarithm.
func (r *recipe) ratios(m *matrix, t *target, rows []int32) []float32 {
	with, without := make([]float64, m.features()), make([]float64, m.features())
	n, nWithout := 0.0, 0.0
	for _, row := range rows {
		index, _ := m.row(int(row))
		if t.sign[row] > 0 {
			n++
			for _, f := range index {
				with[f]++
			}
			continue
		}
		nWithout++
		for _, f := range index {
			without[f]++
		}
	}
	out := make([]float32, m.features())
	base := math.Log((nWithout + 2*r.smooth) / (n + 2*r.smooth))
	for f := range out {
		ratio := math.Log((with[f]+r.smooth)/(without[f]+r.smooth)) + base
		factor := r.floor + (1-r.floor)*math.Abs(ratio)
		out[f] = float32(factor * factor)
	}
	return out
}

// score writes the score of each of rows to out.
func score(m *matrix, w []float64, bias float64, rows []int32, out []float32) {
	for _, row := range rows {
		index, values := m.row(int(row))
		sum := bias
		for k, f := range index {
			sum += w[f] * float64(values[k])
		}
		out[row] = float32(sum)
	}
}
