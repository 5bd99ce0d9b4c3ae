package driver

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the files under testdata")

// world draws rated feedback. Themes come together; customers come back.
type world struct {
	scale      Scale
	base       float64
	effects    []float64
	shares     []float64 // of rows that speak of each theme
	customer   float64   // standard deviation between customers
	noise      float64   // within
	channels   []float64 // effect of each
	visits     int       // rows a customer gives: 1 to this
	continuous bool      // ratings are not rounded, nor kept within the scale
}

func (w world) draw(r *rand.Rand, rows int) Data {
	d := Data{Controls: []Control{{"channel", len(w.channels)}}, Scale: w.scale}
	if w.continuous {
		d.Scale = Scale{-1e3, 1e3}
	}
	for i := range w.effects {
		d.Themes = append(d.Themes, fmt.Sprint("t", i))
	}
	for who := 0; len(d.Rows) < rows; who++ {
		own := r.NormFloat64() * w.customer
		channel := r.IntN(len(w.channels))
		for range 1 + r.IntN(w.visits) {
			rating := w.base + own + w.channels[channel] + r.NormFloat64()*w.noise
			row := Row{Customer: who, Levels: []int{channel}}
			bad := r.Float64() < .3 // a bad experience has more than one side
			for i, effect := range w.effects {
				share := w.shares[i]
				if bad {
					share = min(.9, 2.2*share)
				} else {
					share *= .5
				}
				if r.Float64() < share {
					polarity := -1.
					if effect > 0 {
						polarity = 1
					}
					row.Mentions = append(row.Mentions, Mention{Theme: i, Polarity: polarity})
					rating += effect
				}
			}
			if !w.continuous {
				rating = min(w.scale.High, max(w.scale.Low, math.Round(rating)))
			}
			row.Rating = rating
			d.Rows = append(d.Rows, row)
		}
	}
	d.Rows = d.Rows[:rows]
	return d
}

var worlds = []struct {
	name string
	rows int
	world
}{
	{"plain 400", 400, world{effects: []float64{-1.2, -.6, -.3, 0, .5, 0}, shares: []float64{.1, .2, .15, .1, .2, .3}, customer: .8, noise: 1, channels: []float64{0, .4, -.3}, visits: 3, base: 3.5, continuous: true}},
	{"one to five 600", 600, world{scale: Five, effects: []float64{-1.2, -.6, -.3, 0, .5, 0}, shares: []float64{.1, .2, .15, .1, .2, .3}, customer: .6, noise: .8, channels: []float64{0, .4, -.3}, visits: 3, base: 4}},
	{"nought to ten, rare themes 800", 800, world{scale: Ten, effects: []float64{-3, -2, -1, 0, 0, 1}, shares: []float64{.03, .03, .05, .02, .1, .1}, customer: 1.2, noise: 1.5, channels: []float64{0, .5, -.5}, visits: 6, base: 7.5}},
	{"many themes 1500", 1500, world{scale: Ten, effects: many(40), shares: repeat(.06, 40), customer: 1, noise: 1.5, channels: []float64{0, .5, -.5, .2, -.1}, visits: 2, base: 7}},
}

func many(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = -.1 * float64(i%13)
	}
	return out
}

func repeat(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// truth is what an analysis of very many rows says: for ratings that are rounded
// and bounded there is no other.
func (w world) truth(t *testing.T) map[string]float64 {
	out := map[string]float64{}
	if w.continuous {
		for i, e := range w.effects {
			out[fmt.Sprint("t", i)] = e
		}
		return out
	}
	r, err := Analyse(w.draw(rand.New(rand.NewPCG(99, 1)), 400_000), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Effects {
		out[e.Theme] = e.Points
	}
	return out
}

// TestCoverage draws each world many times: the 95 % intervals must hold the
// truth in 93 to 97 % of the cases.
func TestCoverage(t *testing.T) {
	var b strings.Builder
	fmt.Fprintln(&b, "world\tdraws\tintervals\tcover effect %\tcover cost %\tbias\terror\terror of shrunk")
	for _, w := range worlds {
		draws := 400
		if testing.Short() {
			draws = 60
		}
		truth := w.truth(t)
		var n, in, inCost, bias, square, squareShrunk float64
		for seed := range draws {
			r, err := Analyse(w.draw(rand.New(rand.NewPCG(uint64(seed), 7)), w.rows), Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range r.Effects {
				want := truth[e.Theme]
				n++
				if e.Low <= want && want <= e.High {
					in++
				}
				var i int
				fmt.Sscanf(e.Theme, "t%d", &i)
				share := w.shares[i]*.5*.7 + .3*min(.9, 2.2*w.shares[i])
				if cost := -want * share; e.CostLow <= cost && cost <= e.CostHigh {
					inCost++
				}
				bias += e.Points - want
				square += (e.Points - want) * (e.Points - want)
				squareShrunk += (e.Shrunk - want) * (e.Shrunk - want)
			}
		}
		cover, cost := 100*in/n, 100*inCost/n
		fmt.Fprintf(&b, "%s\t%d\t%.0f\t%.1f\t%.1f\t%.3f\t%.3f\t%.3f\n", w.name, draws, n, cover, cost, bias/n, math.Sqrt(square/n), math.Sqrt(squareShrunk/n))
		slack := 0.0
		if testing.Short() {
			slack = 2
		}
		if cover < 93-slack || cover > 97+slack || cost < 93-slack || cost > 97+slack {
			t.Errorf("%s: intervals cover %.1f %% of the effects and %.1f %% of the costs, want 93 to 97", w.name, cover, cost)
		}
	}
	t.Log("\n" + b.String())
	if testing.Short() {
		return
	}
	golden(t, "coverage.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s changed; run go test -update if it should:\ngot\n%s\nwant\n%s", path, got, want)
	}
}
