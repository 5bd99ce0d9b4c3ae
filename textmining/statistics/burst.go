package statistics

import (
	"math"
	"slices"
)

// falseDiscovery is the share of flagged changes and bursts that may be chance
// (Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", 1995).
const falseDiscovery = 0.05

// discoveries returns which p-values pass at falseDiscovery.
func discoveries(p []float64) []bool {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return a - b
	})
	passed := 0
	for rank, i := range order {
		if p[i] <= falseDiscovery*float64(rank+1)/float64(len(p)) {
			passed = rank + 1
		}
	}
	out := make([]bool, len(p))
	for _, i := range order[:passed] {
		out[i] = true
	}
	return out
}

// significance flags the changes that chance does not explain.
func significance(lines []Line) {
	var p []float64
	var at []int
	for i := range lines {
		if lines[i].P != nil {
			p, at = append(p, *lines[i].P), append(at, i)
		}
	}
	for i, found := range discoveries(p) {
		lines[at[i]].Significant = found
	}
}

// poissonChange is the p-value of two Poisson counts over equal times having
// one mean, by the log-likelihood ratio (χ², one degree of freedom).
func poissonChange(now, before int) float64 {
	a, b := float64(now), float64(before)
	expected := (a + b) / 2
	if expected == 0 {
		return 1
	}
	g := 0.0
	for _, n := range [2]float64{a, b} {
		if n > 0 {
			g += 2 * n * math.Log(n/expected)
		}
	}
	return math.Erfc(math.Sqrt(max(0, g) / 2))
}

// minHistory is how many days of baseline a burst needs.
const minHistory = 14

// bursts looks for days of the last week on which a line came up far more often
// than expected: a negative binomial fitted to the eight weeks before, adjusted
// for the weekday by how all documents spread over the week.
func (s *Store) bursts(sc *scope, lines []Line, labels map[string]*label, tallies map[string]*tally) {
	weekday := weekdays(sc)
	found := make([]*Burst, len(lines))
	p := make([]float64, len(lines))
	for i := range lines {
		p[i] = 1
		t := tallies[lines[i].ID]
		if lines[i].Documents.Withheld() {
			continue
		}
		for j := range t.recent {
			day := sc.to - len(t.recent) + j
			c := t.recent[j].count(sc.q.K)
			if c.Withheld() || c.N < sc.q.K {
				continue
			}
			expected, tail, ok := surprise(sc, t.daily, weekday, day)
			if !ok || float64(c.N) <= expected {
				continue
			}
			if chance := min(1, tail(c.N)*float64(len(t.recent))); chance < p[i] {
				p[i] = chance
				found[i] = &Burst{Day: s.dateOf(day), Observed: c.N, Expected: *rounded(expected, 1), P: *rounded(chance, 6)}
			}
		}
	}
	for i, is := range discoveries(p) {
		if is && !s.tells(sc, labels[lines[i].ID], int(s.dayOf(found[i].Day)), lines[i].Series) {
			lines[i].Burst = found[i]
		}
	}
}

// weekdays returns how busy each day of the week is against the mean, from all
// documents before the days that are looked at, drawn towards 1 where few.
func weekdays(sc *scope) [7]float64 {
	var sum, days [7]float64
	first := firstDay(sc)
	for day := first; day < sc.to-burstDays; day++ {
		sum[day%7] += float64(sc.total.daily[day-sc.low])
		days[day%7]++
	}
	total, n := 0.0, 0.0
	for i := range sum {
		total += sum[i]
		n += days[i]
	}
	var out [7]float64
	for i := range out {
		out[i] = 1
		if total > 0 {
			const prior = 20 // documents
			expected := total / n * days[i]
			out[i] = (sum[i] + prior) / (expected + prior)
		}
	}
	return out
}

// firstDay is the first day of the scope with any document.
func firstDay(sc *scope) int {
	for i, n := range sc.total.daily {
		if n > 0 {
			return sc.low + i
		}
	}
	return sc.to
}

// surprise returns what a day lets expect and the chance of n or more.
func surprise(sc *scope, daily []int, weekday [7]float64, day int) (expected float64, tail func(n int) float64, ok bool) {
	last := day - baselineGap
	first := max(last-baselineDays, firstDay(sc))
	n := float64(last - first)
	if n < minHistory {
		return 0, nil, false
	}
	sum, squares := 0.0, 0.0
	for d := first; d < last; d++ {
		x := float64(daily[d-sc.low]) / weekday[d%7]
		sum += x
		squares += x * x
	}
	m := sum / n
	variance := (squares - n*m*m) / (n - 1)
	// An unseen label is taken to have come up half a time.
	mu := max(m, 0.5/n) * weekday[day%7]
	spread := variance/max(m, 0.5/n) - 1 // of the negative binomial: variance = mean × (1 + spread)
	return mu, func(n int) float64 { return upperTail(n, mu, max(spread, 0.05)) }, true
}

// upperTail is P(X ≥ n) of a negative binomial with that mean and variance
// mean × (1 + spread).
func upperTail(n int, mean, spread float64) float64 {
	r := mean / spread
	logP, logQ := math.Log(1/(1+spread)), math.Log(spread/(1+spread))
	lgR, _ := math.Lgamma(r)
	below := 0.0
	for x := range n {
		lgX, _ := math.Lgamma(float64(x) + r)
		lgF, _ := math.Lgamma(float64(x) + 1)
		below += math.Exp(lgX - lgF - lgR + r*logP + float64(x)*logQ)
	}
	return max(0, 1-below)
}
