package main

import (
	"math"

	"qingting/privacy/tagger/internal/sequence"
)

// outcome is a span that was found, the logit of its probability and whether it is right.
type outcome struct {
	logit float64
	right bool
}

// calibrate fits, for persons, the probability of being right to what became of
// the spans found in the rows kept for it. Addresses are learnt from generated
// sentences alone, on which nothing can be calibrated: theirs stays as it is.
func calibrate(m *sequence.Model, all []sentence, tag func(*sentence, []sequence.Label), chain *sequence.Chain) {
	var seen []outcome
	var gold, found []sequence.Span
	for i := range all {
		s := &all[i]
		if s.fold != 1 {
			continue
		}
		labels := make([]sequence.Label, len(s.gold))
		tag(s, labels)
		chain.Sum()
		gold, found = sequence.Spans(s.gold, 0, gold[:0]), sequence.Spans(labels, 0, found[:0])
		for _, f := range found {
			if f.Kind != sequence.Person || s.free != nil && s.free[f.Start] != 0 {
				continue
			}
			p := min(max(chain.Share(f.Start, f.End, f.Kind), 1e-6), 1-1e-6)
			o := outcome{logit: math.Log(p / (1 - p))}
			for _, g := range gold {
				o.right = o.right || g == f
			}
			seen = append(seen, o)
		}
	}
	slope, intercept := platt(seen)
	m.Logit[sequence.Person] = [2]float32{float32(slope), float32(intercept)}
}

// platt fits 1/(1+exp(−a·logit−b)) by gradient descent on the log loss; with
// few outcomes it stays near a = 1, b = 0.
func platt(seen []outcome) (a, b float64) {
	a = 1
	for range 2000 {
		ga, gb := 0.02*(a-1), 0.02*b
		for _, o := range seen {
			d := 1 / (1 + math.Exp(-a*o.logit-b))
			if o.right {
				d--
			}
			ga += d * o.logit
			gb += d
		}
		step := 0.2 / float64(len(seen)+10)
		a, b = a-step*ga, b-step*gb
	}
	return a, b
}
