package duplicate

// queue holds documents in the order they came. What was forgotten since is
// skipped, and dropped when it is more than half.
type queue struct {
	items []arrival
	first int
	ages  uint64
}

type arrival struct{ id, age uint64 }

// push takes id in and returns its age, counted from 1. live says what still
// counts, alive how many that are.
func (q *queue) push(id uint64, live func(id, age uint64) bool, alive int) uint64 {
	if len(q.items) > 2*alive+1024 {
		kept := q.items[:0]
		for _, a := range q.items[q.first:] {
			if live(a.id, a.age) {
				kept = append(kept, a)
			}
		}
		clear(q.items[len(kept):])
		q.items, q.first = kept, 0
	}
	q.ages++
	q.items = append(q.items, arrival{id, q.ages})
	return q.ages
}

// oldest takes out the document that came first.
func (q *queue) oldest(live func(id, age uint64) bool) (uint64, bool) {
	for q.first < len(q.items) {
		a := q.items[q.first]
		q.first++
		if live(a.id, a.age) {
			return a.id, true
		}
	}
	return 0, false
}
