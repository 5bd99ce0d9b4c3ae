package learn

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// entry is one weight of a feature for a label, before quantisation.
type entry struct {
	feature int32
	label   int32
	weight  float32
	worth   float32 // how much it is missed
}

// finish trains on all rows, keeps the weights that matter and packs them.
func (t *trainer) finish(ctx context.Context) (*Model, error) {
	kept := make([][]entry, len(t.labels))
	bias := make([]float64, len(t.labels))
	// Labels that need more than their even share may have up to four times of it.
	quota := 4*t.o.Entries/len(t.labels) + 1
	regressed, err := t.regressed(ctx)
	if err != nil {
		return nil, err
	}
	all := t.sampled(t.all)
	err = t.each(ctx, len(t.labels), func(l int, b *bench) {
		b.begin(t, all, l)
		sum := make([]float64, t.m.Features)
		for part, p := range allParts {
			if t.shares[part] == 0 {
				continue
			}
			share := t.share(part, l)
			if p.kind == regression {
				bias[l] += share * regressed[part].take(l, len(t.labels), b.w)
			} else {
				bias[l] += share * b.fit(t, all, l, p)
			}
			for f, w := range b.w {
				sum[f] += share * w
			}
		}
		kept[l] = t.heaviest(sum, int32(l), quota)
	})
	if err != nil {
		return nil, err
	}
	entries := heaviest(slices.Concat(kept...), t.o.Entries)
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.label, b.label))
	})
	m := t.pack(entries, bias)
	m.doubt()
	return m, nil
}

// heaviest lists the weights of one label that matter most.
func (t *trainer) heaviest(w []float64, label int32, n int) []entry {
	var out []entry
	for f, v := range w {
		if v != 0 {
			// What it adds to a score, the mean over rows.
			worth := math.Abs(v) * float64(t.m.idf[f]) * math.Sqrt(float64(t.m.frequency[f]))
			out = append(out, entry{int32(f), label, float32(v), float32(worth)})
		}
	}
	return heaviest(out, n)
}

// heaviest keeps the n entries of most worth, and moves entries about.
func heaviest(entries []entry, n int) []entry {
	if len(entries) <= n {
		return entries
	}
	// The bits of floats that are not negative are ordered as the floats are.
	class := func(e *entry) uint32 { return math.Float32bits(e.worth) >> 12 }
	count := make([]int32, 1<<19)
	for i := range entries {
		count[class(&entries[i])]++
	}
	above, edge := 0, uint32(len(count)-1)
	for ; above+int(count[edge]) <= n; edge-- {
		above += int(count[edge])
	}
	kept, tied := make([]entry, 0, n), []entry(nil)
	for i := range entries {
		switch c := class(&entries[i]); {
		case c > edge:
			kept = append(kept, entries[i])
		case c == edge:
			tied = append(tied, entries[i])
		}
	}
	slices.SortFunc(tied, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.feature, b.feature), cmp.Compare(a.label, b.label))
	})
	return append(kept, tied[:n-above]...)
}

// pack quantises the weights to a byte each, with a scale for each label.
func (t *trainer) pack(entries []entry, bias []float64) *Model {
	labels := len(t.labels)
	m := &Model{
		window: t.recipe.window, labels: t.labels, multi: t.multi, rows: t.m.Rows(), lexicon: t.o.Segmenter.Version(), segmenter: t.o.Segmenter,
		scale: make([]float32, labels), bias: make([]float32, labels), slope: make([]float32, labels),
		offset: make([]float32, labels), lean: make([]float32, labels), toll: make([]float32, labels), least: make([]float32, labels),
	}
	for g, w := range t.recipe.weight {
		m.weight[g] = float32(w)
	}
	for _, e := range entries {
		m.scale[e.label] = max(m.scale[e.label], float32(math.Abs(float64(e.weight)))/127)
	}
	for l := range labels {
		m.bias[l], m.slope[l], m.offset[l] = float32(bias[l]), float32(t.cal.slope[l]), float32(t.cal.offset[l])
		m.lean[l], m.toll[l], m.least[l] = float32(t.lean[l]), float32(t.toll[l]), float32(t.least[l])
	}
	m.start = append(m.start, 0)
	for g := range groups {
		m.first[g] = len(m.keys)
		for _, f := range t.byKey(g) {
			from := len(m.entries)
			at, _ := slices.BinarySearchFunc(entries, f, func(e entry, f int32) int { return cmp.Compare(e.feature, f) })
			for ; at < len(entries) && entries[at].feature == f; at++ {
				e := entries[at]
				if q := math.Round(float64(e.weight / m.scale[e.label])); q != 0 {
					m.entries = append(m.entries, weight{uint16(e.label), int16(q)})
				}
			}
			if len(m.entries) == from {
				continue
			}
			m.keys = append(m.keys, t.m.keys[f])
			m.frequency = append(m.frequency, t.m.frequency[f])
			m.start = append(m.start, uint32(len(m.entries)))
		}
	}
	m.first[groups] = len(m.keys)
	m.ready()
	return m
}

// byKey lists the features of a group by ascending key.
func (t *trainer) byKey(g group) []int32 {
	out := make([]int32, 0, t.m.first[g+1]-t.m.first[g])
	for f := t.m.first[g]; f < t.m.first[g+1]; f++ {
		out = append(out, int32(f))
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Compare(t.m.keys[a], t.m.keys[b]) })
	return out
}

// doubt raises thresholds, so that of a text of which it knows nothing the model
// is not sure.
func (m *Model) doubt() {
	var sc Scratch
	for _, s := range m.Scores("", &sc) {
		l, _ := slices.BinarySearch(m.labels, s.Label)
		m.least[l] = min(max(m.least[l], float32(s.Probability*1.01)), 0.99)
	}
}
