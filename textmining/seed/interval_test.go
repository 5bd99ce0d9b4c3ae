package seed

import (
	"math"
	"testing"
)

// TestInterval against Wilson's formula by hand.
func TestInterval(t *testing.T) {
	for _, c := range []struct {
		right, n  int
		low, high float64
	}{
		{0, 0, 0, 1}, {20, 20, 0.8389, 1}, {18, 20, 0.6990, 0.9721}, {0, 10, 0, 0.2775}, {50, 100, 0.4038, 0.5962},
	} {
		low, high := Interval(c.right, c.n)
		if math.Abs(low-c.low) > 2e-4 || math.Abs(high-c.high) > 2e-4 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.right, c.n, low, high, c.low, c.high)
		}
	}
}
