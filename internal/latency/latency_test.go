package latency

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
	if s.Count != 1000 || s.Sum != 500500*time.Millisecond {
		t.Errorf("%d counted, %v together", s.Count, s.Sum)
	}
	for _, c := range []struct{ got, exact time.Duration }{{s.P50, 500 * time.Millisecond}, {s.P95, 950 * time.Millisecond}, {s.P99, 990 * time.Millisecond}} {
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

// What two processes counted says, once it was sent and merged, what one would say that
// had counted all.
func TestMerge(t *testing.T) {
	var one, two, all Histogram
	for i := range 300 {
		took := time.Duration(i*i) * time.Microsecond
		all.Add(took)
		if i%3 == 0 {
			one.Add(took)
		} else {
			two.Add(took)
		}
	}
	sent, err := json.Marshal(two.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	var got Snapshot
	if err := json.Unmarshal(sent, &got); err != nil {
		t.Fatal(err)
	}
	merged := one.Snapshot().Merge(got)
	if diff := cmp.Diff(all.Snapshot(), merged); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(all.Snapshot(), Snapshot{}.Merge(merged)); diff != "" {
		t.Errorf("with nothing: %s", diff)
	}
	if long := (Snapshot{Counts: make([]uint64, 4*buckets)}).Merge(merged); len(long.Counts) != buckets {
		t.Errorf("%d buckets after more than there are were sent", len(long.Counts))
	}
}

func TestBounds(t *testing.T) {
	var h Histogram
	h.AddMany(2*time.Microsecond, 3)
	h.Add(10 * time.Millisecond)
	h.Add(3 * time.Hour)
	list := h.Snapshot().Bounds()
	if first, last := list[0], list[len(list)-1]; len(list) < 15 || first != (Bound{time.Microsecond, 0}) || last.Count != 4 || last.Most > time.Hour {
		t.Errorf("%d bounds, from %+v to %+v", len(list), first, last)
	}
	for i, b := range list[1:] {
		if before := list[i]; b.Most <= before.Most || b.Count < before.Count {
			t.Errorf("%+v after %+v", b, before)
		}
		if want := 3 * b2i(b.Most >= 2*time.Microsecond); b.Most < 5*time.Millisecond && b.Count != uint64(want) {
			t.Errorf("%d up to %v, want %d", b.Count, b.Most, want)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func BenchmarkAdd(b *testing.B) {
	var h Histogram
	for b.Loop() {
		h.Add(3 * time.Millisecond)
	}
}
