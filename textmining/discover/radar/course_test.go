package radar_test

import (
	"slices"
	"testing"

	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
)

// TestSeries: the course of a theme adds up; days of fewer than five customers
// are left out, and with the only such ones the next smallest, which the size of
// the theme would tell them by.
func TestSeries(t *testing.T) {
	// Ten documents of ten customers every tenth day, and on two other days few.
	course := func(few ...int) []*int {
		day := func(i int) int { return i / 10 * 10 }
		market := spoken("market", 100, 100, day)
		at := 4
		for _, n := range few {
			for i := range n {
				d := spoken("market", 20, 20, func(int) int { return at })[i]
				d.ID += "-few-" + string(rune('a'+at))
				market = append(market, d)
			}
			at += 10
		}
		docs := slices.Concat(market, spoken("maple", 40, 40, daily))
		found := look(t, docs, radar.Options{Clusters: 2}, new(follow.State))
		var out []*int
		days := 0
		for _, p := range found.Themes[0].Series {
			out = append(out, p.Documents)
			days += p.Days
		}
		if first := found.Themes[0].Series[0]; first.From != "2026-01-01" || days != 91 {
			t.Errorf("the course begins on %s and has %d days", first.From, days)
		}
		return out
	}
	count := func(points []*int) (sum, none int) {
		for _, p := range points {
			if p == nil {
				none++
			} else {
				sum += *p
			}
		}
		return sum, none
	}
	if sum, none := count(course()); sum != 100 || none != 0 {
		t.Errorf("the course adds up to %d of 100 with %d points left out", sum, none)
	}
	if sum, none := count(course(3)); sum != 90 || none != 2 {
		t.Errorf("with one point of three: %d, %d points left out, want 90 and two", sum, none)
	}
	if sum, none := count(course(3, 4)); sum != 100 || none != 2 {
		t.Errorf("with two small points: %d, %d points left out, want 100 and two", sum, none)
	}
}

// TestEmerging: a theme that the last run first held and that most speak of in
// the last week is told as one that is new and grows; one that is as frequent as
// ever and one of few customers is not. That of a first run only grows.
func TestEmerging(t *testing.T) {
	old := slices.Concat(spoken("market", 60, 60, daily), spoken("maple", 40, 40, daily))
	lastWeek := func(i int) int { return 93 + i%7 }
	emerging := func(kite []radar.Document, runs int) (rising, emerging *radar.Rising) {
		t.Helper()
		state := new(follow.State)
		if runs > 1 {
			look(t, old, radar.Options{Clusters: 2}, state)
		}
		found := look(t, slices.Concat(old, kite), radar.Options{Clusters: 3}, state)
		for _, th := range slices.Concat(found.Themes, found.Loose) {
			if th.Size == len(kite) {
				return th.Rising, th.Emerging
			}
			if th.Rising != nil {
				t.Errorf("%s goes on as it did and rises: %+v", th.Name, th.Rising)
			}
		}
		t.Fatalf("no theme of %d documents", len(kite))
		return nil, nil
	}
	_, e := emerging(spoken("kite", 30, 30, lastWeek), 2)
	if e == nil || e.From != "2026-04-04" || e.To != "2026-04-10" || e.Documents != 30 || e.Customers != 30 || e.Expected < 5 || e.Expected > 12 || e.P > 1e-6 {
		t.Errorf("what is new this week: %+v", e)
	}
	if rising, e := emerging(spoken("kite", 100, 100, daily), 2); e != nil || rising != nil {
		t.Errorf("what is as frequent as ever: %+v", e)
	}
	if rising, e := emerging(spoken("kite", 30, 30, lastWeek), 1); e != nil || rising == nil || rising.Documents != 30 {
		t.Errorf("in the first run nothing is new, and what grows is told: %+v, %+v", rising, e)
	}
	if _, e := emerging(spoken("kite", 30, 30, func(i int) int { return max(3, lastWeek(i)*min(1, i/2)) }), 2); e == nil || e.From != "2026-01-01" || e.Documents != 30 {
		t.Errorf("two customers before are told by the difference: %+v", e)
	}
}
