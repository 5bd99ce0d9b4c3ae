package words

import "qingting/privacy/tagger/internal/portable"

// Scores are the scores of the labels of one word.
type Scores [Labels]float32

// Transitions score a label behind another.
type Transitions [Labels][Labels]float32

// Chain decodes a run of words. It holds scratch space and serves one goroutine at a time.
type Chain struct {
	Trans *Transitions
	Units []Scores // to be filled before a call

	best        []Scores
	back        [][Labels]Label
	alpha, beta []Scores
	expo        []Scores
	expT        Transitions
	into        [1 + int(entities)][Labels]float32 // expT by the label that follows, of those that may stand behind any
}

// Resize makes room for n words.
func (c *Chain) Resize(n int) {
	if cap(c.Units) < n {
		c.Units, c.best, c.back = make([]Scores, n), make([]Scores, n), make([][Labels]Label, n)
		c.alpha, c.beta, c.expo = make([]Scores, n), make([]Scores, n), make([]Scores, n)
	}
	c.Units = c.Units[:n]
}

const never = float32(-1e30)

// Best writes the likeliest labels to dst, which is as long as Units.
func (c *Chain) Best(dst []Label) {
	n := len(c.Units)
	if n == 0 {
		return
	}
	best, back := c.best[:n], c.back[:n]
	for y := range Label(Labels) {
		best[0][y] = never
		if !inside(y) {
			best[0][y] = c.Units[0][y] + c.Trans[0][y]
		}
	}
	for i := 1; i < n; i++ {
		last := &best[i-1]
		for y := range Label(Labels) {
			top, from := never, Label(0)
			if inside(y) {
				for x := y - 1; x <= y; x++ {
					if s := last[x] + c.Trans[x][y]; s > top {
						top, from = s, x
					}
				}
			} else {
				for x := range Label(Labels) {
					if s := last[x] + c.Trans[x][y]; s > top {
						top, from = s, x
					}
				}
			}
			best[i][y], back[i][y] = top+c.Units[i][y], from
		}
	}
	at := Label(0)
	for y := range Label(Labels) {
		if best[n-1][y] > best[n-1][at] {
			at = y
		}
	}
	for i := n - 1; i >= 0; i-- {
		dst[i] = at
		at = back[i][at]
	}
}

// Prepare computes what the probabilities need; call it after Trans changed.
func (c *Chain) Prepare() {
	for x := range Label(Labels) {
		for y := range Label(Labels) {
			c.expT[x][y] = 0
			if follows(x, y) {
				c.expT[x][y] = portable.Exp(c.Trans[x][y])
			}
		}
	}
	for k := range c.into {
		for x := range c.into[k] {
			c.into[k][x] = c.expT[x][max(2*k-1, 0)]
		}
	}
}

// Sum runs forward and backward, for [Chain.Marginals] of any word.
func (c *Chain) Sum() { c.SumFor(0, len(c.Units)-1) }

// SumFor is Sum for the [Chain.Marginals] of words first to last: it stops where
// they need no more.
func (c *Chain) SumFor(first, last int) {
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
	before := Scores{1} // the edge of a run counts as outside
	for i := range last + 1 {
		c.forward(&before, &expo[i], &alpha[i])
		before = alpha[i]
	}
	for y := range beta[n-1] {
		beta[n-1][y] = 1
	}
	for i := n - 2; i >= first; i-- {
		c.backward(&beta[i+1], &expo[i+1], &beta[i])
	}
}

// forward is one step of the forward pass. All sums go by rising label, so that
// they round alike whatever is left out.
func (c *Chain) forward(last, expo, dst *Scores) {
	l0, l1, l2, l3, l4, l5, l6, l7, l8 := last[0], last[1], last[2], last[3], last[4], last[5], last[6], last[7], last[8]
	for k := range c.into {
		t := &c.into[k]
		p := float32(l0 * t[0])
		p += float32(l1 * t[1])
		p += float32(l2 * t[2])
		p += float32(l3 * t[3])
		p += float32(l4 * t[4])
		p += float32(l5 * t[5])
		p += float32(l6 * t[6])
		p += float32(l7 * t[7])
		p += float32(l8 * t[8])
		y := max(2*k-1, 0) // outside, and the first label of each entity
		dst[y] = p * expo[y]
	}
	for y := 2; y < Labels; y += 2 {
		p := float32(last[y-1] * c.expT[y-1][y])
		p += float32(last[y] * c.expT[y][y])
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
	sum := float32(0)
	for x := range dst {
		p := float32(0)
		t := &c.expT[x]
		for y := range next {
			p += float32(float32(t[y]*expo[y]) * next[y])
		}
		dst[x] = p
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

// Marginals writes to dst the probability of each label of word i. Call Sum before.
func (c *Chain) Marginals(i int, dst *Scores) {
	sum := float32(0)
	for y := range dst {
		dst[y] = c.alpha[i][y] * c.beta[i][y]
		sum += dst[y]
	}
	scale(dst, sum)
}

// Pair writes to dst the probability of each transition from word i-1 to word
// i ≥ 1. Call Sum before.
func (c *Chain) Pair(i int, dst *Transitions) {
	sum := float32(0)
	for y := range dst {
		b := c.beta[i][y] * c.expo[i][y]
		for x := range dst {
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

// Touched is the probability that word i belongs to any span of an entity. Call Sum, or SumFor with it, before.
func (c *Chain) Touched(i int, e Entity) float64 {
	var m Scores
	c.Marginals(i, &m)
	return float64(m[First(e)] + m[First(e)+1])
}
