package driver

import (
	"math"

	"qingting/textmining/internal/linalg"
)

// Check is a text that somebody has read, rated or not. The texts must have been
// drawn at random of those that are analysed: of texts that were looked at
// because something was wrong with them, too much would be found wrong.
type Check struct {
	Row        // as it was read for the analysis; its rating, customer and levels are not looked at
	True []int // the themes that it complains of in truth (without Options.Complaints: speaks of)
}

// reading is what is known of how mentions stand to the truth. Of rows whose
// mentions are w, E[truth of theme k] = Σ w_j A_jk, and so an effect on the rating
// of what is mentioned is b = A β, of effects β of what is true: regression
// calibration for errors that say nothing of the rating but by the truth (Rosner,
// Spiegelman & Willett 1990; Carroll and others, Measurement Error in Nonlinear
// Models, 2006, chapter 4). A is the mean of its posterior, that of a ridge
// regression about A = 1.
type reading struct {
	inverse linalg.Matrix // of A
	cov     linalg.Matrix // of the rows of A, by a unit of a theme's noise
	noise   []float64     // variance of each theme's truth, the mentions given
	own     []float64     // that of the truth of a theme that is mentioned
}

// reading is nil when mentions are the truth.
func (g *design) reading(d Data, o Options, counts func(Mention) float64) (*reading, error) {
	if o.Trust <= 0 {
		return nil, nil
	}
	q, n := len(g.theme), float64(len(g.y))
	t := &reading{noise: make([]float64, q), own: make([]float64, q)}
	values, mentions := make([]float64, q), make([]float64, q)
	for _, row := range g.rows {
		for _, e := range row {
			if e.col >= g.first {
				values[e.col-g.first] += e.value
				mentions[e.col-g.first]++
			}
		}
	}
	for j := range q {
		share, right := g.gram.At(0, g.first+j)/n, values[j]/max(1, mentions[j])
		t.noise[j], t.own[j] = share*(1-share), right*(1-right)
	}
	checks := g.checks(d, o, counts)
	ratio := t.scale(checks, o.Trust)
	a, err := t.regress(checks, o.Trust*ratio, q)
	if err != nil {
		return nil, err
	}
	square := linalg.New(q, q) // A'A: A itself is not symmetric
	for i := range q {
		for j := range q {
			for k := range q {
				square.Add(i, j, a.At(k, i)*a.At(k, j))
			}
		}
	}
	f, err := linalg.Cholesky(square)
	if err != nil {
		return nil, ErrUnread
	}
	t.inverse = linalg.New(q, q)
	for j := range q { // (A'A)⁻¹ A', column by column
		for i, v := range f.Solve(a.Row(j)) {
			t.inverse.Set(i, j, v)
		}
	}
	return t, nil
}

// checked is a check as the design sees it: the columns beside themes, and what
// is mentioned and true of each theme.
type checked struct {
	beside           [besides]float64 // constant, praise, neither nor, what is left out
	mentioned, truth []float64
}

const besides = 1 + stances

func (g *design) checks(d Data, o Options, counts func(Mention) float64) []checked {
	q := len(g.theme)
	column := map[int]int{}
	for j, theme := range g.theme {
		column[theme] = j
	}
	out := make([]checked, len(d.Checks))
	for i := range d.Checks {
		c := &d.Checks[i]
		out[i] = checked{mentioned: make([]float64, q), truth: make([]float64, q)}
		out[i].beside[0] = 1
		if s := c.stance(); o.Complaints && s > 0 {
			out[i].beside[s] = 1
		}
		if o.Complaints && c.Unknown {
			out[i].beside[stances] = 1
		}
		for at, m := range c.Mentions {
			if repeated(c.Mentions, at) || counts(m) == 0 {
				continue
			}
			if j, in := column[m.Theme]; in {
				out[i].mentioned[j] = counts(m)
			} else {
				out[i].beside[stances] = 1
			}
		}
		for _, theme := range c.True {
			if j, in := column[theme]; in {
				out[i].truth[j] = 1
			}
		}
	}
	return out
}

// scale brings the noise down to what the checks show, that of each theme the
// more of its own the more of them there are; it returns by how much all are
// brought down. Without checks nothing is known of it, and that is 1.
func (t *reading) scale(checks []checked, trust float64) float64 {
	if len(checks) == 0 {
		return 1
	}
	n := float64(len(checks))
	found, all, expected := make([]float64, len(t.noise)), 0.0, 0.0
	for j := range t.noise {
		for _, c := range checks {
			off := c.truth[j] - c.mentioned[j]
			found[j] += off * off / n
		}
		all += found[j]
		expected += t.noise[j]
	}
	const least = .02 // that nothing is wrong is no proof that nothing can be
	ratio := min(1, max(least, all/expected))
	for j := range t.noise {
		t.noise[j] = (n*found[j] + trust*ratio*t.noise[j]) / (n + trust)
	}
	return ratio
}

// regress returns A, and sets cov.
func (t *reading) regress(checks []checked, penalty float64, q int) (linalg.Matrix, error) {
	p := besides + q
	gram, off := linalg.New(p, p), linalg.New(p, q)
	for i := range besides {
		gram.Set(i, i, 1)
	}
	for j := range q {
		gram.Set(besides+j, besides+j, penalty)
	}
	row := make([]float64, p)
	for _, c := range checks {
		copy(row, c.beside[:])
		copy(row[besides:], c.mentioned)
		for i, v := range row {
			if v == 0 {
				continue
			}
			for j, u := range row {
				gram.Add(i, j, v*u)
			}
			for k := range q {
				off.Add(i, k, v*(c.truth[k]-c.mentioned[k]))
			}
		}
	}
	f, err := linalg.Cholesky(gram)
	if err != nil {
		return linalg.Matrix{}, err
	}
	themes := seq(besides, p)
	inverse := f.Inverse()
	t.cov = inverse.Select(themes, themes)
	a := linalg.Mul(inverse, off).Select(themes, seq(0, q))
	for j := range q {
		a.Add(j, j, 1)
	}
	return a, nil
}

// apply turns what each column of the design does to the estimates into what it
// does to the effects of the truth.
func (t *reading) apply(pull linalg.Matrix, first int) linalg.Matrix {
	out := pull.Clone()
	for i := range out.Rows {
		copy(out.Row(i), t.applyTo(pull.Row(i), first))
	}
	return out
}

// applyTo does so for one column, or for the estimates.
func (t *reading) applyTo(b []float64, first int) []float64 {
	return append(append([]float64{}, b[:first]...), t.inverse.Apply(b[first:])...)
}

// widen adds the variance of A to that of the effects, by the delta method: they
// change by −A⁻¹ dA β.
func (t *reading) widen(effects []estimate) {
	all := 0.0
	for k, e := range effects {
		all += e.points * e.points * t.noise[k]
	}
	extra := make([]float64, len(effects))
	for i := range effects {
		row := t.inverse.Row(i)
		extra[i] = all * t.cov.Quadratic(row)
		for j, e := range effects {
			extra[i] += row[j] * row[j] * t.cov.At(j, j) * e.points * e.points * max(0, t.own[j]-t.noise[j])
		}
	}
	for i := range effects {
		e := &effects[i]
		ratings := e.se * e.se
		if whole := ratings + extra[i]; whole > 0 {
			e.doubt = extra[i] / whole
			if ratings > 0 {
				e.df /= (1 - e.doubt) * (1 - e.doubt) // Satterthwaite: the doubt is no draw of few
			}
			e.se = math.Sqrt(whole)
		}
	}
}
