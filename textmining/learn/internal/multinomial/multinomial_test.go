package multinomial

import (
	"math"
	"slices"
	"testing"

	"qingting/textmining/learn/internal/svm"
)

// One row, (1), of class 0 of two: both scores are 0, the gradient is (-½, ½),
// the mean of its squares ¼, so a step of 1 goes ½/√(0.01+¼) along each.
func TestFirstStepByHand(t *testing.T) {
	m := &svm.Matrix{Start: []int{0, 1}, Index: []int32{0}, Value: []float32{1}, Features: 1}
	p := Problem{Matrix: m, Rows: []int32{0}, Class: []int32{0}, Weight: []float32{1}, Classes: 2, Rounds: 1, Rate: 1}
	weights, bias := p.Solve()
	want := 0.5 / math.Sqrt(0.26)
	for name, got := range map[string][]float32{"weights": weights, "intercepts": bias} {
		if math.Abs(float64(got[0])-want) > 1e-6 || math.Abs(float64(got[1])+want) > 1e-6 {
			t.Errorf("%s %v, want %g and its negative", name, got, want)
		}
	}
}

// Three classes with a feature of their own each beside one that all have.
func TestClassesAreLearntTogether(t *testing.T) {
	m := &svm.Matrix{Start: []int{0}, Features: 4}
	p := Problem{Matrix: m, Classes: 3, Rounds: 20, Rate: 0.3, Seed: 1}
	for i := range 60 {
		m.Index, m.Value = append(m.Index, int32(i%3), 3), append(m.Value, 1, 1)
		m.Start = append(m.Start, len(m.Index))
		p.Rows, p.Class, p.Weight = append(p.Rows, int32(i)), append(p.Class, int32(i%3)), append(p.Weight, 1)
	}
	weights, bias := p.Solve()
	for f := range 3 {
		score := slices.Clone(bias)
		add(score, 1, weights[f*3:])
		add(score, 1, weights[9:])
		for l := range 3 {
			if l != f && score[f]-score[l] < 3 {
				t.Errorf("feature %d: class %d is %g ahead of class %d", f, f, score[f]-score[l], l)
			}
		}
		if sum := weights[f*3] + weights[f*3+1] + weights[f*3+2]; math.Abs(float64(sum)) > 1e-4 {
			t.Errorf("the weights of feature %d sum to %g over the classes", f, sum)
		}
	}
	again, _ := p.Solve()
	if !slices.Equal(weights, again) {
		t.Error("the same problem is solved otherwise")
	}
}
