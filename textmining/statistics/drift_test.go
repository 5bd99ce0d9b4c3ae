package statistics

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestDriftCounts: of a drift's days all are counted, and what was to be
// expected of them; of days of few customers nothing is.
func TestDriftCounts(t *testing.T) {
	const days, rise = 120, 70
	put := func(few bool) (s *Store, counts [days]int) {
		s = New(Config{})
		r := rand.New(rand.NewPCG(3, 3))
		n := 0
		for day := range days {
			speak := func(times int, theme string, customers int) {
				for range times {
					n++
					s.Put(doc(fmt.Sprint("r", n), fmt.Sprint(theme, n%customers), day, theme))
				}
			}
			speak(40+r.IntN(5), "other", 1000)
			mean, customers := 12.0, 1000
			if day >= rise {
				mean = 17
				if few {
					customers = 3
				}
			}
			counts[day] = poisson(r, mean)
			speak(counts[day], "bill", customers)
		}
		return s, counts
	}
	up := func(s *Store, q Query) (Drift, int) {
		t.Helper()
		c, err := s.Series(Theme, "bill", q)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range c.Drifts {
			if d.Up {
				return d, int(d.Since.Sub(s.dateOf(int(s.dayOf(day0)))).Hours()) / 24
			}
		}
		t.Fatalf("no drift: %+v", c.Drifts)
		return Drift{}, 0
	}
	s, counts := put(false)
	whole := Query{From: day0, To: day0.AddDate(0, 0, days)}
	d, since := up(s, whole)
	if since < rise-8 || since > rise+8 {
		t.Fatalf("the drift began on day %d, want about %d", since, rise)
	}
	last := since + int(d.Sure.Sub(d.Since).Hours())/24
	want := 0
	for day := since; day <= last; day++ {
		want += counts[day]
	}
	if d.Observed == nil || d.Observed.N != want || d.Expected == nil || *d.Expected < 11*float64(last-since+1) || *d.Expected > 13.5*float64(last-since+1) {
		t.Errorf("of days %d to %d: observed %+v, want %d; expected %v", since, last, d.Observed, want, d.Expected)
	}
	s, _ = put(true)
	if d, _ := up(s, whole); d.Observed != nil || d.Expected != nil {
		t.Errorf("days of three customers: %+v", d)
	}
}
