// Package measure says how well a classifier does on labelled texts.
//
//	var m measure.Tally
//	m.Add(gold, given)
//	report := m.Report()
//
// Macro-F1 is scikit-learn's: the mean of F1 over the labels that are gold or
// given at least once, an undefined F1 being 0. Accuracy is the share of texts
// whose labels are exactly right. It keeps no text.
package measure

import (
	"maps"
	"math"
	"slices"
)

// Report is what a Tally comes to.
type Report struct {
	Texts    int     `json:"texts"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	MicroF1  float64 `json:"micro_f1"`
	// CalibrationError is the expected calibration error of the most probable
	// label of each text, in ten bins of equal width (Naeini, Cooper and
	// Hauskrecht 2015); of texts with several labels, that of all labels. It is
	// nil when the classifier gives no probabilities.
	CalibrationError *float64 `json:"calibration_error,omitempty"`
	Bins             []Bin    `json:"calibration,omitempty"`
	Labels           []Label  `json:"labels"`
}

// Label is how well one label does.
type Label struct {
	Label     string  `json:"label"`
	Gold      int     `json:"gold"`
	Given     int     `json:"given"`
	Right     int     `json:"right"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Bin is the answers with a probability of From to under To; the last holds 1.
type Bin struct {
	From        float64 `json:"from"`
	To          float64 `json:"to"`
	Probability float64 `json:"probability"` // mean
	Answers     int     `json:"answers"`
	Right       int     `json:"right"`
}

const bins = 10

// Tally counts. The zero value is ready; it is not safe for concurrent use.
type Tally struct {
	texts, exact int
	labels       map[string]*Label
	sum          [bins]float64
	answers      [bins]int
	right        [bins]int
}

// Add counts one text: the labels it has and those it was given.
func (t *Tally) Add(gold, given []string) {
	t.texts++
	if t.labels == nil {
		t.labels = map[string]*Label{}
	}
	exact := len(gold) == len(given)
	for _, name := range gold {
		t.label(name).Gold++
	}
	for _, name := range given {
		l := t.label(name)
		l.Given++
		if slices.Contains(gold, name) {
			l.Right++
		} else {
			exact = false
		}
	}
	if exact {
		t.exact++
	}
}

// AddProbability counts one answer with its probability.
func (t *Tally) AddProbability(p float64, right bool) {
	b := min(bins-1, max(0, int(p*bins)))
	t.sum[b] += p
	t.answers[b]++
	if right {
		t.right[b]++
	}
}

// Merge adds what other has counted.
func (t *Tally) Merge(other *Tally) {
	t.texts, t.exact = t.texts+other.texts, t.exact+other.exact
	if t.labels == nil {
		t.labels = map[string]*Label{}
	}
	for name, l := range other.labels {
		own := t.label(name)
		own.Gold, own.Given, own.Right = own.Gold+l.Gold, own.Given+l.Given, own.Right+l.Right
	}
	for b := range other.answers {
		t.sum[b] += other.sum[b]
		t.answers[b] += other.answers[b]
		t.right[b] += other.right[b]
	}
}

func (t *Tally) label(name string) *Label {
	l, ok := t.labels[name]
	if !ok {
		l = &Label{Label: name}
		t.labels[name] = l
	}
	return l
}

// Report computes the figures; labels are ascending.
func (t *Tally) Report() Report {
	r := Report{Texts: t.texts, Accuracy: share(t.exact, t.texts)}
	var all Label
	for _, name := range slices.Sorted(maps.Keys(t.labels)) {
		l := *t.labels[name]
		l.finish()
		r.Labels = append(r.Labels, l)
		r.MacroF1 += l.F1 / float64(len(t.labels))
		all.Gold, all.Given, all.Right = all.Gold+l.Gold, all.Given+l.Given, all.Right+l.Right
	}
	all.finish()
	r.MicroF1 = all.F1
	total, sum := 0, 0.0
	for b, n := range t.answers {
		if n == 0 {
			continue
		}
		r.Bins = append(r.Bins, Bin{float64(b) / bins, float64(b+1) / bins, t.sum[b] / float64(n), n, t.right[b]})
		total += n
		sum += math.Abs(t.sum[b] - float64(t.right[b]))
	}
	if total > 0 {
		sum /= float64(total)
		r.CalibrationError = &sum
	}
	return r
}

func (l *Label) finish() {
	l.Precision, l.Recall = share(l.Right, l.Given), share(l.Right, l.Gold)
	l.F1 = share(2*l.Right, l.Given+l.Gold)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
