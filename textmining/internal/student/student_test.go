package student

import (
	"math"
	"testing"
)

// The values are those of printed tables.
func TestTables(t *testing.T) {
	for _, c := range []struct{ p, df, want float64 }{
		{.975, 1, 12.706205},
		{.975, 2, 4.302653},
		{.975, 5, 2.570582},
		{.975, 10, 2.228139},
		{.95, 30, 1.697261},
		{.975, 100, 1.983972},
		{.995, 20, 2.845340},
		{.975, 1e9, 1.959964},
		{.025, 10, -2.228139},
		{.5, 3, 0},
	} {
		if got := Quantile(c.p, c.df); math.Abs(got-c.want) > 1e-5 {
			t.Errorf("Quantile(%g, %g) = %g, want %g", c.p, c.df, got, c.want)
		}
	}
	for _, df := range []float64{.5, 1, 3.3, 40, 5000, 1e6} {
		for _, p := range []float64{.6, .9, .999} {
			if got := 1 - TwoSided(Quantile(p, df), df)/2; math.Abs(got-p) > 1e-9 {
				t.Errorf("df %g: the quantile of %g has probability %g", df, p, got)
			}
		}
	}
}
