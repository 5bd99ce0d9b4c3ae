package statistics

// block is how many rows share the span of their days: few of them need be
// looked at for a short period.
const block = 1 << 13

// span is the first and the last of some days.
type span struct{ first, last uint16 }

// bound widens the span of the last row's block.
func (s *Store) bound() {
	i := len(s.rows) - 1
	day := s.rows[i].day
	if i/block == len(s.blocks) {
		s.blocks = append(s.blocks, span{day, day})
	}
	b := &s.blocks[i/block]
	b.first, b.last = min(b.first, day), max(b.last, day)
}

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
