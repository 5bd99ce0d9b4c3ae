package discover

import "math"

// Agreement is the normalised mutual information of two clusterings of the same
// documents, 0 to 1: mutual information over the arithmetic mean of the two
// entropies, as in scikit-learn's normalized_mutual_info_score. Documents with a
// negative label in either do not count. Two clusterings without any
// information are alike: 1.
func Agreement[A, B ~int | ~int32](a []A, b []B) float64 {
	joint := make(map[[2]int]float64)
	left, right := make(map[int]float64), make(map[int]float64)
	n := 0.0
	for i := range a {
		if a[i] < 0 || b[i] < 0 {
			continue
		}
		joint[[2]int{int(a[i]), int(b[i])}]++
		left[int(a[i])]++
		right[int(b[i])]++
		n++
	}
	if n == 0 {
		return 1
	}
	return normalised(joint, left, right, n)
}

func normalised(joint map[[2]int]float64, left, right map[int]float64, n float64) float64 {
	mutual := 0.0
	for cell, x := range joint {
		mutual += x / n * math.Log(x*n/(left[cell[0]]*right[cell[1]]))
	}
	mean := (entropy(left, n) + entropy(right, n)) / 2
	if mean == 0 {
		return 1
	}
	return max(0, min(1, mutual/mean))
}

func entropy(counts map[int]float64, n float64) float64 {
	h := 0.0
	for _, x := range counts {
		h -= x / n * math.Log(x/n)
	}
	return h
}

// Purity is the share of documents that are of the commonest class of their
// cluster. A document without a cluster (negative) is wrong; one without a
// class does not count.
func Purity[A, B ~int | ~int32](cluster []A, class []B) float64 {
	counts := make(map[[2]int]int)
	best := make(map[int]int)
	n := 0
	for i := range cluster {
		if class[i] < 0 {
			continue
		}
		n++
		if cluster[i] < 0 {
			continue
		}
		cell := [2]int{int(cluster[i]), int(class[i])}
		counts[cell]++
		best[cell[0]] = max(best[cell[0]], counts[cell])
	}
	right := 0
	for _, x := range best {
		right += x
	}
	if n == 0 {
		return 0
	}
	return float64(right) / float64(n)
}
