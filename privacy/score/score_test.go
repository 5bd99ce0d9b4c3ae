package score

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScore(t *testing.T) {
	var s Scorer
	text := strings.Repeat("字", 20)
	s.Add(Sample{
		Text:  text, // one exact, one lenient, one of another type, one half leaked
		Gold:  []Span{{0, 4, "A"}, {5, 9, "A"}, {10, 12, "B"}, {14, 18, "B"}},
		Found: found(Span{0, 4, "A"}, Span{5, 10, "A"}, Span{10, 12, "A"}, Span{14, 15, "B"}), Tags: []string{"x", "x"},
	})
	s.Add(Sample{
		Text:    text, // two lie on what is ignored, one does so by a third of it, one is extra
		Ignored: []Span{{0, 4, "job"}, {6, 10, "job"}},
		Found:   found(Span{0, 3, "A"}, Span{7, 8, "A"}, Span{9, 12, "C"}, Span{12, 14, "B"}), Tags: []string{"x", "y"},
	})
	s.Add(Sample{Text: text, Found: found(Span{0, 2, "C"})})
	s.Add(Sample{Text: text})

	r := s.Report()
	type row struct {
		Type                                              string
		Gold, Predicted, Strict, Lenient, NoLeak, Covered int
	}
	var got []row
	for _, x := range append(r.Types, r.Overall) {
		got = append(got, row{x.Type, x.Gold, x.Predicted, x.Strict.Recall.Hits, x.Lenient.Recall.Hits, x.NoLeak.Hits, x.Covered.Hits})
	}
	want := []row{{"A", 2, 3, 1, 2, 2, 8}, {"B", 2, 2, 0, 0, 1, 3}, {"C", 0, 2, 0, 0, 0, 0}, {"", 4, 7, 1, 2, 3, 11}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"job": 2}, r.Ignored); diff != "" {
		t.Errorf("ignored (-want +got):\n%s", diff)
	}
	// Clean: 6 of 20, 12 of 20, 20 and 20 characters; masked of them 1, 4, 2, 0.
	if p := r.CleanCharactersMasked; p.Hits != 7 || p.Total != 58 {
		t.Errorf("clean characters %d of %d", p.Hits, p.Total)
	}
	if p := r.CleanDocumentsTouched; p.Hits != 1 || p.Total != 2 || r.Documents != 4 {
		t.Errorf("clean documents %d of %d, %d in all", p.Hits, p.Total, r.Documents)
	}
	if f1, f2 := r.Overall.Lenient.F1, r.Overall.Lenient.F2; math.Abs(f1-4.0/11) > 1e-9 || math.Abs(f2-10.0/23) > 1e-9 {
		t.Errorf("F1 %v, F2 %v", f1, f2)
	}
}

func found(spans ...Span) (list []Found) {
	for _, s := range spans {
		list = append(list, Found{Span: s, Rule: "r", Confidence: 0.9})
	}
	return list
}

func TestTags(t *testing.T) {
	var s Scorer
	a := []Span{{0, 1, "A"}}
	s.Add(Sample{Text: "字字", Gold: a, Found: found(a...), Tags: []string{"x", "y", "x"}})
	s.Add(Sample{Text: "字字", Gold: a, Tags: []string{"y"}})
	s.Add(Sample{Text: "字字", Found: found(Span{0, 1, "A"}), Tags: []string{"clean"}})
	type row struct {
		Tag                         string
		Docs, Gold, NoLeak, Touched int
	}
	var got []row
	for _, g := range s.Report().Tags {
		got = append(got, row{g.Tag, g.Documents, g.Gold, g.NoLeak.Hits, g.CleanDocumentsTouched.Hits})
	}
	if diff := cmp.Diff([]row{{"clean", 1, 0, 0, 1}, {"x", 1, 1, 1, 0}, {"y", 2, 2, 1, 0}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCalibration(t *testing.T) {
	var s Scorer
	for i := range 20 { // nine of ten at 0.95 are right, and half of those at 0.9
		gold := []Span{{0, 2, "A"}, {5, 7, "B"}}
		if i%10 == 0 {
			gold = gold[1:]
		}
		if i%2 == 0 {
			gold = gold[:len(gold)-1]
		}
		s.Add(Sample{Text: "字字字字字字字字", Gold: gold, Found: []Found{{Span{0, 2, "A"}, "good", 0.95}, {Span{5, 7, "B"}, "vain", 0.9}}})
	}
	c := s.Report().Calibration
	if math.Abs(c.Error-(20*0.05+20*0.4)/40) > 1e-9 {
		t.Errorf("expected calibration error %v", c.Error)
	}
	type row struct {
		Rule         string
		Right, Found int
		Verdict      Verdict
	}
	var got []row
	for _, r := range c.Rules {
		got = append(got, row{r.Rule, r.Right.Hits, r.Right.Total, r.Verdict})
	}
	if diff := cmp.Diff([]row{{"good", 18, 20, Fair}, {"vain", 10, 20, Over}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var bins []int
	for _, b := range c.Types[1].Bins {
		bins = append(bins, b.Right.Hits, b.Right.Total)
	}
	if diff := cmp.Diff([]int{10, 20}, bins); diff != "" || c.Types[1].Type != "B" {
		t.Errorf("bins of %s (-want +got):\n%s", c.Types[1].Type, diff)
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, total int
		low, high   float64 // Brown, Cai and DasGupta's formula, computed apart
	}{
		{0, 10, 0, 0.27754}, {10, 10, 0.72246, 1}, {5, 10, 0.23659, 0.76341}, {81, 263, 0.25525, 0.36617}, {0, 0, 0, 1},
	} {
		p := Share(c.hits, c.total)
		if math.Abs(p.Low-c.low) > 1e-4 || math.Abs(p.High-c.high) > 1e-4 {
			t.Errorf("%d of %d: %.5f to %.5f, want %.5f to %.5f", c.hits, c.total, p.Low, p.High, c.low, c.high)
		}
	}
}

func TestIoU(t *testing.T) {
	for _, c := range []struct {
		a, b Span
		want float64
	}{
		{Span{0, 4, ""}, Span{0, 4, ""}, 1}, {Span{0, 4, ""}, Span{2, 6, ""}, 1.0 / 3}, {Span{0, 4, ""}, Span{4, 6, ""}, 0}, {Span{0, 4, ""}, Span{1, 3, ""}, 0.5},
	} {
		if got := IoU(c.a, c.b); got != c.want {
			t.Errorf("%v and %v share %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
