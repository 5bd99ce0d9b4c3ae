package search

import (
	"context"
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/numeric"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
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

func (q timeQuery) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	from, to := q.from, q.to
	if from.IsZero() || to.IsZero() {
		years, err := prefixed(r, fieldSpan, "y", 0, nil)
		if err != nil {
			return nil, err
		}
		if len(years) == 0 {
			return searcher.NewMatchNoneSearcher(r)
		}
		if from.IsZero() {
			if from, err = time.Parse(spans[0].layout, years[0]); err != nil {
				return nil, fmt.Errorf("search index: %w", err)
			}
		}
		if to.IsZero() {
			if to, err = time.Parse(spans[0].layout, years[len(years)-1]); err != nil {
				return nil, fmt.Errorf("search index: %w", err)
			}
			to = to.AddDate(1, 0, 0)
		}
	}
	terms, partly := cover(from, to)
	whole, err := anyTerm(ctx, r, fieldSpan, terms, o)
	if err != nil || len(partly) == 0 {
		return whole, err
	}
	values, err := r.DocValueReader([]string{fieldTime})
	if err != nil {
		return nil, err
	}
	edges, err := anyTerm(ctx, r, fieldSpan, partly, o)
	if err != nil {
		return nil, err
	}
	within := false
	visit := func(_ string, term []byte) {
		if n, err := numeric.PrefixCoded(term).Int64(); err == nil {
			t := time.Unix(0, n)
			within = within || !t.Before(from) && t.Before(to)
		}
	}
	checked := &checkedSearcher{Searcher: edges, ctx: ctx, check: func(id index.IndexInternalID) (bool, error) {
		within = false
		err := values.VisitDocValues(id, visit)
		return within, err
	}}
	return searcher.NewDisjunctionSearcher(ctx, r, []search.Searcher{whole, checked}, 1, o)
}

// numberQuery matches a range of numbers by going through those there are.
type numberQuery numberNode

func (q numberQuery) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	terms, err := prefixed(r, q.field, "", maxExpansion, func(term string) bool {
		n, err := numeric.PrefixCoded(term).Int64()
		if err != nil {
			return false
		}
		v := numeric.Int64ToFloat64(n)
		return (q.from == nil || v > *q.from || v == *q.from && !q.strictFrom) &&
			(q.to == nil || v < *q.to || v == *q.to && !q.strictTo)
	})
	if err != nil {
		return nil, err
	}
	return anyTerm(ctx, r, q.field, terms, o)
}
