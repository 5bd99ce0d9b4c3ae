package trend

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write testdata/figures.json")

// figures are what was measured on simulated series.
type figures struct {
	FalseAlarms []falseAlarms `json:"false_alarms"`
	Recall      []recall      `json:"recall_at_1_percent_false_alarms_a_day"`
	Drift       []driftFigure `json:"drift"`
	Forecast    []foretold    `json:"forecast"`
	Ratio       []ratioFigure `json:"ratio"`
}

// each runs the jobs, on all cores: all of n with -update, else every fifth,
// for all of them take a minute.
func each(n int, job func(i int)) {
	var running sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := range next {
				job(i)
			}
		})
	}
	for i := range n {
		if measured(i) {
			next <- i
		}
	}
	close(next)
	running.Wait()
}

func measured(i int) bool { return *update || i%5 == 1 }

// falseAlarms of a Detector that is to raise one a year.
type falseAlarms struct {
	Mean          float64 `json:"mean"`
	Alpha         float64 `json:"alpha"`
	Bursts        float64 `json:"bursts_a_year"`
	Shuffled      float64 `json:"bursts_a_year_days_shuffled_within_weekday"`
	UnderOne      float64 `json:"days_with_p_at_most_1_percent"`
	BurstsTenfold float64 `json:"bursts_a_year_at_10_a_year"`
}

func measureFalseAlarms() []falseAlarms {
	var out []falseAlarms
	for _, mean := range []float64{0.2, 1, 5, 20, 100, 200} {
		for _, alpha := range []float64{0, 0.05, 0.3} {
			out = append(out, falseAlarms{Mean: mean, Alpha: alpha})
		}
	}
	const years = 40
	each(len(out), func(i int) {
		c := &out[i]
		r := rand.New(rand.NewPCG(3, uint64(i)))
		for year := range years {
			s := simulated{mean: c.Mean, alpha: c.Alpha, yearly: []float64{0.6, 1, 1.3, 2}[year%4], days: 77 + 365}.series(r)
			days, bursts, _ := Detector{}.Scan(s, 77)
			c.Bursts += float64(len(bursts)) / years
			for _, d := range days {
				if d.P <= 0.01 {
					c.UnderOne += 1.0 / years / 365
				}
			}
			if year%2 == 0 {
				_, bursts, _ = Detector{FalseAlarms: 10}.Scan(s, 77)
				c.BurstsTenfold += float64(len(bursts)) / years * 2
				_, bursts, _ = Detector{}.Scan(shuffled(r, s), 77)
				c.Shuffled += float64(len(bursts)) / years * 2
			}
		}
	})
	return out
}

// shuffled exchanges the days of each weekday.
func shuffled(r *rand.Rand, s Series) Series {
	out := s
	out.Counts = append([]int(nil), s.Counts...)
	for wd := range 7 {
		var at []int
		for day := range s.Counts {
			if s.weekday(day) == wd {
				at = append(at, day)
			}
		}
		r.Shuffle(len(at), func(i, j int) {
			out.Counts[at[i]], out.Counts[at[j]] = out.Counts[at[j]], out.Counts[at[i]]
		})
	}
	return out
}

// recall of one-day bursts of so many times the day's mean, by each method, at
// the threshold that raises an alarm on 1 % of the days without one.
type recall struct {
	Mean   float64 `json:"mean"`
	Factor float64 `json:"factor"`
	// Outbreaks: the baseline has had bursts itself, of three days every forty
	// and twice as strong.
	Outbreaks bool    `json:"earlier_outbreaks"`
	Detector  float64 `json:"detector"`
	Plain     float64 `json:"negative_binomial_of_moments"`
	C2        float64 `json:"ears_c2"`
	Cusum     float64 `json:"cusum"`
	Known     float64 `json:"mean_and_dispersion_known"`
	Own       float64 `json:"detector_at_p_of_1_percent"`
}

