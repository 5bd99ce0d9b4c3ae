package search

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
)

// TestFacetsAgainstCountingByHand compares every facet with a count over the
// documents themselves, over several segments, with deletions.
func TestFacetsAgainstCountingByHand(t *testing.T) {
	ix := open(t, t.TempDir())
	r := rand.New(rand.NewPCG(9, 9))
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	newYork, err := time.LoadLocation("America/New_York") // its clocks change
	if err != nil {
		t.Fatal(err)
	}
	live := make(map[string]*document.Document)
	seq := uint64(0)
	for range 4 {
		var changes []Change
		for range 300 {
			d := doc(fmt.Sprintf("r%d", r.IntN(900)), "网速慢")
			d.Channel, d.Region = fmt.Sprintf("渠道%d", r.IntN(4)), fmt.Sprintf("地区%d", r.IntN(400))
			d.Customer = fmt.Sprintf("c%d", r.IntN(300))
			for _, theme := range r.Perm(12)[:r.IntN(4)] {
				d.Themes = append(d.Themes, document.Tag{ID: fmt.Sprintf("t%d", theme)})
			}
			d.Time = time.Date(2026, 2, 20, 0, 0, r.IntN(40*86400), 0, time.UTC)
			rating := float64(r.IntN(4)) + 0.5
			d.Rating = &rating
			seq++
			changes = append(changes, Change{Put: d, Seq: seq})
			live[d.Record] = d
		}
		for record := range live {
			if r.IntN(20) == 0 {
				changes = append(changes, Change{Delete: record, Seq: seq})
				delete(live, record)
			}
		}
		apply(t, ix, seq, changes...)
	}
	for _, loc := range []*time.Location{time.UTC, shanghai, newYork} {
		for _, over := range []string{FacetDay, FacetWeek, FacetMonth} {
			res, err := ix.Search(t.Context(), Query{Facets: []string{"theme", "channel", "region", "rating", over}, FacetSize: 1000, K: 1, Location: loc})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]map[string]int{"theme": {}, "channel": {}, "region": {}, "rating": {}, over: {}}
			for _, d := range live {
				for _, theme := range d.Themes {
					want["theme"][theme.ID]++
				}
				want["channel"][d.Channel]++
				want["region"][d.Region]++
				want["rating"][fmt.Sprint(*d.Rating)]++
				at := d.Time.In(loc)
				switch over {
				case FacetDay:
					want[over][at.Format(time.DateOnly)]++
				case FacetWeek:
					want[over][at.AddDate(0, 0, -(int(at.Weekday())+6)%7).Format(time.DateOnly)]++
				case FacetMonth:
					want[over][at.Format("2006-01")]++
				}
			}
			got := make(map[string]map[string]int)
			for _, f := range res.Facets {
				got[f.Name] = make(map[string]int)
				for _, c := range f.Cells {
					got[f.Name][c.Value] = c.Count
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%v, by %s: %s", loc, over, diff)
			}
		}
	}
}

// TestSuppressionCannotBeUndone: from the counts shown and the total nobody can
// tell that a withheld cell has fewer than K documents.
func TestSuppressionCannotBeUndone(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 3000 {
		k := 2 + r.IntN(5)
		c := counts{name: "channel", cells: make(map[string]*tally)}
		total, few := 0, 0
		for cell := range 1 + r.IntN(8) {
			one := new(tally)
			people := 1 + r.IntN(3*k)
			for range 1 + r.IntN(4*k) {
				one.add(uint32(1+r.IntN(people)+100*cell), k)
			}
			c.cells[fmt.Sprint(cell)] = one
			total += one.docs
			if len(one.customers) < k {
				few++
			}
		}
		shown, withheld := 0, 0
		for _, cell := range c.facet(100, k).Cells {
			if cell.Suppressed {
				withheld++
				continue
			}
			shown += cell.Count
			if len(c.cells[cell.Value].customers) < k {
				t.Fatal("a small cell is shown")
			}
		}
		switch left := total - shown; {
		case few == 0 && withheld > 0:
			t.Fatal("cells are withheld for nothing")
		case withheld == 0 || withheld == len(c.cells):
		case withheld == 1, left-(withheld-1) < k:
			t.Fatalf("%d documents are left for %d withheld cells, k %d", left, withheld, k)
		}
	}
}

func TestMultiSelect(t *testing.T) {
	ix := open(t, t.TempDir())
	var changes []Change
	for i := range 60 {
		d := doc(fmt.Sprintf("r%d", i), "网速慢")
		d.Channel, d.Region = []string{"电话", "微信", "APP"}[i%3], []string{"北京", "上海"}[i/3%2]
		changes = append(changes, Change{Put: d, Seq: 1})
	}
	apply(t, ix, 1, changes...)
	res, err := ix.Search(t.Context(), Query{
		Text: "网速", Multi: true, Facets: []string{"channel", "region", "sentiment"},
		Filters: []Filter{{Field: "channel", Values: []string{"电话"}}, {Field: "region", Values: []string{"北京"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]int{"channel": {"电话": 10, "微信": 10, "APP": 10}, "region": {"北京": 10, "上海": 10}}
	got := make(map[string]map[string]int)
	for _, f := range res.Facets[:2] {
		got[f.Name] = make(map[string]int)
		for _, c := range f.Cells {
			got[f.Name][c.Value] = c.Count
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || res.Total != 10 {
		t.Errorf("total %d; %s", res.Total, diff)
	}
}
