package statistics

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// counter counts one label, or all documents.
type counter struct {
	l                 *label // nil is all documents
	t                 *tally
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
		l: l, channels: newPlaces(&s.channels), regions: newPlaces(&s.regions),
		t: &tally{
			series: make([]cell, sc.steps), daily: make([]int, sc.to-sc.low), recent: make([]cell, min(burstDays, sc.to-sc.from)),
		},
	}
	return c
}

// hand is the working memory of one goroutine that counts: which customers came,
// and which came again. One set for label after label stays in a processor's own
// memory.
type hand struct{ seen, twice bits }

func (s *Store) hand() *hand {
	n := s.nextCustomer/64 + 1
	return &hand{make(bits, n), make(bits, n)}
}

// count goes through the postings of a scope, whose rows' places are given from
// the first on.
func (c *counter) count(s *Store, sc *scope, at []uint16, h *hand) {
	clear(h.seen)
	clear(h.twice)
	t, k := c.t, sc.q.K
	now, before := sc.offset(sc.from), sc.offset(sc.previous)
	recent := sc.offset(sc.to) - len(t.recent)
	channels, regions := c.channels.cells, c.regions.cells
	first, end := sc.first, sc.end
	if c.l != nil {
		first, _ = slices.BinarySearch(c.l.rows, uint32(sc.first))
		end, _ = slices.BinarySearch(c.l.rows, uint32(sc.end))
	}
	for i := first; i < end; i++ {
		number := i
		if c.l != nil {
			number = int(c.l.rows[i])
		}
		d := int(at[number-sc.first])
		if d == 0 {
			continue
		}
		t.daily[d-1]++
		r := &s.rows[number]
		person := s.customer[number]
		if d < now {
			if d >= before {
				t.before.add(person, k)
			}
			continue
		}
		t.now.add(person, k)
		if h.seen.add(person) {
			t.customers++
		} else if h.twice.add(person) {
			t.repeat++
		}
		t.series[sc.point[d-now]].add(person, k)
		if d >= recent {
			t.recent[d-recent].add(person, k)
		}
		if v := int(r.channel); v < len(channels) && len(channels[v].people) == k { // what is known of most rows
			channels[v].documents++
		} else {
			c.channels.add(r.channel, person, k)
		}
		if v := int(r.region); v < len(regions) && len(regions[v].people) == k {
			regions[v].documents++
		} else {
			c.regions.add(r.region, person, k)
		}
		if r.has&hasRating > 0 {
			t.ratings += float64(s.details[number].rating)
			t.rated.add(person, k)
		}
		switch {
		case c.l != nil:
			p := c.l.polarity[i]
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
	t.channel, t.region = c.channels.lead(k), c.regions.lead(k)
}

// run counts on all cores.
func (s *Store) run(sc *scope, counters []*counter) {
	at := make([]uint16, sc.end-sc.first)
	parallel((len(at)+block-1)/block, func(b int) {
		for i := b * block; i < min(len(at), (b+1)*block); i++ {
			at[i] = uint16(sc.place(s, sc.first+i))
		}
	})
	hands := make(chan *hand, runtime.GOMAXPROCS(0))
	parallel(len(counters), func(i int) {
		var h *hand
		select {
		case h = <-hands:
		default:
			h = s.hand()
		}
		counters[i].count(s, sc, at, h)
		hands <- h
	})
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
	s.run(sc, counters)
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
