package seed

import (
	"cmp"
	"math"
	"slices"

	"qingting/textmining/learn"
)

// Choice is a text that is worth a label, and why.
type Choice struct {
	Text int // its place
	// Unsure is how unsure the classifier is of it, 0 to 1.
	Unsure float64
	// Typical is how much it has in common with all texts; 1 is as much as they
	// have in the mean.
	Typical float64
	// Alike is how much it has in common with the most alike of those chosen
	// before it or labelled already, 0 to 1.
	Alike float64
	// Worth is the product by which it was chosen.
	Worth float64
}

// How much counts what in the choice.
const (
	typicalPower = 0.5
	apartPower   = 2.0
	poolTimes    = 30 // of the most unsure texts this many times as many are looked at
	poolLeast    = 500
)

// Choose returns n texts that are worth a label, best first: of which the
// classifier is unsure, that are like many others, and unlike each other and
// those that have a label. unsure is 0 to 1 by text; labelled are the places of
// texts that have a label. Ties go by place. It is the batch form of uncertainty
// sampling weighted by density (Settles and Craven 2008).
func Choose(c *learn.Corpus, unsure []float64, labelled []int, n int) []Choice {
	done := make(map[int]bool, len(labelled))
	for _, i := range labelled {
		done[i] = true
	}
	typical := typicality(c)
	var pool []Choice
	for i, u := range unsure {
		if !done[i] {
			pool = append(pool, Choice{Text: i, Unsure: u, Typical: typical[i]})
		}
	}
	slices.SortFunc(pool, func(a, b Choice) int {
		return cmp.Or(cmp.Compare(b.value(), a.value()), cmp.Compare(a.Text, b.Text))
	})
	pool = pool[:min(len(pool), max(poolLeast, n*poolTimes))]
	dense := make([]float32, c.Features())
	// near notes how alike each of the pool is to a text.
	near := func(text int) {
		features, values := c.Row(text)
		for k, f := range features {
			dense[f] = values[k]
		}
		long := length(values)
		for p := range pool {
			of, with := c.Row(pool[p].Text)
			dot := 0.0
			for k, f := range of {
				dot += float64(dense[f] * with[k])
			}
			if norm := long * length(with); norm > 0 {
				pool[p].Alike = max(pool[p].Alike, min(1, dot/norm))
			}
		}
		for _, f := range features {
			dense[f] = 0
		}
	}
	for _, i := range labelled {
		near(i)
	}
	var out []Choice
	for len(out) < n && len(pool) > 0 {
		best := 0
		for p := range pool {
			pool[p].Worth = pool[p].value() * math.Pow(1-pool[p].Alike, apartPower)
			if pool[p].Worth > pool[best].Worth {
				best = p
			}
		}
		chosen := pool[best]
		out = append(out, chosen)
		pool = slices.Delete(pool, best, best+1)
		near(chosen.Text)
	}
	return out
}

// value is what a text is worth by itself.
func (c Choice) value() float64 { return c.Unsure * math.Pow(c.Typical, typicalPower) }

// typicality is what each text has in common with the mean text.
func typicality(c *learn.Corpus) []float64 {
	mean := make([]float64, c.Features())
	for i := range c.Texts() {
		features, values := c.Row(i)
		for k, f := range features {
			mean[f] += float64(values[k])
		}
	}
	out, sum := make([]float64, c.Texts()), 0.0
	for i := range out {
		features, values := c.Row(i)
		for k, f := range features {
			out[i] += mean[f] * float64(values[k])
		}
		if l := length(values); l > 0 {
			out[i] /= l
		}
		sum += out[i]
	}
	if sum > 0 {
		for i := range out {
			out[i] *= float64(len(out)) / sum
		}
	}
	return out
}

func length(values []float32) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

// Unsure is how unsure a model is of a text, 0 to 1: of a model for one class a
// text how near the second class comes to the first, of one for several how near
// the least decided class is to its threshold.
func Unsure(scores []learn.Score, multi bool) float64 {
	if multi {
		worst := 0.0
		for _, s := range scores {
			worst = max(worst, 1-math.Abs(2*s.Probability-1))
		}
		return worst
	}
	one, two := 0.0, 0.0
	for _, s := range scores {
		if s.Probability > one {
			one, two = s.Probability, one
		} else {
			two = max(two, s.Probability)
		}
	}
	return 1 - (one - two)
}
