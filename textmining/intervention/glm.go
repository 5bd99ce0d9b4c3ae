package intervention

import (
	"math"

	"qingting/textmining/internal/linalg"
)

// family is the distribution of the days' figures.
type family int

const (
	poisson  family = iota // y counts; log link
	binomial               // y of n; logit link
	gaussian               // y a mean of n; identity link
)

// model is a regression over days, in order of time.
type model struct {
	family family
	day    []int
	x      [][]float64
	y, n   []float64
	offset []float64 // nil is none
}

// fit is a model's solution.
type fit struct {
	m        *model
	beta     []float64
	mu, w    []float64 // means and working weights
	deviance float64
	inverse  linalg.Matrix // (X'WX)⁻¹
	cov      linalg.Matrix // of beta, dispersion and autocorrelation in it
	phi, rho float64
	decay    float64 // of rho with each further day
	df       float64
}

const (
	mostEta  = 30 // a day's linear predictor lies within
	mostStep = 60
)

func (m *model) mean(eta, n float64) (mu, w float64) {
	switch m.family {
	case gaussian:
		return eta, n
	case binomial:
		eta = min(mostEta, max(-mostEta, eta))
		p := 1 / (1 + math.Exp(-eta))
		return n * p, n * p * (1 - p)
	}
	mu = math.Exp(min(mostEta, max(-mostEta, eta)))
	return mu, mu
}

func (m *model) dev(y, mu, n float64) float64 {
	log := func(a, b float64) float64 {
		if a == 0 {
			return 0
		}
		return a * math.Log(a/b)
	}
	switch m.family {
	case gaussian:
		return n * (y - mu) * (y - mu)
	case binomial:
		return 2 * (log(y, mu) + log(n-y, n-mu))
	}
	return 2 * (log(y, mu) - (y - mu))
}

// solve fits by iteratively reweighted least squares.
func (m *model) solve() (*fit, error) {
	p := 0
	if len(m.x) > 0 {
		p = len(m.x[0])
	}
	f := &fit{m: m, beta: make([]float64, p), mu: make([]float64, len(m.y)), w: make([]float64, len(m.y)), deviance: math.Inf(1)}
	eta := make([]float64, len(m.y))
	for i, y := range m.y { // begin at the data
		switch m.family {
		case gaussian:
			eta[i] = y
		case binomial:
			eta[i] = math.Log((y + .5) / (m.n[i] - y + .5))
		default:
			eta[i] = math.Log(y + .5)
		}
	}
	for range mostStep {
		gram, right := linalg.New(p, p), make([]float64, p)
		for i, x := range m.x {
			mu, w := m.mean(eta[i], m.n[i])
			z := eta[i] - m.off(i)
			if w > 0 {
				residual := m.y[i] - mu
				if m.family == gaussian {
					residual *= w
				}
				z += residual / w
			}
			for a := range p {
				right[a] += w * x[a] * z
				for b := range a + 1 {
					gram.Add(a, b, w*x[a]*x[b])
				}
			}
		}
		factor, err := linalg.Cholesky(gram)
		if err != nil {
			return nil, ErrFew
		}
		f.beta, f.inverse = factor.Solve(right), factor.Inverse()
		before := f.deviance
		f.deviance = 0
		for i, x := range m.x {
			eta[i] = min(mostEta, max(-mostEta, linalg.Dot(x, f.beta)+m.off(i)))
			if m.family == gaussian {
				eta[i] = linalg.Dot(x, f.beta) + m.off(i)
			}
			f.mu[i], f.w[i] = m.mean(eta[i], m.n[i])
			f.deviance += m.dev(m.y[i], f.mu[i], m.n[i])
		}
		if math.Abs(before-f.deviance) <= 1e-10*(1+math.Abs(f.deviance)) {
			break
		}
	}
	f.spread()
	return f, nil
}

func (m *model) off(i int) float64 {
	if m.offset == nil {
		return 0
	}
	return m.offset[i]
}

