package baseline

import (
	"math"
	"slices"
	"testing"
)

// The figures are worked out by hand from scikit-learn's documented formulas.
func TestVectorAsScikitLearn(t *testing.T) {
	v := NewVectoriser([]string{"Ab", "bb"})
	// a, ab: 1 of 2 texts; b: both; bb: 1.
	if v.Features() != 4 {
		t.Fatalf("%d features, want 4", v.Features())
	}
	rare, common := math.Log(3.0/2)+1, 1.0
	length := math.Sqrt(2*rare*rare + common*common)
	got := v.Vector("AB\u00a0zz")
	if len(got) != 3 {
		t.Fatalf("%d terms, want a, b and ab", len(got))
	}
	want := []float64{common / length, rare / length, rare / length}
	values := []float64{float64(got[0].Value), float64(got[1].Value), float64(got[2].Value)}
	slices.Sort(values)
	for i := range want {
		if math.Abs(values[i]-want[i]) > 1e-6 {
			t.Errorf("term %d is %g, want %g", i, values[i], want[i])
		}
	}
}

func TestWhiteSpaceAsScikitLearn(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a \n\tb", "a b"}, {"a\nb", "a\nb"}, {"  a", " a"}, {"a\u3000\u3000b", "a b"},
	} {
		if got := string(collapse([]rune(c.in))); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPredict(t *testing.T) {
	texts := []string{"话费扣多了", "话费太贵", "宽带断网", "宽带很慢"}
	c, err := Train(t.Context(), texts, [][]string{{"资费"}, {"资费"}, {"网络"}, {"网络"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Predict("宽带"); !slices.Equal(got, []string{"网络"}) {
		t.Errorf("宽带 is %v", got)
	}
	m, err := Train(t.Context(), texts, [][]string{{"资费", "投诉"}, {"资费"}, {"网络"}, nil}, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict("话费扣多了"); !slices.Equal(got, []string{"投诉", "资费"}) {
		t.Errorf("got %v, want both labels", got)
	}
	if got := m.Predict("宽带很慢"); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
}
