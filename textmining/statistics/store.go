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
	// Recent is how many documents, the newest, near-duplicates are looked for
	// among; 0 means 100,000, below 0 none.
	Recent int
}

// Store holds the statistics of documents.
type Store struct {
	tax      *taxonomy.Taxonomy
	location *time.Location
	seed     maphash.Seed

	mu       sync.RWMutex
	records  map[recordKey]uint32 // row
	rows     []row                // in order of entry
	details  []detail             // of the rows
	dead     int                  // rows that are gone
	perDay   []int32              // documents of each day since 1970
	blocks   []span               // days that the rows of each block lie between
	arrivals arrivals
	shelves  shelves

	channels, regions, products dictionary
	ratings                     []float32
	people                      map[uint64]uint32 // hash of pseudonym → customer
	nextCustomer                uint32

	labels [numKinds]map[string]*label
	near   *near

	entered, removed uint64
}

// recordKey is the first half of a record id's SHA-256.
type recordKey [16]byte

func keyOf(record string) recordKey {
	sum := sha256.Sum256([]byte(record))
	return recordKey(sum[:16])
}

// New returns an empty Store.
func New(c Config) *Store {
	if c.Location == nil {
		c.Location = time.FixedZone("UTC+8", 8*60*60)
	}
	s := &Store{tax: c.Taxonomy, location: c.Location, seed: maphash.MakeSeed(), records: map[recordKey]uint32{}, people: map[uint64]uint32{}, near: newNear(c.Recent)}
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

// Changes are how often a document was entered, and how often one was removed: what
// was worked out between two calls with the same numbers holds still. To enter one
// in the place of another counts as entering.
func (s *Store) Changes() (entered, removed uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entered, s.removed
}

// Put enters d; a document entered before under the same record is replaced.
func (s *Store) Put(d *document.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entered++
	key := keyOf(d.Record)
	s.delete(key)
	number := uint32(len(s.rows))
	s.records[key] = number
	r, more := s.rowOf(d)
	if s.near.put(number, r.customer, d) {
		r.has |= hasGroup
	}
	for _, other := range s.near.met {
		if other != number {
			s.mark(other)
		}
	}
	s.rows, s.details = append(s.rows, r), append(s.details, more)
	s.bound()
	s.enter(number, 1)
	s.shelves.enter(int(number), &r, 1)
	var q *quote
	for kind, tags := range [numKinds][]document.Tag{PainPoint: d.PainPoints, Theme: d.Themes, Dimension: d.Dimensions, Risk: d.Risks} {
		for i := range tags {
			l := s.label(Kind(kind), tags[i].ID)
			if n := len(l.numbers); n > 0 && l.numbers[n-1] == number {
				continue // a document counts once
			}
			at := r
			at.tone = int8(math.Round(100 * min(1, max(-1, tags[i].Polarity))))
			l.shelves.enter(len(l.rows), &at, 1)
			l.daily.add(at.day, 1)
			l.rows, l.numbers, l.scores = append(l.rows, at), append(l.numbers, number), append(l.scores, hundredths(tags[i].Score))
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
	if !s.delete(keyOf(record)) {
		return false
	}
	s.removed++
	return true
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
			if at, ok := l.find(number); ok {
				l.shelves.enter(at, &l.rows[at], -1)
				l.daily.add(l.rows[at].day, -1)
				l.rows[at].day = gone
				l.withdraw(r.day/7, number)
			}
		}
	}
	s.near.drop(number)
	s.enter(number, -1)
	s.shelves.enter(int(number), r, -1)
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
