package statistics

import (
	"crypto/sha256"
	"hash/maphash"
	"math"
	"sync"
	"time"

	"qingting/internal/document"
	"qingting/textmining/taxonomy"
)

// Kind is what a label is.
type Kind uint8

// The kinds of label.
const (
	PainPoint Kind = iota
	Theme
	Dimension
	Risk
	numKinds
)

var kindNames = [numKinds]string{"painpoint", "theme", "dimension", "risk"}

// String is the kind's name: painpoint, theme, dimension or risk.
func (k Kind) String() string { return kindNames[k] }

// Config says how a Store counts.
type Config struct {
	Taxonomy *taxonomy.Taxonomy // names of the labels; nil shows their ids
	Location *time.Location     // whose days are counted; nil means UTC+8
}

// Store holds the statistics of documents.
type Store struct {
	tax      *taxonomy.Taxonomy
	location *time.Location
	seed     maphash.Seed

	mu       sync.RWMutex
	records  map[recordKey]uint32 // row
	rows     []row                // in order of entry
	customer []uint32             // of the rows
	details  []detail             // of the rows
	dead     int                  // rows that are gone
	perDay   []int32              // documents of each day since 1970
	blocks   []span               // days that the rows of each block lie between
	arrivals arrivals

	channels, regions, products dictionary
	people                      map[uint64]uint32 // hash of pseudonym → customer
	nextCustomer                uint32

	labels [numKinds]map[string]*label
}

// row is what is counted of every document that carries a label, beside its
// customer: 8 bytes, for counting a label jumps from row to row. What else there
// is stands in details.
type row struct {
	day       uint16 // since 1970 in location; gone when deleted
	channel   uint16
	region    uint16
	sentiment int8 // -1, 0, 1
	has       uint8
}

// Of row.has.
const (
	hasTheme uint8 = 1 << iota
	hasRating
)

// detail is what is rarely looked at.
type detail struct {
	rating   float32 // 0 when there is none
	received uint16  // day since 1970, 0 when unknown
	product  uint16
}

// recordKey is the first half of a record id's SHA-256.
type recordKey [16]byte

func keyOf(record string) recordKey {
	sum := sha256.Sum256([]byte(record))
	return recordKey(sum[:16])
}

// gone marks a deleted row in the day column.
const gone = math.MaxUint16

// label is one pain point, theme, dimension or risk: its postings, ascending.
type label struct {
	id       string
	rows     []uint32
	polarity []int8                 // -100 to 100
	quotes   map[uint16][]candidate // by week
}

// New returns an empty Store.
func New(c Config) *Store {
	if c.Location == nil {
		c.Location = time.FixedZone("UTC+8", 8*60*60)
	}
	s := &Store{tax: c.Taxonomy, location: c.Location, seed: maphash.MakeSeed(), records: map[recordKey]uint32{}, people: map[uint64]uint32{}}
	for k := range s.labels {
		s.labels[k] = map[string]*label{}
	}
	return s
}

// Len returns the number of documents.
func (s *Store) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.records)
}

// End is the day after that of the last document, where a Report ends unless
// its Query says otherwise; the zero time when there is no document.
func (s *Store) End() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.records) == 0 {
		return time.Time{}
	}
	return s.dateOf(s.end())
}

// end is End as a day's number.
func (s *Store) end() (day int) {
	for day = len(s.perDay); day > 0 && s.perDay[day-1] == 0; day-- {
	}
	return day
}

// Location is the one whose days are counted.
func (s *Store) Location() *time.Location { return s.location }

// Name is what the label of that id is called in language "zh" or "en": the id
// itself when the taxonomy has no such label.
func (s *Store) Name(id, language string) string {
	if s.tax == nil {
		return id
	}
	return s.tax.Name(id, language)
}

// Put enters d; a document entered before under the same record is replaced.
func (s *Store) Put(d *document.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := keyOf(d.Record)
	s.delete(key)
	number := uint32(len(s.rows))
	s.records[key] = number
	r := row{day: s.dayOf(d.Time), channel: s.channels.number(d.Channel), region: s.regions.number(d.Region)}
	more := detail{product: s.products.number(d.Product)}
	if len(d.Themes) > 0 {
		r.has |= hasTheme
	}
	if d.Rating != nil {
		r.has |= hasRating
		more.rating = float32(*d.Rating)
	}
	switch d.Sentiment.Label {
	case "positive":
		r.sentiment = 1
	case "negative":
		r.sentiment = -1
	}
	if !d.Intake.IsZero() {
		more.received = max(s.dayOf(d.Intake), r.day)
	}
	s.rows, s.customer, s.details = append(s.rows, r), append(s.customer, s.person(d.Customer)), append(s.details, more)
	s.bound()
	s.enter(number, 1)
	var q *quote
	for kind, tags := range [numKinds][]document.Tag{PainPoint: d.PainPoints, Theme: d.Themes, Dimension: d.Dimensions, Risk: d.Risks} {
		for i := range tags {
			l := s.label(Kind(kind), tags[i].ID)
			if n := len(l.rows); n > 0 && l.rows[n-1] == number {
				continue // a document counts once
			}
			l.rows = append(l.rows, number)
			l.polarity = append(l.polarity, int8(math.Round(100*min(1, max(-1, tags[i].Polarity)))))
			if q == nil {
				q = newQuote(d, number)
			}
			l.offer(r.day/7, q, quality(d.Text, tags[i]))
		}
	}
}

