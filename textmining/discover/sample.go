package discover

import (
	"math/rand/v2"
	"slices"
)

// sample returns the indices of at most n documents, in ascending order, drawn
// so that every part of the period is there in proportion: one from each of n
// equal stretches of the documents in the order of their times.
func sample(docs []Doc, n int, rng *rand.Rand) []int32 {
	order := make([]int32, len(docs))
	for i := range order {
		order[i] = int32(i)
	}
	if len(docs) <= n {
		return order
	}
	slices.SortStableFunc(order, func(a, b int32) int { return docs[a].Time.Compare(docs[b].Time) })
	out := make([]int32, n)
	for i := range out {
		lo, hi := i*len(order)/n, (i+1)*len(order)/n
		out[i] = order[lo+rng.IntN(hi-lo)]
	}
	slices.Sort(out)
	return out
}
