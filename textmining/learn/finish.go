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
	err = t.each(ctx, len(t.labels), func(l int, w []float64) {
		sum := make([]float64, len(w))
		for part, p := range allParts {
			if t.shares[part] == 0 {
				continue
			}
			share := t.share(part, l)
			if p.kind == regression {
				bias[l] += share * regressed[part].take(l, len(t.labels), w)
			} else {
				bias[l] += share * t.recipe.fit(t.m, &t.target[l], t.all, p, w)
			}
			for f := range w {
				sum[f] += share * w[f]
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

func heaviest(entries []entry, n int) []entry {
	if len(entries) <= n {
		return entries
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.feature, b.feature), cmp.Compare(a.label, b.label))
	})
	return slices.Clip(entries[:n])
}

// pack quantises the weights to a byte each, with a scale for each label.
func (t *trainer) pack(entries []entry, bias []float64) *Model {
	labels := len(t.labels)
	m := &Model{
		window: t.recipe.window, labels: t.labels, multi: t.multi, rows: t.m.Rows(), lexicon: t.o.Segmenter.Version(), segmenter: t.o.Segmenter,
		scale: make([]float32, labels), bias: make([]float32, labels), slope: make([]float32, labels),
		offset: make([]float32, labels), lean: make([]float32, labels), least: make([]float32, labels),
	}
	for g, w := range t.recipe.weight {
		m.weight[g] = float32(w)
	}
	for _, e := range entries {
		m.scale[e.label] = max(m.scale[e.label], float32(math.Abs(float64(e.weight)))/127)
	}
	for l := range labels {
		m.bias[l], m.slope[l], m.offset[l] = float32(bias[l]), float32(t.cal.slope[l]), float32(t.cal.offset[l])
		m.lean[l], m.least[l] = float32(t.lean[l]), float32(t.least[l])
	}
	m.start = append(m.start, 0)
	at := 0
	for f, key := range t.m.keys {
		for g := range m.first {
			if t.m.first[g] == f {
				m.first[g] = len(m.keys)
			}
		}
		from := len(m.entries)
		for ; at < len(entries) && int(entries[at].feature) == f; at++ {
			e := entries[at]
			if q := math.Round(float64(e.weight / m.scale[e.label])); q != 0 {
				m.entries = append(m.entries, weight{uint16(e.label), int16(q)})
			}
		}
		if len(m.entries) == from {
			continue
		}
		m.keys = append(m.keys, key)
		m.frequency = append(m.frequency, t.m.frequency[f])
		m.start = append(m.start, uint32(len(m.entries)))
	}
	for g := range m.first {
		if t.m.first[g] == len(t.m.keys) {
			m.first[g] = len(m.keys)
		}
	}
	m.ready()
	return m
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
