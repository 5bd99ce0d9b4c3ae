package statistics

import "qingting/textmining/trend"

// arrivals are how documents came in on each day that any was received.
type arrivals struct {
	days []arrival // by day received, since 1970
}

type arrival struct{ all, old int32 }

// Documents that came this many days after they were spoken are old: a day that
// brought many of them was no ordinary one, but an import of what was kept.
const oldest = 30

func (a *arrivals) enter(spoken, received uint16, by int32) {
	if received == 0 {
		return
	}
	for len(a.days) <= int(received) {
		a.days = append(a.days, arrival{})
	}
	day := &a.days[received]
	day.all += by
	if int(received)-int(spoken) > oldest {
		day.old += by
	}
}

// last is the last day that anything was received; 0 is none.
func (a *arrivals) last() int {
	for day := len(a.days) - 1; day > 0; day-- {
		if a.days[day].all > 0 {
			return day
		}
	}
	return 0
}

// imported reports a day that brought old documents, more than one in five.
func (a *arrivals) imported(day int) bool { return a.days[day].old*5 > a.days[day].all }

// The least documents, and days they were received on, that say how late
// feedback comes.
const (
	enoughArrivals    = 200
	enoughArrivalDays = 7
)

// delays estimates how late feedback of a scope comes; today is the last day on
// which any was received, which is not over. Nothing is late, and today 0, where
// too little came in from day to day to tell, as after an import.
func (s *Store) delays(sc *scope) (delay trend.Delay, today int) {
	last := s.arrivals.last()
	if last == 0 || sc.nothing || s.arrivals.imported(last) {
		return trend.Delay{}, 0
	}
	pieces := make([][]int, 2*oldest) // of the days before today
	for i := range pieces {
		pieces[i] = make([]int, oldest+1)
	}
	days := map[uint16]bool{}
	n := 0
	first, end := s.bounds(last-len(pieces), last)
	for i := first; i < end; i++ {
		r := &s.rows[i]
		ago := last - int(r.day)
		received := s.details[i].received
		late := int(received) - int(r.day)
		if r.day == gone || ago < 1 || ago > len(pieces) || received == 0 || int(received) >= last || late > oldest || s.arrivals.imported(int(received)) {
			continue
		}
		pieces[len(pieces)-ago][late]++
		days[received] = true
		n++
	}
	if n < enoughArrivals || len(days) < enoughArrivalDays {
		return trend.Delay{}, 0
	}
	return trend.EstimateDelay(pieces), last
}

// complete is how much of each day of [from, to) has been received, nil when it
// is all of them, and how many days before to are provisional.
func complete(delay trend.Delay, today, from, to int) (share []float64, provisional int) {
	if today == 0 || today < from-oldest {
		return nil, 0
	}
	for day := from; day < to; day++ {
		// Of today's more than this may come, and no more: see trend.Delay.
		age := max(0, today-1-day)
		x, _ := delay.Complete(age)
		share = append(share, x)
		if provisional == 0 && (day >= today || delay.Provisional(age)) {
			provisional = to - day
		}
	}
	return share, provisional
}
