package latency

import (
	"testing"
	"time"
)

func TestSummary(t *testing.T) {
	var h Histogram
	if s := h.Summary(); s != (Summary{}) {
		t.Errorf("of nothing: %+v", s)
	}
	for i := range 1000 {
		h.Add(time.Duration(i+1) * time.Millisecond)
	}
	s := h.Summary()
	if s.Count != 1000 {
		t.Errorf("%d counted", s.Count)
	}
	for _, c := range []struct{ got, exact time.Duration }{{s.P50, 500 * time.Millisecond}, {s.P90, 900 * time.Millisecond}, {s.P99, 990 * time.Millisecond}} {
		if c.got < c.exact || float64(c.got) > 1.2001*float64(c.exact) {
			t.Errorf("%v for %v", c.got, c.exact)
		}
	}
	h.Add(-time.Second)
	h.Add(100 * time.Hour)
	if got := h.Summary().Count; got != 1002 {
		t.Errorf("%d counted with the outermost", got)
	}
}

func BenchmarkAdd(b *testing.B) {
	var h Histogram
	for b.Loop() {
		h.Add(3 * time.Millisecond)
	}
}
