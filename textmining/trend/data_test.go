package trend

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dated counts the lines of a development file by day, from the first to the
// last; keep chooses lines, at reads their day.
func dated(t *testing.T, name, layout string, keep func(text string) bool) (s Series, first time.Time) {
	t.Helper()
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("QINGTING_DATA is not set: the development data is not on this machine")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counts := map[time.Time]int{}
	var last time.Time
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct{ Text, Title, Date string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse(layout, row.Date[:min(len(row.Date), len(layout))])
		if err != nil || !keep(row.Title+" "+row.Text) {
			continue
		}
		counts[day]++
		if first.IsZero() || day.Before(first) {
			first = day
		}
		if day.After(last) {
			last = day
		}
	}
	s.First = first.Weekday()
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		s.Counts = append(s.Counts, counts[day])
	}
	return s, first
}

// TestComplaintsOfJune2015 looks for the one burst that is known of a public set
// of complaints to an American operator: 23 to 25 June 2015. The set is a sample
// of days (the fourth to sixth of each month, and the middle of three of them),
// so that a day follows the day sampled before it.
func TestComplaintsOfJune2015(t *testing.T) {
	whole, begin := dated(t, "feedback_en/comcast_titles.jsonl", "02-Jan-06", func(string) bool { return true })
	var s Series
	var dates []time.Time
	for day, n := range whole.Counts {
		if n > 0 {
			s.Counts, s.Behaves = append(s.Counts, n), append(s.Behaves, time.Weekday(whole.weekday(day)))
			dates = append(dates, begin.AddDate(0, 0, day))
		}
	}
	_, bursts, err := Detector{}.Scan(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	from, to := time.Date(2015, 6, 23, 0, 0, 0, 0, time.UTC), time.Date(2015, 6, 25, 0, 0, 0, 0, time.UTC)
	hit := 0
	for _, b := range bursts {
		start, end := dates[b.Start], dates[b.End]
		t.Logf("%s to %s, peak %s: %d where %.1f is expected, p %.2g", start.Format(time.DateOnly), end.Format(time.DateOnly), dates[b.Peak].Format(time.DateOnly), b.Observed, b.Expected, b.P)
		if !start.After(to) && !end.Before(from) {
			hit++
			if math.Abs(start.Sub(from).Hours()) > 24 {
				t.Errorf("the burst of June begins %v, want %v", start, from)
			}
		}
	}
	if hit != 1 || len(bursts) > 4 {
		t.Errorf("%d bursts, %d of them the known one", len(bursts), hit)
	}
}

// TestForecastOfRealCounts foretells a public stream of citizens' letters by
// rolling origin.
func TestForecastOfRealCounts(t *testing.T) {
	s, first := dated(t, "themes_zh/teddy_citizen_stream.jsonl", "2006-01-02", func(string) bool { return true })
	from := 0
	for sum(s.Counts[from:min(from+28, len(s.Counts))]) < 28 { // where the stream is under way
		from++
	}
	s.Counts, s.First = s.Counts[from:], first.AddDate(0, 0, from).Weekday()
	var tally rolling
	tally.run(s, 42, 1)
	in80, in95, miss, naive := tally.figures()
	t.Logf("%d days, %.0f foretold days: covered %.3f and %.3f, mean absolute error %.2f, of the same day last week %.2f", len(s.Counts), tally.n, in80, in95, miss, naive)
	if miss > naive || in80 < 0.77 || in95 < 0.92 {
		t.Error("the forecast is worse than the same day last week, or covers less than it says")
	}
}

// TestHotIssues notes which words of the letters alarm, and when first.
func TestHotIssues(t *testing.T) {
	for _, word := range []string{"噪音", "扰民", "搅拌站", "小区", "地铁", "学校", "车位", "油烟", "拖欠", "补贴"} {
		s, first := dated(t, "themes_zh/teddy_citizen_stream.jsonl", "2006-01-02", func(text string) bool { return strings.Contains(text, word) })
		from := max(0, len(s.Counts)-420)
		_, bursts, err := Detector{}.Scan(s, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bursts {
			t.Logf("%s: %s to %s, %d where %.1f is expected, p %.2g", word, first.AddDate(0, 0, b.Start).Format(time.DateOnly), first.AddDate(0, 0, b.End).Format(time.DateOnly), b.Observed, b.Expected, b.P)
		}
	}
}

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}
