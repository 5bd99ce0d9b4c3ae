package words

import "math"

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
				c.expT[x][y] = exp(c.Trans[x][y])
			}
		}
	}
}

// Sum runs forward and backward, for [Chain.Marginals] and [Chain.Share].
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
			case i > 0:
				for x := range alpha[i-1] {
					p += float32(alpha[i-1][x] * c.expT[x][y])
				}
			case !inside(y):
				p = c.expT[0][y]
			}
			p *= expo[i][y]
			alpha[i][y] = p
			sum += p
		}
		scale(&alpha[i], sum)
	}
	for y := range beta[n-1] {
		beta[n-1][y] = 1
	}
	for i := n - 2; i >= 0; i-- {
		sum := float32(0)
		for x := range beta[i] {
			p := float32(0)
			for y := range beta[i+1] {
				p += float32(float32(c.expT[x][y]*expo[i+1][y]) * beta[i+1][y])
			}
			beta[i][x] = p
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

// exp is e to the x for x ≤ 20 with every product rounded, so that the same
// text has the same probabilities on every machine; below −80 it is 0.
func exp(x float32) float32 {
	if x < -80 {
		return 0
	}
	v := float64(x) * math.Log2E
	k := math.Floor(v)
	r := float64(float64(v-k) * math.Ln2)
	p := 1.0
	for n := 9; n > 0; n-- { // Horner's form of the series
		p = 1 + float64(float64(p*r)*inverse[n])
	}
	return float32(math.Ldexp(p, int(k)))
}

var inverse = [10]float64{0, 1, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7, 1.0 / 8, 1.0 / 9}

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

// Touched is the probability that word i belongs to any span of an entity. Call Sum before.
func (c *Chain) Touched(i int, e Entity) float64 {
	var m Scores
	c.Marginals(i, &m)
	return float64(m[First(e)] + m[First(e)+1])
}
