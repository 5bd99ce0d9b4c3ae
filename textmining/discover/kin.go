package discover

import (
	"math"

	"qingting/textmining/discover/internal/matrix"
)

// kinship says what a cluster would say of a feature, by what it says of others
// that mean the like: a Dirichlet prior of the mixture. Short texts need it: a
// word that few of them hold is told where it belongs by those it stands beside.
//
// A feature's vector is the mean of those of its documents. Its pseudo-counts,
// strength in all, are dealt to clusters by the cosines with their centres. How
// sharply, and how many they are, is fitted to the corpus (empirical Bayes): see
// calibrate.
type kinship struct {
	x        *matrix.Dense // a vector for each row
	features *matrix.Dense // and for each feature
	strength float64       // pseudo-counts of a feature in all clusters; 0: none
	sharp    float64
}

func newKinship(x *matrix.Dense, byFeature *matrix.CSR) *kinship {
	k := &kinship{x: x, features: matrix.NewDense(byFeature.Rows, x.Cols)}
	mean := make([]float32, x.Cols)
	for i := range x.Rows {
		matrix.Add(mean, 1/float32(x.Rows), x.Row(i))
	}
	matrix.Blocks(byFeature.Rows, kinBlock, func(_, lo, hi int) {
		for j := lo; j < hi; j++ {
			docs, _ := byFeature.Row(j)
			row := k.features.Row(j)
			for _, d := range docs {
				matrix.Add(row, 1, x.Row(int(d)))
			}
			matrix.Add(row, -float32(len(docs)), mean)
			matrix.Normalize(row)
		}
	})
	return k
}

const kinBlock = 256

// centres are the directions of the clusters.
func (kin *kinship) centres(assign []int32, k int) *matrix.Dense {
	return recentre(kin.x, assign, matrix.NewDense(k, kin.x.Cols))
}

// shares writes to out how the pseudo-counts of feature j are dealt.
func (kin *kinship) shares(j int, centres *matrix.Dense, sharp float64, out []float32) {
	most := float32(math.Inf(-1))
	for c := range out {
		out[c] = matrix.Dot(kin.features.Row(j), centres.Row(c))
		most = max(most, out[c])
	}
	sum := 0.0
	for c, x := range out {
		e := math.Exp(sharp * float64(x-most))
		out[c] = float32(e)
		sum += e
	}
	for c := range out {
		out[c] = float32(float64(out[c]) / sum)
	}
}

// prior returns the pseudo-counts of each feature j in each cluster c, at j*k+c;
// nil when there are none.
func (kin *kinship) prior(assign []int32, k int) []float32 {
	if kin == nil || kin.strength == 0 {
		return nil
	}
	centres := kin.centres(assign, k)
	out := make([]float32, kin.features.Rows*k)
	matrix.Blocks(kin.features.Rows, kinBlock, func(_, lo, hi int) {
		for j := lo; j < hi; j++ {
			row := out[j*k : (j+1)*k]
			kin.shares(j, centres, kin.sharp, row)
			for c := range row {
				row[c] *= float32(kin.strength)
			}
		}
	})
	return out
}

// What is tried in calibrating, and on how many features.
var (
	kinSharp  = [...]float64{4, 6, 8, 12}
	kinCounts = [...]float64{1, 3, 10, 30}
)

const (
	kinFlat    = 0.0 // sharpness at which all clusters are alike
	kinSampled = 4000
)

// calibrate fits the prior to clusters. Where features stand, given the clusters,
// is a Dirichlet multinomial (Minka 2000); its likelihood a token says how sharp
// the prior should be, and what share of the deviance it explains beyond the
// sizes of the clusters. The more it explains, the more it counts: most times the
// square of that share.
func (kin *kinship) calibrate(byFeature *matrix.CSR, assign []int32, k int, most float64) {
	if k < 2 {
		return
	}
	centres := kin.centres(assign, k)
	size := make([]float64, k)
	for _, c := range assign {
		size[c] += float64(k) / float64(len(assign))
	}
	fit := func(sharp float64) float64 {
		best := math.Inf(-1)
		for _, n := range kinCounts {
			best = max(best, kin.likelihood(byFeature, assign, centres, size, sharp, n))
		}
		return best
	}
	flat := fit(kinFlat)
	best := math.Inf(-1)
	for _, sharp := range kinSharp {
		if l := fit(sharp); l > best {
			best, kin.sharp = l, sharp
		}
	}
	if best <= flat || flat >= 0 {
		return
	}
	explained := 1 - best/flat
	kin.strength = most * explained * explained
}

// likelihood is the logarithm of the chance of where the features stand, a token.
func (kin *kinship) likelihood(byFeature *matrix.CSR, assign []int32, centres *matrix.Dense, size []float64, sharp, strength float64) float64 {
	k, rows := centres.Rows, byFeature.Rows
	step := max(1, rows/kinSampled)
	blocks := (rows + kinBlock - 1) / kinBlock
	sums, tokens := make([]float64, blocks), make([]float64, blocks)
	gamma := func(x float64) float64 { l, _ := math.Lgamma(x); return l }
	matrix.Blocks(rows, kinBlock, func(b, lo, hi int) {
		counts, shares := make([]float64, k), make([]float32, k)
		for j := (lo + step - 1) / step * step; j < hi; j += step {
			clear(counts)
			docs, _ := byFeature.Row(j)
			for _, d := range docs {
				counts[assign[d]]++
			}
			kin.shares(j, centres, sharp, shares)
			all := 0.0
			for c, n := range counts {
				a := max(strength*float64(shares[c])*size[c], 1e-6)
				all += a
				if n > 0 {
					sums[b] += gamma(a+n) - gamma(a)
				}
			}
			sums[b] += gamma(all) - gamma(all+float64(len(docs)))
			tokens[b] += float64(len(docs))
		}
	})
	sum, n := 0.0, 0.0
	for b := range sums {
		sum += sums[b]
		n += tokens[b]
	}
	return sum / max(n, 1)
}