// Delete removes the document of that record and reports whether it was there.
func (s *Store) Delete(record string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delete(keyOf(record))
}

func (s *Store) delete(key recordKey) bool {
	number, ok := s.records[key]
	if !ok {
		return false
	}
	delete(s.records, key)
	r := &s.rows[number]
	for _, labels := range s.labels {
		for _, l := range labels {
			l.withdraw(r.day/7, number)
		}
	}
	s.enter(number, -1)
	r.day = gone
	s.dead++
	if s.dead > 4096 && s.dead > len(s.rows)/4 {
		s.compact()
	}
	return true
}

// enter counts a row in the sums that are kept of all of them, or with -1 takes
// it out.
func (s *Store) enter(number uint32, by int32) {
	r := &s.rows[number]
	for len(s.perDay) <= int(r.day) {
		s.perDay = append(s.perDay, 0)
	}
	s.perDay[r.day] += by
	s.arrivals.enter(r.day, s.details[number].received, by)
}

func (s *Store) label(kind Kind, id string) *label {
	l := s.labels[kind][id]
	if l == nil {
		l = &label{id: id, quotes: map[uint16][]candidate{}}
		s.labels[kind][id] = l
	}
	return l
}

// dayOf numbers the day of t in the Store's location.
func (s *Store) dayOf(t time.Time) uint16 {
	y, m, d := t.In(s.location).Date()
	days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	return uint16(min(gone-1, max(0, days)))
}

// dateOf is the inverse of dayOf: the beginning of the day.
func (s *Store) dateOf(day int) time.Time {
	u := time.Unix(int64(day)*86400, 0).UTC()
	return time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, s.location)
}

// person numbers a customer; an unknown one is a person of their own.
func (s *Store) person(pseudonym string) uint32 {
	if pseudonym == "" {
		s.nextCustomer++
		return s.nextCustomer - 1
	}
	h := maphash.String(s.seed, pseudonym)
	n, ok := s.people[h]
	if !ok {
		n = s.nextCustomer
		s.nextCustomer++
		s.people[h] = n
	}
	return n
}

// compact drops deleted rows and the customers that only they had.
func (s *Store) compact() {
	renumber := make([]uint32, len(s.rows))
	people := make([]uint32, s.nextCustomer)
	n, persons := uint32(0), uint32(0)
	for i, r := range s.rows {
		if r.day == gone {
			continue
		}
		if people[s.customer[i]] == 0 {
			persons++
			people[s.customer[i]] = persons // one more than the number
		}
		s.rows[n], s.customer[n], s.details[n] = r, people[s.customer[i]]-1, s.details[i]
		renumber[i] = n + 1 // 0 means gone
		n++
	}
	for key, number := range s.records {
		s.records[key] = renumber[number] - 1
	}
	for h, c := range s.people {
		if people[c] == 0 {
			delete(s.people, h)
		} else {
			s.people[h] = people[c] - 1
		}
	}
	moved := map[*quote]bool{} // a quote may stand for several labels
	for _, labels := range s.labels {
		for _, l := range labels {
			l.compact(renumber, moved)
		}
	}
	whole := s.rows
	s.rows, s.customer, s.details, s.blocks = s.rows[:0], s.customer[:n], s.details[:n], s.blocks[:0]
	for range n {
		s.rows = whole[:len(s.rows)+1]
		s.bound()
	}
	s.nextCustomer, s.dead = persons, 0
}

func (l *label) compact(renumber []uint32, moved map[*quote]bool) {
	n := 0
	for i, row := range l.rows {
		if to := renumber[row]; to > 0 {
			l.rows[n], l.polarity[n] = to-1, l.polarity[i]
			n++
		}
	}
	l.rows, l.polarity = l.rows[:n], l.polarity[:n]
	for _, list := range l.quotes {
		for _, c := range list {
			if !moved[c.quote] {
				moved[c.quote] = true
				c.row = renumber[c.row] - 1
			}
		}
	}
}

// dictionary numbers the values of a column, from 1; 0 is "". Past 65,535
// values the rest share the last number.
type dictionary struct {
	numbers map[string]uint16
	values  []string
}

func (d *dictionary) number(value string) uint16 {
	if value == "" {
		return 0
	}
	if n, ok := d.numbers[value]; ok {
		return n
	}
	if d.numbers == nil {
		d.numbers = map[string]uint16{}
		d.values = []string{""}
	}
	if len(d.values) == math.MaxUint16 {
		return math.MaxUint16 // no name of its own; see place
	}
	n := uint16(len(d.values))
	d.numbers[value] = n
	d.values = append(d.values, value)
	return n
}

// find returns the number of value, and whether it has one.
func (d *dictionary) find(value string) (uint16, bool) {
	n, ok := d.numbers[value]
	return n, ok
}
