package main

import (
	"cmp"
	"math"
	"slices"

	"qingting/privacy/tagger/internal/sequence"
)

// unit is the step of a quantised weight.
const unit = 1.0 / 40

// export keeps the features that weigh most, at most so many of them.
func export(d *dictionary, w *weights, most int) (m *sequence.Model, kept int) {
	type ranked struct {
		k    uint32
		norm float64
	}
	order := make([]ranked, 0, len(w.feature))
	for k := 1; k < len(w.feature); k++ {
		n := 0.0
		for _, v := range w.feature[k] {
			n += float64(v * v)
		}
		order = append(order, ranked{uint32(k), n * math.Sqrt(float64(w.squares[k]))})
	}
	slices.SortFunc(order, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.norm, a.norm), cmp.Compare(a.k, b.k)) })
	m = &sequence.Model{Table: *sequence.NewTable(unit), Trans: w.trans}
	for _, o := range order {
		if kept == most {
			break
		}
		if m.Put(d.keys[o.k], &w.feature[o.k]) {
			kept++
		}
	}
	for k := range m.Logit {
		m.Logit[k] = [2]float32{1, 0}
	}
	return m, kept
}
