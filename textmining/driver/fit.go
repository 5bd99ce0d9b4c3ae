package driver

import (
	"math"

	"qingting/textmining/internal/linalg"
	"qingting/textmining/internal/student"
)

// estimate is a coefficient with what its interval needs.
type estimate struct {
	points, se, df float64
	doubt          float64 // share of se² that is not of the ratings
}

func (e estimate) interval() (low, high float64) {
	half := student.Quantile(.975, e.df) * e.se
	return e.points - half, e.points + half
}

func (e estimate) p() float64 {
	if e.se == 0 {
		return 1
	}
	return student.TwoSided(e.points/e.se, e.df)
}

// fit estimates the columns of the design by least squares, with the jackknife
// by customer. The design's columns are independent. With a reading, the themes'
// estimates are of what is complained of in truth.
func (g *design) fit(truth *reading) ([]estimate, error) {
	f, err := linalg.Cholesky(g.gram)
	if err != nil {
		return nil, err
	}
	inverse := f.Inverse()
	b := inverse.Apply(g.xy)
	p := g.cols
	pull := inverse // of each column on each estimate
	points := b
	if truth != nil {
		pull, points = truth.apply(inverse, g.first), truth.applyTo(b, g.first)
	}
	variance, sum, squares := make([]float64, p), make([]float64, p), make([]float64, p)
	delta, spread := make([]float64, p), make([]float64, p)
	var leverage, influence []float64
	for _, rows := range g.cluster {
		leverage = g.influence(leverage[:0], rows, inverse)
		influence = leverage
		if truth != nil {
			influence = g.influence(nil, rows, pull)
		}
		u := g.leftOut(rows, b, func(i int) []float64 { return leverage[i*p : (i+1)*p] })
		clear(delta)
		clear(spread)
		for i := range rows {
			for j, v := range influence[i*p : (i+1)*p] {
				delta[j] += u[i] * v
				spread[j] += v * v
			}
		}
		for j := range p {
			variance[j] += delta[j] * delta[j]
			sum[j] += spread[j]
			squares[j] += spread[j] * spread[j]
		}
	}
	n := float64(len(g.cluster))
	out := make([]estimate, p)
	for j := range out {
		// Satterthwaite's degrees of freedom were customers independent and their
		// noise alike: about one less than the customers the effect rests on.
		df := sum[j]*sum[j]/squares[j] - 1
		out[j] = estimate{points: points[j], se: math.Sqrt(variance[j] * (n - 1) / n), df: min(max(1, df), max(1, n-float64(p)))}
	}
	if truth != nil {
		truth.widen(out[g.first:])
	}
	return out, nil
}

// influence appends what each of the rows does to each estimate, by a unit of its
// residual.
func (g *design) influence(to []float64, rows []int, pull linalg.Matrix) []float64 {
	p := g.cols
	for _, row := range rows {
		to = append(to, make([]float64, p)...)
		at := to[len(to)-p:]
		for _, e := range g.rows[row] {
			for j, v := range pull.Row(e.col) {
				at[j] += e.value * v
			}
		}
	}
	return to
}

// bigCluster is the number of rows from which a customer's rows are taken as
// if they had been of no weight of their own: the leave-one-out step would cost
// the cube of their number.
const bigCluster = 512

// leftOut returns the residuals of a customer's rows when the fit does without
// the customer: (1 − H)⁻¹ e.
func (g *design) leftOut(rows []int, b []float64, influence func(int) []float64) []float64 {
	n := len(rows)
	e := make([]float64, n)
	for i, row := range rows {
		e[i] = g.y[row] - fitted(g.rows[row], b)
	}
	if n > bigCluster {
		return e
	}
	m := linalg.New(n, n)
	for i := range rows {
		for j, other := range rows {
			h := fitted(g.rows[other], influence(i))
			if i == j {
				m.Set(i, j, 1-h)
			} else {
				m.Set(i, j, -h)
			}
		}
	}
	f, err := linalg.Cholesky(m)
	if err != nil { // without the customer there would be no estimate
		return e
	}
	return f.Solve(e)
}

// partial is the regression of the themes with constant and controls taken out.
type partial struct {
	s      linalg.Matrix // themes' cross products
	xy     []float64
	yy     float64 // what the controls leave of the ratings' squares
	n      int     // degrees of freedom: rows less controls
	values []float64
	vec    linalg.Matrix
	u      []float64 // xy in the basis of the eigenvectors
}

func (g *design) partial() (*partial, error) {
	f, err := linalg.Cholesky(g.gram.Select(seq(0, g.first), seq(0, g.first)))
	if err != nil {
		return nil, err
	}
	q := g.cols - g.first
	p := &partial{s: linalg.New(q, q), xy: make([]float64, q), n: len(g.y) - g.first}
	y := f.Forward(g.xy[:g.first])
	columns := make([][]float64, q)
	for j := range q {
		columns[j] = f.Forward(g.gram.Row(g.first + j)[:g.first])
		p.xy[j] = g.xy[g.first+j] - linalg.Dot(columns[j], y)
		for i := range j + 1 {
			v := g.gram.At(g.first+i, g.first+j) - linalg.Dot(columns[i], columns[j])
			p.s.Set(i, j, v)
			p.s.Set(j, i, v)
		}
	}
	for _, v := range g.y {
		p.yy += v * v
	}
	p.yy -= linalg.Dot(y, y)
	p.values, p.vec = linalg.Eigen(p.s)
	p.u = make([]float64, q)
	for j := range q {
		for i := range q {
			p.u[j] += p.vec.At(i, j) * p.xy[i]
		}
	}
	return p, nil
}

