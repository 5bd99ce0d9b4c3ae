package learn

import "math"

// calibration turns scores into probabilities: of a text with one label
// softmax(slope·score + offset), of a text with several a logistic function of
// the same for each label on its own.
type calibration struct {
	slope  []float64
	offset []float64
}

// fitSingle fits one slope and an offset a label by maximum likelihood, with a
// weak prior on the offsets. scores[l][i] is the score of label l for row i,
// gold[i] the label of row i.
func fitSingle(scores [][]float32, gold []int32) calibration {
	labels := len(scores)
	slope, offset := 1.0, make([]float64, labels)
	logit, p := make([]float64, labels), make([]float64, labels)
	const prior = 1.0
	loss := math.Inf(1)
	for round := range 300 {
		var gSlope, hSlope, total float64
		g, h := make([]float64, labels), make([]float64, labels)
		for i, y := range gold {
			for l := range logit {
				logit[l] = slope*float64(scores[l][i]) + offset[l]
			}
			softmax(logit, p)
			total -= math.Log(max(p[y], 1e-300))
			mean, square := 0.0, 0.0
			for l := range p {
				s := float64(scores[l][i])
				mean += p[l] * s
				square += p[l] * s * s
				g[l] += p[l]
				h[l] += p[l] * (1 - p[l])
			}
			g[y]--
			gSlope += mean - float64(scores[y][i])
			hSlope += square - mean*mean
		}
		for _, o := range offset {
			total += prior / 2 * o * o
		}
		// Turn about, slope and offsets. Half a step, for the diagonal of the
		// Hessian of a softmax is at most twice too small (Böhning 1992).
		if round%2 == 0 {
			if loss-total < 1e-6*total {
				break
			}
			loss = total
			slope = max(slope/4, slope-gSlope/(hSlope+1e-9))
			continue
		}
		for l := range offset {
			offset[l] -= 0.5 * (g[l] + prior*offset[l]) / (h[l] + prior)
		}
	}
	c := calibration{slope: make([]float64, labels), offset: offset}
	for l := range c.slope {
		c.slope[l] = slope
	}
	return c
}

// softmax writes to p the probabilities of logits.
func softmax(logit, p []float64) {
	top := math.Inf(-1)
	for _, v := range logit {
		top = max(top, v)
	}
	sum := 0.0
	for l, v := range logit {
		p[l] = 0
		if v > top-40 { // what is less is lost in the sum
			p[l] = math.Exp(v - top)
			sum += p[l]
		}
	}
	for l := range p {
		p[l] /= sum
	}
}

// logistic is 1/(1+e^-x), exact at both ends.
func logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// fitLabel fits the slope and the offset of one label with Newton's method and
// the targets of Platt (1999), as Lin, Lin and Weng (2007) correct it.
func fitLabel(scores []float32, sign []int8) (slope, offset float64) {
	var n [2]float64
	for _, s := range sign {
		if s > 0 {
			n[1]++
		} else {
			n[0]++
		}
	}
	high, low := (n[1]+1)/(n[1]+2), 1/(n[0]+2)
	goal := func(i int) float64 {
		if sign[i] > 0 {
			return high
		}
		return low
	}
	loss := func(a, b float64) float64 {
		sum := 0.0
		for i, s := range scores {
			x := a*float64(s) + b
			// log(1+e^x) - goal·x without overflow
			sum += max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) - goal(i)*x
		}
		return sum
	}
	slope, offset = 0, math.Log((n[1]+1)/(n[0]+1))
	now := loss(slope, offset)
	for range 100 {
		haa, hbb, hab, ga, gb := 1e-12, 1e-12, 0.0, 0.0, 0.0
		for i, v := range scores {
			s := float64(v)
			p := logistic(slope*s + offset)
			d, q := p-goal(i), p*(1-p)
			haa += s * s * q
			hbb += q
			hab += s * q
			ga += s * d
			gb += d
		}
		if math.Abs(ga) < 1e-5 && math.Abs(gb) < 1e-5 {
			break
		}
		det := haa*hbb - hab*hab
		da, db := -(hbb*ga-hab*gb)/det, -(haa*gb-hab*ga)/det
		slopeward := ga*da + gb*db
		step := 1.0
		for ; step >= 1e-10; step /= 2 {
			if next := loss(slope+step*da, offset+step*db); next < now+1e-4*step*slopeward {
				slope, offset, now = slope+step*da, offset+step*db, next
				break
			}
		}
		if step < 1e-10 {
			break
		}
	}
	return max(slope, 0), offset
}
