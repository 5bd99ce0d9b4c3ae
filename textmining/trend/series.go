package trend

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Series is counts a day, the oldest first, without holes.
type Series struct {
	Counts []int
	First  time.Weekday // of the first day

	// Behaves says as which day of the week each day behaves, where that is not
	// the calendar's: a public holiday as a Sunday, a Saturday that makes up for
	// one as a Monday. nil is the calendar.
	Behaves []time.Weekday
	// Exposure is what a count is to be seen against, such as all other
	// feedback of the day: a day that is busy with everything is no burst of one
	// theme. How strongly a count follows it is learnt. nil is none.
	Exposure []float64
	// Complete is the share of each day's feedback that has been received, above
	// 0 and at most 1 (see Delay). nil is all of it.
	Complete []float64
}

// check says what is wrong with the lengths and values of s.
func (s Series) check() error {
	n := len(s.Counts)
	switch {
	case s.Behaves != nil && len(s.Behaves) != n:
		return fmt.Errorf("%d days of the week for %d counts", len(s.Behaves), n)
	case s.Exposure != nil && len(s.Exposure) != n:
		return fmt.Errorf("%d exposures for %d counts", len(s.Exposure), n)
	case s.Complete != nil && len(s.Complete) != n:
		return fmt.Errorf("%d shares of completeness for %d counts", len(s.Complete), n)
	}
	for i, c := range s.Counts {
		switch {
		case c < 0:
			return fmt.Errorf("day %d: a count below 0", i)
		case s.Complete != nil && !(s.Complete[i] > 0 && s.Complete[i] <= 1):
			return fmt.Errorf("day %d: completeness %v is not above 0 and at most 1", i, s.Complete[i])
		case s.Exposure != nil && (!(s.Exposure[i] >= 0) || math.IsInf(s.Exposure[i], 0)):
			return fmt.Errorf("day %d: exposure %v is no number from 0", i, s.Exposure[i])
		case s.Behaves != nil && (s.Behaves[i] < 0 || s.Behaves[i] > 6):
			return fmt.Errorf("day %d behaves as no day of the week", i)
		}
	}
	if s.First < 0 || s.First > 6 {
		return errors.New("the first day is no day of the week")
	}
	return nil
}

// weekday of a day, which may lie after the last.
func (s *Series) weekday(day int) int {
	if day < len(s.Behaves) {
		return int(s.Behaves[day])
	}
	return (int(s.First) + day) % 7
}

// logComplete is the logarithm of a day's completeness.
func (s *Series) logComplete(day int) float64 {
	if day >= len(s.Complete) {
		return 0
	}
	return math.Log(s.Complete[day])
}
