package discover

import (
	"math"
	"math/rand/v2"

	"qingting/textmining/discover/internal/matrix"
)

// Of the number of clusters that count finds.
const (
	mostFound   = 100
	countRounds = 12
	countSample = 8000
	countAlpha  = .1
)

// count says how many clusters the corpus holds: those that GSDMM keeps, then
// the most alike joined for as long as that makes documents and clusters
// together more probable (the integrated complete likelihood of the same
// mixture: Biernacki, Celeux and Govaert, JSPI 2010), small ones aside.
func (f *fitting) count(rng *rand.Rand) int {
	docs := f.counts
	if docs.Rows > countSample {
		cut := *docs
		cut.Rows = countSample
		docs = &cut
	}
	if docs.Rows < 2 {
		return docs.Rows
	}
	most := min(mostFound, max(2, docs.Rows/3))
	use := func(j int32) bool { return f.features[j][0] != pairMark }
	assign := movieGroup(docs, use, most, countRounds, countAlpha, f.tuning.countBeta, rng)
	sizes := joinAlike(docs, use, assign, most, countAlpha, f.tuning.countBeta)
	k := 0
	for _, n := range sizes {
		if n >= max(3, float64(docs.Rows)/200) {
			k++
		}
	}
	return max(1, k)
}

// joinAlike joins clusters, the most profitable pair first, and returns the
// sizes of those left.
func joinAlike(docs *matrix.CSR, use func(j int32) bool, assign []int32, k int, alpha, beta float64) []float64 {
	size := make([]float64, k)
	words := make([][]float32, k)
	for c := range words {
		words[c] = make([]float32, docs.Cols)
	}
	for d, c := range assign {
		size[c]++
		index, _ := docs.Row(d)
		for _, j := range index {
			if use(j) {
				words[c][j]++
			}
		}
	}
	vocabulary := 0.0
	for j := range docs.Cols {
		if use(int32(j)) {
			vocabulary++
		}
	}
	// Of a cluster: log Γ(n+α) of its documents, and the Dirichlet multinomial of
	// its words. An empty cluster is worth what an empty one is.
	gamma := func(x float64) float64 { l, _ := math.Lgamma(x); return l }
	base := gamma(beta)
	worth := func(n float64, w ...[]float32) float64 {
		sum, total := gamma(n+alpha), 0.0
		for j := range w[0] {
			x := float64(w[0][j])
			for _, more := range w[1:] {
				x += float64(more[j])
			}
			if x > 0 {
				total += x
				sum += gamma(x+beta) - base
			}
		}
		return sum + gamma(vocabulary*beta) - gamma(total+vocabulary*beta)
	}
	alone := make([]float64, k)
	for c := range alone {
		alone[c] = worth(size[c], words[c])
	}
	empty := gamma(alpha)
	gain := make([]float64, k*k)
	fill := func(a int) {
		matrix.Blocks(k, 4, func(_, lo, hi int) {
			for b := lo; b < hi; b++ {
				if a == b || size[a] == 0 || size[b] == 0 {
					gain[a*k+b], gain[b*k+a] = math.Inf(-1), math.Inf(-1)
					continue
				}
				g := worth(size[a]+size[b], words[a], words[b]) + empty - alone[a] - alone[b]
				gain[a*k+b], gain[b*k+a] = g, g
			}
		})
	}
	for a := range k {
		fill(a)
	}
	for {
		best, a, b := 0.0, -1, -1
		for x := range k {
			for y := range x {
				if g := gain[x*k+y]; g > best {
					best, a, b = g, x, y
				}
			}
		}
		if a < 0 {
			return size
		}
		size[a] += size[b]
		size[b] = 0
		matrix.Add(words[a], 1, words[b])
		alone[a] = worth(size[a], words[a])
		fill(b)
		fill(a)
	}
}
