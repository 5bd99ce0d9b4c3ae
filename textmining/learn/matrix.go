package learn

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qingting/textmining/learn/internal/svm"
	"qingting/textmining/segment"
)

// matrix is the rows of a training set and what their features are.
type matrix struct {
	svm.Matrix
	keys      []uint32        // of feature i: characters first, in each group the most frequent first
	first     [groups + 1]int // feature of each group; the last is their number
	idf       []float32
	frequency []int32       // rows with feature i
	ends      [groups][]int // where each row's features of the first groups end: characters, characters and words …
}

// of is the matrix with the features that a part learns from.
func (m *matrix) of(p part) *matrix {
	out := *m
	if p.from > 0 {
		out.Start = m.ends[p.from-1]
		out.Start = append(out.Start[:len(out.Start):len(out.Start)], len(m.Index))
	}
	out.End = m.ends[p.to-1]
	return &out
}

// vectorise reads all rows. A feature counts from minRows rows on.
func vectorise(ctx context.Context, rows []Row, seg *segment.Segmenter, r *recipe) (*matrix, error) {
	counts := make([][groups][]tally, len(rows))
	var frequency [groups]map[uint32]int32
	for g := range frequency {
		frequency[g] = map[uint32]int32{}
	}
	rd := reader{window: r.window}
	for i, row := range rows {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rd.tokens = seg.AppendTokens(rd.tokens[:0], row.Text)
		rd.read(row.Text, rd.tokens)
		for g := range counts[i] {
			counts[i][g] = tallies(rd.pieces[g])
			for _, t := range counts[i][g] {
				frequency[g][t.key]++
			}
		}
	}
	m := &matrix{Matrix: svm.Matrix{Start: make([]int, 1, len(rows)+1)}}
	var place [groups]map[uint32]int32
	for g := range frequency {
		place[g] = make(map[uint32]int32, len(frequency[g]))
		at := len(m.keys)
		for key, n := range frequency[g] {
			if n >= r.minRows {
				m.keys = append(m.keys, key)
			}
		}
		// What many rows have stands together, so that it stays near the processor.
		slices.SortFunc(m.keys[at:], func(a, b uint32) int {
			return cmp.Or(cmp.Compare(frequency[g][b], frequency[g][a]), cmp.Compare(a, b))
		})
		for i, key := range m.keys[at:] {
			place[g][key] = int32(at + i)
			m.frequency = append(m.frequency, frequency[g][key])
			m.idf = append(m.idf, idf(len(rows), int(frequency[g][key])))
		}
		m.first[g+1] = len(m.keys)
	}
	for i := range counts {
		for g := range counts[i] {
			at := len(m.Index)
			square := 0.0
			for _, t := range counts[i][g] {
				f, ok := place[g][t.key]
				if !ok {
					continue
				}
				v := damped(t.n) * m.idf[f]
				square += float64(v) * float64(v)
				m.Index = append(m.Index, f)
				m.Value = append(m.Value, v)
			}
			if square > 0 {
				scale := float32(r.weight[g] / math.Sqrt(square))
				for j := at; j < len(m.Value); j++ {
					m.Value[j] *= scale
				}
			}
			m.ends[g] = append(m.ends[g], len(m.Index))
		}
		counts[i] = [groups][]tally{}
		m.Start = append(m.Start, len(m.Index))
	}
	m.Features = len(m.keys)
	return m, nil
}

// damped is what n occurrences in a text count: n to the power of ¾. A word said
// twice says more, but not twice as much.
func damped(n int32) float32 {
	if n == 1 {
		return 1
	}
	return float32(math.Sqrt(float64(n) * math.Sqrt(float64(n))))
}

// idf is smoothed as if one more text held every feature.
func idf(rows, with int) float32 {
	return float32(math.Log(float64(1+rows)/float64(1+with)) + 1)
}
