package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"qingting/privacy/audit"
)

// planted is a corpus whose misses and false findings are known.
type planted struct {
	units   []Unit
	missed  map[string][]string // types missed, by record
	wrongly map[string][]string // types hidden that are not personal
	rate    map[string]float64  // truth: share of documents with a miss, by type and ""
	wrong   map[string]float64  // share of documents with the type hidden in which it is wrong
}

// plant makes n documents; misses cluster where nothing was found and in one
// channel, so that a sample that is not in proportion would tell wrong.
func plant(n int, seed uint64) *planted {
	rng := rand.New(rand.NewPCG(seed, 1))
	p := &planted{missed: map[string][]string{}, wrongly: map[string][]string{}, rate: map[string]float64{}, wrong: map[string]float64{}}
	found := map[string]float64{}
	for i := range n {
		u := Unit{Record: fmt.Sprintf("r%06d", i), Band: None, Channel: []string{"app", "store", "call"}[i%3], Month: fmt.Sprintf("2026%02d", 1+i%7)}
		u.Version[0] = byte(i)
		if rng.Float64() < 0.35 {
			u.Band = []Band{High, High, High, High, Mid, Mid, Low}[rng.IntN(7)]
			if u.Types = []string{"MOBILE"}; rng.Float64() < 0.4 {
				u.Types = []string{"ADDRESS", "PERSON_NAME"}
			}
		}
		for _, typ := range []string{"PERSON_NAME", "MOBILE"} {
			chance := map[string]float64{"PERSON_NAME": 0.006, "MOBILE": 0.002}[typ]
			if u.Band == None && u.Channel == "call" {
				chance *= 4
			}
			if rng.Float64() < chance {
				p.missed[u.Record] = append(p.missed[u.Record], typ)
				p.rate[typ]++
			}
		}
		if len(p.missed[u.Record]) > 0 {
			p.rate[""]++
		}
		for _, typ := range u.Types {
			found[typ]++
			if u.Band != High && rng.Float64() < 0.2 || rng.Float64() < 0.01 {
				p.wrongly[u.Record] = append(p.wrongly[u.Record], typ)
				p.wrong[typ]++
			}
		}
		p.units = append(p.units, u)
	}
	for typ := range p.rate {
		p.rate[typ] /= float64(n)
	}
	for typ := range p.wrong {
		p.wrong[typ] /= found[typ]
	}
	return p
}

// judge reviews a sample by the truth.
func (p *planted) judge(s *Sample) *State {
	entries := make([]Indexed, len(s.Items))
	for i, item := range s.Items {
		var verdicts []audit.Verdict
		for _, typ := range item.Types {
			v := audit.Verdict{Start: 1, End: 2, Type: typ, Outcome: Right}
			if slices.Contains(p.wrongly[item.Record], typ) {
				v.Outcome = NotPersonal
			}
			verdicts = append(verdicts, v)
		}
		for _, typ := range p.missed[item.Record] {
			verdicts = append(verdicts, audit.Verdict{Start: 5, End: 9, Type: typ, Outcome: Missed})
		}
		entries[i] = Indexed{int64(i), audit.Entry{
			Actor: "lin", Action: audit.ActionReview, Object: Object(s.ID), Record: item.Record, Before: item.Version, Outcome: Reviewed, Verdicts: verdicts,
		}}
	}
	return s.State(entries, func(a, b string) bool { return a == b })
}

// Of a thousand reviews, at least 950 must bound the truth, type by type and in
// all, for misses and for what should not be hidden.
func TestBoundsCoverTheTruth(t *testing.T) {
	const reviews = 1000
	for _, c := range []struct {
		name string
		n    int
		plan Plan
	}{
		{"by size", 800, Plan{Size: 150}},
		{"by target", 800, Plan{Target: 0.03, Floor: 30}},
		{"a third of a small corpus", 300, Plan{Size: 100}},
		{"one cell", 1200, Plan{Size: 300, Floor: 1}},
		{"one cell, hardly sure", 1200, Plan{Size: 300, Floor: 1, Confidence: 0.6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := plant(c.n, 7)
			covered, meant := map[string]int{}, map[string]float64{}
			for i := range reviews {
				c.plan.Seed = fmt.Sprint("seed ", i)
				s, err := Draw(slices.Clone(p.units), c.plan)
				if err != nil {
					t.Fatal(err)
				}
				r := p.judge(s).Result()
				check := func(kind string, list []Estimate, truth map[string]float64) {
					for _, e := range list {
						name := kind + " " + e.Type
						meant[name] += e.Share / reviews
						if e.Upper >= truth[e.Type]-1e-12 {
							covered[name]++
						}
					}
				}
				check("missed", append(r.MissedTypes, r.Missed), p.rate)
				check("false", r.FalseTypes, p.wrong)
			}
			want := int(withDefault(c.plan.Confidence, 0.95) * reviews)
			for name, n := range covered {
				t.Logf("%-20s covered %d of %d, estimated %.5f", name, n, reviews, meant[name])
				if n < want {
					t.Errorf("%s: the bound covers the truth in %d of %d reviews, want %d", name, n, reviews, want)
				}
			}
			// The estimates are right on average.
			for typ, truth := range p.rate {
				if got := meant["missed "+typ]; got < truth*0.85-0.0005 || got > truth*1.15+0.0005 {
					t.Errorf("missed %s: estimated %.5f on average, is %.5f", typ, got, truth)
				}
			}
		})
	}
}

