package sequence

import "math"

// Scores are the scores of the labels of one unit.
type Scores [Labels]float32

// Transitions score a label behind another.
type Transitions [Labels][Labels]float32

// Add adds o to t.
func (t *Transitions) Add(o *Transitions) {
	for x := range t {
		for y := range t[x] {
			t[x][y] += o[x][y]
		}
	}
}

// Chain decodes sentences. It holds scratch space and serves one goroutine at a time.
type Chain struct {
	Trans *Transitions
	Units []Scores // to be filled before a call
	// What lies before the first unit, and behind the last, is text that is not
	// read, and not the edge of the sentence.
	OpenStart, OpenEnd bool

	best  []Scores
	back  [][Labels]Label
	alpha []Scores
	beta  []Scores
	expo  []Scores
	expT  Transitions
}

// Resize makes room for n units; Scores are zero.
func (c *Chain) Resize(n int) {
	if cap(c.Units) < n {
		c.Units, c.best, c.back = make([]Scores, n), make([]Scores, n), make([][Labels]Label, n)
		c.alpha, c.beta, c.expo = make([]Scores, n), make([]Scores, n), make([]Scores, n)
	}
	c.Units = c.Units[:n]
	clear(c.Units)
}

const never = float32(-1e30)

// Best writes the likeliest labels of the sentence to dst, which is as long.
func (c *Chain) Best(dst []Label) {
	n := len(c.Units)
	if n == 0 {
		return
	}
	best, back := c.best[:n], c.back[:n]
	for y := range Label(Labels) {
		best[0][y] = never
		switch {
		case c.OpenStart:
			for _, x := range Edges[y] {
				best[0][y] = max(best[0][y], c.Units[0][y]+c.Trans[x][y])
			}
		case MayStart(y):
			best[0][y] = c.Units[0][y] + c.Trans[outside][y]
		}
	}
	for i := 1; i < n; i++ {
		last := &best[i-1]
		for y := range Label(Labels) {
			top, from := never, outside
			for _, x := range Edges[y] {
				if s := last[x] + c.Trans[x][y]; s > top {
					top, from = s, x
				}
			}
			best[i][y], back[i][y] = top+c.Units[i][y], from
		}
	}
	top, at := never, outside
	for y := range Label(Labels) {
		if s := best[n-1][y]; (c.OpenEnd || MayEnd(y)) && s > top {
			top, at = s, y
		}
	}
	for i := n - 1; i >= 0; i-- {
		dst[i] = at
		at = back[i][at]
	}
}

// Prepare computes what the probabilities of transitions need; call it after Trans changed.
func (c *Chain) Prepare() {
	for x := range c.Trans {
		for y := range c.Trans[x] {
			c.expT[x][y] = exp(c.Trans[x][y])
		}
	}
}

// Sum runs forward and backward over the sentence, for [Chain.Share].
func (c *Chain) Sum() {
	n := len(c.Units)
	alpha, beta, expo := c.alpha[:n], c.beta[:n], c.expo[:n]
	for i := range n {
		top := c.Units[i][0]
		for _, s := range c.Units[i][1:] {
			top = max(top, s)
		}
		for y, s := range c.Units[i] {
			expo[i][y] = exp(s - top)
		}
	}
	for i := range n {
		sum := float32(0)
		for y := range Label(Labels) {
			p := float32(0)
			switch {
			case i == 0 && c.OpenStart:
				for _, x := range Edges[y] {
					p += c.expT[x][y]
				}
			case i == 0:
				if MayStart(y) {
					p = c.expT[outside][y]
				}
			default:
				last := &alpha[i-1]
				for _, x := range Edges[y] {
					p += float32(last[x] * c.expT[x][y])
				}
			}
			p *= expo[i][y]
			alpha[i][y] = p
			sum += p
		}
		scale(&alpha[i], sum)
	}
	for y := range Label(Labels) {
		beta[n-1][y] = 0
		if c.OpenEnd || MayEnd(y) {
			beta[n-1][y] = 1
		}
	}
	for i := n - 2; i >= 0; i-- {
		beta[i] = Scores{}
		for y := range Label(Labels) {
			p := beta[i+1][y] * expo[i+1][y]
			for _, x := range Edges[y] {
				beta[i][x] += float32(c.expT[x][y] * p)
			}
		}
		sum := float32(0)
		for _, p := range beta[i] {
			sum += p
		}
		scale(&beta[i], sum)
	}
}

func scale(s *Scores, sum float32) {
	if sum <= 0 {
		return
	}
	f := 1 / sum
	for y := range s {
		s[y] *= f
	}
}

// exp is e to the x for x ≤ 20; below −80 it is 0, so that nothing is denormal.
// It is ours, with every product rounded, so that the same text has the same
// probabilities on every machine.
func exp(x float32) float32 {
	if x < -80 {
		return 0
	}
	v := float64(x) * math.Log2E
	k := math.Floor(v)
	r := float64(float64(v-k) * math.Ln2) // 0 to ln 2
	p := 1.0
	for n := 9; n > 0; n-- { // Horner's form of the series, error below 1e-8
		p = 1 + float64(float64(p*r)*inverse[n])
	}
	return float32(math.Ldexp(p, int(k)))
}

var inverse = [10]float64{0, 1, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7, 1.0 / 8, 1.0 / 9}

// Marginals writes to dst the probability of each label of unit i. Call Sum before.
func (c *Chain) Marginals(i int, dst *Scores) {
	sum := float32(0)
	for y := range dst {
		dst[y] = c.alpha[i][y] * c.beta[i][y]
		sum += dst[y]
	}
	scale(dst, sum)
}

// Pair writes to dst the probability of each transition from unit i-1 to unit
// i ≥ 1. Call Sum before.
func (c *Chain) Pair(i int, dst *Transitions) {
	sum := float32(0)
	*dst = Transitions{}
	for y := range Label(Labels) {
		b := c.beta[i][y] * c.expo[i][y]
		for _, x := range Edges[y] {
			p := c.alpha[i-1][x] * c.expT[x][y] * b
			dst[x][y] = p
			sum += p
		}
	}
	if sum > 0 {
		for x := range dst {
			for y := range dst[x] {
				dst[x][y] /= sum
			}
		}
	}
}

// Share is the probability that a span of the kind covers exactly units from
// to to. Call Sum before.
func (c *Chain) Share(from, to int, k Kind) float64 {
	var labels [MaxSentence]Label
	ls := labels[:to-from]
	Mark(ls, 0, to-from, k)
	var m Scores
	c.Marginals(from, &m)
	p := float64(m[ls[0]])
	for i := from + 1; i < to; i++ {
		// p(label of i | label of i-1): of all that may follow, the share of one.
		x, sum := ls[i-from-1], float32(0)
		for y := range Label(Labels) {
			if mayFollow(x, y) {
				sum += float32(float32(c.expT[x][y]*c.expo[i][y]) * c.beta[i][y])
			}
		}
		y := ls[i-from]
		if sum > 0 {
			p *= float64(c.expT[x][y] * c.expo[i][y] * c.beta[i][y] / sum)
		}
	}
	return p
}

func mayFollow(x, y Label) bool {
	for _, z := range Edges[y] {
		if z == x {
			return true
		}
	}
	return false
}
