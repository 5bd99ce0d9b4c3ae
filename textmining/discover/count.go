package discover

import "math/rand/v2"

// Bounds of the number of clusters that count finds.
const (
	mostFound   = 80
	countRounds = 20
	countSample = 8000
)

// count says how many clusters the corpus holds: those that GSDMM keeps, small
// ones aside.
func (f *fitting) count(rng *rand.Rand) int {
	docs := f.counts
	if docs.Rows > countSample {
		cut := *docs
		cut.Rows = countSample
		docs = &cut
	}
	most := min(mostFound, max(2, docs.Rows/3))
	assign := movieGroup(docs, func(j int32) bool { return f.features[j][0] != pairMark }, most, countRounds, .1, .1, rng)
	sizes := make([]int, most)
	for _, c := range assign {
		sizes[c]++
	}
	k := 0
	for _, n := range sizes {
		if n >= max(3, docs.Rows/200) {
			k++
		}
	}
	return max(1, k)
}
