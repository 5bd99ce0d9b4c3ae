package corpus

import (
	"math/bits"
	"math/rand/v2"
)

// random draws from a PCG by formulas of our own, so that no change in a
// library's way of drawing changes the corpus.
type random struct{ pcg *rand.PCG }

func newRandom(seed uint64) *random { return &random{rand.NewPCG(seed, 0x9e3779b97f4a7c15)} }

// n is a number from 0 to n-1.
func (r *random) n(n int) int {
	high, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(high)
}

// between is a number from low to high, both included.
func (r *random) between(low, high int) int { return low + r.n(high-low+1) }

// chance is true in percent of 100 cases.
func (r *random) chance(percent int) bool { return r.n(100) < percent }

// digits is a string of n digits.
func (r *random) digits(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte('0' + r.n(10))
	}
	return string(out)
}

// from is a string of n characters of alphabet, which is ASCII.
func (r *random) from(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[r.n(len(alphabet))]
	}
	return string(out)
}

// normal is all but normal, of mean 0 and deviation 1: the sum of twelve numbers
// from 0 to 1, less 6.
func (r *random) normal() float64 {
	const n = 1 << 20
	sum := 0
	for range 12 {
		sum += r.n(n)
	}
	return float64(sum)/n - 6
}

// pick is one of list.
func pick[T any](r *random, list []T) T { return list[r.n(len(list))] }

// weighted is an index, drawn in proportion to weights.
func (r *random) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := r.n(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	panic("corpus: weights do not add up") // n is below their sum
}
