// Package latency keeps how long things took, in a fixed amount of memory.
//
//	var h latency.Histogram
//	h.Add(took)
//	s := h.Summary()
//
// A figure of a Summary is at most a fifth more than the exact one. Adding costs one
// atomic increment; a Histogram is safe for concurrent use, and never forgets.
package latency

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	least   = time.Microsecond
	growth  = 1.2 // of the bound of a bucket over that of the one before
	buckets = 128 // the last is of more than three hours
)

// Histogram counts durations. The zero value is ready for use.
type Histogram struct{ counts [buckets]atomic.Uint64 }

// Add counts one.
func (h *Histogram) Add(took time.Duration) {
	i := 0
	if took > least {
		i = min(buckets-1, int(math.Ceil(math.Log(float64(took)/float64(least))/math.Log(growth))))
	}
	h.counts[i].Add(1)
}

// Summary is what is said of durations; zero ones are of none.
type Summary struct {
	Count         uint64
	P50, P90, P99 time.Duration
}

// Summary looks at what was counted so far.
func (h *Histogram) Summary() (s Summary) {
	var counts [buckets]uint64
	for i := range h.counts {
		counts[i] = h.counts[i].Load()
		s.Count += counts[i]
	}
	at := func(share float64) time.Duration {
		rank := uint64(math.Ceil(share * float64(s.Count)))
		var seen uint64
		for i, n := range counts {
			if seen += n; n > 0 && seen >= rank {
				return time.Duration(float64(least) * math.Pow(growth, float64(i)))
			}
		}
		return 0
	}
	s.P50, s.P90, s.P99 = at(0.5), at(0.9), at(0.99)
	return s
}
