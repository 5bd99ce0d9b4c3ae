package statistics

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
)

// everything are answers to a query that leaves nothing out and to one that
// leaves out what no document is: the first is read from sums, the second from
// row after row.
func everything(t *testing.T, s *Store, q Query) {
	t.Helper()
	rows := q
	rows.Product = "one"
	a, b := s.Report(q), s.Report(rows)
	b.Product = ""
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("a report of %+v from sums differs from one of rows (-rows +sums):\n%s", q, diff)
	}
	for _, id := range []string{"", "theme-00", "theme-07", "theme-21"} {
		a, err := s.Series(Theme, id, q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Series(Theme, id, rows)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, a); diff != "" {
			t.Errorf("the course of %q, %+v (-rows +sums):\n%s", id, q, diff)
		}
	}
	other := q
	other.To = q.To.AddDate(0, 0, -9)
	otherRows := other
	otherRows.Product = "one"
	x, y := s.Compare(q, other), s.Compare(rows, otherRows)
	y.A.Product, y.B.Product = "", ""
	if diff := cmp.Diff(y, x); diff != "" {
		t.Errorf("a comparison of %+v (-rows +sums):\n%s", q, diff)
	}
}

// TestSumsAgreeWithRows enters, replaces and deletes documents in any order of
// time: what the sums say is what the rows say, before and after rows are dropped.
func TestSumsAgreeWithRows(t *testing.T) {
	s := New(Config{})
	r := rand.New(rand.NewPCG(3, 4))
	var records []string
	enter := func(n, seed int, late bool) {
		feedback(n, func(d *document.Document) {
			d.Record = fmt.Sprintf("%d/%s", seed, d.Record)
			d.Product = "one"
			if r.IntN(500) == 0 {
				d.Channel, d.Region = "fax", "" // of few
			}
			if r.IntN(300) == 0 {
				d.Region = fmt.Sprintf("far-%d", r.IntN(400)) // more than fewValues
			}
			if r.IntN(3) == 0 {
				d.Sentiment.Label = []string{"positive", "negative"}[r.IntN(2)]
			}
			if r.IntN(40) == 0 {
				d.Themes = nil
			}
			if r.IntN(200) == 0 {
				x := r.Float64() * 100 // more ratings than have a number
				d.Rating = &x
			}
			if late && r.IntN(3) == 0 {
				d.Time = day0.AddDate(0, 0, r.IntN(365)-40)
			}
			records = append(records, d.Record)
			s.Put(d)
			if r.IntN(50) == 0 { // said otherwise
				d.Time, d.Text = d.Time.AddDate(0, 0, -3), d.Text+"补充"
				s.Put(d)
			}
		})
	}
	ask := func() {
		for _, days := range [][2]int{{0, 366}, {100, 131}, {60, 300}, {320, 366}, {-50, -30}} {
			for _, k := range []int{1, 5, 40} {
				everything(t, s, Query{From: day0.AddDate(0, 0, days[0]), To: day0.AddDate(0, 0, days[1]), K: k})
			}
		}
	}
	enter(20_000, 1, false)
	ask()
	enter(6_000, 2, true)
	for _, i := range r.Perm(len(records))[:4_000] {
		s.Delete(records[i])
	}
	ask()
	rows := len(s.rows)
	for _, i := range r.Perm(len(records))[:12_000] {
		s.Delete(records[i])
	}
	if len(s.rows) >= rows {
		t.Fatalf("no row was dropped of %d", rows)
	}
	enter(2_000, 3, true)
	ask()
}

func TestDayCounts(t *testing.T) {
	var d dayCounts
	for _, day := range []uint16{20, 22, 18, 22} {
		d.add(day, 1)
	}
	d.add(20, -1)
	for low, want := range map[int][]int{16: {0, 0, 1, 0, 0, 0, 2, 0}, 18: {1, 0, 0, 0, 2}, 21: {0, 2, 0}, 30: {0, 0}} {
		got := make([]int, len(want))
		d.read(low, got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("from %d (-want +got):\n%s", low, diff)
		}
	}
}

func TestScatterMeetsAll(t *testing.T) {
	for n := 1; n < 200; n++ {
		met := map[int]bool{}
		for i := range n {
			met[i*scatter(n)%n] = true
		}
		if len(met) != n {
			t.Errorf("of %d places %d are met", n, len(met))
		}
	}
}
