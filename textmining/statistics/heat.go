package statistics

import (
	"cmp"
	"slices"
)

// Heat is a table: labels down, values of a column across.
type Heat struct {
	Span
	Column    string    `json:"column"`
	Kind      string    `json:"kind"`
	K         int       `json:"k"`
	Values    []string  `json:"values"`    // the most frequent first; "1" to "7" of weekday are Monday to Sunday
	Documents []Count   `json:"documents"` // of all labels, by value
	Rows      []HeatRow `json:"rows"`      // the most frequent label first
}

// HeatRow is one label.
type HeatRow struct {
	ID        string     `json:"id"`
	ZH        string     `json:"zh"`
	EN        string     `json:"en"`
	Documents Count      `json:"documents"`
	Cells     []HeatCell `json:"cells"` // by value
}

// HeatCell is how often a label came up with a value.
type HeatCell struct {
	Documents Count `json:"documents"`
	// Difference is the label's share of the value's feedback against its share
	// of all other values'; nil when a count is withheld.
	*Difference
}

// mostValues of a column have a place in a table.
const mostValues = 40

// Heat counts the labels of a kind by the values of a column.
//
// Sums down and across are shown, so a cell that is withheld is never alone in
// its row or its column, and those withheld there come from K customers at
// least; feedback of other values, or of none, is a cell of the row that is not
// shown.
func (s *Store) Heat(q Query, kind Kind, column Column) Heat {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sc := s.resolve(q)
	k := sc.q.K
	h := Heat{Span: s.span(sc), Column: column.String(), Kind: kind.String(), K: k, Values: []string{}, Documents: []Count{}, Rows: []HeatRow{}}
	delay, today := s.delays(sc)
	sc.complete, sc.provisional = complete(delay, today, sc.low, sc.to)
	labels := []*label{nil}
	for _, l := range s.labels[kind] {
		labels = append(labels, l)
	}
	counted := make([]*valueTally, len(labels))
	parallel(len(labels), func(i int) { counted[i] = s.byValue(sc, labels[i], column) })
	all := counted[0]
	numbers := all.shown(s.dictionary(column), column, k)
	for _, n := range numbers {
		h.Values = append(h.Values, s.dictionary(column).values[n])
	}
	table, sums := [][]cell{all.row(numbers)}, []Count{all.now.count(k)}
	var lines []*label
	var tables []*valueTally
	for i, l := range labels[1:] {
		if t := counted[i+1]; t.now.documents > 0 {
			lines, tables = append(lines, l), append(tables, t)
		}
	}
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(tables[b].now.count(k).N, tables[a].now.count(k).N), cmp.Compare(lines[a].id, lines[b].id))
	})
	for _, i := range order {
		table, sums = append(table, tables[i].row(numbers)), append(sums, tables[i].now.count(k))
	}
	counts := withheld(table, sums, k)
	h.Documents = counts[0][:len(numbers)]
	h.Rows = make([]HeatRow, len(lines))
	parallel(len(order), func(j int) {
		l, t := lines[order[j]], tables[order[j]]
		row := HeatRow{ID: l.id, ZH: s.Name(l.id, "zh"), EN: s.Name(l.id, "en"), Documents: sums[j+1], Cells: make([]HeatCell, len(numbers))}
		for v := range numbers {
			c := &row.Cells[v]
			c.Documents = counts[j+1][v]
			// The whole and the rest stand in the ratio, so that all of them must be shown.
			if !c.Documents.Withheld() && !h.Documents[v].Withheld() && h.Documents[v].N > 0 && row.Documents.N > c.Documents.N {
				c.Difference = s.stands(sc, t, all, numbers[v])
			}
		}
		h.Rows[j] = row
	})
	var found []*Difference
	for _, row := range h.Rows {
		for _, c := range row.Cells {
			if c.Difference != nil {
				found = append(found, c.Difference)
			}
		}
	}
	adjust(found)
	return h
}

// valueTally counts a label by the values of a column, and each by day of the
// period.
type valueTally struct {
	now    cell
	daily  []int
	places places
	days   [][]int // of the first values
	more   map[uint16][]int
}

