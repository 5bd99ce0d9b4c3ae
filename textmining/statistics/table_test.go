package statistics

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"qingting/internal/document"
)

// small is a store of few documents, and what is in it.
func small(r *rand.Rand) (*Store, []*document.Document) {
	s := New(Config{})
	var all []*document.Document
	for i := range 20 + r.IntN(120) {
		d := doc(fmt.Sprint("r", i), fmt.Sprint("c", r.IntN(60)), r.IntN(10), fmt.Sprint("t", r.IntN(4)))
		d.Channel, d.Region = fmt.Sprint("channel", min(r.IntN(6), 2)), fmt.Sprint("region", min(r.IntN(9), 4))
		all = append(all, d)
		s.Put(d)
	}
	return s, all
}

// people are the customers of the documents that pass.
func people(docs []*document.Document, pass func(*document.Document) bool) map[string]int {
	out := map[string]int{}
	for _, d := range docs {
		if pass(d) {
			out[d.Customer]++
		}
	}
	return out
}

func few(m map[string]int) bool { return len(m) > 0 && len(m) < 5 }

// TestHeatGivesNothingAway adds up rows and columns of small tables as an
// attacker would.
func TestHeatGivesNothingAway(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	withheld, shown := 0, 0
	for trial := range 300 {
		s, all := small(r)
		column := []Column{Region, Channel, Weekday}[trial%3]
		value := func(d *document.Document) string {
			switch column {
			case Region:
				return d.Region
			case Channel:
				return d.Channel
			}
			return fmt.Sprint((int(d.Time.In(s.location).Weekday())+6)%7 + 1)
		}
		var h Heat // what the JSON shows and nothing more
		data, err := json.Marshal(s.Heat(period(10), Theme, column))
		if err == nil {
			err = json.Unmarshal(data, &h)
		}
		if err != nil {
			t.Fatal(err)
		}
		check := func(name string, total Count, cells []Count, truth []map[string]int) {
			if total.Withheld() {
				return
			}
			hidden, sum, hiddenPeople := 0, 0, map[string]int{}
			for i, c := range cells {
				if c.Withheld() {
					hidden++
					for p := range truth[i] {
						hiddenPeople[p]++
					}
					continue
				}
				sum += c.N
				if few(truth[i]) {
					t.Errorf("%d %s: a cell shows %d documents of %d customers", trial, name, c.N, len(truth[i]))
				}
			}
			if hidden == 1 && total.N > sum {
				t.Errorf("%d %s: the one cell withheld must be %d", trial, name, total.N-sum)
			}
			if few(hiddenPeople) {
				t.Errorf("%d %s: cells withheld add up to %d documents of %d customers", trial, name, total.N-sum, len(hiddenPeople))
			}
		}
		for _, row := range h.Rows {
			var cells []Count
			var truth []map[string]int
			for i, v := range h.Values {
				c := row.Cells[i]
				if cells = append(cells, c.Documents); c.Documents.Withheld() {
					withheld++
					if c.Difference != nil {
						t.Errorf("%d %s %s: a ratio of what is withheld", trial, row.ID, v)
					}
				} else {
					shown++
				}
				truth = append(truth, people(all, func(d *document.Document) bool { return d.Themes[0].ID == row.ID && value(d) == v }))
			}
			check(row.ID, row.Documents, cells, truth)
		}
		for i, v := range h.Values { // each document has one theme here: a column adds up
			var cells []Count
			var truth []map[string]int
			for _, row := range h.Rows {
				cells = append(cells, row.Cells[i].Documents)
				truth = append(truth, people(all, func(d *document.Document) bool { return d.Themes[0].ID == row.ID && value(d) == v }))
			}
			check(v, h.Documents[i], cells, truth)
		}
	}
	if withheld == 0 || shown == 0 {
		t.Errorf("%d cells withheld, %d shown: nothing is tested", withheld, shown)
	}
}

// TestCompareGivesNothingAway takes one side from the other, where one holds
// the other.
func TestCompareGivesNothingAway(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	withheld, shown := 0, 0
	for trial := range 300 {
		s, all := small(r)
		a, b := period(10), period(10)
		inA, inB := func(*document.Document) bool { return true }, func(*document.Document) bool { return true }
		switch trial % 3 {
		case 0:
			b.Region = "region4"
			inB = func(d *document.Document) bool { return d.Region == "region4" }
		case 1:
			b.To = day0.AddDate(0, 0, 9)
			inB = func(d *document.Document) bool { return d.Time.Before(day0.AddDate(0, 0, 9)) }
		case 2:
			a.Channel, b.Region = "channel2", "region4"
			inA = func(d *document.Document) bool { return d.Channel == "channel2" }
			inB = func(d *document.Document) bool { return d.Region == "region4" }
		}
		for _, l := range s.Compare(a, b).Lines {
			if l.A.Withheld() || l.B.Withheld() {
				withheld++
				if l.Difference != nil {
					t.Errorf("%d %s: a ratio of what is withheld", trial, l.ID)
				}
				continue
			}
			shown++
			of := func(pass func(*document.Document) bool) map[string]int {
				return people(all, func(d *document.Document) bool { return d.Themes[0].ID == l.ID && pass(d) })
			}
			if few(of(inA)) || few(of(inB)) {
				t.Errorf("%d %s: %v and %v of %d and %d customers", trial, l.ID, l.A, l.B, len(of(inA)), len(of(inB)))
			}
			if trial%3 < 2 { // b lies within a: the difference is what is left
				if rest := of(func(d *document.Document) bool { return inA(d) && !inB(d) }); few(rest) {
					t.Errorf("%d %s: %v less %v are documents of %d customers", trial, l.ID, l.A, l.B, len(rest))
				}
			}
		}
	}
	if withheld == 0 || shown == 0 {
		t.Errorf("%d lines withheld, %d shown: nothing is tested", withheld, shown)
	}
}
