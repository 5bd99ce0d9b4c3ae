package statistics

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/textmining/trend"
)

// daily counts the built-in corpus by theme, as a perfect reader would, and by event.
func daily(items []corpus.Item, days int, end time.Time) (themes, events map[string][]int) {
	themes, events = map[string][]int{}, map[string][]int{}
	add := func(m map[string][]int, key string, day int) {
		if m[key] == nil {
			m[key] = make([]int, days)
		}
		m[key][day]++
	}
	for _, item := range items {
		day := days - 1 - int(end.Sub(item.Time)/(24*time.Hour))
		for _, theme := range item.Truth.Themes {
			add(themes, theme, day)
		}
		if item.Truth.Event != "" {
			add(events, item.Truth.Event, day)
		}
	}
	return themes, events
}

// TestPlantedEvents looks for the bursts planted in the built-in corpus, each
// in the theme it speaks of, and shuffles the days within the weekday to see how
// often chance alone is called a burst.
func TestPlantedEvents(t *testing.T) {
	const days, seeds = 90, 5
	end := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.FixedZone("UTC+8", 8*60*60))
	// Days from the first of each event to the end.
	planted := map[string]int{"billing-change": 21, "outage": 6, "copypaste": 27}
	found, missed, alarms, years := 0, 0, 0, 0.0
	for seed := range uint64(seeds) {
		items := corpus.Generate(seed+1, corpus.Options{End: end, Days: days})
		themes, events := daily(items, days, end)
		total := make([]int, days)
		for _, counts := range themes {
			for day, n := range counts {
				total[day] += n
			}
		}
		scan := func(counts []int) []trend.Burst {
			_, bursts, err := trend.Detector{Gap: baselineGap}.Scan(trend.Series{Counts: counts, First: time.Monday}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return bursts
		}
		for name, ago := range planted {
			first, theme := days-ago, mostOf(items, name)
			if sum(events[name]) == 0 || themes[theme] == nil {
				t.Fatalf("nothing is planted of %s in %s", name, theme)
			}
			if slices.ContainsFunc(scan(themes[theme]), func(b trend.Burst) bool { return b.Start >= first && b.Start <= first+2 }) {
				found++
			} else {
				missed++
				t.Errorf("seed %d: %s is not alarmed within two days: %v of %v", seed+1, name, events[name][first:], themes[theme][first:])
			}
		}
		// A day of a planted burst is a burst wherever it is moved to: what is
		// shuffled is the feedback of no event.
		everyday, _ := daily(slices.DeleteFunc(slices.Clone(items), func(i corpus.Item) bool { _, is := planted[i.Truth.Event]; return is || i.Truth.Event == "harassment" }), days, end)
		r := rand.New(rand.NewPCG(seed, 21))
		for _, counts := range everyday {
			shuffledCounts := slices.Clone(counts)
			for wd := range 7 {
				var at []int
				for day := wd; day < days; day += 7 {
					at = append(at, day)
				}
				r.Shuffle(len(at), func(i, j int) {
					shuffledCounts[at[i]], shuffledCounts[at[j]] = shuffledCounts[at[j]], shuffledCounts[at[i]]
				})
			}
			alarms += len(scan(shuffledCounts))
			years += float64(days-16) / 365
		}
	}
	rate := float64(alarms) / years
	t.Logf("%d of %d events alarmed within two days; shuffled: %d alarms in %.1f theme-years, %.2f a year", found, found+missed, alarms, years, rate)
	if rate > 1 {
		t.Errorf("%.2f false alarms a theme and year on shuffled days, at most 1 is stated", rate)
	}
}

