package discover

import (
	"cmp"
	"slices"
)

// limits say which clusters are too small.
type limits struct {
	documents int
	customers int
	of        [][]int32 // row → its customers; nil when they do not matter
}

// customers numbers those of each row.
func (f *fitting) customers(docs []Doc, chosen []int32, least int) [][]int32 {
	if least < 2 {
		return nil
	}
	out := make([][]int32, f.counts.Rows)
	number := make(map[string]int32)
	next := int32(0)
	for i, r := range f.row {
		if r < 0 {
			continue
		}
		who := docs[chosen[i]].Customer
		n, known := number[who]
		if !known || who == "" {
			n = next
			next++
			number[who] = n
		}
		out[r] = append(out[r], n)
	}
	return out
}

// tooSmall says of each cluster whether it is to be dissolved.
func (l limits) tooSmall(assign []int32, sizes []int) []bool {
	out := make([]bool, len(sizes))
	people := make([]map[int32]bool, len(sizes))
	if l.of != nil {
		for r, c := range assign {
			if len(people[c]) >= l.customers {
				continue
			}
			if people[c] == nil {
				people[c] = make(map[int32]bool)
			}
			for _, who := range l.of[r] {
				people[c][who] = true
			}
		}
	}
	for c, n := range sizes {
		out[c] = n < l.documents || l.of != nil && len(people[c]) < l.customers
	}
	return out
}

// settle fits the mixture to the consensus and gives each row the cluster that
// the mixture says. Clusters that are too small, or empty, are dissolved, the
// smallest first; those left are numbered by size. assign is overwritten.
func (f *fitting) settle(assign []int32, k int, l limits) (*mixture, int) {
	weight := make([]int, f.counts.Rows) // documents a row stands for
	for _, r := range f.row {
		if r >= 0 {
			weight[r]++
		}
	}
	for {
		m := estimate(f.weights, f.byFeature, assign, k, f.tuning.smooth, f.kin)
		m.assign(f.weights, assign)
		sizes := make([]int, k)
		for r, c := range assign {
			sizes[c] += weight[r]
		}
		small := l.tooSmall(assign, sizes)
		order := make([]int32, k)
		for c := range order {
			order[c] = int32(c)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(sizes[b], sizes[a]) })
		keep := k
		for keep > 0 && sizes[order[keep-1]] == 0 {
			keep--
		}
		for i := keep - 1; i >= 0 && keep > 1; i-- {
			if small[order[i]] {
				c := order[i]
				copy(order[i:], order[i+1:keep])
				order[keep-1] = c
				keep--
				break
			}
		}
		place := make([]int32, k)
		for to, from := range order {
			place[from] = int32(to)
		}
		if keep == k {
			for r, c := range assign {
				assign[r] = place[c]
			}
			return m.reorder(order), k
		}
		m = m.reorder(order[:keep])
		for r, c := range assign {
			assign[r] = place[c]
		}
		m.assign(f.weights, assign)
		k = keep
	}
}
