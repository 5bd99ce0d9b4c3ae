package learn

import (
	"cmp"
	"math"
	"slices"

	"qingting/textmining/segment"
)

// Model is a trained classifier. It is immutable and safe for concurrent use,
// each goroutine with a Scratch of its own.
type Model struct {
	labels    []string // ascending
	multi     bool
	rows      int    // it was trained on
	lexicon   string // version of the segmenter it was trained with
	segmenter *segment.Segmenter

	weight    [groups]float32 // length of each group's vector
	keys      []uint32        // characters first, ascending in each group
	first     [groups + 1]int // feature of each group; the last is their number
	window    int             // of the pairs of words
	frequency []int32         // rows with feature i
	start     []uint32        // of feature i in entries
	entries   []weight

	scale, bias   []float32 // by label: of its entries, of its score
	slope, offset []float32 // calibration
	lean, toll    []float32 // of labels to choose one of: the largest (p − toll)·exp(lean)
	least         []float32 // probability from which a label is given, or sure

	idf    []float32
	factor []float64 // exp(lean)
	table  [groups]table
}

// weight is what a feature says about a label, in units of the label's scale.
type weight struct {
	label uint16
	value int16
}

// Score is what a model says about one label.
type Score struct {
	Label       string
	Probability float64 // calibrated: of .8 and its like, 8 in 10 are right
	// Given says that the label is the model's answer: of a model for one label a
	// text the best one, of a model for several each that reaches its threshold.
	Given bool
	// Sure says that the probability reaches the label's threshold, the one that
	// gave the best F1 on rows the model had not seen. When no label is sure, the
	// honest answer is "other".
	Sure bool
}

// Scratch is the working memory of one goroutine. The zero value is ready.
type Scratch struct {
	reader  reader
	count   []uint16
	touched []int32
	sum     [groups][]float32
	score   []float64
	p       []float64
	order   []int32
	out     []Score
}

// Labels returns the labels, ascending. The caller must not change it.
func (m *Model) Labels() []string { return m.labels }

// Multi says whether a text may have any number of labels.
func (m *Model) Multi() bool { return m.multi }

// Rows is how many rows the model was trained on.
func (m *Model) Rows() int { return m.rows }

// Lexicon is the version of the segmenter that cut the rows. Another lexicon
// cuts some words otherwise, and costs the model some of what it knows of them.
func (m *Model) Lexicon() string { return m.lexicon }

// Scores returns a score for each label, the model's answers first. They are
// good until sc is used again.
func (m *Model) Scores(text string, sc *Scratch) []Score {
	sc.reader.tokens = m.segmenter.AppendTokens(sc.reader.tokens[:0], text)
	return m.ScoreTokens(text, sc.reader.tokens, sc)
}

// ScoreTokens is Scores of a text that has been cut already.
func (m *Model) ScoreTokens(text string, tokens []segment.Token, sc *Scratch) []Score {
	m.add(text, tokens, sc)
	for l := range m.labels {
		sc.p[l] = float64(m.slope[l])*sc.score[l] + float64(m.offset[l])
		if m.multi {
			sc.p[l] = logistic(sc.p[l])
		}
	}
	if !m.multi {
		softmax(sc.p, sc.p)
	}
	// Order by what decides.
	for l, p := range sc.p {
		if m.multi {
			sc.score[l] = p - float64(m.least[l])
		} else {
			sc.score[l] = (p - float64(m.toll[l])) * m.factor[l]
		}
		sc.order[l] = int32(l)
	}
	slices.SortFunc(sc.order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(sc.score[b], sc.score[a]), cmp.Compare(a, b))
	})
	sc.out = sc.out[:0]
	for i, l := range sc.order {
		sure := sc.p[l] >= float64(m.least[l])
		given := i == 0
		if m.multi {
			given = sure
		}
		sc.out = append(sc.out, Score{m.labels[l], sc.p[l], given, sure})
	}
	return sc.out
}

// add fills sc.score with the raw score of each label.
func (m *Model) add(text string, tokens []segment.Token, sc *Scratch) {
	sc.fit(m)
	sc.reader.window = m.window
	sc.reader.read(text, tokens)
	for l := range sc.score {
		sc.score[l] = float64(m.bias[l])
	}
	for g := range sc.reader.pieces {
		sc.touched = sc.touched[:0]
		for _, p := range sc.reader.pieces[g] {
			f := m.table[g].find(p.key)
			if f < 0 {
				continue
			}
			if sc.count[f] == 0 {
				sc.touched = append(sc.touched, f)
			}
			if sc.count[f] < math.MaxUint16 {
				sc.count[f]++
			}
		}
		sum := sc.sum[g]
		clear(sum)
		square := float32(0)
		for _, f := range sc.touched {
			v := damped(int32(sc.count[f])) * m.idf[f]
			sc.count[f] = 0
			square += v * v
			for _, e := range m.entries[m.start[f]:m.start[f+1]] {
				sum[e.label] += v * float32(e.value)
			}
		}
		if square == 0 {
			continue
		}
		length := float64(m.weight[g]) / math.Sqrt(float64(square))
		for l := range sum {
			sc.score[l] += length * float64(sum[l]) * float64(m.scale[l])
		}
	}
}

// fit makes sc large enough for m.
func (sc *Scratch) fit(m *Model) {
	if len(sc.count) < len(m.keys) {
		sc.count = make([]uint16, len(m.keys))
	}
	if n := len(m.labels); len(sc.score) != n {
		sc.score, sc.p, sc.order = make([]float64, n), make([]float64, n), make([]int32, n)
		for g := range sc.sum {
			sc.sum[g] = make([]float32, n)
		}
	}
}

// ready builds what is derived.
func (m *Model) ready() {
	for g := range m.table {
		m.table[g] = newTable(m.keys[m.first[g]:m.first[g+1]], m.first[g])
	}
	m.factor = make([]float64, len(m.lean))
	for l, lean := range m.lean {
		m.factor[l] = math.Exp(float64(lean))
	}
	m.idf = make([]float32, len(m.keys))
	for f, n := range m.frequency {
		m.idf[f] = idf(m.rows, int(n))
	}
}
