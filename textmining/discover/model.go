package discover

import (
	"math"

	"qingting/textmining/segment"
)

// Model assigns texts to the clusters that a fit found. It is immutable; take
// an Assigner for each goroutine.
type Model struct {
	segmenter *segment.Segmenter
	features  []string
	ids       map[string]int32
	mixture   *mixture
	tuning    tuning
}

// K is the number of clusters.
func (m *Model) K() int { return m.mixture.k }

// Assigner returns what assigns texts one after the other. It is not safe for
// concurrent use.
func (m *Model) Assigner() *Assigner {
	return &Assigner{m: m, reader: reader{segmenter: m.segmenter, pairs: m.tuning.pairs}, counts: make(map[int32]int), scores: make([]float32, m.mixture.k)}
}

// Assign is Assigner().Assign for one text. It is safe for concurrent use.
func (m *Model) Assign(text string) (cluster int, margin float32) { return m.Assigner().Assign(text) }

// Assigner holds the working memory of assigning.
type Assigner struct {
	m      *Model
	reader reader
	counts map[int32]int
	index  []int32
	weight []float32
	scores []float32
}

// Assign returns the cluster that text fits best and by what margin: 0 when
// another fits as well, towards 1 the clearer it is (p − q of the two most
// probable clusters, were there no others). A text of which the model knows no
// feature has no cluster: −1, 0.
func (a *Assigner) Assign(text string) (cluster int, margin float32) {
	clear(a.counts)
	a.index, a.weight = a.index[:0], a.weight[:0]
	a.reader.read(text, func(feature []byte) {
		id, ok := a.m.ids[string(feature)]
		if !ok {
			return
		}
		if a.counts[id]++; a.counts[id] == 1 {
			a.index = append(a.index, id)
		}
	})
	if len(a.index) == 0 || a.m.mixture.k == 0 {
		return -1, 0
	}
	for _, id := range a.index {
		a.weight = append(a.weight, a.m.tuning.evidence(a.m.features[id], float32(a.counts[id])))
	}
	a.m.mixture.score(a.index, a.weight, a.scores)
	c, by := top(a.scores)
	return int(c), marginOf(by)
}

func marginOf(logOdds float32) float32 { return float32(math.Tanh(float64(logOdds) / 2)) }

// evidence is how much n times a feature weigh in the mixture.
func (t tuning) evidence(feature string, n float32) float32 {
	w := float32(math.Pow(float64(n), t.tfPower))
	if feature[0] == pairMark {
		w *= float32(t.pairWeight)
	}
	return w
}
