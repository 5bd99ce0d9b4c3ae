package statistics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"qingting/textmining/trend"
)

// Comparison is two periods, or two segments, side by side. Lines are ranked by
// how sure their difference is.
type Comparison struct {
	A     Side             `json:"a"`
	B     Side             `json:"b"`
	K     int              `json:"k"`
	Lines []ComparisonLine `json:"lines"`
}

// Side says what is compared.
type Side struct {
	Period    Span   `json:"period"`
	Channel   string `json:"channel,omitempty"`
	Region    string `json:"region,omitempty"`
	Product   string `json:"product,omitempty"`
	Documents Count  `json:"documents"`
}

// ComparisonLine is one label in both.
type ComparisonLine struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	ZH          string `json:"zh"`
	EN          string `json:"en"`
	A           Count  `json:"a"`
	B           Count  `json:"b"`
	*Difference        // nil when a count is withheld, or one side has no feedback at all
}

// Difference is how the rate in A compares with that in B: pieces a day for two
// periods of the same scope, shares of the day's feedback for two segments.
type Difference struct {
	Ratio       *float64 `json:"ratio,omitempty"` // nil when B has none
	Low         float64  `json:"low"`             // 95 % interval
	High        *float64 `json:"high,omitempty"`  // nil is without bound
	P           float64  `json:"p_value"`         // adjusted for the number of lines (Benjamini–Hochberg)
	Significant bool     `json:"significant"`     // at a false discovery rate of 5 %
}

// differs compares a with b; ok is false when there is nothing to compare.
func differs(a, b trend.Series) (*Difference, bool) {
	r, err := trend.Compare(a, b)
	if err != nil || math.IsNaN(r.Value) {
		return nil, false
	}
	d := &Difference{Low: *rounded(r.Low, 3), P: r.P}
	if !math.IsInf(r.Value, 0) {
		d.Ratio = rounded(r.Value, 3)
	}
	if !math.IsInf(r.High, 0) {
		d.High = rounded(r.High, 3)
	}
	return d, true
}

// adjust turns p-values into those adjusted for their number.
func adjust(found []*Difference) {
	p := make([]float64, len(found))
	for i, d := range found {
		p[i] = math.NaN()
		if d != nil {
			p[i] = d.P
		}
	}
	for i, q := range trend.Adjusted(p) {
		if found[i] != nil {
			found[i].P, found[i].Significant = *rounded(q, 6), q <= falseDiscovery
		}
	}
}

// Compare sets what a covers beside what b covers. Where they overlap, as all
// channels and one do, a count is withheld, too, that would with the other's
// leave documents of too few customers.
func (s *Store) Compare(a, b Query) Comparison {
	s.mu.RLock()
	defer s.mu.RUnlock()
	scA, scB := s.resolve(a), s.resolve(b)
	k := max(scA.q.K, scB.q.K)
	scA.q.K, scB.q.K = k, k
	scA.brief, scB.brief = true, true
	countedA, countedB := s.counted(scA), s.counted(scB)
	shared := scA.channel != scB.channel || scA.region != scB.region || scA.product != scB.product || scA.nothing || scB.nothing
	overlap := func(l *label, x, y Count) (Count, Count) {
		if s.overlapExposes(l, scA, scB, k) {
			return Count{Below: k}, Count{Below: k}
		}
		return x, y
	}
	out := Comparison{K: k, Lines: []ComparisonLine{}}
	totalA, totalB := overlap(nil, scA.total.now.count(k), scB.total.now.count(k))
	out.A, out.B = s.side(scA, a, totalA), s.side(scB, b, totalB)
	// Nothing was said of anything where there is no feedback at all: that is no rate
	// of 0, from which everything would differ.
	silent := scA.total.now.documents == 0 || scB.total.now.documents == 0
	var found []*Difference
	for kind := range s.labels {
		for id, l := range s.labels[kind] {
			tA, tB := countedA[kind][l], countedB[kind][l]
			line := ComparisonLine{ID: id, Kind: Kind(kind).String(), ZH: s.Name(id, "zh"), EN: s.Name(id, "en")}
			line.A, line.B = overlap(l, tA.now.count(k), tB.now.count(k))
			if !line.A.Withheld() && !line.B.Withheld() {
				if line.A.N+line.B.N == 0 {
					continue
				}
				if !silent {
					seriesA, seriesB := scA.series(tA.daily, nil, scA.from, scA.to), scB.series(tB.daily, nil, scB.from, scB.to)
					if shared {
						seriesA.Exposure, seriesB.Exposure = floats(scA.period(scA.total.daily)), floats(scB.period(scB.total.daily))
					}
					line.Difference, _ = differs(seriesA, seriesB)
				}
			}
			out.Lines = append(out.Lines, line)
		}
	}
	slices.SortFunc(out.Lines, func(x, y ComparisonLine) int { return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID)) })
	for i := range out.Lines {
		found = append(found, out.Lines[i].Difference)
	}
	adjust(found)
	slices.SortStableFunc(out.Lines, func(x, y ComparisonLine) int { return cmp.Compare(x.sure(), y.sure()) })
	return out
}

