package search

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
)

func TestFacetsSuppressSmallCells(t *testing.T) {
	ix := open(t, t.TempDir())
	shanghai := time.FixedZone("UTC+8", 8*3600)
	var changes []Change
	add := func(n int, channel, region, theme string, customer func(i int) string) {
		for i := range n {
			d := doc(fmt.Sprintf("r%d", len(changes)), "网速慢")
			d.Channel, d.Region, d.Customer = channel, region, customer(i)
			d.Themes = []document.Tag{{ID: theme}, {ID: "all"}}
			d.Time = time.Date(2026, 1, 1, 20, 0, 0, 0, time.UTC) // the 2nd in Shanghai
			changes = append(changes, Change{Put: d, Seq: 1})
		}
	}
	each := func(i int) string { return fmt.Sprintf("c%d", i) }
	same := func(int) string { return "c0" }
	unknown := func(int) string { return "" }
	add(8, "电话", "北京", "speed", each)
	add(6, "微信", "北京", "speed", each)
	add(9, "APP", "上海", "one-person", same) // many documents, one customer
	add(5, "网站", "上海", "unknown", unknown)
	apply(t, ix, 1, changes...)
	res, err := ix.Search(t.Context(), Query{Text: "网速", Size: 1, Facets: []string{"channel", "theme", "region", "day"}, Location: shanghai})
	if err != nil {
		t.Fatal(err)
	}
	want := []Facet{
		// APP alone would be suppressed: the total would tell 9. So the smallest other is, too.
		{Name: "channel", Cells: []Cell{{Value: "电话", Count: 8}, {Value: "微信", Count: 6}, {Value: "APP", Suppressed: true}, {Value: "网站", Suppressed: true}}},
		{Name: "theme", Cells: []Cell{{Value: "all", Count: 28}, {Value: "speed", Count: 14}, {Value: "unknown", Count: 5}, {Value: "one-person", Suppressed: true}}},
		{Name: "region", Cells: []Cell{{Value: "上海", Count: 14}, {Value: "北京", Count: 14}}},
		{Name: "day", Cells: []Cell{{Value: "2026-01-02", Count: 28}}},
	}
	if diff := cmp.Diff(want, res.Facets); diff != "" {
		t.Error(diff)
	}
	if res.Total != 28 || len(res.Hits) != 1 {
		t.Errorf("%d hits of %d, want 1 of 28", len(res.Hits), res.Total)
	}
	// Counts are of the query, not of the index; a value too few stays without a number.
	res, err = ix.Search(t.Context(), Query{Text: "channel:微信", Facets: []string{"theme"}, FacetSize: 1, K: 7})
	if err != nil {
		t.Fatal(err)
	}
	want = []Facet{{Name: "theme", Cells: []Cell{{Value: "all", Suppressed: true}}, More: 1}}
	if diff := cmp.Diff(want, res.Facets); diff != "" {
		t.Error(diff)
	}
}

func TestQueryDefaultsAndLimits(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "网速太慢", "话费")
	for name, q := range map[string]Query{
		"too deep":       {From: MaxWindow},
		"negative":       {Size: -1},
		"unknown facet":  {Facets: []string{"record"}},
		"unknown sort":   {Sort: "best"},
		"unknown filter": {Filters: []Filter{{Field: "text", Values: []string{"x"}}}},
	} {
		if _, err := ix.Search(t.Context(), q); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := recordsOf(t, ix, Query{Text: "网速", Filters: []Filter{{Field: "record", Values: []string{"r1", "r0"}}}}); got != "r0" {
		t.Errorf("with a filter: %q, want r0", got)
	}
	if got := recordsOf(t, ix, Query{Filters: []Filter{{Field: "channel"}}}); got != "" {
		t.Errorf("a filter without values found %q", got)
	}
	if got := recordsOf(t, ix, Query{Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 1, 1, 0, 0, 0, 1, time.UTC)}); got != "r0 r1" && got != "r1 r0" {
		t.Errorf("in the one nanosecond: %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ix.Search(ctx, Query{Text: "网速"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search with its context cancelled: %v", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := ix.Search(ctx, Query{Text: "网速"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a search past its deadline: %v", err)
	}
}

// TestCoverIsExact compares ranges of time with looking at each time.
func TestCoverIsExact(t *testing.T) {
	ix := open(t, t.TempDir())
	begin := time.Date(2025, 12, 30, 22, 0, 0, 0, time.UTC)
	var times []time.Time
	var changes []Change
	for i := range 300 {
		at := begin.Add(time.Duration(i) * 25 * time.Minute * time.Duration(1+i/50))
		times = append(times, at)
		d := doc(fmt.Sprintf("r%03d", i), "话费")
		d.Time = at
		changes = append(changes, Change{Put: d, Seq: 1})
	}
	apply(t, ix, 1, changes...)
	for i := 0; i < len(times); i += 7 {
		for j := i; j < len(times); j += 23 {
			for _, nudge := range []time.Duration{0, 1, -1, time.Hour} {
				since, until := times[i], times[j].Add(nudge)
				want := uint64(0)
				for _, at := range times {
					if !at.Before(since) && at.Before(until) {
						want++
					}
				}
				res, err := ix.Search(t.Context(), Query{Since: since, Until: until, Size: 1})
				if err != nil || res.Total != want {
					t.Fatalf("%v..%v: %d (%v), want %d", since, until, res.Total, err, want)
				}
			}
		}
	}
}
