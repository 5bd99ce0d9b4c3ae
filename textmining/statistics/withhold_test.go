package statistics

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"qingting/internal/document"
)

// attacker knows what the JSON of a report shows and how figures add up.
type attacker struct {
	t *testing.T
	k int
}

// series tries to work out the points that are withheld from their total, and
// returns what it is sure of: the sum of those points.
func (a attacker) series(name string, total Count, shown []Count, truth []map[string]int) {
	a.t.Helper()
	if len(shown) == 0 {
		return
	}
	people, hidden, sum := map[string]bool{}, 0, total.N
	for i, c := range shown {
		switch {
		case c.Withheld():
			hidden++
			for p := range truth[i] {
				people[p] = true
			}
		case c.N > 0 && len(truth[i]) < a.k:
			a.t.Errorf("%s: a point shows %d documents of %d customers", name, c.N, len(truth[i]))
		}
		sum -= c.N
	}
	if hidden == 1 {
		a.t.Errorf("%s: the one point withheld must be %d", name, sum)
	}
	if hidden > 0 && len(people) < a.k {
		a.t.Errorf("%s: %d points withheld add up to %d documents of %d customers", name, hidden, sum, len(people))
	}
}

// rest checks that a part and its total leave nobody few alone.
func (a attacker) rest(name string, part Count, total int, others map[string]bool) {
	a.t.Helper()
	if !part.Withheld() && total > part.N && len(others) < a.k {
		a.t.Errorf("%s: %d of %d leaves %d documents of %d customers", name, part.N, total, total-part.N, len(others))
	}
}

// TestReportGivesNothingAway reads reports over small random stores as an
// attacker would, with and without filters.
func TestReportGivesNothingAway(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	withheld := 0
	for trial := range 400 {
		s := New(Config{})
		var all []*document.Document
		for i := range 10 + r.IntN(60) {
			d := doc(fmt.Sprint("r", i), fmt.Sprint("c", r.IntN(40)), r.IntN(10), fmt.Sprint("t", r.IntN(3)))
			d.Channel, d.Region = fmt.Sprint("channel", min(r.IntN(6), 2)), fmt.Sprint("region", min(r.IntN(9), 2))
			d.Sentiment.Label = []string{"negative", "negative", "negative", "neutral", "positive"}[r.IntN(5)]
			if r.IntN(6) == 0 {
				d.Themes[0].Polarity = 0.8
			}
			if r.IntN(12) == 0 {
				d.Themes = nil
			}
			if rating := float64(1 + r.IntN(5)); r.IntN(4) == 0 {
				d.Rating = &rating
			}
			all = append(all, d)
			s.Put(d)
		}
		q := period(10)
		q.Step = 1 + r.IntN(3)
		switch trial % 4 {
		case 1:
			q.Channel = "channel1"
		case 2:
			q.Region = "region2"
		case 3:
			q.Channel, q.Region = "channel2", "region2"
		}
		var seen Report // what the JSON shows and nothing more
		data, err := json.Marshal(s.Report(q))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &seen); err != nil {
			t.Fatal(err)
		}
		var scope []*document.Document
		for _, d := range all {
			if (q.Channel == "" || d.Channel == q.Channel) && (q.Region == "" || d.Region == q.Region) {
				scope = append(scope, d)
			}
		}
		a := attacker{t: t, k: seen.K}
		a.series(fmt.Sprint(trial, " all"), seen.Documents, seen.Series, points(scope, q.Step, ""))
		tagged, tones := map[string]bool{}, map[string]map[string]bool{}
		for _, d := range scope {
			if len(d.Themes) > 0 {
				tagged[d.Customer] = true
			}
			if tones[d.Sentiment.Label] == nil {
				tones[d.Sentiment.Label] = map[string]bool{}
			}
			tones[d.Sentiment.Label][d.Customer] = true
		}
		if !seen.Documents.Withheld() {
			a.rest(fmt.Sprint(trial, " untagged"), seen.Untagged, seen.Documents.N, tagged)
		}
		for label, people := range tones {
			if seen.Sentiment != nil && len(people) < seen.K {
				t.Errorf("%d: shares of tone over %d customers who are %s", trial, len(people), label)
			}
		}
		for _, l := range seen.Themes {
			if l.Documents.Withheld() {
				withheld++
				continue
			}
			name := fmt.Sprint(trial, " ", l.ID)
			a.series(name, l.Documents, l.Series, points(scope, q.Step, l.ID))
			if once := l.Customers.N - l.Repeaters.N; !l.Repeaters.Withheld() && once > 0 && once < seen.K {
				t.Errorf("%s: %d customers spoke of it once", name, once)
			}
			elsewhere, complain, praise, rated := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
			for _, d := range scope {
				if len(d.Themes) == 0 || d.Themes[0].ID != l.ID {
					continue
				}
				if l.TopChannel != nil && d.Channel != l.TopChannel.Name {
					elsewhere[d.Customer] = true
				}
				if d.Themes[0].Polarity < 0 {
					complain[d.Customer] = true
				} else {
					praise[d.Customer] = true
				}
				if d.Rating != nil {
					rated[d.Customer] = true
				}
			}
			if l.TopChannel != nil {
				a.rest(name+" top channel", l.TopChannel.Documents, l.Documents.N, elsewhere)
			}
			if few := func(m map[string]bool) bool { return len(m) > 0 && len(m) < seen.K }; l.ComplaintShare != nil && (few(complain) || few(praise)) {
				t.Errorf("%s: a share of complaints over %d and %d customers", name, len(complain), len(praise))
			}
			if l.MeanRating != nil && len(rated) < seen.K {
				t.Errorf("%s: a mean rating over %d customers", name, len(rated))
			}
		}
	}
	if withheld == 0 {
		t.Error("no theme was small enough to be withheld")
	}
}

// points are the customers of each point of a series, of one theme or of all.
func points(docs []*document.Document, step int, theme string) []map[string]int {
	out := make([]map[string]int, (10+step-1)/step)
	for i := range out {
		out[i] = map[string]int{}
	}
	for _, d := range docs {
		if theme == "" || len(d.Themes) > 0 && d.Themes[0].ID == theme {
			out[int(d.Time.Sub(day0).Hours()/24)/step][d.Customer]++
		}
	}
	return out
}

func TestOnePointIsNotWithheldAlone(t *testing.T) {
	s := New(Config{})
	n := 0
	for day, documents := range []int{9, 2, 7, 0, 12} {
		for range documents {
			n++
			s.Put(doc(fmt.Sprint("r", n), fmt.Sprint("c", n), day, "bill"))
		}
	}
	q := period(5)
	q.Step = 1
	got := theme(t, s.Report(q), "bill").Series
	for i, want := range []string{"9", "<5", "<5", "0", "12"} {
		if got[i].String() != want {
			t.Errorf("day %d shows %s, want %s: the 2 would be 30 − 9 − 7 − 12", i, got[i], want)
		}
	}
}
