package search

import (
	"context"
	"time"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// The terms of the field span, all in UTC. A range of time is a few whole
// years, months, days and hours, and at most two hours whose documents are
// looked at one by one.
var spans = [...]struct {
	layout string
	start  func(t time.Time) time.Time
	next   func(t time.Time) time.Time
}{
	{
		"y2006", func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(1, 0, 0) },
	},
	{
		"m200601", func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(0, 1, 0) },
	},
	{
		"d20060102", func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) },
		func(t time.Time) time.Time { return t.AddDate(0, 0, 1) },
	},
	{
		"h2006010215", func(t time.Time) time.Time { return t.Truncate(time.Hour) },
		func(t time.Time) time.Time { return t.Add(time.Hour) },
	},
}

// countable reports whether t can be told in nanoseconds since 1970, and so be
// indexed; what cannot is left out of the field, not of the index.
func countable(t time.Time) bool { return !t.IsZero() && t.Year() >= 1700 && t.Year() <= 2250 }

// spansOf lists the terms of one time.
func spansOf(t time.Time) []string {
	t = t.UTC()
	out := make([]string, len(spans))
	for i, s := range spans {
		out[i] = t.Format(s.layout)
	}
	return out
}

// cover splits [from, to) into whole spans, and hours that only partly belong.
func cover(from, to time.Time) (whole, partly []string) {
	hour := len(spans) - 1
next:
	for t := from.UTC(); t.Before(to); {
		for _, s := range spans {
			if end := s.next(t); s.start(t).Equal(t) && !end.After(to) {
				whole = append(whole, t.Format(s.layout))
				t = end
				continue next
			}
		}
		partly = append(partly, t.Format(spans[hour].layout))
		t = spans[hour].next(spans[hour].start(t))
	}
	return whole, partly
}

// timeQuery matches from <= time < to; a zero time is open.
type timeQuery timeNode

func (q timeQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	return bitmapsQuery{q}.Searcher(ctx, r, m, o)
}

// numberQuery matches a range of numbers by going through those there are.
type numberQuery numberNode

func (q numberQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	return bitmapsQuery{q}.Searcher(ctx, r, m, o)
}
