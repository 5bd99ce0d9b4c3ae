package driver

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/internal/linalg"
)

func draw(rows int) Data { return worlds[1].draw(rand.New(rand.NewPCG(5, 5)), rows) }

func TestSameTwice(t *testing.T) {
	a, err := Analyse(draw(800), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Analyse(draw(800), Options{})
	if diff := cmp.Diff(a, b); diff != "" || err != nil {
		t.Errorf("another result, %v: %s", err, diff)
	}
	// The order of the rows is no matter, but for rounding and the folds.
	d := draw(800)
	slices.Reverse(d.Rows)
	if b, err = Analyse(d, Options{}); err != nil {
		t.Fatal(err)
	}
	for i := range a.Effects {
		if math.Abs(a.Effects[i].Points-b.Effects[i].Points) > 1e-9 || math.Abs(a.Effects[i].High-b.Effects[i].High) > 1e-9 {
			t.Errorf("%s: %+v, and in another order %+v", a.Effects[i].Theme, a.Effects[i], b.Effects[i])
		}
	}
}

func TestOrderAndMatrix(t *testing.T) {
	r, err := Analyse(draw(4000), Options{})
	if err != nil {
		t.Fatal(err)
	}
	weights := 0.0
	for i, e := range r.Effects {
		weights += e.Weight
		if i > 0 && e.Cost > r.Effects[i-1].Cost {
			t.Error("the effects are not in order of cost")
		}
		if e.Low > e.Points || e.Points > e.High || e.CostLow > e.Cost || e.Cost > e.CostHigh {
			t.Errorf("%s lies outside its interval: %+v", e.Theme, e)
		}
	}
	if math.Abs(weights-1) > 1e-9 {
		t.Errorf("the weights add up to %g", weights)
	}
	quadrant, significant := map[string]Quadrant{}, map[string]bool{}
	for _, e := range r.Effects {
		quadrant[e.Theme], significant[e.Theme] = e.Quadrant, e.Significant
	}
	// t0 takes most of the rating and is only complained of; t4 is praise that counts.
	if quadrant["t0"] != Concentrate || quadrant["t4"] != KeepUp || quadrant["t5"] == Concentrate {
		t.Errorf("quadrants %v", quadrant)
	}
	if !significant["t0"] || !significant["t1"] || !significant["t4"] {
		t.Errorf("significant %v", significant)
	}
	if r.Foretold == nil || *r.Foretold < .1 || *r.Foretold > r.Explained+.15 {
		t.Errorf("foretold %v, explained %g", *r.Foretold, r.Explained)
	}
}

func TestFalseDiscoveries(t *testing.T) {
	nothing := world{scale: Ten, effects: make([]float64, 20), shares: repeat(.1, 20), customer: 1, noise: 2, channels: []float64{0}, visits: 3, base: 6}
	found := 0
	for seed := range 100 {
		r, err := Analyse(nothing.draw(rand.New(rand.NewPCG(uint64(seed), 3)), 500), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(r.Effects, func(e Effect) bool { return e.Significant }) {
			found++
		}
	}
	if found > 12 {
		t.Errorf("in %d of 100 draws a theme that does nothing is called significant", found)
	}
}

func TestFew(t *testing.T) {
	d := draw(90)
	if _, err := Analyse(d, Options{}); !errors.Is(err, ErrFew) {
		t.Errorf("90 rows: %v", err)
	}
	d = draw(600)
	for i := range d.Rows {
		d.Rows[i].Customer = i % 40
	}
	if _, err := Analyse(d, Options{}); !errors.Is(err, ErrFew) {
		t.Errorf("40 customers: %v", err)
	}
	d = draw(600)
	for i := range d.Rows {
		d.Rows[i].Rating = 4
	}
	if _, err := Analyse(d, Options{}); !errors.Is(err, ErrFlat) {
		t.Errorf("equal ratings: %v", err)
	}
}

// TestLeft has a theme of few, one of nearly all, and two that are one.
func TestLeft(t *testing.T) {
	d := draw(900)
	d.Themes = append(d.Themes, "rare", "all", "twin", "one customer")
	rare := 0
	for i := range d.Rows {
		r := &d.Rows[i]
		if i%150 == 0 {
			r.Mentions = append(r.Mentions, Mention{Theme: 6})
			rare++
		}
		if i > 4 {
			r.Mentions = append(r.Mentions, Mention{Theme: 7})
		}
		if slices.ContainsFunc(r.Mentions, func(m Mention) bool { return m.Theme == 1 }) {
			r.Mentions = append(r.Mentions, Mention{Theme: 8})
		}
		if i < 30 { // many rows, one voice
			r.Customer = 1 << 20
			r.Mentions = append(r.Mentions, Mention{Theme: 9})
		}
	}
	res, err := Analyse(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Left{{"rare", FewWith}, {"all", FewWithout}, {"twin", Inseparable}, {"one customer", FewWith}}
	if diff := cmp.Diff(want, res.Left); diff != "" {
		t.Error(diff)
	}
	if len(res.Effects) != 6 {
		t.Errorf("%d effects", len(res.Effects))
	}
}

func TestMalformed(t *testing.T) {
	for name, spoil := range map[string]func(*Data){
		"rating": func(d *Data) { d.Rows[3].Rating = 6 }, "nan": func(d *Data) { d.Rows[3].Rating = math.NaN() },
		"theme":  func(d *Data) { d.Rows[3].Mentions = []Mention{{Theme: 6}} },
		"value":  func(d *Data) { d.Rows[3].Mentions = []Mention{{Theme: 0, Value: math.NaN()}} },
		"levels": func(d *Data) { d.Rows[3].Levels = nil }, "level": func(d *Data) { d.Rows[3].Levels = []int{3} },
		"scale": func(d *Data) { d.Scale = Scale{} },
	} {
		d := draw(300)
		spoil(&d)
		if _, err := Analyse(d, Options{}); err == nil || errors.Is(err, ErrFew) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := draw(300)
	for i := range d.Rows { // unknown levels and customers are well
		d.Rows[i].Levels = []int{-7}
		d.Rows[i].Customer = -1
		d.Rows[i].Mentions = append(d.Rows[i].Mentions, d.Rows[i].Mentions...)
	}
	if r, err := Analyse(d, Options{}); err != nil || r.Customers != 300 {
		t.Error(err)
	}
}

// TestWeightsAreNearLMG compares Johnson's weights with the mean over all orders
// of what a theme adds.
func TestWeightsAreNearLMG(t *testing.T) {
	g, _, err := prepare(draw(3000), Options{}.withDefaults(), []term{{0, Mention.value}, {1, Mention.value}, {2, Mention.value}, {3, Mention.value}, {4, Mention.value}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := g.partial()
	if err != nil {
		t.Fatal(err)
	}
	explained := func(set []int) float64 {
		if len(set) == 0 {
			return 0
		}
		f, err := linalg.Cholesky(p.s.Select(set, set))
		if err != nil {
			t.Fatal(err)
		}
		xy := make([]float64, len(set))
		for i, j := range set {
			xy[i] = p.xy[j]
		}
		return linalg.Dot(xy, f.Solve(xy)) / p.yy
	}
	q := len(p.xy)
	lmg, orders := make([]float64, q), 0.0
	var walk func(set []int)
	walk = func(set []int) {
		if len(set) == q {
			orders++
			for i := range set {
				lmg[set[i]] += explained(set[:i+1]) - explained(set[:i])
			}
			return
		}
		for j := range q {
			if !slices.Contains(set, j) {
				walk(append(slices.Clone(set), j))
			}
		}
	}
	walk(nil)
	for j, w := range p.relativeWeights() {
		if want := lmg[j] / orders; math.Abs(w-want) > .02*explained(seq(0, q)) {
			t.Errorf("theme %d: relative weight %.4f, LMG %.4f", j, w, want)
		}
	}
	// Without a penalty the ridge is least squares, and it ends where fit does.
	estimates, err := g.fit(nil)
	if err != nil {
		t.Fatal(err)
	}
	for j, b := range p.ridge(1e-9) {
		if math.Abs(b-estimates[g.first+j].points) > 1e-6 {
			t.Errorf("theme %d: ridge without penalty %g, least squares %g", j, b, estimates[g.first+j].points)
		}
	}
}

func TestPenaltyReward(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	d := Data{Themes: []string{"basic", "excitement", "both", "nothing", "only complaints"}, Scale: Ten}
	for who := range 3000 {
		row := Row{Customer: who, Rating: 6 + r.NormFloat64()*1.2}
		for theme, effects := range [][2]float64{{-2, 0}, {0, 2}, {-1.5, 1.5}, {0, 0}, {-1, 0}} {
			if r.Float64() > .2 {
				continue
			}
			polarity := -1.
			if r.Float64() < .5 && theme != 4 {
				polarity = 1
			}
			row.Mentions = append(row.Mentions, Mention{Theme: theme, Polarity: polarity})
			row.Rating += effects[int(polarity+1)/2]
		}
		row.Rating = min(10, max(0, math.Round(row.Rating)))
		d.Rows = append(d.Rows, row)
	}
	got, err := PenaltyReward(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]Kind{}
	for _, c := range got {
		kinds[c.Theme] = c.Kind
	}
	if diff := cmp.Diff(map[string]Kind{"basic": Basic, "excitement": Excitement, "both": Performance, "nothing": Unsure}, kinds); diff != "" {
		t.Errorf("%s%+v", diff, got)
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		ratings []float64
		want    Scale
		ok      bool
	}{{[]float64{1, 5, 3}, Five, true}, {[]float64{1, 5, 0}, Ten, true}, {[]float64{9}, Ten, true}, {[]float64{11}, Scale{}, false}, {nil, Five, false}, {[]float64{math.NaN()}, Scale{}, false}} {
		if got, ok := ScaleOf(c.ratings); got != c.want || ok != c.ok {
			t.Errorf("%v: %v, %v", c.ratings, got, ok)
		}
	}
	if got := Five.Convert(2, Ten); got != 2.5 {
		t.Errorf("2 of 1 to 5 is %g of 0 to 10", got)
	}
}

func BenchmarkAnalyse(b *testing.B) {
	d := worlds[3].draw(rand.New(rand.NewPCG(5, 5)), 50_000)
	for b.Loop() {
		if _, err := Analyse(d, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
