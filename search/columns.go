package search

import (
	"context"
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/numeric"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// columnFields are the fields of few values that columns hold.
var columnFields = [...]string{
	fieldTheme, fieldDimension, fieldPainPoint, fieldRisk, fieldPII, fieldGrade, fieldChannel,
	fieldRegion, fieldProduct, fieldSource, fieldSentiment, fieldLanguage, fieldRating,
}

// columnOf is the place of a field in columnFields.
func columnOf(field string) int {
	for i, f := range columnFields {
		if f == field {
			return i
		}
	}
	return -1
}

// noTime stands for the time of a document that has none.
const noTime = math.MinInt64

// columns are the small fields of the documents of one segment, deleted ones
// too, each in an array by document number. A segment never changes, so neither
// do they. Of a million documents they take 36 to 44 bytes each: 8 for the
// time, 8 for a hash of the record, 4 for one of the customer, and 1 or 2, seldom
// 4, for each of the thirteen fields of few values.
type columns struct {
	size     int
	key      []uint64 // hash of the record, for an order that lasts
	time     []int64  // nanoseconds since 1970, or noTime
	customer []uint32 // hash, 0 when unknown
	sets     [len(columnFields)]setColumn

	first, last int64 // the times there are; first > last when there are none
}

// setColumn gives each document a set of values: the different sets are few,
// also where a document has several values.
type setColumn struct {
	w8     []uint8 // one of the three has the number of each document's set
	w16    []uint16
	w32    []uint32
	sets   [][]uint32 // places in values; the first set is empty
	values []string
}

func (c *setColumn) at(doc uint32) uint32 {
	switch {
	case c.w8 != nil:
		return uint32(c.w8[doc])
	case c.w16 != nil:
		return uint32(c.w16[doc])
	}
	return c.w32[doc]
}

// bytes is the memory of the columns.
func (c *columns) bytes() int {
	n := 8*len(c.key) + 8*len(c.time) + 4*len(c.customer)
	for i := range c.sets {
		s := &c.sets[i]
		n += len(s.w8) + 2*len(s.w16) + 4*len(s.w32)
		for _, set := range s.sets {
			n += 24 + 4*len(set)
		}
		for _, v := range s.values {
			n += 16 + len(v)
		}
	}
	return n
}

func decodeRating(term string) (float64, bool) {
	n, err := numeric.PrefixCoded(term).Int64()
	if err != nil {
		return 0, false
	}
	return numeric.Int64ToFloat64(n), true
}

// newColumns reads the columns of a segment out of its dictionaries.
func newColumns(ctx context.Context, s segment.Segment) (*columns, error) {
	n := int(s.Count())
	c := &columns{
		size: n, key: make([]uint64, n), time: make([]int64, n), customer: make([]uint32, n),
		first: math.MaxInt64, last: math.MinInt64,
	}
	err := eachPosting(ctx, s, fieldRecord, func(term string) func(uint32) {
		h := hashOf(term)
		return func(doc uint32) { c.key[doc] = h }
	})
	if err != nil {
		return nil, err
	}
	err = eachPosting(ctx, s, fieldCustomer, func(term string) func(uint32) {
		h := customerHash(term)
		return func(doc uint32) { c.customer[doc] = h }
	})
	if err != nil {
		return nil, err
	}
	for i := range c.time {
		c.time[i] = noTime
	}
	for i := range c.time {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t, ok, err := storedTime(s, uint64(i))
		if err != nil {
			return nil, err
		}
		if ok {
			c.time[i] = t.UnixNano()
			c.first, c.last = min(c.first, c.time[i]), max(c.last, c.time[i])
		}
	}
	for i, field := range columnFields {
		if c.sets[i], err = newSetColumn(ctx, s, field); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// newSetColumn goes through the values of a field in their order; a document's
// set grows by one value each time its document comes by.
func newSetColumn(ctx context.Context, s segment.Segment, field string) (setColumn, error) {
	var out setColumn
	now := make([]uint32, s.Count())
	sets := [][]uint32{nil}
	var grown []uint32 // set → the set with the value at hand, or 0
	value := uint32(0)
	err := eachPosting(ctx, s, field, func(term string) func(uint32) {
		value = uint32(len(out.values))
		out.values = append(out.values, term)
		grown = append(grown[:0], make([]uint32, len(sets))...)
		return func(doc uint32) {
			old := now[doc]
			if grown[old] == 0 {
				grown[old] = uint32(len(sets))
				sets = append(sets, append(append(make([]uint32, 0, len(sets[old])+1), sets[old]...), value))
			}
			now[doc] = grown[old]
		}
	})
	if err != nil {
		return out, err
	}
	// Sets that all documents have grown out of are dropped.
	number := make([]uint32, len(sets))
	for _, set := range now {
		number[set] = 1
	}
	out.sets = [][]uint32{nil}
	for i := 1; i < len(sets); i++ {
		if number[i] != 0 {
			number[i] = uint32(len(out.sets))
			out.sets = append(out.sets, sets[i])
		}
	}
	number[0] = 0
	switch {
	case len(out.sets) <= 1<<8:
		out.w8 = make([]uint8, len(now))
		for i, set := range now {
			out.w8[i] = uint8(number[set])
		}
	case len(out.sets) <= 1<<16:
		out.w16 = make([]uint16, len(now))
		for i, set := range now {
			out.w16[i] = uint16(number[set])
		}
	default:
		out.w32 = now
		for i, set := range now {
			now[i] = number[set]
		}
	}
	return out, nil
}

// eachPosting visits the terms of a field in order, and each one's documents
// with what begin returned for it.
func eachPosting(ctx context.Context, s segment.Segment, field string, begin func(term string) func(doc uint32)) error {
	dict, err := s.Dictionary(field)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	terms := dict.AutomatonIterator(nil, nil, nil)
	var list segment.PostingsList
	var docs segment.PostingsIterator
	joined := roaring.New()
	buffer := make([]uint32, 1024)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		entry, err := terms.Next()
		if err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		if entry == nil {
			return nil
		}
		visit := begin(entry.Term)
		if list, err = dict.PostingsList([]byte(entry.Term), nil, list); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		if list.Count() > 64 {
			if all, ok := list.(joinable); ok {
				joined.Clear()
				all.OrInto(joined)
				many := joined.ManyIterator()
				for k := many.NextMany(buffer); k > 0; k = many.NextMany(buffer) {
					for _, doc := range buffer[:k] {
						visit(doc)
					}
				}
				continue
			}
		}
		docs = list.Iterator(false, false, false, docs)
		for {
			p, err := docs.Next()
			if err != nil {
				return fmt.Errorf("search index: %w", err)
			}
			if p == nil {
				break
			}
			visit(uint32(p.Number()))
		}
	}
}

// joinable is what Bleve's postings can do besides.
type joinable interface{ OrInto(*roaring.Bitmap) }

// hashOf is FNV-1a with a finish that spreads its last bits; it is part of
// cursors, so it is the same in every process.
func hashOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// customerHash tells customers apart. Two that share a hash, one pair in four
// thousand million, count as one, which can suppress a cell and never show one.
func customerHash(s string) uint32 { return max(1, uint32(hashOf(s))) }
