package statistics

import (
	"cmp"
	"slices"
)

// Values are the names that documents carry, to choose a Query's from.
type Values struct {
	Channels, Regions, Products []string
}

// Values lists at most the most frequent values of each, the most frequent
// first. Values of fewer than five customers come last, by name, so that their
// place tells nothing.
func (s *Store) Values(most int) Values {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Values{s.values(Channel, most), s.values(Region, most), s.values(Product, most)}
}

func (s *Store) values(c Column, most int) []string {
	const k = 5
	d := s.dictionary(c)
	p := newPlaces(d)
	for i := range s.rows {
		r := &s.rows[i]
		if value := s.value(r, i, c); r.day != gone && int(value) < len(d.values) { // else it has no name of its own
			p.add(value, r.customer, k)
		}
	}
	slices.SortFunc(p.used, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(p.at(b).count(k).N, p.at(a).count(k).N), cmp.Compare(d.values[a], d.values[b]))
	})
	out := make([]string, min(most, len(p.used)))
	for i := range out {
		out[i] = d.values[p.used[i]]
	}
	return out
}
