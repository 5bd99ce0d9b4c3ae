package trend

import (
	"math"
	"math/rand/v2"
	"slices"
)

func quantileOf(x []float64, p float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[min(len(x)-1, int(p*float64(len(x))))]
}

// driftFigure is how often a Watch that is to raise one false alarm in 365 days
// raises one, and how soon it sees a level that grows by 2 % a day.
type driftFigure struct {
	Mean  float64 `json:"mean"`
	Alpha float64 `json:"alpha"`
	Days  float64 `json:"days_between_false_alarms"`
	Seen  float64 `json:"seen_in_45_days_of_2_percent_a_day"`
	After float64 `json:"seen_after_days"`
}

func measureDrift() []driftFigure {
	var out []driftFigure
	for _, mean := range []float64{0.2, 1, 5, 20, 100} {
		for _, alpha := range []float64{0, 0.05, 0.3} {
			out = append(out, driftFigure{Mean: mean, Alpha: alpha})
		}
	}
	const series, days = 40, 730
	each(len(out), func(i int) {
		c := &out[i]
		r := rand.New(rand.NewPCG(9, uint64(i)))
		alarms, seen, after := 0, 0, 0
		for range series {
			sim := simulated{mean: c.Mean, alpha: c.Alpha, yearly: 1, days: 84 + days}
			s := sim.series(r)
			drifts, _ := Watch{}.Scan(s, 84)
			alarms += len(drifts)
			s.Counts = s.Counts[:84+45]
			for day := 84; day < len(s.Counts); day++ {
				s.Counts[day] = draw(r, sim.at(day)*math.Pow(1.02, float64(day-84)), c.Alpha)
			}
			drifts, _ = Watch{}.Scan(s, 70)
			for _, d := range drifts {
				if d.Up && d.Alarm >= 84 {
					seen++
					after += d.Alarm - 84
					break
				}
			}
		}
		c.Days = float64(series*days) / float64(max(1, alarms))
		c.Seen = float64(seen) / series
		c.After = float64(after) / float64(max(1, seen))
	})
	return out
}

// foretold is how a forecast of 14 days holds, by rolling origin.
type foretold struct {
	Mean    float64 `json:"mean"`
	Alpha   float64 `json:"alpha"`
	Wander  float64 `json:"level_wanders_a_day"`
	Cover80 float64 `json:"covered_by_80"`
	Cover95 float64 `json:"covered_by_95"`
	MAE     float64 `json:"mean_absolute_error"`
	Naive   float64 `json:"mean_absolute_error_of_the_same_day_last_week"`
}

func measureForecast() []foretold {
	var out []foretold
	for _, mean := range []float64{1, 5, 20, 100} {
		out = append(out, foretold{Mean: mean}, foretold{Mean: mean, Alpha: 0.05}, foretold{Mean: mean, Alpha: 0.05, Wander: 0.03})
	}
	const series = 20
	each(len(out), func(i int) {
		c := &out[i]
		r := rand.New(rand.NewPCG(13, uint64(i)))
		var tally rolling
		for range series {
			sim := simulated{mean: c.Mean, alpha: c.Alpha, yearly: 1.3, days: 330}
			s := sim.series(r)
			level := 0.0
			for day := range s.Counts {
				level += c.Wander * r.NormFloat64()
				s.Counts[day] = draw(r, sim.at(day)*math.Exp(level), c.Alpha)
			}
			tally.run(s, 120, 21)
		}
		c.Cover80, c.Cover95, c.MAE, c.Naive = tally.figures()
	})
	return out
}

// rolling foretells two weeks again and again, and looks.
type rolling struct{ n, in80, in95, miss, naive float64 }

func (t *rolling) run(s Series, from, step int) {
	for origin := from; origin+14 <= len(s.Counts); origin += step {
		past := s
		past.Counts = s.Counts[:origin]
		next, err := Forecast(past, 14)
		if err != nil {
			panic(err)
		}
		for h, p := range next {
			y := s.Counts[origin+h]
			t.n++
			if p.Low80 <= y && y <= p.High80 {
				t.in80++
			}
			if p.Low95 <= y && y <= p.High95 {
				t.in95++
			}
			t.miss += math.Abs(float64(y) - p.Mean)
			t.naive += math.Abs(float64(y - s.Counts[origin+h-7*(1+h/7)]))
		}
	}
}

func (t *rolling) figures() (in80, in95, miss, naive float64) {
	return t.in80 / t.n, t.in95 / t.n, t.miss / t.n, t.naive / t.n
}

// ratioFigure is how often the interval of a ratio holds the true one, and how
// often two equal rates are found to differ at 5 %.
type ratioFigure struct {
	Mean  float64 `json:"mean"`
	Alpha float64 `json:"alpha"`
	Days  int     `json:"days"`
	Cover float64 `json:"covered_by_95"`
	Found float64 `json:"found_at_5_percent_where_equal"`
	Power float64 `json:"found_at_5_percent_where_half_more"`
}

func measureRatio() []ratioFigure {
	var out []ratioFigure
	for _, days := range []int{7, 30} {
		for _, mean := range []float64{0.2, 1, 5, 20, 100} {
			for _, alpha := range []float64{0, 0.05, 0.3} {
				out = append(out, ratioFigure{Mean: mean, Alpha: alpha, Days: days})
			}
		}
	}
	const pairs = 600
	each(len(out), func(i int) {
		c := &out[i]
		r := rand.New(rand.NewPCG(17, uint64(i)))
		for range pairs {
			sim := simulated{mean: c.Mean, alpha: c.Alpha, yearly: 1, days: c.Days}
			a, b := sim.series(r), sim.series(r)
			sim.mean *= 1.5
			more := sim.series(r)
			if same, _ := Compare(a, b); same.P <= 0.05 {
				c.Found += 1.0 / pairs
			}
			grown, _ := Compare(more, b)
			if grown.P <= 0.05 {
				c.Power += 1.0 / pairs
			}
			if grown.Low <= 1.5 && (1.5 <= grown.High) {
				c.Cover += 1.0 / pairs
			}
		}
	})
	return out
}
