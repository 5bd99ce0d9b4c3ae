package statistics

import (
	"cmp"
	"math/bits"
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

func (s *Store) newCounter(sc *scope, l *label) *counter {
	return &counter{
		l: l, channels: newPlaces(&s.channels), regions: newPlaces(&s.regions),
		t: &tally{
			series: make([]cell, sc.steps), daily: make([]int, sc.to-sc.low), recent: make([]cell, min(burstDays, sc.to-sc.from)),
		},
	}
}

// hand is the working memory of one goroutine that counts, used for label after
// label: it stays in a processor's own memory.
type hand struct {
	// came is how often each customer came, at most twice: two bits each.
	came []uint64
	// open are the days of the scope of which some cell still lacks customers.
	open []bool
}

func (s *Store) hand(sc *scope) *hand {
	return &hand{came: make([]uint64, s.nextCustomer/32+1), open: make([]bool, sc.to-sc.low)}
}

// see counts a customer. It has no branches: whether one came before is chance.
func (h *hand) see(person uint32) {
	w, shift := &h.came[person/32], person%32*2
	more := (^*w >> shift >> 1) & 1 // unless it is two already
	*w += more << shift
}

// customers are how many came, and how many of them more than once.
func (h *hand) customers() (all, again int) {
	const once = 0x5555555555555555
	for _, w := range h.came {
		again += bits.OnesCount64(w >> 1 & once)
		all += bits.OnesCount64(w & once)
	}
	return all + again, again
}

// count goes through the rows of a scope.
func (c *counter) count(s *Store, sc *scope, h *hand) {
	clear(h.came)
	t, before := c.t, sc.previous-sc.low
	for d := range h.open {
		h.open[d] = d >= before
	}
	if sc.nothing {
		return
	}
	if sc.channel == 0 && sc.region == 0 && sc.product == 0 {
		c.whole(s, sc, h)
	} else {
		c.filtered(s, sc, h)
	}
	c.sum(sc)
	t.customers, t.repeat = h.customers()
	t.channel, t.region = c.channels.lead(sc.q.K), c.regions.lead(sc.q.K)
}

// filtered goes through the rows of a scope that leaves some out.
func (c *counter) filtered(s *Store, sc *scope, h *hand) {
	rows, numbers := s.within(sc, c.l)
	now, low, daily, open, brief := sc.from-sc.low, sc.low, c.t.daily, h.open, sc.brief
	for i := range rows {
		r := &rows[i]
		d := int(r.day) - low
		if uint(d) >= uint(len(daily)) || !sc.admits(s, r, i, numbers) {
			continue
		}
		daily[d]++
		if open[d] {
			c.people(sc, h, d, r.customer)
		}
		if d >= now && !brief {
			c.see(s, sc, h, r, sc.number(i, numbers))
		}
	}
}

// see counts a row of the period.
func (c *counter) see(s *Store, sc *scope, h *hand, r *row, number int) {
	t, k := c.t, sc.q.K
	channels, regions := c.channels.cells, c.regions.cells
	h.see(r.customer)
	if r.has&hasGroup != 0 {
		t.voices[sc.voices.at(number-sc.first)].add(r.customer, k)
	} else if len(t.voices[own].people) < k {
		t.voices[own].see(r.customer)
	}
	if v := int(r.channel); v < len(channels) && len(channels[v].people) == k { // what is known of most rows
		channels[v].documents++
	} else {
		c.channels.add(r.channel, r.customer, k)
	}
	if v := int(r.region); v < len(regions) && len(regions[v].people) == k {
		regions[v].documents++
	} else {
		c.regions.add(r.region, r.customer, k)
	}
	if code := r.has.rating(); code > 0 {
		t.rated.add(r.customer, k)
		if t.ratings[code]++; code == noCode {
			t.otherRatings += float64(s.details[number].rating)
		}
	}
	if c.l != nil {
		t.polarity += int(r.tone)
		t.complains[uint8(r.tone)>>7].add(r.customer, k)
	} else {
		t.tones[r.tone+1].add(r.customer, k)
		t.tagged[r.has&hasTheme].add(r.customer, k)
	}
}

// people enters a customer in the cells of a day, and closes the day when none
// of them needs more.
func (c *counter) people(sc *scope, h *hand, d int, person uint32) {
	t, k := c.t, sc.q.K
	if now := sc.from - sc.low; d >= now {
		cells := [3]*cell{&t.now, &t.series[sc.point[d-now]]}
		n := 2
		if recent := len(t.daily) - len(t.recent); d >= recent {
			cells[2], n = &t.recent[d-recent], 3
		}
		h.open[d] = false
		for _, cell := range cells[:n] {
			if len(cell.people) < k {
				cell.see(person)
				h.open[d] = h.open[d] || len(cell.people) < k
			}
		}
		return
	}
	t.before.see(person)
	if len(t.before.people) == k {
		clear(h.open[:sc.from-sc.low])
	}
}

// sum makes of the days what adds up from them.
func (c *counter) sum(sc *scope) {
	t := c.t
	now, before := sc.from-sc.low, sc.previous-sc.low
	for _, n := range t.daily[before:now] {
		t.before.documents += n
	}
	for d, n := range t.daily[now:] {
		t.now.documents += n
		t.series[sc.point[d]].documents += n
	}
	for i, n := range t.daily[len(t.daily)-len(t.recent):] {
		t.recent[i].documents = n
	}
	t.voices[own].documents = t.now.documents - t.voices[again].documents - t.voices[copied].documents
}

// run counts on all cores.
func (s *Store) run(sc *scope, counters []*counter) {
	if !sc.brief {
		sc.voices, sc.grouped = s.listen(sc)
	}
	hands := make(chan *hand, runtime.GOMAXPROCS(0))
	parallel(len(counters), func(i int) {
		var h *hand
		select {
		case h = <-hands:
		default:
			h = s.hand(sc)
		}
		counters[i].count(s, sc, h)
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
