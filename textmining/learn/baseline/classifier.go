package baseline

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"qingting/textmining/learn/internal/svm"
)

// Classifier is a fitted TfidfVectorizer with a fitted LinearSVC, or with one
// for each label where texts may have several (OneVsRestClassifier).
type Classifier struct {
	vectoriser *Vectoriser
	labels     []string
	multi      bool
	weights    [][]float64
	bias       []float64
}

// LinearSVC's defaults.
const (
	cost   = 1
	stop   = 1e-4
	rounds = 1000
)

// Train fits texts with their labels. With multi a text may have any number of
// labels, else it has one.
func Train(ctx context.Context, texts []string, labels [][]string, multi bool) (*Classifier, error) {
	c := &Classifier{vectoriser: NewVectoriser(texts), multi: multi, labels: slices.Concat(labels...)}
	slices.Sort(c.labels)
	c.labels = slices.Compact(c.labels)
	m := &svm.Matrix{Start: []int{0}, Features: c.vectoriser.Features()}
	rows := make([]int32, len(texts))
	for i, text := range texts {
		for _, t := range c.vectoriser.Vector(text) {
			m.Index, m.Value = append(m.Index, t.Feature), append(m.Value, t.Value)
		}
		m.Start = append(m.Start, len(m.Index))
		rows[i] = int32(i)
	}
	c.weights, c.bias = make([][]float64, len(c.labels)), make([]float64, len(c.labels))
	var next atomic.Int64
	var running sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for ctx.Err() == nil {
				l := int(next.Add(1)) - 1
				if l >= len(c.labels) {
					return
				}
				p := svm.Problem{Matrix: m, Rows: rows, Stop: stop, Rounds: rounds, Seed: uint64(l)}
				for i := range rows {
					sign := int8(-1)
					if slices.Contains(labels[i], c.labels[l]) {
						sign = 1
					}
					p.Sign, p.Cost = append(p.Sign, sign), append(p.Cost, cost)
				}
				c.weights[l] = make([]float64, m.Features)
				c.bias[l] = p.Solve(c.weights[l])
			}
		})
	}
	running.Wait()
	return c, ctx.Err()
}

// Predict returns the labels of text: the one with the highest score, or with
// several labels all with a score above 0.
func (c *Classifier) Predict(text string) []string {
	vector := c.vectoriser.Vector(text)
	var given []string
	best := 0
	scores := make([]float64, len(c.labels))
	for l, w := range c.weights {
		scores[l] = c.bias[l]
		for _, t := range vector {
			scores[l] += w[t.Feature] * float64(t.Value)
		}
		if c.multi && scores[l] > 0 {
			given = append(given, c.labels[l])
		}
		if scores[l] > scores[best] {
			best = l
		}
	}
	if c.multi || len(c.labels) == 0 {
		return given
	}
	return c.labels[best : best+1]
}
