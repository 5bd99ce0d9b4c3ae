package discover

import (
	"math"

	"qingting/textmining/discover/internal/matrix"
)

// pooled joins the clusters of all runs into k groups by Ward's criterion on
// their centres (Ward, JASA 1963; bagged clustering: Leisch 1999), and gives each
// row the group that most of its labels are in, the earliest run deciding ties.
func pooled(x *matrix.Dense, runs [][]int32, k int) []int32 {
	m := k * len(runs)
	centres, weight := matrix.NewDense(m, x.Cols), make([]float64, m)
	matrix.Blocks(len(runs), 1, func(r, _, _ int) {
		for i, c := range runs[r] {
			at := r*k + int(c)
			matrix.Add(centres.Row(at), 1, x.Row(i))
			weight[at]++
		}
	})
	for c, w := range weight {
		if w > 0 {
			for i := range centres.Row(c) {
				centres.Row(c)[i] /= float32(w)
			}
		}
	}
	group := ward(centres, weight, k)
	out := make([]int32, x.Rows)
	matrix.Blocks(x.Rows, kmeansBlock, func(_, lo, hi int) {
		votes := make([]int, k)
		for i := lo; i < hi; i++ {
			clear(votes)
			for r, run := range runs {
				votes[group[r*k+int(run[i])]]++
			}
			best := -1
			for r, run := range runs {
				if g := group[r*k+int(run[i])]; best < 0 || votes[g] > votes[best] {
					best = int(g)
				}
			}
			out[i] = int32(best)
		}
	})
	return out
}

// ward joins weighted points, the pair first that adds least to the squared
// distances within groups, until k groups are left. Points without weight are in
// group 0.
func ward(points *matrix.Dense, weight []float64, k int) []int32 {
	n := points.Rows
	parent := make([]int, n)
	var alive []int
	weight = append([]float64(nil), weight...)
	for i := range n {
		parent[i] = i
		if weight[i] > 0 {
			alive = append(alive, i)
		}
	}
	dist := make([]float32, n*n)
	matrix.Blocks(n, 16, func(_, lo, hi int) {
		for a := lo; a < hi; a++ {
			for b := range n {
				if weight[a] > 0 && weight[b] > 0 {
					d := 0.0
					for i, x := range points.Row(a) {
						y := float64(x - points.Row(b)[i])
						d += y * y
					}
					dist[a*n+b] = float32(d * weight[a] * weight[b] / (weight[a] + weight[b]))
				}
			}
		}
	})
	near := make([]int, n)
	nearestTo := func(a int) int {
		best, at := float32(math.Inf(1)), -1
		for _, b := range alive {
			if b != a && dist[a*n+b] < best {
				best, at = dist[a*n+b], b
			}
		}
		return at
	}
	for _, a := range alive {
		near[a] = nearestTo(a)
	}
	for len(alive) > k {
		a, least := -1, float32(math.Inf(1))
		for _, c := range alive {
			if d := dist[c*n+near[c]]; d < least {
				a, least = c, d
			}
		}
		b := near[a]
		a, b = min(a, b), max(a, b)
		kept := alive[:0]
		for _, c := range alive {
			if c != b {
				kept = append(kept, c)
			}
		}
		alive = kept
		wa, wb := weight[a], weight[b]
		for _, c := range alive { // Lance and Williams, 1967
			if c == a {
				continue
			}
			wc := weight[c]
			d := float32((wa+wc)/(wa+wb+wc)*float64(dist[a*n+c]) + (wb+wc)/(wa+wb+wc)*float64(dist[b*n+c]) - wc/(wa+wb+wc)*float64(dist[a*n+b]))
			dist[a*n+c], dist[c*n+a] = d, d
		}
		weight[a] += wb
		parent[b] = a
		for _, c := range alive {
			if c == a || near[c] == a || near[c] == b {
				near[c] = nearestTo(c)
			} else if dist[c*n+a] < dist[c*n+near[c]] {
				near[c] = a
			}
		}
	}
	number := make([]int32, n)
	for g, c := range alive {
		number[c] = int32(g)
	}
	out := make([]int32, n)
	for i := range n {
		root := i
		for parent[root] != root {
			root = parent[root]
		}
		out[i] = number[root]
	}
	return out
}
