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
	s.Add(text, // one exact, one lenient, one of another type, one half leaked
		[]Span{{0, 4, "A"}, {5, 9, "A"}, {10, 12, "B"}, {14, 18, "B"}}, nil,
		[]Span{{0, 4, "A"}, {5, 10, "A"}, {10, 12, "A"}, {14, 15, "B"}})
	s.Add(text, nil, []Span{{0, 4, "job"}, {6, 10, "job"}}, // one matches what is ignored, one is extra
		[]Span{{0, 3, "A"}, {12, 14, "B"}})
	s.Add(text, nil, nil, []Span{{0, 2, "C"}})
	s.Add(text, nil, nil, nil)

	r := s.Report()
	type row struct {
		Type                                              string
		Gold, Predicted, Strict, Lenient, NoLeak, Covered int
	}
	var got []row
	for _, x := range append(r.Types, r.Overall) {
		got = append(got, row{x.Type, x.Gold, x.Predicted, x.Strict.Recall.Hits, x.Lenient.Recall.Hits, x.NoLeak.Hits, x.Covered.Hits})
	}
	want := []row{{"A", 2, 3, 1, 2, 2, 8}, {"B", 2, 2, 0, 0, 1, 3}, {"C", 0, 1, 0, 0, 0, 0}, {"", 4, 6, 1, 2, 3, 11}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"job": 2}, r.Ignored); diff != "" {
		t.Errorf("ignored (-want +got):\n%s", diff)
	}
	// Clean: 6 of 20, 12 of 20, 20 and 20 characters; masked of them 1, 2, 2, 0.
	if p := r.CleanCharactersMasked; p.Hits != 5 || p.Total != 58 {
		t.Errorf("clean characters %d of %d", p.Hits, p.Total)
	}
	if p := r.CleanDocumentsTouched; p.Hits != 1 || p.Total != 2 || r.Documents != 4 {
		t.Errorf("clean documents %d of %d, %d in all", p.Hits, p.Total, r.Documents)
	}
	if f1, f2 := r.Overall.Lenient.F1, r.Overall.Lenient.F2; math.Abs(f1-0.4) > 1e-9 || math.Abs(f2-10.0/22) > 1e-9 {
		t.Errorf("F1 %v, F2 %v", f1, f2)
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, total int
		low, high   float64 // Brown, Cai and DasGupta's formula, computed apart
	}{
		{0, 10, 0, 0.27754}, {10, 10, 0.72246, 1}, {5, 10, 0.23659, 0.76341}, {81, 263, 0.25525, 0.36617}, {0, 0, 0, 1},
	} {
		p := proportion(c.hits, c.total)
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
