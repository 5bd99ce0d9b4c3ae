package measure

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Depths at which rankings are looked at.
const (
	NDCGDepth   = 10
	MRRDepth    = 10
	RecallDepth = 50
)

// Scores is one figure a query, each from 0 to 1.
type Scores []float64

// Mean is 0 where there is no query.
func (s Scores) Mean() float64 {
	if len(s) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

// NDCG is the discounted gain of the first k of ranked against the best there
// can be: gain 2^grade−1, discount log2(rank+1). It is 0 where nothing is relevant.
func NDCG(ranked []int, relevant map[int]float64, k int) float64 {
	gain := func(grade float64, rank int) float64 { return (math.Exp2(grade) - 1) / math.Log2(float64(rank)+2) }
	found := 0.0
	for i, d := range ranked[:min(k, len(ranked))] {
		found += gain(relevant[d], i)
	}
	grades := make([]float64, 0, len(relevant))
	for _, g := range relevant {
		grades = append(grades, g)
	}
	slices.SortFunc(grades, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	best := 0.0
	for i, g := range grades[:min(k, len(grades))] {
		best += gain(g, i)
	}
	if best == 0 {
		return 0
	}
	return found / best
}

// Recall is the share of the relevant that the first k of ranked hold.
func Recall(ranked []int, relevant map[int]float64, k int) float64 {
	found, all := 0, 0
	for _, g := range relevant {
		if g > 0 {
			all++
		}
	}
	for _, d := range ranked[:min(k, len(ranked))] {
		if relevant[d] > 0 {
			found++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(found) / float64(all)
}

// MRR is one over the rank of the first relevant within k, 0 without one.
func MRR(ranked []int, relevant map[int]float64, k int) float64 {
	for i, d := range ranked[:min(k, len(ranked))] {
		if relevant[d] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// Ratio is how many times as good one engine is as another, with the interval
// that holds 95 of 100 bootstrap samples of the queries.
type Ratio struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Compare divides the mean of ours by that of theirs, query by query in pairs.
// It is the zero Ratio where theirs is 0.
func Compare(ours, theirs Scores, seed uint64) Ratio {
	if len(ours) != len(theirs) {
		panic("measure: scores of different queries") // a mistake in the program
	}
	if theirs.Mean() == 0 {
		return Ratio{}
	}
	const rounds = 2000
	r := rand.New(rand.NewPCG(seed, 0x626f6f74))
	values := make([]float64, 0, rounds)
	for range rounds {
		a, b := 0.0, 0.0
		for range ours {
			i := r.IntN(len(ours))
			a += ours[i]
			b += theirs[i]
		}
		if b > 0 {
			values = append(values, a/b)
		}
	}
	slices.Sort(values)
	out := Ratio{Value: ours.Mean() / theirs.Mean()}
	if n := len(values); n > 0 {
		out.Low, out.High = values[n*25/1000], values[min(n-1, n*975/1000)]
	}
	return out
}
