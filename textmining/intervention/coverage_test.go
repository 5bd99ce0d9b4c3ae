package intervention

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the files under testdata")

// poissonDraw draws a Poisson number: Knuth's way, by halves for large means.
func poissonDraw(r *rand.Rand, mean float64) float64 {
	if mean > 30 {
		return poissonDraw(r, mean/2) + poissonDraw(r, mean/2)
	}
	limit, p, n := math.Exp(-mean), 1.0, -1.0
	for p > limit || n < 0 {
		p *= r.Float64()
		n++
	}
	return n
}

// gammaDraw draws a gamma number of mean 1 and the given variance (Marsaglia & Tsang 2000).
func gammaDraw(r *rand.Rand, variance float64) float64 {
	if variance == 0 {
		return 1
	}
	shape, boost := 1/variance, 1.0
	if shape < 1 {
		boost = math.Pow(r.Float64(), 1/shape)
		shape++
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v * boost * variance
		}
	}
}

// world draws a series whose effect is known.
type world struct {
	before, after int
	mean          float64 // a day
	trend         float64 // logarithmic, a week
	over          float64 // variance of each day's own gamma factor
	ar            float64 // autocorrelation of the logarithm's normal part, of deviation .25
	effect        float64 // relative
	control       float64 // mean of the control; 0 none
	shared        float64 // deviation of what meets both alike
}

func (w world) draw(r *rand.Rand) Series {
	n := w.before + w.after
	s := Series{At: w.before, Weekday: time.Weekday(r.IntN(7)), Treated: make([]float64, n)}
	if w.control > 0 {
		s.Control = make([]float64, n)
	}
	ar := r.NormFloat64() * .25
	for day := range n {
		if w.ar > 0 {
			ar = w.ar*ar + math.Sqrt(1-w.ar*w.ar)*.25*r.NormFloat64()
		} else {
			ar = 0
		}
		weekday := []float64{.7, 1.2, 1.1, 1, 1, 1.1, .9}[(int(s.Weekday)+day)%7]
		common := weekday * math.Exp(w.trend*float64(day-w.before)/7+w.shared*r.NormFloat64())
		mean := w.mean * common * math.Exp(ar)
		if day >= w.before {
			mean *= 1 + w.effect
		}
		s.Treated[day] = poissonDraw(r, mean*gammaDraw(r, w.over))
		if w.control > 0 {
			s.Control[day] = poissonDraw(r, w.control*common*gammaDraw(r, w.over))
		}
	}
	return s
}

var worlds = []struct {
	name string
	o    Options
	world
}{
	{"poisson", Options{}, world{before: 60, after: 30, mean: 8, effect: -.3}},
	{"no effect, overdispersed", Options{}, world{before: 60, after: 30, mean: 8, over: .2}},
	{"few", Options{}, world{before: 60, after: 30, mean: .8, effect: -.4}},
	{"trend, overdispersed, long", Options{}, world{before: 120, after: 60, mean: 20, trend: .03, over: .1, effect: -.4}},
	{"autocorrelated .3", Options{}, world{before: 90, after: 45, mean: 20, ar: .3, effect: .5}},
	{"autocorrelated .5", Options{}, world{before: 150, after: 60, mean: 20, ar: .5, effect: .25}},
	{"slope", Options{Slope: true}, world{before: 90, after: 60, mean: 15, over: .05, effect: -.3}},
	{"control", Options{}, world{before: 60, after: 30, mean: 4, control: 10, shared: .4, trend: .05, effect: -.5}},
	{"control, few", Options{}, world{before: 57, after: 33, mean: .8, control: .9, effect: -.6}},
	{"control, overdispersed", Options{}, world{before: 60, after: 30, mean: 6, control: 12, over: .2, effect: -.3}},
	{"control, autocorrelated .3", Options{}, world{before: 90, after: 45, mean: 20, control: 30, ar: .3, effect: -.2}},
	{"short, control", Options{}, world{before: 21, after: 10, mean: 6, control: 12, effect: -.4}},
}

// TestCoverage draws each world many times: the 95 % intervals must hold the
// effect in 93 to 98 % of the cases. With -update it draws a
// thousand times, some minutes, and writes the figures to testdata/coverage.txt.
func TestCoverage(t *testing.T) {
	var b strings.Builder
	fmt.Fprintln(&b, "world\tdraws\tcover %\tfound %\tdoubted %\tbias of log ratio")
	for _, w := range worlds {
		draws, slack := 100, 6.0 // a hundred draws have a deviation of 2.2
		if *update {
			draws, slack = 1000, 0
		}
		var in, found, doubted, bias float64
		for seed := range draws {
			s := w.draw(rand.New(rand.NewPCG(uint64(seed), 11)))
			r, err := Counts(s, w.o)
			if err != nil {
				t.Fatalf("%s: %v", w.name, err)
			}
			if r.Effect.Low <= w.effect && w.effect <= r.Effect.High {
				in++
			}
			switch r.Verdict {
			case Fell, Rose:
				found++
			case Doubt:
				doubted++
			}
			bias += math.Log((1+r.Effect.Value)/(1+w.effect)) / float64(draws)
		}
		cover := 100 * in / float64(draws)
		fmt.Fprintf(&b, "%s\t%d\t%.1f\t%.1f\t%.1f\t%.3f\n", w.name, draws, cover, 100*found/float64(draws), 100*doubted/float64(draws), bias)
		const least = 93.0
		if cover < least-slack || cover > 98+slack {
			t.Errorf("%s: intervals cover %.1f %%, want %g to 98", w.name, cover, least)
		}
	}
	t.Log("\n" + b.String())
	if *update {
		if err := os.WriteFile("testdata/coverage.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
