package statistics

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// counter counts one label, or all documents, block by block.
type counter struct {
	l           *label // nil is all documents
	t           *tally
	seen, twice bits
	next        int // posting to count next
	// Of the present block it only knows the rows' place in the scope.
	channels, regions places
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

func (s *Store) newCounter(sc *scope, l *label) *counter {
	c := &counter{
		l: l, seen: make(bits, s.nextCustomer/64+1), twice: make(bits, s.nextCustomer/64+1), channels: newPlaces(&s.channels), regions: newPlaces(&s.regions),
		t: &tally{
			series: make([]cell, sc.steps), daily: make([]int, sc.to-sc.low), recent: make([]cell, min(burstDays, sc.to-sc.from)),
		},
	}
	if l != nil {
		c.next, _ = slices.BinarySearch(l.rows, uint32(sc.first))
	}
	return c
}

// count goes through the postings in rows [first, end), whose places in the
// scope are given.
func (c *counter) count(s *Store, sc *scope, first, end int, at []uint16) {
	t, k := c.t, sc.q.K
	now, before := sc.offset(sc.from), sc.offset(sc.previous)
	recent := sc.offset(sc.to) - len(t.recent)
	n := end - first
	if c.l != nil {
		n = len(c.l.rows) - c.next
	}
	for i := range n {
		number := first + i
		if c.l != nil {
			if number = int(c.l.rows[c.next+i]); number >= end {
				n = i
				break
			}
		}
		d := int(at[number-first])
		if d == 0 {
			continue
		}
		t.daily[d-1]++
		r := &s.rows[number]
		person := r.customer
		if d < now {
			if d >= before {
				t.before.add(person, k)
			}
			continue
		}
		t.now.add(person, k)
		if c.seen.add(person) {
			t.customers++
		} else if c.twice.add(person) {
			t.repeat++
		}
		t.series[sc.point[d-now]].add(person, k)
		if d >= recent {
			t.recent[d-recent].add(person, k)
		}
		c.channels.add(r.channel, person, k)
		c.regions.add(r.region, person, k)
		if r.has&hasRating > 0 {
			t.ratings += float64(s.details[number].rating)
			t.rated.add(person, k)
		}
		switch {
		case c.l != nil:
			p := c.l.polarity[c.next+i]
			t.polarity += int(p)
			if p < 0 {
				t.complaints.add(person, k)
			} else {
				t.rest.add(person, k)
			}
		case r.has&hasTheme > 0:
			t.tones[r.sentiment+1].add(person, k)
			t.tagged.add(person, k)
		default:
			t.tones[r.sentiment+1].add(person, k)
			t.untagged.add(person, k)
		}
	}
	c.next += n
}

// run counts for some counters, which share the work of reading the rows.
func (s *Store) run(sc *scope, counters []*counter) {
	at := make([]uint16, block)
	for first := sc.first; first < sc.end; first += block {
		end := min(first+block, sc.end)
		if span := s.blocks[first/block]; int(span.last) < sc.low || int(span.first) >= sc.to {
			clear(at) // the counters pass it by
		} else {
			for i := range end - first {
				at[i] = uint16(sc.place(s, first+i))
			}
		}
		for _, c := range counters {
			c.count(s, sc, first, end, at)
		}
	}
	for _, c := range counters {
		c.t.channel, c.t.region = c.channels.lead(sc.q.K), c.regions.lead(sc.q.K)
	}
}

// countLabels counts all labels and all documents, on all cores.
func (s *Store) countLabels(sc *scope) [numKinds]map[*label]*tally {
	var out [numKinds]map[*label]*tally
	total := s.newCounter(sc, nil)
	sc.total = total.t
	counters := []*counter{total}
	for kind := range s.labels {
		out[kind] = map[*label]*tally{}
		for _, l := range s.labels[kind] {
			c := s.newCounter(sc, l)
			out[kind][l] = c.t
			counters = append(counters, c)
		}
	}
	slices.SortFunc(counters[1:], func(a, b *counter) int { return cmp.Compare(len(b.l.rows), len(a.l.rows)) })
	// Each core takes labels of about as many postings.
	shares := make([][]*counter, runtime.GOMAXPROCS(0))
	load := make([]int, len(shares))
	for _, c := range counters {
		least := 0
		for i := range load {
			if load[i] < load[least] {
				least = i
			}
		}
		shares[least] = append(shares[least], c)
		if c.l == nil {
			load[least] += sc.end - sc.first
		} else {
			load[least] += len(c.l.rows)
		}
	}
	parallel(len(shares), func(i int) { s.run(sc, shares[i]) })
	return out
}

// parallel runs n jobs on all cores.
func parallel(n int, job func(i int)) {
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				job(i)
			}
		})
	}
	running.Wait()
}