func seq(from, to int) []int {
	out := make([]int, to-from)
	for i := range out {
		out[i] = from + i
	}
	return out
}

// penalty is the λ of most restricted likelihood: noise variance ÷ variance of
// the themes' effects (Patterson & Thompson 1971, with the noise profiled out).
func (p *partial) penalty() float64 {
	deviance := func(logLambda float64) float64 {
		lambda := math.Exp(logLambda)
		quadratic, logs := p.yy, 0.0
		for j, d := range p.values {
			d = max(d, 0)
			quadratic -= p.u[j] * p.u[j] / (d + lambda)
			logs += math.Log1p(d / lambda)
		}
		return float64(p.n)*math.Log(max(quadratic, 1e-12*p.yy)) + logs
	}
	const least, most, step = -12.0, 16.0, .5
	best := least
	for l := least; l <= most; l += step {
		if deviance(l) < deviance(best) {
			best = l
		}
	}
	low, high := best-step, best+step // golden section
	ratio := (math.Sqrt(5) - 1) / 2
	for range 40 {
		a, b := high-ratio*(high-low), low+ratio*(high-low)
		if deviance(a) < deviance(b) {
			high = b
		} else {
			low = a
		}
	}
	return math.Exp((low + high) / 2)
}

// ridge returns the themes' effects under a penalty.
func (p *partial) ridge(lambda float64) []float64 {
	q := len(p.values)
	out := make([]float64, q)
	for j, d := range p.values {
		c := p.u[j] / (max(d, 0) + lambda)
		for i := range q {
			out[i] += c * p.vec.At(i, j)
		}
	}
	return out
}

// relativeWeights are Johnson's (Multivariate Behavioral Research 35, 2000): they
// add up to the share of the variance that the themes explain.
func (p *partial) relativeWeights() []float64 {
	q := len(p.xy)
	r := linalg.New(q, q)
	rxy := make([]float64, q)
	for i := range q {
		for j := range q {
			r.Set(i, j, p.s.At(i, j)/math.Sqrt(p.s.At(i, i)*p.s.At(j, j)))
		}
		rxy[i] = p.xy[i] / math.Sqrt(p.s.At(i, i)*p.yy)
	}
	values, vec := linalg.Eigen(r)
	half := func(x []float64, power float64) []float64 { // V D^power V' x
		out := make([]float64, q)
		for k, d := range values {
			c := 0.0
			for i := range q {
				c += vec.At(i, k) * x[i]
			}
			c *= math.Pow(max(d, 1e-12), power)
			for i := range q {
				out[i] += c * vec.At(i, k)
			}
		}
		return out
	}
	beta := half(rxy, -.5) // coefficients on the orthogonal neighbours
	out := make([]float64, q)
	unit := make([]float64, q)
	for i := range q {
		unit[i] = 1
		lambda := half(unit, .5)
		unit[i] = 0
		for k := range q {
			out[i] += lambda[k] * lambda[k] * beta[k] * beta[k]
		}
	}
	return out
}

// folds is into how many parts customers are put to see how well themes foretell
// ratings of customers the model has not seen.
const folds = 5

// foretold is the share of the ratings' variance about their mean that the ridge
// regression foretells of customers left out; below 0 it does worse than the mean.
func (g *design) foretold(lambda float64) float64 {
	grams, xys := make([]linalg.Matrix, folds), make([][]float64, folds)
	sums, counts := make([]float64, folds), make([]float64, folds)
	for k := range folds {
		grams[k], xys[k] = linalg.New(g.cols, g.cols), make([]float64, g.cols)
	}
	total, n := 0.0, float64(len(g.y))
	for who, rows := range g.cluster {
		k := who % folds
		for _, i := range rows {
			total += g.y[i]
			sums[k] += g.y[i]
			counts[k]++
			for _, a := range g.rows[i] {
				xys[k][a.col] += a.value * g.y[i]
				for _, b := range g.rows[i] {
					grams[k].Add(a.col, b.col, a.value*b.value)
				}
			}
		}
	}
	wrong, spread := 0.0, 0.0
	for k := range folds {
		a, xy := g.gram.Clone(), make([]float64, g.cols)
		for i := range a.Data {
			a.Data[i] -= grams[k].Data[i]
		}
		for j := range xy {
			xy[j] = g.xy[j] - xys[k][j]
			if j >= g.first {
				a.Add(j, j, lambda)
			} else if j > 0 {
				a.Add(j, j, 1) // a level that only this fold has
			}
		}
		f, err := linalg.Cholesky(a)
		if err != nil || n == counts[k] {
			return math.NaN()
		}
		b, mean := f.Solve(xy), (total-sums[k])/(n-counts[k])
		for who, rows := range g.cluster {
			if who%folds != k {
				continue
			}
			for _, i := range rows {
				d := g.y[i] - fitted(g.rows[i], b)
				wrong += d * d
				spread += (g.y[i] - mean) * (g.y[i] - mean)
			}
		}
	}
	return 1 - wrong/spread
}
