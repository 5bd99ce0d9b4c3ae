package insight

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/internal/mark"
	"qingting/textmining/driver"
	"qingting/textmining/intervention"
	"qingting/textmining/statistics"
)

// loaded is a store of the built-in corpus, its themes as they truly are.
func loaded(items []corpus.Item, change func(*document.Document)) *statistics.Store {
	s := statistics.New(statistics.Config{})
	for _, it := range items {
		polarity := map[string]float64{"negative": -1, "positive": 1}[it.Truth.Sentiment]
		d := &document.Document{Record: it.ID, Time: it.Time, Intake: it.Time, Rating: it.Rating, Channel: it.Channel, Region: it.Region, Product: it.Product, Customer: it.Customer["phone"]}
		d.Sentiment.Label = it.Truth.Sentiment
		for _, id := range it.Truth.Themes {
			d.Themes = append(d.Themes, document.Tag{ID: id, Polarity: polarity})
		}
		if change != nil {
			change(d)
		}
		s.Put(d)
	}
	return s
}

func TestDrive(t *testing.T) {
	s := loaded(corpus.Generate(1, corpus.Options{}), nil)
	d, err := Drive(s, statistics.Query{Days: 90}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, n := 0, 0
	for _, e := range d.Effects {
		if e.Customers < 10 {
			t.Errorf("%s rests on %d customers", e.Theme, e.Customers)
		}
		if want := corpus.Effects()[e.Theme]; want != 0 {
			n++
			if e.Low <= want && want <= e.High {
				in++
			}
		}
	}
	if n < 20 || float64(in) < .85*float64(n) {
		t.Errorf("%d of %d planted effects lie within their intervals", in, n)
	}
	if d.Effects[0].Theme != "charged-without-consent" {
		t.Errorf("the costliest is %s", d.Effects[0].Theme)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
	if _, err := Drive(s, statistics.Query{Days: 2}, Options{}); !errors.Is(err, driver.ErrFew) {
		t.Errorf("two days: %v", err)
	}
}

// TestScales: a channel that rates 1 to 5 and one that rates out of bounds.
func TestScales(t *testing.T) {
	s := loaded(corpus.Generate(1, corpus.Options{}), func(d *document.Document) {
		if d.Rating == nil {
			return
		}
		r := *d.Rating
		switch d.Channel {
		case "app":
			r = math.Round(1 + r*.4)
		case "store":
			r *= 10
		}
		d.Rating = &r
	})
	d, err := Drive(s, statistics.Query{Days: 90}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !d.Converted || len(d.Unscaled) != 1 || d.Unscaled[0] != "store" || d.Scale != driver.Ten {
		t.Errorf("converted %v, unscaled %v, scale %v", d.Converted, d.Unscaled, d.Scale)
	}
}

func marked(p corpus.Intervention) mark.Mark {
	return mark.Mark{
		ID: "m1", Title: p.Title, Date: p.Date.Format(time.DateOnly), Themes: []string{p.Theme},
		Place: mark.Place{Region: p.Region}, Control: mark.Place{Region: p.Control},
	}
}

func TestAssess(t *testing.T) {
	p := corpus.Interventions(corpus.Options{})[0]
	s := loaded(corpus.Generate(1, corpus.Options{}), nil)
	for _, control := range []string{"place", "elsewhere", "none"} {
		m := marked(p)
		if control != "place" {
			m.Control = mark.Place{}
		}
		if control == "none" {
			m.Place = mark.Place{}
		}
		a, err := Assess(s, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Control != control || a.Volume == nil {
			t.Fatalf("%s: control %q, %s", control, a.Control, a.NoVolume)
		}
		if v := a.Volume; control != "none" && (v.Verdict != intervention.Fell || v.Effect.Low > p.Effect || v.Effect.High < p.Effect) {
			t.Errorf("%s: %s, %+v, planted %g", control, v.Verdict, v.Effect, p.Effect)
		}
		days := 0
		for _, w := range a.Volume.Weeks {
			days += w.Days
		}
		if days != 90 || len(a.Volume.Points) != 0 {
			t.Errorf("%s: the weeks have %d days, and there are %d points", control, days, len(a.Volume.Points))
		}
		if _, err := json.Marshal(a); err != nil {
			t.Error(err)
		}
	}
	late := marked(p)
	late.Date = "2027-01-01"
	if _, err := Assess(s, late, Options{}); !errors.Is(err, ErrTooEarly) {
		t.Errorf("a mark of next year: %v", err)
	}
}

// cases is a store of one theme in two regions: each day a customer of its own in
// each, and so many in the first after the action.
func cases(after int) (*statistics.Store, mark.Mark) {
	s := statistics.New(statistics.Config{})
	first := time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)
	put := func(day int, region string) {
		id := fmt.Sprint(region, day)
		s.Put(&document.Document{
			Record: id, Customer: id, Time: first.AddDate(0, 0, day), Intake: first.AddDate(0, 0, day), Region: region,
			Annotation: document.Annotation{Themes: []document.Tag{{ID: "t", Polarity: -1}}},
		})
	}
	for day := range 80 {
		put(day, "B")
		if day < 50 || day < 50+after {
			put(day, "A")
		}
	}
	return s, mark.Mark{Title: "x", Date: "2026-04-20", Themes: []string{"t"}, Place: mark.Place{Region: "A"}}
}

// TestFewAreHidden: of an action after which fewer than k are left nobody learns
// how many.
func TestFewAreHidden(t *testing.T) {
	texts := map[string]int{}
	for _, after := range []int{1, 2, 3, 4} {
		s, m := cases(after)
		a, err := Assess(s, m, Options{})
		if err != nil || a.Volume == nil {
			t.Fatalf("%v %+v", err, a)
		}
		v := a.Volume
		if !v.Few || v.After != 0 || v.Difference != 0 || v.Effect.Value != -1 || v.Verdict != intervention.Fell {
			t.Errorf("%d left: %+v", after, v.Result)
		}
		for _, w := range v.Weeks {
			if !w.Observed.Withheld() && w.From >= m.Date {
				t.Errorf("%d left: the week of %s shows %d", after, w.From, w.Observed.N)
			}
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts[string(text)]++
	}
	if len(texts) > 1 {
		t.Errorf("the effects tell apart what is left: %v", texts)
	}
	s, m := cases(30)
	a, err := Assess(s, m, Options{K: 200})
	if err != nil || a.Volume != nil || !strings.Contains(a.NoVolume, "200 customers") {
		t.Errorf("k of 200: %v %+v", err, a)
	}
}

// TestNoLoneWeekIsHidden: the mean of a day would give a single hidden week away.
func TestNoLoneWeekIsHidden(t *testing.T) {
	s, m := cases(30)
	first := time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)
	for day := 20; day < 26; day++ {
		s.Delete(fmt.Sprint("A", day))
	}
	a, err := Assess(s, m, Options{})
	if err != nil || a.Volume == nil {
		t.Fatal(err, a.NoVolume)
	}
	hidden := 0
	for _, w := range a.Volume.Weeks {
		if w.Observed.Withheld() {
			hidden++
		}
	}
	if hidden == 1 {
		t.Errorf("one week alone is withheld: %+v of %v", a.Volume.Weeks, first)
	}
}
