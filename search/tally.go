package search

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/errgroup"
)

// facets counts what matches by the fields of names.
func (p *pass) facets(names []string, size, k int, loc *time.Location) ([]Facet, error) {
	all := make([]counts, len(names))
	for i, name := range names {
		all[i] = counts{name, make(map[string]*tally)}
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(p.ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range p.s.parts {
		for j := range p.docs[i] {
			for n, name := range names {
				docs := p.facetDocs(facetFields[name].field, i, j)
				if docs.IsEmpty() {
					continue
				}
				g.Go(func() (err error) {
					defer p.ix.recoverDamage(&err)
					var cells map[string]*tally
					if facetFields[name].field == fieldTime {
						cells, err = p.cols[i][j].countTimes(ctx, docs, name, k, loc)
					} else {
						cells, err = p.cols[i][j].count(ctx, docs, columnOf(facetFields[name].field), k)
					}
					if err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					for value, t := range cells {
						if have := all[n].cells[value]; have != nil {
							have.join(t, k)
							continue
						}
						all[n].cells[value] = t
					}
					return nil
				})
			}
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := make([]Facet, len(names))
	for i := range all {
		out[i] = all[i].facet(size, k)
	}
	return out, nil
}

// count counts documents by the values of a column: first by sets of values,
// which is one addition a document, and at last each set for all its values.
func (c *columns) count(ctx context.Context, docs *roaring.Bitmap, column, k int) (map[string]*tally, error) {
	s := &c.sets[column]
	tallies := make([]tally, len(s.sets))
	var err error
	switch {
	case s.w8 != nil:
		err = countSets(ctx, tallies, docs, s.w8, c.customer, k)
	case s.w16 != nil:
		err = countSets(ctx, tallies, docs, s.w16, c.customer, k)
	default:
		err = countSets(ctx, tallies, docs, s.w32, c.customer, k)
	}
	if err != nil {
		return nil, err
	}
	values := make([]tally, len(s.values))
	for i := range tallies {
		if tallies[i].docs > 0 {
			for _, v := range s.sets[i] {
				values[v].join(&tallies[i], k)
			}
		}
	}
	cells := make(map[string]*tally)
	for i := range values {
		if values[i].docs == 0 {
			continue
		}
		name := s.values[i]
		if columnFields[column] == fieldRating {
			if v, ok := decodeRating(name); ok {
				name = strconv.FormatFloat(v, 'g', -1, 64)
			}
		}
		cells[name] = &values[i]
	}
	return cells, nil
}

func countSets[T uint8 | uint16 | uint32](ctx context.Context, tallies []tally, docs *roaring.Bitmap, sets []T, customer []uint32, k int) error {
	buffer := make([]uint32, batch)
	many := docs.ManyIterator()
	for n := many.NextMany(buffer); n > 0; n = many.NextMany(buffer) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, doc := range buffer[:n] {
			t := &tallies[sets[doc]]
			t.docs++
			if len(t.customers) < k {
				t.meet(customer[doc], k)
			}
		}
	}
	return nil
}

// countTimes counts documents by day, and joins the days to weeks or months.
func (c *columns) countTimes(ctx context.Context, docs *roaring.Bitmap, name string, k int, loc *time.Location) (map[string]*tally, error) {
	cells := make(map[string]*tally)
	if c.first > c.last {
		return cells, nil
	}
	clock := newClock(loc)
	base := clock.day(c.first)
	tallies := make([]tally, clock.day(c.last)-base+2) // a zone may set its clock back over midnight
	buffer := make([]uint32, batch)
	many := docs.ManyIterator()
	for n := many.NextMany(buffer); n > 0; n = many.NextMany(buffer) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, doc := range buffer[:n] {
			at := c.time[doc]
			if at == noTime {
				continue
			}
			t := &tallies[max(0, clock.day(at)-base)]
			t.docs++
			if len(t.customers) < k {
				t.meet(c.customer[doc], k)
			}
		}
	}
	for i := range tallies {
		if tallies[i].docs == 0 {
			continue
		}
		day := time.Unix(0, 0).UTC().AddDate(0, 0, int(base)+i)
		value := day.Format(time.DateOnly)
		switch name {
		case FacetWeek:
			value = day.AddDate(0, 0, -(int(day.Weekday())+6)%7).Format(time.DateOnly)
		case FacetMonth:
			value = day.Format("2006-01")
		}
		if have := cells[value]; have != nil {
			have.join(&tallies[i], k)
			continue
		}
		cells[value] = &tallies[i]
	}
	return cells, nil
}

// clock tells days apart where they begin at midnight in a zone. It asks the
// zone once for each stretch between two changes of its clocks.
type clock struct {
	loc      *time.Location
	from, to int64 // nanoseconds between which offset is in force
	offset   int64
}

func newClock(loc *time.Location) *clock { return &clock{loc: loc, from: 1, to: 0} }

const nanosPerDay = int64(24 * time.Hour)

// day is the number of the day of a time, counted from 1970.
func (c *clock) day(at int64) int64 {
	if at < c.from || at >= c.to {
		t := time.Unix(0, at).In(c.loc)
		_, offset := t.Zone()
		c.offset = int64(offset) * int64(time.Second)
		start, end := t.ZoneBounds()
		c.from, c.to = noTime+nanosPerDay*2, -(noTime + nanosPerDay*2)
		if countable(start) {
			c.from = start.UnixNano()
		}
		if countable(end) {
			c.to = end.UnixNano()
		}
	}
	at += c.offset
	if at >= 0 {
		return at / nanosPerDay
	}
	return (at+1)/nanosPerDay - 1
}
