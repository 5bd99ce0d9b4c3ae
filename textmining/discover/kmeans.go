package discover

import (
	"math/rand/v2"

	"qingting/textmining/discover/internal/matrix"
)

// kmeansBlock is how many documents are compared with the centres at a time.
const kmeansBlock = 1024

// kmeans is spherical k-means (Dhillon and Modha, 2001) from k-means++ seeds
// (Arthur and Vassilvitskii, SODA 2007): on the rows of some, the best of
// several beginnings. It returns the cluster of each row of x.
func kmeans(x, some *matrix.Dense, k int, t tuning, rng *rand.Rand) []int32 {
	assign := make([]int32, some.Rows)
	settle := func(c *matrix.Dense, rounds int) (*matrix.Dense, float64) {
		before := -1.0
		for range rounds {
			fit := nearest(some, c, assign)
			c = recentre(some, assign, c)
			if fit-before < 2e-5*float64(some.Rows) {
				return c, fit
			}
			before = fit
		}
		return c, before
	}
	early := t.rounds
	if k*some.Rows > largeRound {
		early = 5 // what begins well mostly ends well
	}
	var centres *matrix.Dense
	best := -1.0
	for range t.seedings {
		if c, fit := settle(seedCentres(some, k, rng), early); fit > best {
			best, centres = fit, c
		}
	}
	if early < t.rounds {
		centres, _ = settle(centres, t.rounds-early)
	}
	assign = make([]int32, x.Rows)
	nearest(x, centres, assign)
	return assign
}

// largeRound is how many comparisons of a row with a centre make a round so
// costly that only the best beginning is followed to its end.
const largeRound = 200_000

// subset returns at most n rows of x, drawn without replacement, in order.
func subset(x *matrix.Dense, n int, rng *rand.Rand) *matrix.Dense {
	if x.Rows <= n {
		return x
	}
	out := matrix.NewDense(n, x.Cols)
	at := 0
	for i := range x.Rows { // selection sampling, Knuth 3.4.2 S
		if rng.IntN(x.Rows-i) < n-at {
			copy(out.Row(at), x.Row(i))
			at++
		}
	}
	return out
}

// seedCentres draws k rows, each with a chance that grows with its distance
// from those drawn before; of several draws it keeps the one that helps most.
func seedCentres(x *matrix.Dense, k int, rng *rand.Rand) *matrix.Dense {
	c := matrix.NewDense(k, x.Cols)
	far := make([]float32, x.Rows) // 1 − cosine with the nearest centre
	for i := range far {
		far[i] = 2
	}
	const tries = 3
	trial := make([][]float32, tries)
	for j := range k {
		bestSum, bestTry, bestRow := -1.0, 0, 0
		sum := 0.0
		for _, f := range far {
			sum += float64(f)
		}
		for try := range tries {
			row := rng.IntN(x.Rows)
			if sum > 0 {
				at := rng.Float64() * sum
				for i, f := range far {
					if at -= float64(f); at < 0 {
						row = i
						break
					}
				}
			}
			if trial[try] == nil {
				trial[try] = make([]float32, x.Rows)
			}
			left := closer(x, x.Row(row), far, trial[try])
			if bestSum < 0 || left < bestSum {
				bestSum, bestTry, bestRow = left, try, row
			}
		}
		copy(c.Row(j), x.Row(bestRow))
		far, trial[bestTry] = trial[bestTry], far
	}
	return c
}

// closer writes to out the distances far, where centre is no nearer, and
// returns their sum.
func closer(x *matrix.Dense, centre, far, out []float32) float64 {
	sums := make([]float64, (x.Rows+kmeansBlock-1)/kmeansBlock)
	matrix.Blocks(x.Rows, kmeansBlock, func(b, lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = min(far[i], max(0, 1-matrix.Dot(x.Row(i), centre)))
			sums[b] += float64(out[i])
		}
	})
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return total
}

// nearest assigns each row to the centre with the largest cosine, and returns
// the sum of those.
func nearest(x, centres *matrix.Dense, assign []int32) float64 {
	k := centres.Rows
	sums := make([]float64, (x.Rows+kmeansBlock-1)/kmeansBlock)
	matrix.Blocks(x.Rows, kmeansBlock, func(b, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := x.Row(i)
			best, at := float32(-2), int32(0)
			j := 0
			for ; j+4 <= k; j += 4 {
				s0, s1, s2, s3 := matrix.Dot4(row, centres.Row(j), centres.Row(j+1), centres.Row(j+2), centres.Row(j+3))
				for n, s := range [4]float32{s0, s1, s2, s3} {
					if s > best {
						best, at = s, int32(j+n)
					}
				}
			}
			for ; j < k; j++ {
				if s := matrix.Dot(row, centres.Row(j)); s > best {
					best, at = s, int32(j)
				}
			}
			assign[i] = at
			sums[b] += float64(best)
		}
	})
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return total
}

// recentre returns the directions of the clusters; an empty one keeps the old.
func recentre(x *matrix.Dense, assign []int32, old *matrix.Dense) *matrix.Dense {
	const block = 8 * kmeansBlock
	parts := make([]*matrix.Dense, (x.Rows+block-1)/block)
	matrix.Blocks(x.Rows, block, func(b, lo, hi int) {
		part := matrix.NewDense(old.Rows, old.Cols)
		for i := lo; i < hi; i++ {
			matrix.Add(part.Row(int(assign[i])), 1, x.Row(i))
		}
		parts[b] = part
	})
	c := matrix.NewDense(old.Rows, old.Cols)
	for _, part := range parts {
		matrix.Add(c.Data, 1, part.Data)
	}
	for j := range c.Rows {
		if matrix.Normalize(c.Row(j)) == 0 {
			copy(c.Row(j), old.Row(j))
		}
	}
	return c
}