func mostOf(items []corpus.Item, event string) string {
	counts := map[string]int{}
	best := ""
	for _, item := range items {
		if item.Truth.Event == event {
			for _, theme := range item.Truth.Themes[:1] {
				if counts[theme]++; best == "" || counts[theme] > counts[best] {
					best = theme
				}
			}
		}
	}
	return best
}

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// TestCourse plants a burst in one region and looks whether it, its region and
// the days to come are told.
func TestCourse(t *testing.T) {
	s := New(Config{})
	r := rand.New(rand.NewPCG(2, 2))
	n := 0
	put := func(day int, region string, times int, themes ...string) {
		for range times {
			n++
			d := doc(fmt.Sprint("r", n), fmt.Sprint("c", n), day, themes...)
			d.Region = region
			s.Put(d)
		}
	}
	for day := range 90 {
		for _, region := range []string{"湖北", "广东", "浙江", "四川"} {
			put(day, region, poisson(r, 8), "bill")
			put(day, region, poisson(r, 30), "other")
			signal, growing := 3.0, 2.0
			if region == "浙江" {
				signal = 9
			}
			if day >= 83 {
				growing = 6
			}
			put(day, region, poisson(r, signal), "signal")
			put(day, region, poisson(r, growing), "growing")
		}
		if day == 84 || day == 85 {
			put(day, "湖北", 60, "bill")
		}
	}
	c, err := s.Series(Theme, "bill", Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Bursts) != 1 {
		t.Fatalf("%d bursts, want 1: %+v", len(c.Bursts), c.Bursts)
	}
	b := c.Bursts[0]
	if want := s.dateOf(int(s.dayOf(day0)) + 84); !b.From.Equal(want) || !b.To.Equal(want.AddDate(0, 0, 1)) {
		t.Errorf("burst from %v to %v, want two days from %v", b.From, b.To, want)
	}
	if b.Size == nil || *b.Size < 90 || *b.Size > 150 {
		t.Errorf("size %v, want about 120", b.Size)
	}
	if len(b.Causes) == 0 || b.Causes[0].Value != "湖北" || b.Causes[0].Explains < 0.8 || b.Causes[0].Lift < 2 {
		t.Errorf("causes %+v, want 湖北", b.Causes)
	}
	if len(c.Forecast) != foretold || c.Forecast[0].Low95 > 32 || c.Forecast[0].High95 < 32 || c.Forecast[0].High95 > 70 {
		t.Errorf("forecast %+v, want about 32", c.Forecast)
	}
	if _, err := s.Series(Theme, "none", Query{}); err == nil {
		t.Error("the course of a theme that does not exist is no error")
	}
	h := s.Heat(Query{Days: 90}, Theme, Region)
	for i, v := range h.Values {
		for _, row := range h.Rows {
			if d := row.Cells[i].Difference; row.ID == "signal" && (d == nil || !d.Significant || (d.Low > 1) != (v == "浙江")) {
				t.Errorf("signal in %s: %+v", v, d)
			}
		}
	}
	against, err := s.Against(Query{Days: 7}, "previous")
	if err != nil {
		t.Fatal(err)
	}
	cmp := s.Compare(Query{Days: 7}, *against)
	if l := cmp.Lines[0]; l.ID != "growing" || l.Difference == nil || l.Low <= 1 || !l.Significant {
		t.Errorf("the surest difference is %+v, want that of what grew", l)
	}
	if _, err := s.Against(Query{}, "last week"); err == nil {
		t.Error("an unreadable period is no error")
	}
}

// TestLateFeedback has a third of each day's feedback come a day late and more:
// the last days are provisional, and what is missing of them is foretold.
func TestLateFeedback(t *testing.T) {
	const days = 60
	r := rand.New(rand.NewPCG(4, 4))
	late := New(Config{})
	var waiting []*document.Document
	n := 0
	for day := range days {
		for range poisson(r, 40) {
			n++
			d := doc(fmt.Sprint("r", n), fmt.Sprint("c", n), day, "bill")
			d.Intake = d.Time.AddDate(0, 0, []int{0, 0, 0, 0, 1, 1, 2, 3, 4, 5}[r.IntN(10)])
			waiting = append(waiting, d)
		}
	}
	for _, d := range waiting {
		if d.Intake.Before(day0.AddDate(0, 0, days)) {
			late.Put(d)
		}
	}
	c, err := late.Series(Theme, "bill", Query{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Provisional < 4 || c.Provisional > 6 {
		t.Errorf("%d days are provisional, want 4 to 6: one piece in ten takes five days", c.Provisional)
	}
	if c.Nowcast == nil || *c.Nowcast < 2 || *c.Nowcast > 3.2 {
		t.Errorf("nowcast %v, want about 2.5: four in ten come on the day", c.Nowcast)
	}
	if got := late.Report(Query{}).Provisional; got != c.Provisional {
		t.Errorf("the report marks %d days, the course %d", got, c.Provisional)
	}
	for _, d := range c.Drifts {
		if !d.Up {
			t.Errorf("feedback that is late is taken for a decline: %+v", d)
		}
	}
	if p := c.Forecast[0]; p.Low95 > 40 || p.High95 < 40 || p.Mean < 30 {
		t.Errorf("forecast %+v, want about 40", p)
	}
	imported := New(Config{})
	for _, d := range waiting {
		d.Intake = day0.AddDate(0, 0, days)
		imported.Put(d)
	}
	if c, err := imported.Series(Theme, "bill", Query{}); err != nil || c.Provisional != 0 || c.Nowcast != nil {
		t.Errorf("an import of two months is taken for late feedback: %+v, %v", c, err)
	}
}
