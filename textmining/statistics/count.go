package statistics

import (
	"cmp"
	"math"
	"runtime"
	"slices"
)

// Days before the end of a period that bursts are looked for in, and days of
// history that say what to expect.
const (
	burstDays    = 7
	baselineDays = 70
	baselineGap  = 2 // a burst's own beginning is no baseline
)

// scope is a query resolved against the columns: which rows, in which days.
type scope struct {
	q                        Query
	from, to                 int    // days; to exclusive
	previous                 int    // first day of the period before
	low                      int    // first day that is read at all
	step                     int    // days a point of a series covers
	steps                    int    // points of a series
	channel, region, product uint16 // 0 is every one
	nothing                  bool   // no row can be in scope
	// first and end bound the rows in scope: feedback comes in about in order
	// of time, so that a month of a year is a run of rows.
	first, end  int
	total       *tally
	complete    []float64 // share of each day from low on that has been received; nil is all
	provisional int
}

// offset is a day as place tells it.
func (sc *scope) offset(day int) int { return day - sc.low + 1 }

// place is the day of a row in scope, the first being 1; 0 is out of scope.
func (sc *scope) place(r *row) int {
	day := int(r.day)
	if day < sc.low || day >= sc.to ||
		sc.channel > 0 && r.channel != sc.channel || sc.region > 0 && r.region != sc.region || sc.product > 0 && r.product != sc.product {
		return 0
	}
	return day - sc.low + 1
}

// cell counts documents and, up to K, the customers they come from.
type cell struct {
	documents int
	people    []uint32
}

func (c *cell) add(customer uint32, k int) {
	c.documents++
	if len(c.people) < k && !slices.Contains(c.people, customer) {
		c.people = append(c.people, customer)
	}
}

// count withholds a cell of fewer than k customers.
func (c *cell) count(k int) Count { return count(c.documents, len(c.people), k) }

func count(n, customers, k int) Count {
	if n > 0 && customers < k {
		return Count{Below: k}
	}
	return Count{N: n}
}

// tally is what counting one label, or all documents, gives.
type tally struct {
	now, before       cell
	customers, repeat int
	series            []cell
	daily             []int  // documents a day of the whole scope
	recent            []cell // the days bursts are looked for in
	channel, region   leader
	ratings           float64
	rated             cell
	polarity          int
	tagged, untagged  cell    // of all documents: those with a theme, and without
	complaints, rest  cell    // documents that complain of a label, and that do not
	tones             [3]cell // negative, neutral, positive
}

// leader is the value of a column with the most documents; value 0 is none.
type leader struct {
	value uint16
	count Count
}

// places counts a label by the values of one column; it is reused from label
// to label.
type places struct {
	cells []cell // by value; 0 is none
	used  []uint16
}

func (p *places) add(value uint16, person uint32, k int) {
	c := &p.cells[value]
	if c.documents == 0 {
		p.used = append(p.used, value)
	}
	c.add(person, k)
}

// lead returns the leader, ties going to the value seen first in the column,
// and forgets everything. The leader is withheld when the rest, which the total
// would give away, comes from too few.
func (p *places) lead(k int) leader {
	var out leader
	for _, value := range p.used {
		best := &p.cells[out.value]
		if c := &p.cells[value]; value > 0 && (out.value == 0 || c.documents > best.documents || c.documents == best.documents && value < out.value) {
			out.value = value
		}
	}
	if out.value > 0 {
		out.count = p.cells[out.value].count(k)
		var rest []uint32
		for _, value := range p.used {
			if value != out.value {
				rest = append(rest, p.cells[value].people...)
			}
		}
		if len(rest) > 0 && distinct(rest) < k {
			out.count = Count{Below: k}
		}
	}
	for _, value := range p.used {
		p.cells[value].documents, p.cells[value].people = 0, p.cells[value].people[:0]
	}
	p.used = p.used[:0]
	return out
}

// hand is the working memory of one goroutine that counts.
type hand struct {
	seen, twice       bits
	channels, regions places
}

func (s *Store) hand() *hand {
	n := int(s.nextCustomer)/64 + 1
	return &hand{
		seen: make(bits, n), twice: make(bits, n),
		channels: places{cells: make([]cell, len(s.channels.values)+1)}, regions: places{cells: make([]cell, len(s.regions.values)+1)},
	}
}

// resolve reads the query and marks the rows in its scope.
func (s *Store) resolve(q Query) *scope {
	if q.K == 0 {
		q.K = 5
	}
	if q.TopN == 0 {
		q.TopN = 10
	}
	if q.Quotes == 0 {
		q.Quotes = 1
	}
	sc := &scope{q: q}
	sc.to = s.end()
	if !q.To.IsZero() {
		sc.to = int(s.dayOf(q.To))
	}
	if q.Days <= 0 {
		q.Days = 30
	}
	sc.from = sc.to - q.Days
	if !q.From.IsZero() {
		sc.from = int(s.dayOf(q.From))
	}
	sc.from = max(0, min(sc.from, sc.to))
	sc.divide(1)
	sc.previous = max(0, sc.from-(sc.to-sc.from))
	sc.low = max(0, min(sc.previous, sc.to-burstDays-baselineGap-baselineDays))
	var ok [3]bool
	sc.channel, ok[0] = filter(&s.channels, q.Channel)
	sc.region, ok[1] = filter(&s.regions, q.Region)
	sc.product, ok[2] = filter(&s.products, q.Product)
	if slices.Contains(ok[:], false) {
		sc.nothing = true
		return sc
	}
	sc.first, sc.end = s.bounds(sc.low, sc.to)
	inPeriod := 0
	if q.Channel == "" && q.Region == "" && q.Product == "" {
		for day := sc.from; day < min(sc.to, len(s.perDay)); day++ {
			inPeriod += int(s.perDay[day])
		}
	} else {
		now := sc.offset(sc.from)
		for i := sc.first; i < sc.end; i++ {
			if sc.place(&s.rows[i]) >= now {
				inPeriod++
			}
		}
	}
	sc.divide(inPeriod)
	return sc
}