func withDefault(v, d float64) float64 {
	if v == 0 {
		return d
	}
	return v
}

// Every document of a cell is drawn equally often, and each sample is in
// proportion in each stratum.
func TestDrawIsFair(t *testing.T) {
	p := plant(400, 3)
	const draws = 4000
	times := make(map[string]int)
	var cells []Cell
	for i := range draws {
		s, err := Draw(slices.Clone(p.units), Plan{Size: 80, Floor: 10, Seed: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		if cells = s.Cells; len(s.Items) != 80 {
			t.Fatalf("%d items", len(s.Items))
		}
		size := make([]int, len(cells))
		for _, item := range s.Items {
			times[item.Record]++
			size[item.Cell]++
		}
		for c, n := range size {
			if n != cells[c].Size {
				t.Fatalf("cell %d has %d of %d", c, n, cells[c].Size)
			}
		}
		for _, st := range s.Strata {
			if st.Dimension != "band" || len(cells[0].Bands) < 2 || !slices.Contains(cells[0].Bands, Band(st.Value)) {
				continue
			}
			want := float64(st.Population) * float64(cells[0].Size) / float64(cells[0].Population)
			if float64(st.Size) < want-1 || float64(st.Size) > want+1 {
				t.Fatalf("band %s: %d drawn, in proportion %.2f", st.Value, st.Size, want)
			}
		}
	}
	for _, u := range p.units {
		for _, c := range cells {
			if !slices.Contains(c.Bands, u.Band) {
				continue
			}
			f := float64(c.Size) / float64(c.Population)
			mean, spread := draws*f, 5*4000*0.008 // five standard deviations, sqrt(4000 f(1-f)) < 32
			if got := float64(times[u.Record]); got < mean-spread || got > mean+spread {
				t.Errorf("%s was drawn %g times, want about %.0f", u.Record, got, mean)
			}
		}
	}
}

func TestDrawIsDeterministic(t *testing.T) {
	p := plant(500, 5)
	draw := func(seed string, turn bool) *Sample {
		units := slices.Clone(p.units)
		if turn {
			slices.Reverse(units)
		}
		s, err := Draw(units, Plan{ID: "20260301-abcd", Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, err := draw("x", false).Encode()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := draw("x", true).Encode()
	c, _ := draw("y", false).Encode()
	if string(a) != string(b) || string(a) == string(c) {
		t.Error("a sample does not depend on seed and population alone")
	}
	again, err := Parse(a)
	if err != nil || again.Items[3].Record != draw("x", false).Items[3].Record {
		t.Errorf("reading a sample: %v", err)
	}
}

// The size by default shows the target when nothing is missed.
func TestDrawReachesTheTarget(t *testing.T) {
	for _, n := range []int{1, 5, 40, 400, 4000, 40000} {
		s, err := Draw(plant(n, 9).units, Plan{Seed: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if s.Reach() > 0.01 || len(s.Items) > n || n == 40000 && len(s.Items) > 400 {
			t.Errorf("of %d documents %d are drawn, which can show %.4f", n, len(s.Items), s.Reach())
		}
	}
	for _, p := range []Plan{{}, {Seed: "x", Size: -1}, {Seed: "x", Target: 1}, {Seed: "x", Confidence: 1}, {Seed: "x", Second: 2}} {
		if _, err := Draw(plant(5, 1).units, p); err == nil {
			t.Errorf("%+v was drawn", p)
		}
	}
	if _, err := Draw(nil, Plan{Seed: "x"}); err == nil {
		t.Error("something was drawn of nothing")
	}
}
