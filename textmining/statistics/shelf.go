package statistics

// shelfRows is how many rows of a column are summed together.
const shelfRows = 1 << 10

// shelf sums rows that stand side by side, so that counting a long period reads
// what a shelf holds, and its rows only for who spoke. It is exact: what enters
// or leaves a row enters or leaves its shelf.
type shelf struct {
	span             // of the days of all rows that it held
	rows    int32    // that are not gone
	grouped int32    // of these, with hasGroup
	more    int32    // of these, with a channel or a region past fewValues
	tagged  int32    // of these, with hasTheme
	tone    int32    // their sum
	tones   [3]int32 // below 0, 0, above
	ratings [noCode + 1]uint16
	// documents by the first values of a column, as far as any came up
	channels, regions []uint16
}

// shelves are those of a column of rows, in its order.
type shelves []shelf

// enter counts the row at a place of the column, or with -1 takes it out.
func (all *shelves) enter(at int, r *row, by int32) {
	if at/shelfRows == len(*all) {
		*all = append(*all, shelf{span: span{r.day, r.day}})
	}
	s := &(*all)[at/shelfRows]
	s.first, s.last = min(s.first, r.day), max(s.last, r.day)
	s.rows += by
	if r.has&hasGroup != 0 {
		s.grouped += by
	}
	if r.has&hasTheme != 0 {
		s.tagged += by
	}
	if r.channel >= fewValues || r.region >= fewValues {
		s.more += by
	}
	s.tone += by * int32(r.tone)
	switch {
	case r.tone < 0:
		s.tones[0] += by
	case r.tone == 0:
		s.tones[1] += by
	default:
		s.tones[2] += by
	}
	s.ratings[r.has.rating()] += uint16(by)
	s.channels, s.regions = count16(s.channels, r.channel, by), count16(s.regions, r.region, by)
}

func count16(n []uint16, value uint16, by int32) []uint16 {
	if value >= fewValues {
		return n
	}
	for len(n) <= int(value) {
		n = append(n, 0)
	}
	n[value] += uint16(by)
	return n
}

// group notes that the row at a place is in a group from now on.
func (all shelves) group(at int) { all[at/shelfRows].grouped++ }

// dayCounts counts documents by day, from the first day with any.
type dayCounts struct {
	from int
	n    []int32
}

func (d *dayCounts) add(day uint16, by int32) {
	at := int(day)
	if len(d.n) == 0 {
		d.from = at
	}
	if at < d.from {
		d.n = append(make([]int32, d.from-at, d.from-at+len(d.n)), d.n...)
		d.from = at
	}
	for len(d.n) <= at-d.from {
		d.n = append(d.n, 0)
	}
	d.n[at-d.from] += by
}

// read writes the days from low on to out.
func (d *dayCounts) read(low int, out []int) {
	for i := max(0, d.from-low); i < len(out) && low+i-d.from < len(d.n); i++ {
		out[i] = int(d.n[low+i-d.from])
	}
}

// takes reports that every customer that the rows of a shelf could add to the
// cells of c is known already to be one of k: the shelf's sums say the rest.
func (c *counter) takes(f *shelf, k int) bool {
	full := func(x *cell, n int32) bool { return n == 0 || len(x.people) >= k }
	t := c.t
	rated := f.rows - int32(f.ratings[0])
	if f.more > 0 || f.ratings[noCode] > 0 || !full(&t.voices[own], f.rows-f.grouped) || !full(&t.rated, rated) {
		return false
	}
	if c.l != nil {
		if !full(&t.complains[0], f.tones[1]+f.tones[2]) || !full(&t.complains[1], f.tones[0]) {
			return false
		}
	} else {
		for i := range t.tones {
			if !full(&t.tones[i], f.tones[i]) {
				return false
			}
		}
		if !full(&t.tagged[0], f.rows-f.tagged) || !full(&t.tagged[hasTheme], f.tagged) {
			return false
		}
	}
	return c.channels.full(f.channels, k) && c.regions.full(f.regions, k)
}

func (p *places) full(n []uint16, k int) bool {
	for v, n := range n {
		if n > 0 && (v >= len(p.cells) || len(p.cells[v].people) < k) {
			return false
		}
	}
	return true
}

// take counts a shelf by its sums, and its rows only for who spoke.
func (c *counter) take(sc *scope, f *shelf, rows []row, first int, h *hand) {
	t, k := c.t, sc.q.K
	for v, n := range f.channels {
		if n > 0 {
			c.channels.cells[v].documents += int(n)
		}
	}
	for v, n := range f.regions {
		if n > 0 {
			c.regions.cells[v].documents += int(n)
		}
	}
	for code, n := range f.ratings[1:] {
		t.ratings[code+1] += int(n)
		t.rated.documents += int(n)
	}
	if c.l != nil {
		t.polarity += int(f.tone)
		t.complains[1].documents += int(f.tones[0])
		t.complains[0].documents += int(f.tones[1] + f.tones[2])
	} else {
		for i, n := range f.tones {
			t.tones[i].documents += int(n)
		}
		t.tagged[hasTheme].documents += int(f.tagged)
		t.tagged[0].documents += int(f.rows - f.tagged)
	}
	for i := range rows {
		r := &rows[i]
		if r.day == gone {
			continue
		}
		h.see(r.customer)
		if r.has&hasGroup != 0 {
			number := first + i
			if c.l != nil {
				number = int(c.l.numbers[number])
			}
			t.voices[sc.voices.at(number-sc.first)].add(r.customer, k)
		}
	}
}

// whole counts a scope that leaves out no channel, region or product: days by
// the sums of days, and shelf by shelf what else there is.
func (c *counter) whole(s *Store, sc *scope, h *hand) {
	t := c.t
	rows, all := s.rows, s.shelves
	if c.l != nil {
		rows, all = c.l.rows, c.l.shelves
		c.l.daily.read(sc.low, t.daily)
	} else {
		(&dayCounts{n: s.perDay}).read(sc.low, t.daily)
	}
	for b := range all {
		f := &all[b]
		if int(f.last) < sc.previous || int(f.first) >= sc.to || f.rows == 0 {
			continue
		}
		first := b * shelfRows
		part := rows[first:min(len(rows), first+shelfRows)]
		c.meet(sc, f, part, h)
		switch {
		case sc.brief || int(f.last) < sc.from:
		case int(f.first) >= sc.from && int(f.last) < sc.to && c.takes(f, sc.q.K):
			c.take(sc, f, part, first, h)
		default:
			for i := range part {
				if day := int(part[i].day); day >= sc.from && day < sc.to {
					number := first + i
					if c.l != nil {
						number = int(c.l.numbers[number])
					}
					c.see(s, sc, h, &part[i], number)
				}
			}
		}
	}
}

// meet enters the customers of a shelf in the cells of those days that lack some.
func (c *counter) meet(sc *scope, f *shelf, rows []row, h *hand) {
	lacking := func() bool {
		for d := max(0, int(f.first)-sc.low); d <= int(f.last)-sc.low && d < len(h.open); d++ {
			if h.open[d] && c.t.daily[d] > 0 {
				return true
			}
		}
		return false
	}
	if !lacking() {
		return
	}
	for i := range rows {
		if d := int(rows[i].day) - sc.low; uint(d) < uint(len(h.open)) && h.open[d] {
			c.people(sc, h, d, rows[i].customer)
		}
	}
}
