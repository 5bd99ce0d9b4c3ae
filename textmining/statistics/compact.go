package statistics

// compact drops deleted rows and the customers that only they had.
func (s *Store) compact() {
	renumber := make([]uint32, len(s.rows)) // one more than the number, 0 means gone
	people := make([]uint32, s.nextCustomer)
	n, persons := uint32(0), uint32(0)
	for i, r := range s.rows {
		if r.day == gone {
			continue
		}
		if people[r.customer] == 0 {
			persons++
			people[r.customer] = persons // one more than the number
		}
		r.customer = people[r.customer] - 1
		s.rows[n], s.details[n] = r, s.details[i]
		n++
		renumber[i] = n
	}
	for key, number := range s.records {
		s.records[key] = renumber[number] - 1
	}
	for h, c := range s.people {
		if people[c] == 0 {
			delete(s.people, h)
		} else {
			s.people[h] = people[c] - 1
		}
	}
	moved := map[*quote]bool{} // a quote may stand for several labels
	for _, labels := range s.labels {
		for _, l := range labels {
			l.compact(renumber, people, moved)
		}
	}
	s.near.compact(renumber, people, int(n))
	clear(s.rows[n:])
	clear(s.details[n:])
	whole := s.rows
	s.rows, s.details, s.blocks, s.shelves = s.rows[:0], s.details[:n], s.blocks[:0], s.shelves[:0]
	for i := range int(n) {
		s.rows = whole[:i+1]
		s.bound()
		s.shelves.enter(i, &s.rows[i], 1)
	}
	s.nextCustomer, s.dead = persons, 0
}

func (l *label) compact(renumber, people []uint32, moved map[*quote]bool) {
	n := 0
	l.shelves = l.shelves[:0]
	for i, r := range l.rows {
		if to := renumber[l.numbers[i]]; to > 0 {
			r.customer = people[r.customer] - 1
			l.rows[n], l.numbers[n], l.scores[n] = r, to-1, l.scores[i]
			l.shelves.enter(n, &r, 1)
			n++
		}
	}
	clear(l.rows[n:])
	l.rows, l.numbers, l.scores = l.rows[:n], l.numbers[:n], l.scores[:n]
	for _, list := range l.quotes {
		for _, c := range list {
			if !moved[c.quote] {
				moved[c.quote] = true
				c.row = renumber[c.row] - 1
			}
		}
	}
}