// residual is the Pearson residual of a day.
func (f *fit) residual(i int) float64 {
	if f.w[i] <= 0 {
		return 0
	}
	if f.m.family == gaussian {
		return (f.m.y[i] - f.mu[i]) * math.Sqrt(f.w[i])
	}
	return (f.m.y[i] - f.mu[i]) / math.Sqrt(f.w[i])
}

// spread estimates dispersion, autocorrelation and with them the covariance of
// the coefficients.
func (f *fit) spread() {
	n, p := len(f.m.y), len(f.beta)
	f.df = max(1, float64(n-p))
	scaled := make([][]float64, n) // W^½ X
	sum := 0.0
	var product, hat, pairs [maxLag + 1]float64 // of days so far apart
	for i, x := range f.m.x {
		scaled[i] = make([]float64, p)
		for j, v := range x {
			scaled[i][j] = v * math.Sqrt(f.w[i])
		}
		r := f.residual(i)
		sum += r * r
		for k := i - 1; k >= 0 && f.m.day[i]-f.m.day[k] <= maxLag; k-- {
			lag := f.m.day[i] - f.m.day[k]
			product[lag] += r * f.residual(k)
			hat[lag] += linalg.Dot(scaled[i], f.inverse.Apply(scaled[k]))
			pairs[lag]++
		}
	}
	f.phi = sum / f.df
	if f.phi > 0 {
		var rho [maxLag + 1]float64
		for lag := 1; lag <= maxLag && pairs[lag] > 0; lag++ {
			// Residuals of independent days have an expected product of −φ × hat.
			rho[lag] = (product[lag]/f.phi + hat[lag]) / pairs[lag]
		}
		f.rho = min(mostRho, max(0, rho[1]))
		f.decay = decay(rho, pairs[1])
	}
	if f.m.family != gaussian {
		f.phi = max(1, f.phi)
	}
	meat := linalg.New(p, p)
	carry := make([]float64, p) // Σ over earlier days of ρ·decay^(distance−1) z
	share := 0.0
	if f.decay > 0 {
		share = f.rho / f.decay
	}
	for i := range scaled {
		if i > 0 {
			decay := math.Pow(f.decay, float64(f.m.day[i]-f.m.day[i-1]))
			for j := range carry {
				carry[j] = decay * (carry[j] + share*scaled[i-1][j])
			}
		}
		for a, x := range scaled[i] {
			for b, y := range scaled[i] {
				meat.Add(a, b, f.phi*(x*y+x*carry[b]+carry[a]*y))
			}
		}
	}
	f.cov = linalg.Mul(linalg.Mul(f.inverse, meat), f.inverse)
	f.df = max(4, f.df/(1+2*f.rho/(1-f.decay))) // days that resemble each other count for less
}

const (
	maxLag  = 3
	mostRho = .8
)

// decay is by how much the resemblance of days lessens with each day between them,
// ρ(k) being ρ(1)·decay^(k−1). What drifts is seen through the chance of each day's
// counts, which lessens ρ(1) and not how ρ goes on from there: taking ρ(1)^k for
// ρ(k) would make intervals too narrow. It is at least ρ(1), and no more while ρ(1)
// may be chance.
func decay(rho [maxLag + 1]float64, days float64) float64 {
	first := min(mostRho, max(0, rho[1]))
	if first*math.Sqrt(days) < 1.645 {
		return first
	}
	above, below := 0.0, 0.0
	for lag := 1; lag < maxLag; lag++ {
		above += rho[lag] * rho[lag+1]
		below += rho[lag] * rho[lag]
	}
	return min(mostRho, max(first, above/below))
}

// inflation is by how much dispersion and autocorrelation widen the variance of
// coefficient j.
func (f *fit) inflation(j int) float64 { return max(f.phi, f.cov.At(j, j)/f.inverse.At(j, j)) }

// fixed is the model with coefficient j held at a value.
func (m *model) fixed(j int, value float64) *model {
	out := &model{family: m.family, day: m.day, y: m.y, n: m.n, x: make([][]float64, len(m.x)), offset: make([]float64, len(m.x))}
	for i, x := range m.x {
		out.x[i] = append(append(make([]float64, 0, len(x)-1), x[:j]...), x[j+1:]...)
		out.offset[i] = m.off(i) + value*x[j]
	}
	return out
}
