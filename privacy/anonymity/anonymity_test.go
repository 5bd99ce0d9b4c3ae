package anonymity

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type seen struct {
	row      Row
	customer string
}

// let gives what is let out of rows.
func let(k int, rows []seen) (out []Row, p *Plan) {
	c := NewCount(k)
	for _, r := range rows {
		c.Add(r.row, r.customer)
	}
	p = c.Plan()
	for _, r := range rows {
		if coarse, ok := p.Apply(r.row); ok {
			out = append(out, coarse)
		}
	}
	return out, p
}

func TestPlan(t *testing.T) {
	row := func(region, product, month, rating string) Row { return Row{region, "app", product, month, rating} }
	rows := []seen{
		{row("浙江", "broadband", "2026-01", "1"), "a"},
		{row("浙江", "broadband", "2026-01", "1"), "b"},
		{row("浙江", "broadband", "2026-01", "1"), "a"},
		{row("江苏", "broadband", "2026-01", "1"), "a"},
		{row("江苏", "broadband", "2026-02", "3"), "b"}, // one quarter, one band
		{row("西藏", "mobile", "2026-01", "9"), "c"},
		{row("西藏", "iptv", "2026-07", "8"), "d"}, // one year, product dropped
		{row("青海", "iot", "2025-07", "5"), "e"},  // nobody like it
	}
	out, p := let(2, rows)
	want := []Row{
		rows[0].row, rows[1].row, rows[2].row,
		{"江苏", "app", "broadband", "2026-Q1", "0-3"},
		{"江苏", "app", "broadband", "2026-Q1", "0-3"},
		{"西藏", "app", "*", "2026", "7-10"},
		{"西藏", "app", "*", "2026", "7-10"},
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("let out (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Counts{Rows: 7, Generalised: 4, Withheld: 1, Classes: 3}, p.Counts()); diff != "" || p.K() != 2 {
		t.Errorf("k %d, counts (-want +got):\n%s", p.K(), diff)
	}
}

// TestEveryClassHasK draws rows and counts what is let out, by hand.
func TestEveryClassHasK(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		k := 2 + rng.IntN(6)
		var rows []seen
		for range 400 {
			customer := fmt.Sprint(rng.IntN(60))
			if rng.IntN(5) == 0 {
				customer = ""
			}
			rows = append(rows, seen{Row{
				Region: fmt.Sprint(rng.IntN(6)), Channel: fmt.Sprint(rng.IntN(3)), Product: fmt.Sprint(rng.IntN(4)),
				Month: fmt.Sprintf("202%d-%02d", rng.IntN(3), 1+rng.IntN(12)), Rating: fmt.Sprint(rng.IntN(11)),
			}, customer})
		}
		c := NewCount(k)
		for _, r := range rows {
			c.Add(r.row, r.customer)
		}
		p := c.Plan()
		classes, let := make(map[Row]map[string]bool), 0
		for i, r := range rows {
			coarse, ok := p.Apply(r.row)
			if !ok {
				continue
			}
			let++
			if classes[coarse] == nil {
				classes[coarse] = make(map[string]bool)
			}
			if r.customer == "" {
				r.customer = fmt.Sprint("row", i)
			}
			classes[coarse][r.customer] = true
		}
		least := 0
		for _, customers := range classes {
			if least == 0 || len(customers) < least {
				least = len(customers)
			}
		}
		if least < k || p.K() > least {
			t.Errorf("k %d: the smallest class has %d customers, the plan says %d", k, least, p.K())
		}
		if n := p.Counts(); n.Rows != let || n.Rows+n.Withheld != len(rows) {
			t.Errorf("counts %+v of %d rows, %d let out", n, len(rows), let)
		}
	}
}

func TestGradeOf(t *testing.T) {
	for _, c := range []struct {
		facts Facts
		want  Grade
	}{
		{Facts{K: 5, Want: 5}, Resisting},
		{Facts{K: 4, Want: 5}, Quasi},
		{Facts{K: 50, Want: 5, Text: true}, Quasi},
		{Facts{K: 50, Want: 5, Linked: true}, Quasi},
	} {
		if got, zh, en := GradeOf(c.facts); got != c.want || zh == "" || en == "" {
			t.Errorf("GradeOf(%+v) = %d", c.facts, got)
		}
	}
}