func measureRecall() []recall {
	out := []recall{{Mean: 1, Factor: 6}, {Mean: 5, Factor: 3.5}, {Mean: 20, Factor: 2.2}, {Mean: 100, Factor: 2.5}}
	for _, c := range out {
		c.Outbreaks = true
		out = append(out, c)
	}
	const series = 60
	each(len(out), func(i int) {
		c := &out[i]
		r := rand.New(rand.NewPCG(5, uint64(i)))
		var null, hit [5][]float64
		own := 0
		score := func(sim simulated, s Series, into *[5][]float64, from, to int) []Day {
			days, _, _ := Detector{Gap: 2}.Scan(s, from)
			for day := from; day < to; day++ {
				if c.Outbreaks && to-from > 1 && (day-30)%40 < 10 && day < 280 {
					continue // these days are no days without a burst, nor are those whose window they fill
				}
				x := -math.Log(days[day-from].P)
				into[0] = append(into[0], x)
				into[1] = append(into[1], plain(s, day))
				into[2] = append(into[2], c2(s, day))
				into[3] = append(into[3], cusumScore(s, day))
				tail, _ := negativeBinomial{mean: sim.at(day), alpha: 0.05}.above(s.Counts[day])
				into[4] = append(into[4], -math.Log(max(tail, 1e-300)))
			}
			return days
		}
		for range series {
			sim := simulated{mean: c.Mean, alpha: 0.05, yearly: 1.3, days: 280}
			s := sim.series(r)
			if c.Outbreaks {
				for day := 30; day < 250; day += 40 {
					for d := range 3 {
						s.Counts[day+d] += draw(r, 2*(c.Factor-1)*sim.at(day+d), 0.05)
					}
				}
			}
			score(sim, s, &null, 80, len(s.Counts))
			for range 4 {
				day := 80 + r.IntN(190)
				if c.Outbreaks && (day-30)%40 < 10 {
					day += 12
				}
				cut := s
				cut.Counts = append([]int(nil), s.Counts[:day+1]...)
				cut.Counts[day] += draw(r, (c.Factor-1)*sim.at(day), 0.05)
				if score(sim, cut, &hit, day, day+1)[0].P <= 0.01 {
					own++
				}
			}
		}
		for m, into := range []*float64{&c.Detector, &c.Plain, &c.C2, &c.Cusum, &c.Known} {
			limit := quantileOf(null[m], 0.99)
			for _, x := range hit[m] {
				if x > limit {
					*into += 1 / float64(len(hit[m]))
				}
			}
		}
		c.Own = float64(own) / float64(len(hit[0]))
	})
	return out
}

// plain is the tail of a negative binomial whose moments are those of the eight
// weeks before, each day divided by its weekday's share.
func plain(s Series, day int) float64 {
	first, last := day-58, day-2
	var sums, days [7]float64
	total := 0.0
	for d := first; d < last; d++ {
		sums[s.weekday(d)] += float64(s.Counts[d])
		days[s.weekday(d)]++
		total += float64(s.Counts[d])
	}
	n := float64(last - first)
	var share [7]float64
	for wd := range share {
		share[wd] = (sums[wd] + 20) / (total/n*days[wd] + 20)
	}
	sum, squares := 0.0, 0.0
	for d := first; d < last; d++ {
		x := float64(s.Counts[d]) / share[s.weekday(d)]
		sum += x
		squares += x * x
	}
	m := max(sum/n, 0.5/n)
	spread := max(0.05, (squares-n*m*m)/(n-1)/m-1)
	mu := m * share[s.weekday(day)]
	tail, _ := negativeBinomial{mean: mu, alpha: spread / mu}.above(s.Counts[day])
	return -math.Log(max(tail, 1e-300))
}

// c2 is EARS C2 (L. Hutwagner et al., 2003): deviations from the mean of seven
// days, two days before.
func c2(s Series, day int) float64 {
	m, sd := moments(s.Counts[day-9 : day-2])
	return (float64(s.Counts[day]) - m) / max(sd, 0.5)
}

