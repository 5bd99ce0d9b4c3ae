package statistics

import (
	"math"
	"slices"

	"qingting/internal/document"
)

// row is what is counted of a document. Each label it carries holds a copy of
// it, so that counting reads from one end of a column to the other and never
// jumps: 12 bytes each, and 4 for its number. What is rarely looked at stands in
// details.
type row struct {
	customer uint32
	day      uint16 // since 1970 in location; gone when deleted
	channel  uint16
	region   uint16
	tone     int8 // of a document its sentiment, -1, 0, 1; at a label the polarity, -100 to 100
	has      has
}

// gone marks a deleted row in the day column.
const gone = math.MaxUint16

// has says more of a row: whether it carries a theme, whether it is in a group
// of near-duplicates, and in the upper six bits its rating.
type has uint8

const (
	hasTheme    has = 1 << iota
	hasGroup        // a group of more than one, now or once: see Store.group
	ratingShift = iota
	noCode      = 1<<(8-ratingShift) - 1 // the rating stands in details alone
)

// rating is the number of a row's rating in Store.ratings, from 1; 0 is none.
func (h has) rating() uint8 { return uint8(h >> ratingShift) }

// detail is what is rarely looked at.
type detail struct {
	rating   float32 // 0 when there is none
	received uint16  // day since 1970, 0 when unknown
	product  uint16
}

// label is one pain point, theme, dimension or risk: the rows that carry it, in
// order of entry.
type label struct {
	id      string
	rows    []row
	numbers []uint32               // of the rows in Store.rows, ascending
	scores  []uint8                // of the tags, in hundredths
	quotes  map[uint16][]candidate // by week
	shelves shelves
	daily   dayCounts
}

// find is the place of the row of that number.
func (l *label) find(number uint32) (int, bool) { return slices.BinarySearch(l.numbers, number) }

// rowOf is what is counted of d.
func (s *Store) rowOf(d *document.Document) (row, detail) {
	r := row{customer: s.person(d.Customer), day: s.dayOf(d.Time), channel: s.channels.number(d.Channel), region: s.regions.number(d.Region)}
	more := detail{product: s.products.number(d.Product)}
	if len(d.Themes) > 0 {
		r.has |= hasTheme
	}
	if d.Rating != nil {
		more.rating = float32(*d.Rating)
		r.has |= has(s.code(more.rating)) << ratingShift
	}
	switch d.Sentiment.Label {
	case "positive":
		r.tone = 1
	case "negative":
		r.tone = -1
	}
	if !d.Intake.IsZero() {
		more.received = max(s.dayOf(d.Intake), r.day)
	}
	return r, more
}

// code numbers a rating. There are few of them, five stars or eleven points;
// past 62 the rest share a number that says to look at the details.
func (s *Store) code(rating float32) uint8 {
	i := slices.Index(s.ratings, rating)
	if i < 0 {
		if len(s.ratings) == noCode-1 {
			return noCode
		}
		i = len(s.ratings)
		s.ratings = append(s.ratings, rating)
	}
	return uint8(i + 1)
}

// rating is that of a row, NaN when there is none.
func (s *Store) rating(number int) float64 {
	if s.rows[number].has.rating() == 0 {
		return math.NaN()
	}
	return float64(s.details[number].rating)
}

// within are rows of l, or of all documents, that every row in scope is among,
// and their numbers: nil when the first is sc.first and none is left out.
func (s *Store) within(sc *scope, l *label) ([]row, []uint32) {
	if sc.nothing {
		return nil, nil
	}
	return s.between(sc.first, sc.end, l)
}

func (s *Store) between(first, end int, l *label) ([]row, []uint32) {
	if l == nil {
		return s.rows[first:end], nil
	}
	from, _ := l.find(uint32(first))
	to, _ := l.find(uint32(end))
	return l.rows[from:to], l.numbers[from:to]
}

// each goes through the rows of l in a scope, or through all; d is a row's
// place.
func (s *Store) each(sc *scope, l *label, see func(r *row, number, d int)) {
	rows, numbers := s.within(sc, l)
	for i := range rows {
		number := sc.number(i, numbers)
		if d := sc.place(s, &rows[i], number); d > 0 {
			see(&rows[i], number, d)
		}
	}
}
