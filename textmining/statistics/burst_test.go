package statistics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestBursts plants a burst in weeks of weekday-shaped noise and looks at how
// often noise alone is called one.
func TestBursts(t *testing.T) {
	found, falseAlarms, reports := 0, 0, 20
	for trial := range reports {
		r := rand.New(rand.NewPCG(uint64(trial), 3))
		s := New(Config{})
		n := 0
		for day := range 70 {
			for _, id := range []string{"noise", "other", "quiet", "planted"} {
				mean := 20.0
				if day%7 >= 5 {
					mean = 8
				}
				if id == "planted" && day == 68 {
					mean *= 4
				}
				for range poisson(r, mean) {
					n++
					s.Put(doc(fmt.Sprint("r", n), fmt.Sprint("c", n), day, id))
				}
			}
		}
		for _, l := range s.Report(Query{}).Themes {
			switch {
			case l.Burst == nil:
			case l.ID == "planted":
				found++
			default:
				falseAlarms++
			}
		}
	}
	t.Logf("found %d of %d, %d false alarms in %d reports", found, reports, falseAlarms, reports)
	if found < reports*9/10 || falseAlarms > 4 {
		t.Errorf("found %d of %d bursts, %d false alarms", found, reports, falseAlarms)
	}
}

func poisson(r *rand.Rand, mean float64) int {
	n, p, limit := 0, r.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= r.Float64()
	}
	return n
}
