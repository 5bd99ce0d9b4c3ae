package trend

import "math"

// Delay is how long feedback takes from being spoken to being received.
type Delay struct {
	share, unsure []float64 // by age in days: received by then, and the standard error of its logarithm
}

// EstimateDelay estimates it from pieces[i][d], the pieces spoken on day i
// (oldest first, the last being the last day that is over) and received d days
// later. Days that are too young to have seen a delay say nothing about it
// (reverse-time hazards: S. W. Lagakos et al., "Nonparametric analysis of
// truncated survival data", Biometrika 75, 1988). What comes later than the
// longest delay of pieces is not known of.
func EstimateDelay(pieces [][]int) Delay {
	longest := 0
	for _, row := range pieces {
		longest = max(longest, len(row))
	}
	d := Delay{share: make([]float64, longest), unsure: make([]float64, longest)}
	share, variance := 1.0, 0.0
	for delay := longest - 1; delay >= 0; delay-- {
		d.share[delay], d.unsure[delay] = share, math.Sqrt(variance)
		at, upTo := 0.0, 0.0
		for i := 0; i < len(pieces)-delay; i++ {
			for j, n := range pieces[i] {
				if j <= delay {
					upTo += float64(n)
				}
				if j == delay {
					at += float64(n)
				}
			}
		}
		if upTo == 0 || at == upTo { // nothing came sooner that would say how much
			continue
		}
		share *= 1 - at/upTo
		variance += at / (upTo * (upTo - at)) // Greenwood
	}
	return d
}

// Complete is the share of a day's feedback that has been received when the day
// is so many days ago, at least 1 %, and the standard error of its logarithm.
func (d Delay) Complete(age int) (share, unsure float64) {
	if age < 0 || age >= len(d.share) {
		return 1, 0
	}
	return max(0.01, d.share[age]), d.unsure[age]
}

// Provisional reports that more than one piece in twenty is still to come.
func (d Delay) Provisional(age int) bool {
	share, _ := d.Complete(age)
	return share < 0.95
}