// Points of a series, when nobody asked for a length: at most so many, and,
// down to so few, long enough that a label of one document in twenty is not
// withheld at each.
const (
	mostPoints   = 31
	enoughPoints = 8
	pointShare   = 20
)

// divide cuts the period, of so many documents, into the points of a series.
func (sc *scope) divide(documents int) {
	days, step := sc.to-sc.from, sc.q.Step
	if step <= 0 {
		for _, step = range []int{1, 2, 3, 5, 7, 14, 30, 91, 365} {
			points := (days + step - 1) / step
			if points <= enoughPoints || points <= mostPoints && documents >= points*pointShare*sc.q.K {
				break
			}
		}
	}
	sc.step, sc.steps = step, (days+step-1)/step
}

// block is how many rows share one entry in Store.blocks.
const block = 4096

// bounds are rows that every row of the days lies between.
func (s *Store) bounds(low, to int) (first, end int) {
	first, end = -1, 0
	for b, span := range s.blocks {
		if int(span.last) >= low && int(span.first) < to {
			if first < 0 {
				first = b * block
			}
			end = min(len(s.rows), (b+1)*block)
		}
	}
	return max(0, first), end
}

// filter returns the number to look for, 0 for every value, and false when no
// document has it.
func filter(d *dictionary, value string) (uint16, bool) {
	if value == "" {
		return 0, true
	}
	return d.find(value)
}

// bits is a set of customers.
type bits []uint64

// add enters n and reports whether it is new.
func (b bits) add(n uint32) bool {
	w, m := n/64, uint64(1)<<(n%64)
	isNew := b[w]&m == 0
	b[w] |= m
	return isNew
}

// count counts the postings rows, of which polarity may be nil; nil rows means
// every row.
func (s *Store) count(sc *scope, l *label, h *hand) *tally {
	clear(h.seen)
	clear(h.twice)
	t := &tally{
		series: make([]cell, sc.steps), daily: make([]int, sc.to-sc.low), recent: make([]cell, min(burstDays, sc.to-sc.from)),
	}
	k, now, before := sc.q.K, sc.offset(sc.from), sc.offset(sc.previous)
	recent := sc.offset(sc.to) - len(t.recent)
	first, end := sc.first, sc.end
	if l != nil {
		first, _ = slices.BinarySearch(l.rows, uint32(sc.first))
		end, _ = slices.BinarySearch(l.rows, uint32(sc.end))
	}
	if sc.nothing {
		first, end = 0, 0
	}
	for i := first; i < end; i++ {
		number := uint32(i)
		if l != nil {
			number = l.rows[i]
		}
		r := &s.rows[number]
		d := sc.place(r)
		if d == 0 {
			continue
		}
		t.daily[d-1]++
		person := r.customer
		switch {
		case d >= now:
			t.now.add(person, k)
		case d >= before:
			t.before.add(person, k)
			continue
		default:
			continue
		}
		if h.seen.add(person) {
			t.customers++
		} else if h.twice.add(person) {
			t.repeat++
		}
		t.series[(d-now)/sc.step].add(person, k)
		if d >= recent {
			t.recent[d-recent].add(person, k)
		}
		h.channels.add(r.channel, person, k)
		h.regions.add(r.region, person, k)
		if rating := r.rating; rating == rating {
			t.ratings += float64(rating)
			t.rated.add(person, k)
		}
		if l == nil {
			t.tones[r.sentiment+1].add(person, k)
			if r.tagged {
				t.tagged.add(person, k)
			} else {
				t.untagged.add(person, k)
			}
		} else {
			p := l.polarity[i]
			t.polarity += int(p)
			if p < 0 {
				t.complaints.add(person, k)
			} else {
				t.rest.add(person, k)
			}
		}
	}
	t.channel, t.region = h.channels.lead(k), h.regions.lead(k)
	return t
}

// countLabels counts all labels, on all cores.
func (s *Store) countLabels(sc *scope) [numKinds]map[*label]*tally {
	type job struct {
		kind Kind
		l    *label
		out  *tally
	}
	var jobs []job
	for kind := range s.labels {
		for _, l := range s.labels[kind] {
			jobs = append(jobs, job{kind: Kind(kind), l: l})
		}
	}
	slices.SortFunc(jobs, func(a, b job) int { return cmp.Compare(len(b.l.rows), len(a.l.rows)) })
	hands := make(chan *hand, runtime.GOMAXPROCS(0))
	parallel(len(jobs)+1, func(i int) {
		var h *hand
		select {
		case h = <-hands:
		default:
			h = s.hand()
		}
		if i == 0 { // all documents, the longest
			sc.total = s.count(sc, nil, h)
		} else {
			jobs[i-1].out = s.count(sc, jobs[i-1].l, h)
		}
		hands <- h
	})
	var out [numKinds]map[*label]*tally
	for k := range out {
		out[k] = map[*label]*tally{}
	}
	for _, j := range jobs {
		out[j.kind][j.l] = j.out
	}
	return out
}

// mean returns total ÷ n to two decimals, or nil.
func mean(total float64, n int) *float64 {
	if n == 0 {
		return nil
	}
	return rounded(total/float64(n), 2)
}

func rounded(x float64, decimals int) *float64 {
	f := math.Pow10(decimals)
	x = math.Round(x*f) / f
	return &x
}
