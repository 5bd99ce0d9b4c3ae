package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"qingting/privacy/tagger/internal/sequence"
)

// weights are what is learnt.
type weights struct {
	feature []sequence.Scores // by feature number
	squares []float32         // sums of squared gradients (AdaGrad, Duchi et al. 2011)
	trans   sequence.Transitions
	transG  sequence.Transitions
}

func newWeights(n int) *weights {
	return &weights{feature: make([]sequence.Scores, n), squares: make([]float32, n)}
}

// learner holds the settings of training.
type learner struct {
	epochs  int
	rate    float64
	decay   float64
	dropout float64
	log     io.Writer
}

// averaged is over how many of the last epochs' ends the weights are averaged,
// which steadies what single sentences pull about (Polyak and Juditsky 1992).
const averaged = 3

func (w *weights) add(o *weights) {
	for k := range w.feature {
		for y, v := range &o.feature[k] {
			w.feature[k][y] += v
		}
	}
	w.trans.Add(&o.trans)
}

func (w *weights) divide(by float32) {
	for k := range w.feature {
		for y := range w.feature[k] {
			w.feature[k][y] /= by
		}
	}
	for x := range w.trans {
		for y := range w.trans[x] {
			w.trans[x][y] /= by
		}
	}
}

// train learns a linear-chain conditional random field (Lafferty et al. 2001)
// by stochastic gradients. The same sentences and settings give the same weights.
func (l learner) train(w *weights, train []sentence) {
	rnd := rand.New(rand.NewPCG(7, 11))
	order := make([]int, len(train))
	for i := range order {
		order[i] = i
	}
	c := &sequence.Chain{Trans: &w.trans}
	sum, summed := newWeights(len(w.feature)), 0
	for e := range l.epochs {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := l.rate * (1 - 0.8*float64(e)/float64(l.epochs))
		loss := 0.0
		for _, k := range order {
			loss += l.learn(w, c, &train[k], float32(rate), rnd)
		}
		fmt.Fprintf(l.log, "epoch %d: loss %.4f a sentence\n", e+1, loss/float64(len(train)))
		if e >= l.epochs-averaged {
			sum.add(w)
			summed++
		}
	}
	sum.squares = w.squares
	sum.divide(float32(summed))
	*w = *sum
}

// learn takes one step and returns the sum of −ln p of the units' labels.
func (l learner) learn(w *weights, c *sequence.Chain, s *sentence, rate float32, rnd *rand.Rand) float64 {
	n := len(s.gold)
	c.Resize(n)
	c.Prepare()
	var drop uint64 // templates that sit this one out
	for f := 1; f < sequence.Features; f++ {
		if rnd.Float64() < l.dropout {
			drop |= 1 << f
		}
	}
	for i := range n {
		sc := &c.Units[i]
		for f, k := range s.keys[i*sequence.Features : (i+1)*sequence.Features] {
			if k == 0 || drop>>f&1 != 0 {
				continue
			}
			for y, v := range &w.feature[k] {
				sc[y] += v
			}
		}
	}
	gold := goldOf(c, s)
	c.Sum()
	loss := 0.0
	var g sequence.Scores
	for i := range n {
		c.Marginals(i, &g)
		norm := float32(0)
		for y := range g {
			if p := gold.units[i][y]; p > 0 {
				loss -= float64(p) * math.Log(max(float64(g[y]), 1e-30))
				g[y] -= p
			}
			norm += float32(g[y] * g[y])
		}
		if norm < 1e-7 {
			continue
		}
		for f, k := range s.keys[i*sequence.Features : (i+1)*sequence.Features] {
			if k == 0 || drop>>f&1 != 0 {
				continue
			}
			step(&w.feature[k], &w.squares[k], &g, norm, rate, float32(l.decay))
		}
	}
	w.learnTransitions(c, &gold, rate)
	return loss
}

// target is what the probabilities of a sentence ought to be.
type target struct {
	units []sequence.Scores
	pairs sequence.Transitions // sums over the sentence
}

// goldOf is certain where a sentence's labels are. Where several are right it is
// what the weights now make of those.
func goldOf(c *sequence.Chain, s *sentence) target {
	n := len(s.gold)
	t := target{units: make([]sequence.Scores, n)}
	if s.free == nil {
		for i, y := range s.gold {
			t.units[i][y] = 1
			if i > 0 {
				t.pairs[s.gold[i-1]][y]++
			}
		}
		return t
	}
	saved := slices.Clone(c.Units)
	for i := range n {
		for y := range c.Units[i] {
			if y != int(s.gold[i]) && s.free[i]>>y&1 == 0 {
				c.Units[i][y] = -1e9
			}
		}
	}
	c.Sum()
	var pair sequence.Transitions
	for i := range n {
		c.Marginals(i, &t.units[i])
		if i > 0 {
			c.Pair(i, &pair)
			t.pairs.Add(&pair)
		}
	}
	copy(c.Units, saved)
	return t
}

func step(v *sequence.Scores, square *float32, g *sequence.Scores, norm, rate, decay float32) {
	*square += norm
	r := rate / float32(math.Sqrt(float64(*square+0.1)))
	for y := range v {
		v[y] -= float32(r * (g[y] + float32(decay*v[y])))
	}
}

func (w *weights) learnTransitions(c *sequence.Chain, gold *target, rate float32) {
	var sum, pair sequence.Transitions
	for i := 1; i < len(gold.units); i++ {
		c.Pair(i, &pair)
		sum.Add(&pair)
	}
	for x := range sum {
		for y := range sum[x] {
			g := sum[x][y] - gold.pairs[x][y]
			if g == 0 {
				continue
			}
			w.transG[x][y] += float32(g * g)
			w.trans[x][y] -= rate * g / float32(math.Sqrt(float64(w.transG[x][y])+1))
		}
	}
}