// sure is what lines are ranked by; withheld ones come last.
func (l *ComparisonLine) sure() float64 {
	if l.Difference == nil {
		return 2
	}
	return l.P
}

func (s *Store) side(sc *scope, q Query, n Count) Side {
	return Side{Period: s.span(sc), Channel: q.Channel, Region: q.Region, Product: q.Product, Documents: n}
}

// counted counts a scope with what was received of its days.
func (s *Store) counted(sc *scope) [numKinds]map[*label]*tally {
	delay, today := s.delays(sc)
	sc.complete, sc.provisional = complete(delay, today, sc.low, sc.to)
	return s.countLabels(sc)
}

// period is the part of daily counts that lies in the period.
func (sc *scope) period(daily []int) []int { return daily[sc.from-sc.low : sc.to-sc.low] }

func floats(n []int) []float64 {
	out := make([]float64, len(n))
	for i, x := range n {
		out[i] = float64(x)
	}
	return out
}

// overlapExposes reports that two scopes share documents of l (nil: of all) and
// that what is only in one of them, or what is in both, comes from too few.
func (s *Store) overlapExposes(l *label, a, b *scope, k int) bool {
	if a.nothing || b.nothing || min(a.to, b.to) <= max(a.from, b.from) && a.from != b.from {
		return false
	}
	var onlyA, onlyB, both cell
	nowA, nowB := a.offset(a.from), b.offset(b.from)
	// What is known to be empty, or to be of enough, needs no more looking at.
	same := a.channel == b.channel && a.region == b.region && a.product == b.product
	enough := func() bool {
		return len(both.people) >= k && (len(onlyA.people) >= k || same && a.from >= b.from && a.to <= b.to) &&
			(len(onlyB.people) >= k || same && b.from >= a.from && b.to <= a.to)
	}
	first := min(a.first, b.first)
	rows, numbers := s.between(first, max(a.end, b.end), l)
	// Chunk after chunk from all over the rows: what is only in one of two periods
	// may stand at either end of them, or amid.
	const chunk = 256
	chunks := (len(rows) + chunk - 1) / chunk
	step := scatter(chunks)
	for c := range chunks {
		at := c * step % chunks * chunk
		for i := at; i < min(len(rows), at+chunk); i++ {
			r, number := &rows[i], first+i
			if numbers != nil {
				number = int(numbers[i])
			}
			inA, inB := a.place(s, r, number) >= nowA, b.place(s, r, number) >= nowB
			switch {
			case inA && inB:
				both.add(r.customer, k)
			case inA:
				onlyA.add(r.customer, k)
			case inB:
				onlyB.add(r.customer, k)
			}
		}
		if enough() {
			return false
		}
	}
	return both.documents > 0 && (both.exposes(k) || onlyA.exposes(k) || onlyB.exposes(k))
}

// scatter is a step by which all of n places are met, one far from the last.
func scatter(n int) int {
	gcd := func(a, b int) int {
		for b > 0 {
			a, b = b, a%b
		}
		return a
	}
	step := max(1, n*382/1000)
	for gcd(step, n) > 1 {
		step++
	}
	return step
}

// Against reads what a query is compared with: "previous" is the period of the
// same length before it, "2026-01-01..2026-01-31" those days, the last included.
func (s *Store) Against(q Query, spec string) (*Query, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sc := s.resolve(q)
	against := q
	if spec == "previous" {
		against.From, against.To = s.dateOf(sc.previous), s.dateOf(sc.from)
		return &against, nil
	}
	from, to, ok := strings.Cut(spec, "..")
	first, err1 := time.ParseInLocation(time.DateOnly, from, s.location)
	last, err2 := time.ParseInLocation(time.DateOnly, to, s.location)
	if !ok || err1 != nil || err2 != nil || last.Before(first) {
		return nil, fmt.Errorf("cannot compare with %q: write \"previous\", or two days such as 2026-01-01..2026-01-31", spec)
	}
	against.From, against.To = first, last.AddDate(0, 0, 1)
	return &against, nil
}
