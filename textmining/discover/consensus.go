package discover

import (
	"math"

	"qingting/textmining/discover/internal/matrix"
)

// consensus joins several clusterings of the same rows into k clusters: from
// each of starts the runs vote until they are at one; the result that agrees
// best with all of them together wins (after Strehl and Ghosh, JMLR 2002, who
// take the mean of that agreement for the measure of a consensus).
func consensus(starts, runs [][]int32, k int) []int32 {
	labels := signatures(runs, k)
	best, found := -1.0, []int32(nil)
	for _, start := range starts {
		assign := vote(labels, start, k)
		sum := 0.0
		for _, r := range runs {
			sum += agreementOf(assign, r, k)
		}
		if sum > best {
			best, found = sum, assign
		}
	}
	return found
}

// signatures returns for each row the numbers run*k+label of its labels.
func signatures(runs [][]int32, k int) *matrix.CSR {
	n := len(runs[0])
	m := &matrix.CSR{Rows: n, Cols: k * len(runs), Start: make([]int, n+1), Index: make([]int32, n*len(runs)), Value: make([]float32, n*len(runs))}
	for i := range n {
		m.Start[i+1] = (i + 1) * len(runs)
		for r, run := range runs {
			m.Index[i*len(runs)+r] = int32(r*k) + run[i]
			m.Value[i*len(runs)+r] = 1
		}
	}
	return m
}

// voteRounds is after how many rounds a vote that still moves is taken as it is.
const voteRounds = 12

// vote begins with the clusters of start. Each label of a run speaks for the
// clusters in which its rows are, by share; each row goes where its labels say
// most, until nothing moves, or
// a cluster would run empty.
func vote(labels *matrix.CSR, start []int32, k int) []int32 {
	assign := append([]int32(nil), start...)
	runs := labels.Start[1]
	for range voteRounds {
		m := &mixture{k: k, prior: make([]float32, k), word: make([]float32, labels.Cols*k)}
		for i, c := range assign {
			for _, l := range labels.Index[i*runs : (i+1)*runs] {
				m.word[int(l)*k+int(c)]++
			}
		}
		for l := range labels.Cols {
			row := m.word[l*k : (l+1)*k]
			sum := float32(0)
			for _, n := range row {
				sum += n
			}
			for c := range row {
				row[c] /= max(sum, 1)
			}
		}
		next := append([]int32(nil), assign...)
		if m.assign(labels, next) == 0 || used(next, k) < used(assign, k) {
			break
		}
		assign = next
	}
	return assign
}

// agreementOf is Agreement for labels below k, without maps.
func agreementOf(a, b []int32, k int) float64 {
	joint := make([]int, k*k)
	left, right := make([]float64, k), make([]float64, k)
	for i, x := range a {
		joint[int(x)*k+int(b[i])]++
		left[x]++
		right[b[i]]++
	}
	n := float64(len(a))
	mutual, mean := 0.0, 0.0
	for x := range k {
		for y := range k {
			if c := float64(joint[x*k+y]); c > 0 {
				mutual += c / n * math.Log(c*n/(left[x]*right[y]))
			}
		}
		for _, side := range [2]float64{left[x], right[x]} {
			if side > 0 {
				mean -= side / n * math.Log(side/n) / 2
			}
		}
	}
	if mean == 0 {
		return 1
	}
	return mutual / mean
}

// stability returns for each cluster how often two of its rows stay together
// over the runs: 1 when no run parts them.
func stability(assign []int32, runs [][]int32, k int) []float64 {
	size := make([]float64, k)
	for _, c := range assign {
		size[c]++
	}
	out := make([]float64, k)
	wide := k
	for _, run := range runs {
		for _, l := range run {
			wide = max(wide, int(l)+1)
		}
	}
	for _, run := range runs {
		joint := make([]float64, k*wide)
		for i, c := range assign {
			joint[int(c)*wide+int(run[i])]++
		}
		for c := range k {
			together := 0.0
			for _, x := range joint[c*wide : (c+1)*wide] {
				together += x * (x - 1)
			}
			if size[c] > 1 {
				out[c] += together / (size[c] * (size[c] - 1)) / float64(len(runs))
			} else {
				out[c] = 1
			}
		}
	}
	return out
}
