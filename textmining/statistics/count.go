package statistics

import (
	"math"
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
	from, to                 int      // days; to exclusive
	previous                 int      // first day of the period before
	low                      int      // first day that is read at all
	step                     int      // days a point of a series covers
	steps                    int      // points of a series
	point                    []uint32 // of each day of the period
	channel, region, product uint16   // 0 is every one
	nothing                  bool     // no row can be in scope
	// first and end bound the rows in scope: feedback comes in about in order
	// of time, so that a month of a year is a run of rows.
	first, end  int
	total       *tally
	complete    []float64 // share of each day from low on that has been received; nil is all
	provisional int
	brief       bool  // documents by day are wanted, and no more
	voices      heard // by row, from first on
	grouped     []grouped
}

// offset is a day as place tells it.
func (sc *scope) offset(day int) int { return day - sc.low + 1 }

// place is the day of a row in scope, the first being 1; 0 is out of scope.
func (sc *scope) place(s *Store, r *row, number int) int {
	day := int(r.day)
	if day < sc.low || day >= sc.to ||
		sc.channel > 0 && r.channel != sc.channel || sc.region > 0 && r.region != sc.region || sc.product > 0 && s.details[number].product != sc.product {
		return 0
	}
	return day - sc.low + 1
}

// admits reports that a row of Store.within, of a day in scope, passes its
// filters.
func (sc *scope) admits(s *Store, r *row, i int, numbers []uint32) bool {
	return (sc.channel == 0 || r.channel == sc.channel) && (sc.region == 0 || r.region == sc.region) &&
		(sc.product == 0 || s.details[sc.number(i, numbers)].product == sc.product)
}

// number is that of a row of Store.within.
func (sc *scope) number(i int, numbers []uint32) int {
	if numbers == nil {
		return sc.first + i
	}
	return int(numbers[i])
}

// cell counts documents and, up to K, the customers they come from.
type cell struct {
	documents int
	people    []uint32
}

func (c *cell) add(customer uint32, k int) {
	c.documents++
	if len(c.people) < k {
		c.see(customer)
	}
}

func (c *cell) see(customer uint32) {
	if !slices.Contains(c.people, customer) {
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
	ratings           [noCode + 1]int // documents of each of Store.ratings, from 1
	otherRatings      float64         // sum of those that are not among them
	rated             cell
	polarity          int
	tagged            [2]cell // of all documents: those without a theme, and with
	complains         [2]cell // documents that do not complain of a label, and that do
	tones             [3]cell // negative, neutral, positive
	voices            voices
}

// leader is the value of a column with the most documents; value 0 is none.
type leader struct {
	value uint16
	count Count
}

// places counts a label by the values of one column.
type places struct {
	cells []cell           // of the first values; 0 is none
	more  map[uint16]*cell // of the others
	used  []uint16
}

// fewValues of a column have a cell each from the start.
const fewValues = 256

func newPlaces(d *dictionary) places {
	return places{cells: make([]cell, min(fewValues, len(d.values)+1))}
}

func (p *places) at(value uint16) *cell {
	if int(value) < len(p.cells) {
		return &p.cells[value]
	}
	c := p.more[value]
	if c == nil {
		if p.more == nil {
			p.more = map[uint16]*cell{}
		}
		c = &cell{}
		p.more[value] = c
	}
	return c
}

func (p *places) add(value uint16, person uint32, k int) {
	c := p.at(value)
	if c.documents == 0 {
		p.used = append(p.used, value)
	}
	c.add(person, k)
}

// lead returns the leader, ties going to the value seen first in the
// column. The leader is withheld when the rest, which the total
// would give away, comes from too few.
func (p *places) lead(k int) leader {
	var out leader
	for _, value := range p.used {
		best := p.at(out.value)
		if c := p.at(value); value > 0 && (out.value == 0 || c.documents > best.documents || c.documents == best.documents && value < out.value) {
			out.value = value
		}
	}
	if out.value > 0 {
		out.count = p.at(out.value).count(k)
		var rest []uint32
		for _, value := range p.used {
			if value != out.value {
				rest = append(rest, p.at(value).people...)
			}
		}
		if len(rest) > 0 && distinct(rest) < k {
			out.count = Count{Below: k}
		}
	}
	return out
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
			if sc.place(s, &s.rows[i], i) >= now {
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
	sc.point = make([]uint32, days)
	for day := range sc.point {
		sc.point[day] = uint32(day / step)
	}
}

// filter returns the number to look for, 0 for every value, and false when no
// document has it.
func filter(d *dictionary, value string) (uint16, bool) {
	if value == "" {
		return 0, true
	}
	return d.find(value)
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
