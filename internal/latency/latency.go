// Package latency keeps how long things took, in a fixed amount of memory.
//
//	var h latency.Histogram
//	h.Add(took)
//	s := h.Summary()
//
// A figure of a Summary is at most a fifth more than the exact one. Adding costs two
// atomic additions; a Histogram is safe for concurrent use, and never forgets. What
// several processes counted is put together by their Snapshots.
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
type Histogram struct {
	counts [buckets]atomic.Uint64
	sum    atomic.Int64 // nanoseconds
}

// Add counts one.
func (h *Histogram) Add(took time.Duration) { h.AddMany(took, 1) }

// AddMany counts n that took as long each.
func (h *Histogram) AddMany(took time.Duration, n uint64) {
	took = max(0, took)
	i := 0
	if took > least {
		i = min(buckets-1, int(math.Ceil(math.Log(float64(took)/float64(least))/math.Log(growth))))
	}
	h.counts[i].Add(n)
	h.sum.Add(int64(took) * int64(n))
}

// Snapshot is what a Histogram has counted so far, to be sent and merged.
type Snapshot struct {
	Counts []uint64      `json:"counts"` // by bucket; empty ones at the end are left out
	Sum    time.Duration `json:"sum"`    // nanoseconds
}

// Snapshot looks at what was counted so far.
func (h *Histogram) Snapshot() (s Snapshot) {
	all := make([]uint64, buckets)
	used := 0
	for i := range h.counts {
		if all[i] = h.counts[i].Load(); all[i] > 0 {
			used = i + 1
		}
	}
	return Snapshot{all[:used], time.Duration(h.sum.Load())}
}

// Merge is both together. What another program sent with more buckets than there are
// counts in the last.
func (s Snapshot) Merge(other Snapshot) Snapshot {
	merged := make([]uint64, min(buckets, max(len(s.Counts), len(other.Counts))))
	for _, counts := range [][]uint64{s.Counts, other.Counts} {
		for i, n := range counts {
			merged[min(i, buckets-1)] += n
		}
	}
	return Snapshot{merged, s.Sum + other.Sum}
}

// Summary is what is said of durations; zero ones are of none.
type Summary struct {
	Count         uint64
	P50, P95, P99 time.Duration
	Sum           time.Duration
}

// Summary looks at what was counted so far.
func (h *Histogram) Summary() Summary { return h.Snapshot().Summary() }

// bound is the longest duration of a bucket.
func bound(i int) time.Duration {
	return time.Duration(float64(least) * math.Pow(growth, float64(i)))
}

// Summary is what is said of the durations.
func (s Snapshot) Summary() Summary {
	out := Summary{Sum: s.Sum}
	for _, n := range s.Counts {
		out.Count += n
	}
	at := func(share float64) time.Duration {
		rank := uint64(math.Ceil(share * float64(out.Count)))
		var seen uint64
		for i, n := range s.Counts {
			if seen += n; n > 0 && seen >= rank {
				return bound(i)
			}
		}
		return 0
	}
	out.P50, out.P95, out.P99 = at(0.5), at(0.95), at(0.99)
	return out
}

// Bound is how many durations were no longer than Most.
type Bound struct {
	Most  time.Duration
	Count uint64
}

// perBound is how many buckets one Bound has: it is three times the one before.
const perBound = 6

// Bounds counts the durations up to bounds that are the same for every histogram, from a
// microsecond to an hour, each three times the one before.
func (s Snapshot) Bounds() []Bound {
	var list []Bound
	var seen uint64
	for i := range buckets {
		if i < len(s.Counts) {
			seen += s.Counts[i]
		}
		if i%perBound == 0 && bound(i) <= time.Hour {
			list = append(list, Bound{bound(i), seen})
		}
	}
	return list
}
