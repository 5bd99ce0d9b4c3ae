package learn

// stack returns the shares of the parts, none below 0, under which the held-out
// rows are likeliest (Wolpert 1992; Breiman 1996 for the sign). They are shares
// of each part as it is calibrated on its own. They are found by Newton's
// method, whose steps are by coordinate descent.
func (t *trainer) stack() mixture {
	labels := len(t.labels)
	s := stacker{t: t, z: make([]float64, labels), p: make([]float64, labels)}
	var w mixture
	for part := range w {
		if t.uses(part) {
			s.x[part] = make([]float64, labels)
			w[part] = 1.0 / parts
		}
	}
	s.prior = w
	loss := s.loss(&w, true)
	for range 30 {
		next, now, ok := s.better(&w, loss)
		if !ok || loss-now < 1e-5*loss {
			return w
		}
		w, loss = next, s.loss(&next, true)
	}
	return w
}

// stacker is the likelihood of held-out rows as a function of the shares, with a
// weak prior on them, without which rows told apart wholly would make them endless.
type stacker struct {
	t        *trainer
	x        [parts][]float64 // calibrated scores of a row; nil of a part that is not used
	z, p     []float64
	prior    mixture
	gradient mixture
	hessian  [parts]mixture
}

// better goes a Newton step from w, or as much of one as makes the loss smaller.
func (s *stacker) better(w *mixture, loss float64) (next mixture, now float64, ok bool) {
	step := s.step(w)
	for length := 1.0; length > 1e-3; length /= 2 {
		for part := range next {
			next[part] = max(0, w[part]+length*step[part])
		}
		if now = s.loss(&next, false); now < loss {
			return next, now, true
		}
	}
	return *w, loss, false
}

// loss is the mean negative log-posterior; with derivatives it fills these.
func (s *stacker) loss(w *mixture, derivatives bool) float64 {
	if derivatives {
		s.gradient, s.hessian = mixture{}, [parts]mixture{}
	}
	sum := 0.0
	for part := range w {
		d := w[part] - s.prior[part]
		sum += d * d / 2
		if derivatives {
			s.gradient[part] += d
			s.hessian[part][part]++
		}
	}
	for i := range s.t.m.Rows() {
		clear(s.z)
		for part, x := range s.x {
			for l := range x {
				x[l] = s.t.cals[part].slope[l]*float64(s.t.held[part][l][i]) + s.t.cals[part].offset[l]
				s.z[l] += w[part] * x[l]
			}
		}
		if s.t.multi {
			for l, z := range s.z {
				s.p[l] = logistic(z)
			}
		} else {
			softmax(s.z, s.p)
		}
		sum += s.t.surprise(s.p, i)
		if derivatives {
			s.derive(i)
		}
	}
	return sum / float64(s.t.m.Rows())
}

// derive adds the derivatives of row i.
func (s *stacker) derive(i int) {
	var mean mixture
	for part, x := range s.x {
		if x == nil {
			continue
		}
		for l, p := range s.p {
			mean[part] += p * x[l]
			s.gradient[part] += p * x[l]
			if s.t.target[l].sign[i] > 0 {
				s.gradient[part] -= x[l]
			}
		}
	}
	for part, x := range s.x {
		for other, y := range s.x[:part+1] {
			if x == nil || y == nil {
				continue
			}
			sum := 0.0
			for l, p := range s.p {
				if s.t.multi {
					p *= 1 - p
				}
				sum += p * x[l] * y[l]
			}
			if !s.t.multi {
				sum -= mean[part] * mean[other]
			}
			s.hessian[part][other] += sum
		}
	}
}

// step minimises the quadratic model of the loss over shares not below 0.
func (s *stacker) step(w *mixture) (d mixture) {
	for range 200 {
		for part := range d {
			if !s.t.uses(part) {
				continue
			}
			slope := s.gradient[part]
			for other := range d {
				slope += s.hessian[max(part, other)][min(part, other)] * d[other]
			}
			d[part] = max(d[part]-slope/(s.hessian[part][part]+1e-9), -w[part])
		}
	}
	return d
}
