package discover

import (
	"slices"
	"testing"

	"qingting/textmining/discover/internal/matrix"
)

func TestWard(t *testing.T) {
	points := &matrix.Dense{Rows: 6, Cols: 1, Data: []float32{0, .1, 5, 5.2, 9, 7}}
	// The last has no weight; of the others 0 and .1, then 5 and 5.2 are nearest.
	got := ward(points, []float64{3, 1, 2, 2, 1, 0}, 3)
	if got[0] != got[1] || got[2] != got[3] || got[0] == got[2] || got[4] == got[0] || got[4] == got[2] {
		t.Errorf("groups %v", got)
	}
	if all := ward(points, []float64{3, 1, 2, 2, 1, 0}, 1); slices.Max(all) != 0 {
		t.Errorf("one group: %v", all)
	}
}
