package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"qingting/internal/access"
)

// A preview says how many documents change, of five customers and more.
func TestFewAreWithheld(t *testing.T) {
	for _, c := range []struct {
		documents, customers int
		want                 string
	}{{0, 0, "0"}, {1, 1, "<5"}, {4, 4, "<5"}, {400, 4, "<5"}, {5, 5, "5"}, {1200, 5, "1,200"}} {
		if got := fewOr(c.documents, c.customers); got != c.want {
			t.Errorf("%d documents of %d customers: %q, want %q", c.documents, c.customers, got, c.want)
		}
	}
}

// What a source sent in a month is withheld where it is of few, and so is the month that would tell.
func TestSourceMonthsWithhold(t *testing.T) {
	docs := feedback(60)
	for i, d := range docs {
		d.Customer, d.Source = fmt.Sprint("c", i), "demo"
		switch {
		case i < 3:
			d.Time = time.Date(2026, 1, 10, 4, 0, 0, 0, time.UTC)
		case i < 25:
			d.Time = time.Date(2026, 2, 10, 4, 0, 0, 0, time.UTC)
		default:
			d.Time = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
		}
	}
	h := newSite(t, docs, func(cfg *Config) {
		cfg.Desk, cfg.Visitor = (&inventedDesk{text: "demo"}).desk(), &access.User{Name: "lin", Roles: []access.Role{access.Auditor}}
	})
	p := get(t, h, "/desk/sources?lang=en")
	months := map[string][]string{}
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "tr" {
			continue
		}
		var cells []string
		for cell := range n.Descendants() {
			if cell.Type == html.TextNode && strings.TrimSpace(cell.Data) != "" {
				cells = append(cells, strings.TrimSpace(cell.Data))
			}
		}
		for _, month := range []string{"2026-01", "2026-02", "2026-03"} {
			if slices.Contains(cells, month) {
				months[month] = cells
			}
		}
	}
	for month, exact := range map[string]string{"2026-01": "3", "2026-02": "22"} {
		if slices.Contains(months[month], exact) {
			t.Errorf("%s: %q", month, months[month])
		}
	}
	if !slices.Contains(months["2026-03"], "35") {
		t.Errorf("2026-03: %q", months["2026-03"])
	}
}