func (s *Store) byValue(sc *scope, l *label, column Column) *valueTally {
	t := &valueTally{places: newPlaces(s.dictionary(column)), daily: make([]int, sc.to-sc.from), more: map[uint16][]int{}}
	t.days = make([][]int, len(t.places.cells))
	k, cells := sc.q.K, t.places.cells
	all := sc.channel == 0 && sc.region == 0 && sc.product == 0
	rows, numbers := s.within(sc, l)
	for i := range rows {
		r := &rows[i]
		day := int(r.day) - sc.from
		if uint(day) >= uint(len(t.daily)) || !all && !sc.admits(s, r, i, numbers) {
			continue
		}
		t.daily[day]++
		t.now.add(r.customer, k)
		value := s.value(r, sc.number(i, numbers), column)
		if v := int(value); v < len(cells) && len(cells[v].people) == k {
			cells[v].documents++
			t.days[v][day]++
			continue
		}
		t.places.add(value, r.customer, k)
		t.of(value)[day]++
	}
	return t
}

// of are the days of a value.
func (t *valueTally) of(value uint16) []int {
	if int(value) < len(t.days) {
		if t.days[value] == nil {
			t.days[value] = make([]int, len(t.daily))
		}
		return t.days[value]
	}
	if t.more[value] == nil {
		t.more[value] = make([]int, len(t.daily))
	}
	return t.more[value]
}

// shown are the values that have a place in the table: the most frequent, those
// of few customers by name; every day of the week.
func (t *valueTally) shown(d *dictionary, column Column, k int) []uint16 {
	if column == Weekday {
		return []uint16{1, 2, 3, 4, 5, 6, 7}
	}
	var out []uint16
	for _, v := range t.places.used {
		if v > 0 && int(v) < len(d.values) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(t.places.at(b).count(k).N, t.places.at(a).count(k).N), cmp.Compare(d.values[a], d.values[b]))
	})
	return out[:min(len(out), mostValues)]
}

// row is the cells of the values, and one of all values without a place.
func (t *valueTally) row(numbers []uint16) []cell {
	cells := make([]cell, len(numbers)+1)
	for i, n := range numbers {
		cells[i] = *t.places.at(n)
	}
	rest := &cells[len(numbers)]
	for _, v := range t.places.used {
		if !slices.Contains(numbers, v) {
			c := t.places.at(v)
			rest.documents += c.documents
			rest.people = append(rest.people, c.people...)
		}
	}
	slices.Sort(rest.people)
	rest.people = slices.Compact(rest.people)
	return cells
}

// withheld are the counts of a table, of which every row and every column has a
// sum that is known: cells are withheld until none can be taken from a sum, and
// where that cannot be, the sum: of a row it is in sums, of a column in the first
// row, which counts all documents.
func withheld(table [][]cell, sums []Count, k int) [][]Count {
	counts := make([][]Count, len(table))
	hide := func(row []Count) {
		for j := range row {
			row[j] = Count{Below: k}
		}
	}
	for i, row := range table {
		counts[i] = make([]Count, len(row))
		for j := range row {
			counts[i][j] = row[j].count(k)
		}
		if sums[i].Withheld() {
			hide(counts[i])
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range table {
			if sums[i].Withheld() {
				continue
			}
			did, open := complement(table[i], counts[i], k)
			if open {
				sums[i] = Count{Below: k}
				hide(counts[i])
			}
			changed = changed || did || open
		}
		for j := range table[0] {
			if counts[0][j].Withheld() {
				continue
			}
			column, shown := make([]cell, len(table)-1), make([]Count, len(table)-1)
			for i := range column {
				column[i], shown[i] = table[i+1][j], counts[i+1][j]
			}
			did, open := complement(column, shown, k)
			for i := range column {
				counts[i+1][j] = shown[i]
			}
			if open {
				counts[0][j] = Count{Below: k}
			}
			changed = changed || did || open
		}
	}
	return counts
}

// stands compares a label's share of one value's feedback with that of the
// others together.
func (s *Store) stands(sc *scope, t, all *valueTally, value uint16) *Difference {
	days := len(t.daily)
	in, inAll, out, outAll := t.of(value), all.of(value), make([]int, days), make([]int, days)
	for d := range days {
		out[d] = t.daily[d] - in[d]
		outAll[d] = all.daily[d] - inAll[d]
	}
	a := sc.series(make([]int, sc.to-sc.low), nil, sc.from, sc.to)
	b := a
	a.Counts, a.Exposure = in, floats(inAll)
	b.Counts, b.Exposure = out, floats(outAll)
	d, _ := differs(a, b)
	return d
}
