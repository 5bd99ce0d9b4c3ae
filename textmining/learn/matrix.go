package learn

import (
	"context"
	"math"
	"slices"

	"qingting/textmining/segment"
)

// matrix is the rows of a training set as sparse vectors, one after the other.
type matrix struct {
	start     []int     // of row i; start[rows] is the end
	index     []int32   // features
	value     []float32 // their weights
	keys      []uint32  // of feature i, with groups: characters first, ascending in each
	split     int       // features from here on are words
	idf       []float32
	frequency []int32 // rows with feature i
}

func (m *matrix) rows() int     { return len(m.start) - 1 }
func (m *matrix) features() int { return len(m.keys) }

func (m *matrix) row(i int) ([]int32, []float32) {
	a, b := m.start[i], m.start[i+1]
	return m.index[a:b], m.value[a:b]
}

// vectorise reads all rows. A feature counts from minRows rows on.
func vectorise(ctx context.Context, rows []Row, seg *segment.Segmenter, r *recipe) (*matrix, error) {
	counts := make([][groups][]tally, len(rows))
	var frequency [groups]map[uint32]int32
	for g := range frequency {
		frequency[g] = map[uint32]int32{}
	}
	var rd reader
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
	m := &matrix{start: make([]int, 1, len(rows)+1)}
	var place [groups]map[uint32]int32
	for g := range frequency {
		place[g] = make(map[uint32]int32, len(frequency[g]))
		at := len(m.keys)
		for key, n := range frequency[g] {
			if n >= r.minRows {
				m.keys = append(m.keys, key)
			}
		}
		slices.Sort(m.keys[at:])
		for i, key := range m.keys[at:] {
			place[g][key] = int32(at + i)
			m.frequency = append(m.frequency, frequency[g][key])
			m.idf = append(m.idf, idf(len(rows), int(frequency[g][key])))
		}
		if group(g) == characters {
			m.split = len(m.keys)
		}
	}
	for i := range counts {
		for g := range counts[i] {
			at := len(m.index)
			square := 0.0
			for _, t := range counts[i][g] {
				f, ok := place[g][t.key]
				if !ok {
					continue
				}
				v := tf(int(t.n)) * m.idf[f]
				square += float64(v) * float64(v)
				m.index = append(m.index, f)
				m.value = append(m.value, v)
			}
			if square > 0 {
				scale := float32(r.weight[g] / math.Sqrt(square))
				for j := at; j < len(m.value); j++ {
					m.value[j] *= scale
				}
			}
		}
		counts[i] = [groups][]tally{}
		m.start = append(m.start, len(m.index))
	}
	return m, nil
}

// idf is smoothed as if one more text held every feature.
func idf(rows, with int) float32 {
	return float32(math.Log(float64(1+rows)/float64(1+with)) + 1)
}

// tf is the sublinear term frequency.
func tf(n int) float32 { return float32(1 + math.Log(float64(n))) }
