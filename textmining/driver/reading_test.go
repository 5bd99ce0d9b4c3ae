package driver

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// misread draws rows whose mentions are partly wrong: of each theme, each mention
// is right as often as the theme's own chance says, else it is of another theme or
// of none; and some are missed. Ratings go by the truth, which it returns.
func misread(r *rand.Rand, w world, rows int) (Data, []Check) {
	d := w.draw(r, rows)
	q := len(d.Themes)
	wrong, missed := make([]float64, q), make([]float64, q)
	for j := range q {
		wrong[j], missed[j] = .25*r.Float64(), .25*r.Float64()
	}
	checks := make([]Check, len(d.Rows))
	for i := range d.Rows {
		row := &d.Rows[i]
		var read []Mention
		for _, m := range row.Mentions {
			if r.Float64() < missed[m.Theme] {
				continue
			}
			read = append(read, m)
		}
		for j := range q {
			spoken := slices.ContainsFunc(row.Mentions, func(m Mention) bool { return m.Theme == j })
			if !spoken && r.Float64() < w.shares[j]*wrong[j] {
				read = append(read, Mention{Theme: j, Polarity: -1})
			}
		}
		for _, m := range row.Mentions {
			checks[i].True = append(checks[i].True, m.Theme)
		}
		row.Mentions = read
		checks[i].Row = *row
	}
	return d, checks
}

// TestMisread: mentions that are wrong or missing pull effects towards zero, and
// the intervals that take them for the truth do not hold it; with trust that is
// not without bounds they do, and with texts that were checked the effects are
// near the truth again.
func TestMisread(t *testing.T) {
	w := world{scale: Ten, effects: []float64{-3, -2, -1.5, -1, 0, 0, -2.5, -1, -2, -.5}, shares: repeat(.08, 10), customer: .7, noise: 1.1, channels: []float64{0, .5}, visits: 2, base: 7, continuous: true}
	draws := 60
	if testing.Short() {
		draws = 15
	}
	for _, way := range []struct {
		name               string
		trust              float64
		checks             int
		least, most        float64 // share of the effects within their intervals
		leastSlope, toward float64
	}{
		{"taken for the truth", 0, 0, 0, .80, .7, .95},
		{"trusted", 20, 0, .92, 1, .7, .95},
		{"with 300 checks", 20, 300, .92, 1, .85, 1.05},
		{"with 2000 checks", 20, 2000, .92, 1, .95, 1.05},
	} {
		in, n, ratio, planted := 0., 0., 0., 0.
		for seed := range draws {
			r := rand.New(rand.NewPCG(uint64(seed), 11))
			d, checks := misread(r, w, 3000)
			for range way.checks {
				d.Checks = append(d.Checks, checks[r.IntN(len(checks))])
			}
			res, err := Analyse(d, Options{Trust: way.trust})
			if err != nil {
				t.Fatal(err)
			}
			if way.trust > 0 && (res.Checked != way.checks || res.Trust != way.trust) {
				t.Fatalf("%s: %d checked, trust %g", way.name, res.Checked, res.Trust)
			}
			for _, e := range res.Effects {
				want := w.effects[slices.Index(d.Themes, e.Theme)]
				n++
				if e.Low <= want && want <= e.High {
					in++
				}
				ratio += e.Points * want
				planted += want * want
				if (e.Doubt > 0) != (way.trust > 0) || e.Doubt > 1 {
					t.Errorf("%s: doubt %g", way.name, e.Doubt)
				}
			}
		}
		t.Logf("%s: %.1f %% within, slope %.3f", way.name, 100*in/n, ratio/planted)
		if share, slope := in/n, ratio/planted; share < way.least || share > way.most || slope < way.leastSlope || slope > way.toward {
			t.Errorf("%s: %.1f %% of the effects lie within their intervals, slope %.3f", way.name, 100*share, slope)
		}
	}
}

// TestChecksThatAgree: checks that find nothing wrong leave the effects alone and
// make the intervals narrower.
func TestChecksThatAgree(t *testing.T) {
	d := draw(1500)
	alone, err := Analyse(d, Options{Trust: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Rows[:1000] {
		c := Check{Row: r}
		for _, m := range r.Mentions {
			c.True = append(c.True, m.Theme)
		}
		d.Checks = append(d.Checks, c)
	}
	checked, err := Analyse(d, Options{Trust: 20})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range alone.Effects {
		c := checked.Effects[i]
		if c.Theme != e.Theme || c.Points-e.Points > 1e-9 || e.Points-c.Points > 1e-9 {
			t.Errorf("checks that agree change %s from %g to %g", e.Theme, e.Points, c.Points)
		}
		if c.High-c.Low >= e.High-e.Low || c.Doubt >= e.Doubt {
			t.Errorf("checks that agree do not narrow the interval of %s", e.Theme)
		}
	}
	d.Checks = []Check{{True: []int{99}}}
	if _, err := Analyse(d, Options{Trust: 20}); err == nil {
		t.Error("a check of a theme that is not there is no error")
	}
	// Mentions that are always of another theme say nothing that could be corrected.
	d.Checks = nil
	for range 20_000 {
		d.Checks = append(d.Checks, Check{Row: Row{Mentions: []Mention{{Theme: 0}, {Theme: 1}}}, True: []int{2}}, Check{Row: Row{Mentions: []Mention{{Theme: 0}}}})
	}
	if r, err := Analyse(d, Options{Trust: 20}); err == nil {
		for _, e := range r.Effects {
			if (e.Theme == "t0" || e.Theme == "t1") && e.Significant {
				t.Errorf("an effect of %s is sure that is never right: %+v", e.Theme, e)
			}
		}
	} else if !errors.Is(err, ErrUnread) {
		t.Error(err)
	}
}

// TestRareComplaints: rows that complain of what too few speak of are no part of
// what others are compared with.
func TestRareComplaints(t *testing.T) {
	const themes = 40
	r := rand.New(rand.NewPCG(3, 3))
	d := Data{Scale: Ten, Themes: make([]string, themes)}
	for i := range 800 {
		row := Row{Customer: i, Rating: 8 + float64(r.IntN(3)) - 1}
		switch {
		case i%4 == 0:
			row.Mentions, row.Rating = []Mention{{Theme: 0, Polarity: -1}}, row.Rating-4
		case i%4 == 1:
			row.Mentions, row.Rating = []Mention{{Theme: 1 + i/4%(themes-1), Polarity: -1}}, row.Rating-4
		case i%4 == 2:
			row.Unknown, row.Rating = true, row.Rating-4
		}
		d.Rows = append(d.Rows, row)
	}
	res, err := Analyse(d, Options{Complaints: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Effects) != 1 || res.Effects[0].Points > -3.7 || res.Effects[0].Points < -4.3 {
		t.Errorf("effects %+v, want one of -4", res.Effects)
	}
}
