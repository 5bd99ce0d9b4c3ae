package radar

import (
	"math"
	"testing"
)

func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 10, .3, 1},
		{3, 10, 1, 1},
		{1, 10, 0, 0},
		{1, 2, .5, .75},
		{2, 2, .5, .25},
		{11, 10, .5, 0},
		{9, 10, .5, 11.0 / 1024}, // ten ways of nine, and one of ten
	} {
		if got := atLeast(c.k, c.n, c.p); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d of %d, each by %g: %g, want %g", c.k, c.n, c.p, got, c.want)
		}
	}
}