// cusumScore is the sum that a one-sided CUSUM with an allowance of half a
// deviation has on a day, against the 28 days before its seven.
func cusumScore(s Series, day int) float64 {
	m, sd := moments(s.Counts[day-35 : day-7])
	sum := 0.0
	for d := day - 6; d <= day; d++ {
		sum = max(0, sum+(float64(s.Counts[d])-m)/max(sd, 0.5)-0.5)
	}
	return sum
}

func moments(counts []int) (mean, deviation float64) {
	n := float64(len(counts))
	for _, c := range counts {
		mean += float64(c) / n
	}
	for _, c := range counts {
		deviation += (float64(c) - mean) * (float64(c) - mean) / (n - 1)
	}
	return mean, math.Sqrt(deviation)
}

// TestFigures measures and compares with what was measured before.
func TestFigures(t *testing.T) {
	got := figures{measureFalseAlarms(), measureRecall(), measureDrift(), measureForecast(), measureRatio()}
	path := filepath.Join("testdata", "figures.json")
	if *update {
		data, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want figures
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	agree(t, want.FalseAlarms, got.FalseAlarms)
	agree(t, want.Recall, got.Recall)
	agree(t, want.Drift, got.Drift)
	agree(t, want.Forecast, got.Forecast)
	agree(t, want.Ratio, got.Ratio)
	hold(t, want)
}

// agree compares what was measured anew; another machine rounds differently.
func agree[T any](t *testing.T, want, got []T) {
	t.Helper()
	for i := range got {
		if !measured(i) {
			continue
		}
		if diff := cmp.Diff(want[i], got[i], cmpopts.EquateApprox(0.02, 0.02)); diff != "" {
			t.Errorf("the figures have changed; write them with -update if they are meant to (-want +got):\n%s", diff)
		}
	}
}

// hold checks what is promised.
func hold(t *testing.T, f figures) {
	t.Helper()
	for _, c := range f.FalseAlarms {
		if c.Bursts > 1.4 || c.Shuffled > 1.4 { // 40 and 20 years: a standard error of .16 to .22 about 1
			t.Errorf("mean %v, alpha %v: %.2f bursts a year, %.2f when shuffled, want 1", c.Mean, c.Alpha, c.Bursts, c.Shuffled)
		}
		if c.BurstsTenfold > 11.5 {
			t.Errorf("mean %v, alpha %v: %.2f bursts a year, want 10", c.Mean, c.Alpha, c.BurstsTenfold)
		}
	}
	for _, c := range f.Recall {
		// About one a day, an outbreak before cannot be told from dispersion.
		known := c.Outbreaks && c.Mean < 5
		if c.Detector < c.Plain-0.03 && !known || c.Detector < c.C2 || c.Detector < c.Cusum {
			t.Errorf("mean %v: recall %.2f, below another method: %+v", c.Mean, c.Detector, c)
		}
	}
	for _, c := range f.Drift {
		if c.Days < 365 {
			t.Errorf("mean %v, alpha %v: a false drift every %.0f days, want 365", c.Mean, c.Alpha, c.Days)
		}
	}
	for _, c := range f.Forecast {
		// Of a count of one a day there is no interval that covers just so much.
		if c.Cover80 < 0.77 || c.Cover95 < 0.92 || c.Mean >= 5 && (c.Cover80 > 0.83 || c.Cover95 > 0.98) || c.MAE > c.Naive {
			t.Errorf("mean %v, alpha %v: the forecast covers %.3f and %.3f, misses by %.2f (seasonal naive %.2f)", c.Mean, c.Alpha, c.Cover80, c.Cover95, c.MAE, c.Naive)
		}
	}
	for _, c := range f.Ratio {
		if c.Cover < 0.92 || c.Found > 0.075 { // of 600: a standard error of .009
			t.Errorf("mean %v, alpha %v: the interval of a ratio covers %.3f, %.3f differences found where there are none", c.Mean, c.Alpha, c.Cover, c.Found)
		}
	}
}
