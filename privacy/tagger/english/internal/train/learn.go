package main

import (
	"log"
	"math"
	"math/rand/v2"
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/tagger/internal/words"
)

// slots is how many features can be learnt; those whose hashes meet share one.
const slots = 1 << 22

// trainer learns a conditional random field by stochastic gradients, with a
// rate of its own for each feature (AdaGrad, Duchi et al. 2011).
type trainer struct {
	settings
	lex     *words.Lexicon
	weight  []words.Scores
	square  []float32
	key     []uint64
	seen    []uint16
	trans   words.Transitions
	transSq words.Transitions
	rnd     *rand.Rand
}

func newTrainer(l *words.Lexicon, s settings) *trainer {
	return &trainer{
		settings: s, lex: l, weight: make([]words.Scores, slots), square: make([]float32, slots), key: make([]uint64, slots), seen: make([]uint16, slots),
		rnd: rand.New(rand.NewPCG(3, 9)),
	}
}

// sentence is a row as the model reads it.
type sentence struct {
	tokens []words.Token
	gold   []words.Label
}

func (t *trainer) train(rows []row) {
	c := &words.Chain{Trans: &t.trans}
	r := words.NewReader(t.lex)
	var all []sentence
	for _, x := range rows {
		all = append(all, sentences(r, x)...)
	}
	for e := range t.epochs {
		t.rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		rate := float32(t.rate * (1 - 0.8*float64(e)/float64(t.epochs)))
		loss := 0.0
		for i := range all {
			loss += t.learn(r, c, &all[i], rate)
		}
		log.Printf("epoch %d: loss %.4f a sentence, %d sentences", e+1, loss/float64(len(all)), len(all))
	}
}

// sentences splits a row as the recogniser does and labels its words.
func sentences(r *words.Reader, x row) (out []sentence) {
	text := string(x.text)
	t := fold.New(text)
	at := make([]int, len(text)+1) // rune by byte
	n := 0
	for i := range text {
		at[i] = n
		n++
	}
	at[len(text)] = n
	words.Runs(t, func(from, to int) {
		r.Split(t, from, to)
		s := sentence{tokens: slices.Clone(r.Tokens), gold: make([]words.Label, len(r.Tokens))}
		last := -1
		for i, k := range s.tokens {
			a, b := t.Span(k.Start, k.End)
			for n, sp := range x.spans {
				if at[a] < sp.end && sp.start < at[b] {
					s.gold[i] = words.First(sp.of)
					if last == n && i > 0 {
						s.gold[i]++
					}
					last = n
					break
				}
			}
		}
		if len(s.tokens) > 0 {
			out = append(out, s)
		}
	})
	return out
}

func (t *trainer) learn(r *words.Reader, c *words.Chain, s *sentence, rate float32) float64 {
	n := len(s.gold)
	r.Tokens = append(r.Tokens[:0], s.tokens...)
	for i := range r.Tokens {
		if t.rnd.Float64() < t.unknown {
			r.Tokens[i].Class &^= words.Given | words.Family | words.Place
		}
	}
	r.Prepare()
	c.Resize(n)
	c.Prepare()
	var drop uint64
	for f := 1; f < words.Features; f++ {
		if t.rnd.Float64() < t.dropout {
			drop |= 1 << f
		}
	}
	keys := make([][words.Features]uint64, n)
	for i := range n {
		r.Keys(i, &keys[i])
		sc := &c.Units[i]
		*sc = words.Scores{}
		for f, k := range keys[i] {
			if k == 0 || drop>>f&1 != 0 {
				continue
			}
			for y, v := range &t.weight[k>>42] {
				sc[y] += v
			}
		}
	}
	c.Sum()
	loss := 0.0
	var g words.Scores
	for i := range n {
		c.Marginals(i, &g)
		loss -= math.Log(max(float64(g[s.gold[i]]), 1e-30))
		g[s.gold[i]]--
		norm := float32(0)
		for _, v := range g {
			norm += v * v
		}
		for f, k := range keys[i] {
			if k == 0 || drop>>f&1 != 0 {
				continue
			}
			x := k >> 42
			if t.key[x] == 0 {
				t.key[x] = k
			}
			if t.key[x] == k && t.seen[x] < math.MaxUint16 {
				t.seen[x]++
			}
			if norm < 1e-7 {
				continue
			}
			t.square[x] += norm
			step := rate / float32(math.Sqrt(float64(t.square[x]+0.1)))
			w := &t.weight[x]
			for y := range w {
				w[y] -= step * (g[y] + float32(t.decay)*w[y])
			}
		}
	}
	var sum, pair words.Transitions
	for i := 1; i < n; i++ {
		c.Pair(i, &pair)
		for x := range pair {
			for y := range pair[x] {
				sum[x][y] += pair[x][y]
			}
		}
		sum[s.gold[i-1]][s.gold[i]]--
	}
	for x := range sum {
		for y, g := range sum[x] {
			if g != 0 {
				t.transSq[x][y] += g * g
				t.trans[x][y] -= rate * g / float32(math.Sqrt(float64(t.transSq[x][y])+1))
			}
		}
	}
	return loss
}

// export keeps the features that weigh most.
func (t *trainer) export() (*words.Model, int) {
	type feature struct {
		slot int
		size float32
	}
	var fs []feature
	for x := range t.weight {
		if t.key[x] == 0 || t.seen[x] < uint16(2*t.epochs) {
			continue
		}
		size := float32(0)
		for y := 1; y < words.Labels; y++ {
			d := t.weight[x][y] - t.weight[x][0]
			size = max(size, d, -d)
		}
		fs = append(fs, feature{x, size * float32(math.Log2(float64(2+t.seen[x])))})
	}
	slices.SortFunc(fs, func(a, b feature) int {
		switch {
		case a.size > b.size:
			return -1
		case a.size < b.size:
			return 1
		}
		return a.slot - b.slot
	})
	m := &words.Model{Table: words.NewTable(1.0 / 32), Trans: t.trans, Lexicon: t.lex}
	kept := 0
	for _, f := range fs {
		if kept == t.features {
			break
		}
		if m.Put(t.key[f.slot], &t.weight[f.slot]) {
			kept++
		}
	}
	return m, kept
}
