package measure

import (
	"math"
	"testing"
)

func TestReport(t *testing.T) {
	var m Tally
	m.Add([]string{"a"}, []string{"a"})
	m.Add([]string{"a"}, []string{"b"})
	m.Add([]string{"b"}, []string{"b"})
	m.Add([]string{"c"}, []string{"b"})
	r := m.Report()
	// a: P 1, R 1/2, F1 2/3; b: P 1/3, R 1, F1 1/2; c: 0.
	if want := (2.0/3 + 0.5) / 3; math.Abs(r.MacroF1-want) > 1e-12 {
		t.Errorf("macro-F1 %g, want %g", r.MacroF1, want)
	}
	if r.Accuracy != 0.5 || r.MicroF1 != 0.5 || r.CalibrationError != nil {
		t.Errorf("accuracy %g, micro-F1 %g, calibration %v", r.Accuracy, r.MicroF1, r.CalibrationError)
	}
}

func TestSeveralLabelsMustAllBeRight(t *testing.T) {
	var m Tally
	m.Add([]string{"a", "b"}, []string{"b", "a"})
	m.Add([]string{"a", "b"}, []string{"a"})
	m.Add(nil, nil)
	m.Add(nil, []string{"a"})
	if r := m.Report(); r.Accuracy != 0.5 {
		t.Errorf("accuracy %g, want 0.5", r.Accuracy)
	}
}

func TestCalibrationError(t *testing.T) {
	var m Tally
	for i := range 10 {
		m.AddProbability(0.8, i < 8) // as good as its word
		m.AddProbability(0.95, i < 5)
	}
	r := m.Report()
	if want := 0.45 / 2; math.Abs(*r.CalibrationError-want) > 1e-12 {
		t.Errorf("calibration error %g, want %g", *r.CalibrationError, want)
	}
	m.AddProbability(1, true)
	if last := m.Report().Bins; last[len(last)-1].Answers != 11 {
		t.Error("a probability of 1 is not in the last bin")
	}
}

func TestMergedTalliesAreOne(t *testing.T) {
	var whole Tally
	var halves [2]Tally
	for i := range 40 {
		gold, given := []string{string(rune('a' + i%3))}, []string{string(rune('a' + i%4))}
		for _, m := range []*Tally{&whole, &halves[i%2]} {
			m.Add(gold, given)
			m.AddProbability(float64(i%8)/8, i%3 == i%4)
		}
	}
	halves[0].Merge(&halves[1])
	a, b := whole.Report(), halves[0].Report()
	if a.Accuracy != b.Accuracy || a.MacroF1 != b.MacroF1 || *a.CalibrationError != *b.CalibrationError || a.Texts != b.Texts {
		t.Errorf("merged %+v, whole %+v", b, a)
	}
}
