package learn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Scores are drawn of which it is known how sure they are; the fit must find it.
func TestLabelCalibrationFindsTheSlope(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, slope, offset = 20000, 2.5, -1
	scores, sign := make([]float32, n), make([]int8, n)
	for i := range scores {
		scores[i] = float32(rng.NormFloat64())
		sign[i] = -1
		if rng.Float64() < logistic(slope*float64(scores[i])+offset) {
			sign[i] = 1
		}
	}
	a, b := fitLabel(scores, sign)
	if math.Abs(a-slope) > 0.1 || math.Abs(b-offset) > 0.1 {
		t.Errorf("slope %g, offset %g, want %g and %d", a, b, slope, offset)
	}
}

func TestSingleCalibrationFindsTheSlope(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n, slope = 20000, 3
	offset := []float64{0.5, 0, -0.5}
	scores, gold := make([][]float32, 3), make([]int32, n)
	for l := range scores {
		scores[l] = make([]float32, n)
	}
	p := make([]float64, 3)
	for i := range gold {
		for l := range scores {
			scores[l][i] = float32(rng.NormFloat64())
			p[l] = slope*float64(scores[l][i]) + offset[l]
		}
		softmax(p, p)
		draw := rng.Float64()
		for gold[i] < 2 && draw > p[gold[i]] {
			draw -= p[gold[i]]
			gold[i]++
		}
	}
	c := fitSingle(scores, gold)
	if math.Abs(c.slope[0]-slope) > 0.15 {
		t.Errorf("slope %g, want %d", c.slope[0], slope)
	}
	// Offsets count against each other only.
	for l := range offset {
		got, want := c.offset[l]-c.offset[0], offset[l]-offset[0]
		if math.Abs(got-want) > 0.15 {
			t.Errorf("offset %d is %g above the first, want %g", l, got, want)
		}
	}
}

// Scores that say nothing end in the shares of the labels, not in certainty.
func TestCalibrationOfNoise(t *testing.T) {
	scores, sign := make([]float32, 1000), make([]int8, 1000)
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range scores {
		scores[i] = float32(rng.NormFloat64())
		sign[i] = -1
		if i%10 == 0 {
			sign[i] = 1
		}
	}
	a, b := fitLabel(scores, sign)
	if p := logistic(a*2 + b); p < 0.05 || p > 0.2 {
		t.Errorf("probability %g, want about 0.1", p)
	}
}

func TestThresholdIsWhereF1IsHighest(t *testing.T) {
	p := []float64{0.9, 0.7, 0.6, 0.5, 0.4, 0.3}
	sign := []int8{1, 1, -1, 1, -1, -1}
	// After the fourth: 3 right of 4 given and 3 gold, F1 6/7; after the second 4/5.
	if got := threshold(p, sign); math.Abs(got-0.45) > 1e-12 {
		t.Errorf("threshold %g, want 0.45", got)
	}
	if got := threshold([]float64{0.1, 0.05}, []int8{-1, -1}); got != 0.5 {
		t.Errorf("threshold of a label nobody has is %g, want 0.5", got)
	}
}

// Three rows in ten have a label at random: the model must not be surer than
// it can be.
func TestProbabilitiesAreHonest(t *testing.T) {
	m := trained(t, invented(600, 0.3, 1), Options{})
	var sc Scratch
	var sum, right float64
	test := invented(600, 0.3, 2)
	for _, row := range test {
		s := m.Scores(row.Text, &sc)[0]
		sum += s.Probability
		if s.Label == row.Labels[0] {
			right++
		}
	}
	if math.Abs(sum-right) > 0.05*float64(len(test)) {
		t.Errorf("sure of %.3f, right %.3f", sum/float64(len(test)), right/float64(len(test)))
	}
}
