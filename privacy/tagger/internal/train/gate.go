package main

import (
	"math"
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/tagger/internal/sequence"
)

// passing are the shares of the names that the whole model finds, in the rows
// for calibration, that each step before it lets through.
const passing = 0.99

// Of the gate's learning.
const (
	gateEpochs = 4
	gateRate   = 0.15
	gateNames  = 4  // how much more a name weighs than a unit that is none
	gateSteps  = 12 // of a quantised weight, to one
)

// learnGate learns which units may begin a name: a logistic regression by
// stochastic gradients, over the rows to train on.
func learnGate(rows []row) []int8 {
	w, squares := make([]float32, sequence.GateCells), make([]float32, sequence.GateCells)
	rd := sequence.NewReader()
	var cells [sequence.GateFeatures]uint32
	bias := float32(-3)
	for e := range gateEpochs {
		rate := float32(gateRate * (1 - 0.8*float64(e)/gateEpochs))
		for _, r := range rows {
			if r.fold < 2 || r.fold == last {
				continue
			}
			eachSentence(r, func(t *fold.Text, from, to int, gold []sequence.Label, free []uint16) {
				rd.Begin(t, from, to)
				for i := from; i < to; i++ {
					if free != nil && free[i-from] != 0 || !rd.GateKeys(i, &cells) {
						continue
					}
					sum := bias
					for _, c := range cells {
						sum += w[c]
					}
					g := float32(1 / (1 + math.Exp(-float64(sum))))
					if sequence.Starts(gold[i-from]) == sequence.Person {
						g = gateNames * (g - 1)
					}
					if g < 1e-4 && g > -1e-4 {
						continue
					}
					for _, c := range cells {
						squares[c] += float32(g * g)
						w[c] -= rate * g / float32(math.Sqrt(float64(squares[c]+0.1)))
					}
				}
			})
		}
	}
	q := make([]int8, len(w))
	for i, v := range w {
		q[i] = int8(min(max(math.RoundToEven(float64(v)*gateSteps), -127), 127))
	}
	return q
}

// openGate sets what the gate asks for so that nearly all names that the model
// finds in the rows for calibration pass.
func openGate(m *sequence.Model, rows []row) {
	chain := sequence.Chain{Trans: &m.Trans}
	rd := sequence.NewReader()
	var keys [sequence.Features]uint64
	var cells [sequence.GateFeatures]uint32
	var firsts, sums []int32
	var leads, openings []float32
	for _, r := range rows {
		if r.fold != 1 {
			continue
		}
		eachSentence(r, func(t *fold.Text, from, to int, gold []sequence.Label, _ []uint16) {
			rd.Begin(t, from, to)
			rd.Prepare(from, to)
			chain.Resize(to - from)
			for i := from; i < to; i++ {
				rd.Keys(i, &keys)
				m.Sum(&keys, &chain.Units[i-from])
			}
			chain.Best(gold)
			for _, s := range sequence.Spans(gold, from, nil) {
				if s.Kind == sequence.Person && s.End-s.Start > 1 && rd.GateKeys(s.Start, &cells) {
					pair := (*[2]sequence.Scores)(chain.Units[s.Start-from:])
					first, sum := m.Gate.Sums(&cells)
					firsts, sums = append(firsts, first), append(sums, sum)
					leads = append(leads, sequence.Lead(&pair[0]))
					openings = append(openings, sequence.Opening(pair, &m.Trans))
				}
			}
		})
	}
	slices.Sort(firsts)
	slices.Sort(sums)
	slices.Sort(leads)
	slices.Sort(openings)
	if n := int((1 - passing) * float64(len(sums))); n < len(sums) {
		m.Gate.Early, m.Gate.Least, m.Gate.First, m.Gate.Second = firsts[n], sums[n], leads[n], openings[n]
	}
}
