package sequence

import "qingting/privacy/tagger/internal/portable"

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
	into  [len(openers)][len(closed)]float32 // expT by the label that follows
	outOf [len(closed)][len(openers)]float32 // expT by the label that goes before
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
	var opening [len(openers)][len(closed)]float32 // one label's transitions side by side
	for k, y := range openers {
		for j, x := range closed {
			opening[k][j] = c.Trans[x][y]
		}
	}
	for i := 1; i < n; i++ {
		last, unit, now, from := &best[i-1], &c.Units[i], &best[i], &back[i]
		for k, y := range openers {
			t, top, at := &opening[k], never, outside
			for j, x := range closed {
				if s := last[x] + t[j]; s > top {
					top, at = s, x
				}
			}
			now[y], from[y] = top+unit[y], at
		}
		for _, y := range goers {
			x := beginOf[y]
			top, at := never, outside
			if s := last[x] + c.Trans[x][y]; s > top {
				top, at = s, x
			}
			if s := last[x+1] + c.Trans[x+1][y]; s > top {
				top, at = s, x+1
			}
			now[y], from[y] = top+unit[y], at
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
			c.expT[x][y] = portable.Exp(c.Trans[x][y])
		}
	}
	for k, y := range openers {
		for j, x := range closed {
			c.into[k][j], c.outOf[j][k] = c.expT[x][y], c.expT[x][y]
		}
	}
}

// Sum runs forward and backward over the sentence, for [Chain.Share] of any span.
func (c *Chain) Sum() { c.SumFrom(0, len(c.Units)-1) }

// SumFrom is Sum for the [Chain.Share] of spans that begin at units first to
// last: it stops where they need no more.
func (c *Chain) SumFrom(first, last int) {
	n := len(c.Units)
	alpha, beta, expo := c.alpha[:n], c.beta[:n], c.expo[:n]
	for i := range n {
		top := c.Units[i][0]
		for _, s := range c.Units[i][1:] {
			top = max(top, s)
		}
		for y, s := range c.Units[i] {
			expo[i][y] = portable.Exp(s - top)
		}
	}
	var before Scores // the edge of a sentence counts as outside
	before[outside] = 1
	if c.OpenStart {
		for x := range before {
			before[x] = 1
		}
	}
	for i := range last + 1 {
		c.forward(&before, &expo[i], &alpha[i])
		before = alpha[i]
	}
	for y := range Label(Labels) {
		beta[n-1][y] = 0
		if c.OpenEnd || MayEnd(y) {
			beta[n-1][y] = 1
		}
	}
	for i := n - 2; i >= first; i-- {
		c.backward(&beta[i+1], &expo[i+1], &beta[i])
	}
}

// forward is one step of the forward pass. All sums go by rising label, so that
// they round alike whatever is left out.
func (c *Chain) forward(last, expo, dst *Scores) {
	l0, l1, l2, l3, l4, l5, l6 := last[0], last[3], last[4], last[7], last[8], last[11], last[14]
	for k, y := range openers {
		t := &c.into[k]
		p := float32(l0 * t[0])
		p += float32(l1 * t[1])
		p += float32(l2 * t[2])
		p += float32(l3 * t[3])
		p += float32(l4 * t[4])
		p += float32(l5 * t[5])
		p += float32(l6 * t[6])
		dst[y] = p * expo[y]
	}
	for _, y := range goers {
		x := beginOf[y]
		p := float32(last[x] * c.expT[x][y])
		p += float32(last[x+1] * c.expT[x+1][y])
		dst[y] = p * expo[y]
	}
	sum := float32(0)
	for _, p := range dst {
		sum += p
	}
	scale(dst, sum)
}

// backward is one step of the backward pass.
func (c *Chain) backward(next, expo, dst *Scores) {
	var p Scores
	for y := range p {
		p[y] = next[y] * expo[y]
	}
	p0, p1, p2, p3, p4, p5, p6 := p[0], p[1], p[4], p[5], p[8], p[9], p[12]
	for j, x := range closed {
		t := &c.outOf[j]
		q := float32(t[0] * p0)
		q += float32(t[1] * p1)
		q += float32(t[2] * p2)
		q += float32(t[3] * p3)
		q += float32(t[4] * p4)
		q += float32(t[5] * p5)
		q += float32(t[6] * p6)
		dst[x] = q
	}
	for _, b := range begins {
		for x := b; x <= b+1; x++ {
			q := float32(c.expT[x][b+1] * p[b+1])
			q += float32(c.expT[x][b+2] * p[b+2])
			dst[x] = q
		}
	}
	sum := float32(0)
	for _, p := range dst {
		sum += p
	}
	scale(dst, sum)
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
// to to. Call Sum, or SumFrom for its beginning, before.
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
