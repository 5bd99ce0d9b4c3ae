package discover

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"

	"qingting/textmining/discover/internal/matrix"
	"qingting/textmining/segment"
)

// readBlock is how many documents one goroutine reads at a time.
const readBlock = 1024

// corpus is the documents that a model is fitted on, as counts of features.
type corpus struct {
	features []string
	df       []int32     // of each feature, over distinct documents
	counts   *matrix.CSR // distinct documents × features: how often each stands in it, columns ascending
	row      []int32     // of each document given: its row in counts, -1 when no feature is left
}

// entry is a feature and how often it stands in a document.
type entry struct {
	id int32
	n  float32
}

// rawBlock is what one goroutine read: features numbered within the block.
type rawBlock struct {
	features []string
	start    []int32 // of the documents of the block, in entries
	entries  []entry
}

// readCorpus reads n texts and keeps the features that tell documents apart.
// Documents with the same features, such as one text sent twice or a template
// with other numbers in it, are one row: they count once.
func readCorpus(ctx context.Context, s *segment.Segmenter, text func(i int) string, n int, t tuning) (*corpus, error) {
	blocks := make([]rawBlock, (n+readBlock-1)/readBlock)
	matrix.Blocks(n, readBlock, func(b, lo, hi int) {
		if ctx.Err() == nil {
			blocks[b] = readRaw(s, text, lo, hi, t.pairs)
		}
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	raw, features := mergeBlocks(blocks, n)
	first, set := distinct(raw)
	c := &corpus{}
	keep := c.choose(raw, first, features, t)
	c.count(raw, first, set, keep)
	return c, nil
}

func readRaw(s *segment.Segmenter, text func(i int) string, lo, hi int, pairs bool) rawBlock {
	r := reader{segmenter: s, pairs: pairs}
	ids := make(map[string]int32)
	b := rawBlock{start: make([]int32, 1, hi-lo+1)}
	at := make(map[int32]int) // feature to its place in entries, of this document
	for i := lo; i < hi; i++ {
		clear(at)
		r.read(text(i), func(feature []byte) {
			id, ok := ids[string(feature)]
			if !ok {
				id = int32(len(b.features))
				b.features = append(b.features, string(feature))
				ids[b.features[id]] = id
			}
			p, ok := at[id]
			if !ok {
				p = len(b.entries)
				at[id] = p
				b.entries = append(b.entries, entry{id: id})
			}
			b.entries[p].n++
		})
		b.start = append(b.start, int32(len(b.entries)))
	}
	return b
}

// mergeBlocks numbers the features of all blocks alike, in the order in which
// they are first seen. It empties the blocks.
func mergeBlocks(blocks []rawBlock, n int) (*matrix.CSR, []string) {
	ids := make(map[string]int32)
	var features []string
	size := 0
	for _, b := range blocks {
		size += len(b.entries)
	}
	m := &matrix.CSR{Rows: n, Start: make([]int, 1, n+1), Index: make([]int32, 0, size), Value: make([]float32, 0, size)}
	for k, b := range blocks {
		global := make([]int32, len(b.features))
		for i, f := range b.features {
			id, ok := ids[f]
			if !ok {
				id = int32(len(features))
				features = append(features, f)
				ids[f] = id
			}
			global[i] = id
		}
		for d := range len(b.start) - 1 {
			row := b.entries[b.start[d]:b.start[d+1]]
			for i := range row {
				row[i].id = global[row[i].id]
			}
			slices.SortFunc(row, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
			for _, e := range row {
				m.Index, m.Value = append(m.Index, e.id), append(m.Value, e.n)
			}
			m.Start = append(m.Start, len(m.Index))
		}
		blocks[k] = rawBlock{}
	}
	m.Cols = len(features)
	return m, features
}

// distinct returns the first document of each set of equal rows, in order, and
// for each document the number of its set, -1 for rows that are empty.
func distinct(m *matrix.CSR) (first, set []int32) {
	known := make(map[string]int32)
	set = make([]int32, m.Rows)
	var key []byte
	for d := range m.Rows {
		set[d] = -1
		index, value := m.Row(d)
		if len(index) == 0 {
			continue
		}
		key = key[:0]
		for p, id := range index {
			key = binary.AppendUvarint(key, uint64(id))
			key = binary.AppendUvarint(key, uint64(value[p]))
		}
		k, ok := known[string(key)]
		if !ok {
			k = int32(len(first))
			known[string(key)] = k
			first = append(first, int32(d))
		}
		set[d] = k
	}
	return first, set
}

// choose picks the features: in at least minDF distinct documents and in at
// most a share maxDF, the most frequent when there are too many. It returns for
// each raw feature its number, or -1.
func (c *corpus) choose(raw *matrix.CSR, first []int32, features []string, t tuning) []int32 {
	df := make([]int32, raw.Cols)
	for _, d := range first {
		index, _ := raw.Row(int(d))
		for _, id := range index {
			df[id]++
		}
	}
	least := int32(t.minDF)
	most := int32(max(math.Ceil(t.maxDF*float64(len(first))), 2))
	if len(first) < tinyCorpus {
		least, most = 1, int32(len(first))
	}
	words, pairs := c.threshold(df, features, least, t)
	keep := make([]int32, raw.Cols)
	for id, n := range df {
		keep[id] = -1
		floor := words
		if features[id][0] == pairMark {
			floor = pairs
		}
		if n < floor || n > most {
			continue
		}
		keep[id] = int32(len(c.features))
		c.features = append(c.features, features[id])
		c.df = append(c.df, n)
	}
	return keep
}

// threshold raises the least document frequency of words and of pairs until at
// most their limits are left.
func (c *corpus) threshold(df []int32, features []string, least int32, t tuning) (words, pairs int32) {
	floor := func(pair bool, limit int) int32 {
		counts := make(map[int32]int)
		for id, n := range df {
			if (features[id][0] == pairMark) == pair && n >= least {
				counts[n]++
			}
		}
		total := 0
		for _, n := range counts {
			total += n
		}
		at := least
		for ; total > limit; at++ {
			total -= counts[at]
		}
		return at
	}
	return floor(false, t.maxWords), floor(true, t.maxPairs)
}

// count builds the rows of distinct documents over the features kept.
func (c *corpus) count(raw *matrix.CSR, first, set []int32, keep []int32) {
	m := &matrix.CSR{Cols: len(c.features), Start: []int{0}}
	rows := make([]int32, len(first))
	for k, d := range first {
		index, value := raw.Row(int(d))
		for p, id := range index {
			if j := keep[id]; j >= 0 {
				m.Index, m.Value = append(m.Index, j), append(m.Value, value[p])
			}
		}
		rows[k] = -1
		if len(m.Index) > m.Start[m.Rows] {
			rows[k] = int32(m.Rows)
			m.Rows++
			m.Start = append(m.Start, len(m.Index))
		}
	}
	c.counts = m
	c.row = make([]int32, len(set))
	for d, k := range set {
		c.row[d] = -1
		if k >= 0 {
			c.row[d] = rows[k]
		}
	}
}
