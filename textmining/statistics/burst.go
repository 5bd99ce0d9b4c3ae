package statistics

import (
	"math"
	"slices"
	"time"

	"qingting/textmining/trend"
)

// falseDiscovery is the share of flagged changes and bursts that may be chance.
const falseDiscovery = 0.05

// significance flags the changes that chance does not explain.
func significance(lines []Line) {
	p := make([]float64, len(lines))
	for i := range lines {
		p[i] = math.NaN()
		if lines[i].P != nil {
			p[i] = *lines[i].P
		}
	}
	for i, q := range trend.Adjusted(p) {
		lines[i].Significant = q <= falseDiscovery
	}
}

// changeP is the chance of the change between both periods, given how much the
// counts vary from day to day.
func changeP(sc *scope, daily []int) *float64 {
	now, before := sc.series(daily, nil, sc.from, sc.to), sc.series(daily, nil, sc.previous, sc.from)
	r, err := trend.Compare(now, before)
	if err != nil {
		return nil
	}
	return rounded(r.P, 6)
}

// series is the days [from, to) of a label, against all other feedback when
// total is given.
func (sc *scope) series(daily, total []int, from, to int) trend.Series {
	s := trend.Series{Counts: daily[from-sc.low : to-sc.low], First: weekdayOf(from)}
	if len(sc.complete) > 0 {
		s.Complete = sc.complete[from-sc.low : to-sc.low]
	}
	if total != nil {
		others := 0
		s.Exposure = make([]float64, to-from)
		for i := range s.Exposure {
			n := total[from-sc.low+i] - s.Counts[i]
			others += n
			s.Exposure[i] = float64(n)
		}
		if others == 0 {
			s.Exposure = nil
		}
	}
	return s
}

// weekdayOf is the day of the week of a day since 1970, which began on a Thursday.
func weekdayOf(day int) time.Weekday { return time.Weekday((day + 4) % 7) }

// bursts looks for days at the end of the period on which a line came up far
// more often than its weekday, its level and the rest of the day's feedback let
// expect.
func (s *Store) bursts(sc *scope, lines []Line, labels map[string]*label, tallies map[string]*tally) {
	found := make([]*Burst, len(lines))
	p := make([]float64, len(lines))
	first := sc.firstDay()
	parallel(len(lines), func(i int) {
		p[i] = 1
		t := tallies[lines[i].ID]
		looked := sc.to - len(t.recent)
		if lines[i].Documents.Withheld() || looked-first < trendHistory {
			return
		}
		if !s.stirs(sc, t, first) {
			return
		}
		days, runs, err := trend.Detector{Every: burstDays, Gap: baselineGap, Window: baselineDays}.Scan(sc.series(t.daily, sc.total.daily, first, sc.to), looked-first)
		if err != nil {
			return
		}
		var best *trend.Day
		for j := range days {
			c := t.recent[j].count(sc.q.K)
			if !c.Withheld() && c.N >= sc.q.K && days[j].P < 1 && (best == nil || days[j].P < best.P) {
				best = &days[j]
			}
		}
		if best == nil {
			return
		}
		p[i] = trend.Chance([]trend.Day{*best}, len(days))
		day := s.dateOf(first + best.Day)
		b := &Burst{Day: day, From: day, To: day, Observed: t.daily[first+best.Day-sc.low], Expected: *rounded(best.Expected, 1), P: *rounded(p[i], 6)}
		for _, run := range runs {
			if run.Start <= best.Day && best.Day <= run.End {
				b.From, b.To = s.dateOf(first+run.Start), s.dateOf(first+run.End)
			}
		}
		found[i] = b
	})
	for i, q := range trend.Adjusted(p) {
		if q <= falseDiscovery && found[i] != nil && !s.tells(sc, labels[lines[i].ID], int(s.dayOf(found[i].Day)), lines[i].Series) {
			lines[i].Burst = found[i]
		}
	}
}

// stirs reports that some day looked at is above what its weekday had in the
// middle of the weeks before: else there is no burst to work out.
func (s *Store) stirs(sc *scope, t *tally, first int) bool {
	var weeks []int
	for j := range t.recent {
		day := sc.to - len(t.recent) + j
		weeks = weeks[:0]
		for d := day - 7; d >= max(first, sc.to-len(t.recent)-baselineDays); d -= 7 {
			if d < sc.to-len(t.recent) {
				weeks = append(weeks, t.daily[d-sc.low])
			}
		}
		slices.Sort(weeks)
		usual := 0.0
		if len(weeks) > 0 {
			usual = float64(weeks[len(weeks)/2])
		}
		if float64(t.daily[day-sc.low]) > usual+1.5*math.Sqrt(usual) {
			return true
		}
	}
	return false
}

// trendHistory is the fewest days that say what to expect.
const trendHistory = 14 + baselineGap

// firstDay is the first day of the scope with any document.
func (sc *scope) firstDay() int {
	for i, n := range sc.total.daily {
		if n > 0 {
			return sc.low + i
		}
	}
	return sc.to
}
