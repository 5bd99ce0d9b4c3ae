package intervention

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func draw(w world, seed uint64) Series { return w.draw(rand.New(rand.NewPCG(seed, 5))) }

func TestShapes(t *testing.T) {
	s := draw(world{before: 70, after: 40, mean: 10, control: 20, effect: -.5}, 1)
	r, err := Counts(s, Options{Step: 7})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Counts(s, Options{Step: 7})
	if diff := cmp.Diff(r, again); diff != "" || err != nil {
		t.Errorf("another result, %v: %s", err, diff)
	}
	days, observed, after := 0, 0.0, 0.0
	for _, p := range r.Points {
		days += p.Days
		observed += p.Observed
		if p.Low > p.Expected || p.Expected > p.High || p.Low < 0 {
			t.Errorf("point %+v", p)
		}
		if p.Day >= s.At {
			after += p.Observed - p.Expected
		}
	}
	sum := 0.0
	for _, v := range s.Treated {
		sum += v
	}
	if days != 110 || observed != sum || math.Abs(after-r.Difference) > 1e-9 {
		t.Errorf("%d days, %g observed of %g, difference %g and %g", days, observed, sum, r.Difference, after)
	}
	if r.Verdict != Fell || !r.Control || r.Difference >= 0 {
		t.Errorf("%+v", r)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

// TestBand: of series without an effect, 95 % of the days lie within the band.
func TestBand(t *testing.T) {
	for _, w := range []world{{before: 60, after: 30, mean: 12, over: .1}, {before: 60, after: 30, mean: 12, control: 20, shared: .2}} {
		in, n := 0, 0
		for seed := range uint64(100) {
			r, err := Counts(draw(w, seed), Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range r.Points[w.before:] {
				n++
				if p.Low <= p.Observed && p.Observed <= p.High {
					in++
				}
			}
		}
		if share := float64(in) / float64(n); share < .9 && w.control == 0 || share < .75 {
			t.Errorf("%+v: %.1f %% of the days lie within the band", w, 100*share)
		}
	}
}

func TestRatings(t *testing.T) {
	in, found := 0, 0
	const draws = 200
	for seed := range uint64(draws) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 100
		s := Series{At: 60, Treated: make([]float64, n), TreatedN: make([]float64, n), Control: make([]float64, n), ControlN: make([]float64, n)}
		for day := range n {
			shared := .3 * r.NormFloat64()
			for k, list := range [][]float64{s.Treated, s.Control} {
				count := []([]float64){s.TreatedN, s.ControlN}[k]
				for range r.IntN(8) {
					v := 3 + shared + r.NormFloat64()
					if k == 0 && day >= 60 {
						v += .5
					}
					list[day] += v
					count[day]++
				}
				if count[day] > 0 {
					list[day] = max(0, list[day]/count[day])
				}
			}
		}
		res, err := Ratings(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Effect.Low <= .5 && .5 <= res.Effect.High {
			in++
		}
		if res.Verdict == Rose {
			found++
		}
	}
	if in < 184 || in > 198 || found < 100 {
		t.Errorf("the effect is within the interval in %d of %d draws and found in %d", in, draws, found)
	}
}

func TestNothingAfter(t *testing.T) {
	for _, control := range []float64{0, 10} {
		s := draw(world{before: 60, after: 30, mean: 3, control: control}, 3)
		clear(s.Treated[60:])
		r, err := Counts(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Effect.Value != -1 || r.Effect.Low != -1 || r.Effect.High > -.8 || r.Verdict != Fell {
			t.Errorf("control %g: %s %+v", control, r.Verdict, r.Effect)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	}
}

// TestDoubt: series that drifted apart before the action give no verdict.
func TestDoubt(t *testing.T) {
	s := draw(world{before: 90, after: 40, mean: 30, control: 60}, 4)
	for day := range s.Treated {
		s.Treated[day] = math.Round(s.Treated[day] * math.Exp(-.012*float64(day)))
	}
	r, err := Counts(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Doubt || r.PreTrend.P > .01 || r.PreTrend.PerWeek.Value >= 0 {
		t.Errorf("%s, pre-trend %+v, placebo %+v", r.Verdict, r.PreTrend, r.Placebo)
	}
}

func TestRefusals(t *testing.T) {
	w := world{before: 60, after: 30, mean: 5, control: 5}
	for name, c := range map[string]struct {
		spoil func(*Series)
		want  error
	}{
		"short before": {func(s *Series) { s.At = 10 }, ErrShort},
		"short after":  {func(s *Series) { s.At = 88 }, ErrShort},
		"few":          {func(s *Series) { clear(s.Treated) }, ErrFew},
		"no control":   {func(s *Series) { clear(s.Control[60:]) }, ErrFew},
		"length":       {func(s *Series) { s.Control = s.Control[:5] }, nil},
		"nan":          {func(s *Series) { s.Treated[4] = math.NaN() }, nil},
		"negative":     {func(s *Series) { s.Control[4] = -1 }, nil},
		"skip":         {func(s *Series) { s.Skip = []bool{true} }, nil},
	} {
		s := draw(w, 1)
		c.spoil(&s)
		if _, err := Counts(s, Options{}); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Ratings(draw(w, 1), Options{}); !errors.Is(err, ErrFew) {
		t.Errorf("ratings without numbers: %v", err)
	}
}

// TestSkip: an outage of the counting that is left out is as if it were not.
func TestSkip(t *testing.T) {
	s := draw(world{before: 80, after: 40, mean: 20}, 9)
	s.Skip = make([]bool, 120)
	for day := 30; day < 36; day++ {
		s.Skip[day] = true
	}
	a, err := Counts(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for day := 30; day < 36; day++ {
		s.Treated[day] = 900
	}
	b, err := Counts(s, Options{})
	if err != nil || a.Effect != b.Effect || a.Before != b.Before {
		t.Errorf("%v: %+v and %+v", err, a.Effect, b.Effect)
	}
}

func BenchmarkCounts(b *testing.B) {
	s := draw(world{before: 90, after: 60, mean: 8, control: 20}, 1)
	for b.Loop() {
		if _, err := Counts(s, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
