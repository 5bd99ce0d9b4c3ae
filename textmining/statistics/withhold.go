package statistics

import "slices"

// A figure that rests on fewer than K customers is withheld; so is the next
// smallest beside it, for what is shown could else be taken from the total
// (complementary suppression: A. Hundepool et al., "Statistical Disclosure
// Control", 2012, chapter 4).

// exposes reports that taking the figure away from a total that is shown would
// leave documents of fewer than k customers.
func (c *cell) exposes(k int) bool { return c.documents > 0 && len(c.people) < k }

// seriesOf returns the points of a figure that is itself shown.
func seriesOf(t *tally, k int) []Count {
	if t.now.count(k).Withheld() {
		return nil
	}
	out := make([]Count, len(t.series))
	for i := range t.series {
		out[i] = t.series[i].count(k)
	}
	complement(t.series, out, k)
	return out
}

// complement withholds the least of the counts shown when those withheld, which
// a total gives away together, are a single one or come from too few customers.
// It reports whether it did, and whether they are given away still, for there is
// none to withhold.
func complement(cells []cell, counts []Count, k int) (changed, open bool) {
	var people []uint32
	hidden, least := 0, -1
	for i := range counts {
		switch {
		case counts[i].Withheld():
			hidden++
			people = append(people, cells[i].people...)
		case counts[i].N > 0 && (least < 0 || counts[i].N < counts[least].N):
			least = i
		}
	}
	if hidden == 0 || hidden > 1 && distinct(people) >= k {
		return false, false
	}
	if least < 0 {
		return false, true
	}
	counts[least] = Count{Below: k}
	return true, false
}

func distinct(people []uint32) int {
	slices.Sort(people)
	return len(slices.Compact(people))
}

// parts reports that every part of a whole that is shown is empty or rests on k
// customers, so that shares of them may be given.
func parts(k int, cells ...*cell) bool {
	return !slices.ContainsFunc(cells, func(c *cell) bool { return c.exposes(k) })
}

// split counts a whole that is shown and one part of it: the part is withheld,
// too, when the rest would come from too few.
func split(part, whole, k int) Count {
	if rest := whole - part; rest > 0 && rest < k {
		return Count{Below: k}
	}
	return count(part, part, k)
}

// tells reports that showing the count of one day would give away, with the
// point of l's series that the day lies in, what is withheld.
func (s *Store) tells(sc *scope, l *label, day int, series []Count) bool {
	point := (day - sc.from) / sc.step
	if point < 0 || point >= len(series) || series[point].Withheld() {
		return true
	}
	if sc.step == 1 {
		return false
	}
	from := sc.offset(sc.from + point*sc.step)
	to, at := from+sc.step, sc.offset(day)
	var rest cell
	s.each(sc, l, func(r *row, _, d int) {
		if d >= from && d < to && d != at {
			rest.add(r.customer, sc.q.K)
		}
	})
	return rest.exposes(sc.q.K)
}
