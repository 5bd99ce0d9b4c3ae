package statistics

import (
	"iter"
	"math"
	"slices"
	"time"

	"qingting/textmining/taxonomy"
)

// Observation is one document as a row of a table: who spoke, when, where, of
// which themes, and how it was rated. Names are numbers into Observations.
type Observation struct {
	Day      int // 0 is Observations.From
	Customer int // the same for the same customer, of no other meaning
	Channel  int // 0 is none
	Region   int
	Product  int
	Rating   float64 // NaN when there is none
	Tone     int     // -1, 0, 1: sentiment of the whole
	Themes   []Said  // in order of Theme
}

// Said is a theme that a document speaks of.
type Said struct {
	Theme    int
	Polarity float64 // -1 complaint to 1 praise
	Score    float64 // how sure the tag is, 0.01 to 1
}

// Observations are the documents of a period. They are single documents, under
// no k: only what is worked out from many may be shown.
type Observations struct {
	From, To                    time.Time // days, To exclusive
	Days                        int
	Themes                      []string // ids, ascending
	Asks                        []bool   // of each theme: who speaks of it asks, and complains of nothing
	Channels, Regions, Products []string // by number; 0 is ""
	table                       []Observation
}

// Observations takes the documents that q covers, with its themes of that kind,
// as they are now: about 60 bytes a document and 24 a theme of it. Of q it looks
// at period, channel, region and product.
func (s *Store) Observations(q Query, kind Kind) *Observations {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sc := s.resolve(q)
	o := &Observations{From: s.dateOf(sc.from), To: s.dateOf(sc.to), Days: sc.to - sc.from}
	o.Channels, o.Regions, o.Products = names(&s.channels), names(&s.regions), names(&s.products)
	now := sc.offset(sc.from)
	place := map[uint32]int{}
	for i := sc.first; i < sc.end; i++ {
		r := &s.rows[i]
		d := sc.place(s, r, i)
		if d < now {
			continue
		}
		place[uint32(i)] = len(o.table)
		o.table = append(o.table, Observation{
			Day: d - now, Customer: int(r.customer), Channel: s.channels.known(r.channel), Region: s.regions.known(r.region), Product: s.products.known(s.details[i].product),
			Rating: s.rating(i), Tone: int(r.tone),
		})
	}
	for id := range s.labels[kind] {
		o.Themes = append(o.Themes, id)
	}
	slices.Sort(o.Themes)
	for theme, id := range o.Themes {
		o.Asks = append(o.Asks, s.asks(id))
		l := s.labels[kind][id]
		for i, number := range l.numbers {
			if at, in := place[number]; in {
				o.table[at].Themes = append(o.table[at].Themes, Said{theme, float64(l.rows[i].tone) / 100, float64(l.scores[i]) / 100})
			}
		}
	}
	return o
}

// Look is the document of that record as one of o, in its period or not; false
// when there is none. Its Day is of no meaning.
func (s *Store) Look(o *Observations, kind Kind, record string) (Observation, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	number, ok := s.records[keyOf(record)]
	if !ok {
		return Observation{}, false
	}
	r := &s.rows[number]
	out := Observation{
		Customer: int(r.customer), Channel: s.channels.known(r.channel), Region: s.regions.known(r.region), Product: s.products.known(s.details[number].product),
		Rating: s.rating(int(number)), Tone: int(r.tone),
	}
	for theme, id := range o.Themes {
		if l := s.labels[kind][id]; l != nil {
			if i, in := l.find(number); in {
				out.Themes = append(out.Themes, Said{theme, float64(l.rows[i].tone) / 100, float64(l.scores[i]) / 100})
			}
		}
	}
	return out, true
}

// asks reports a theme of the taxonomy that stands alone and has no polarity of its
// own: a question.
func (s *Store) asks(id string) bool {
	if s.tax == nil {
		return false
	}
	e := s.tax.Entry(id)
	return e != nil && e.Alone && e.Polarity == taxonomy.Neutral
}

// hundredths is a score as a label keeps it. One of nothing, which tags made by
// hand have, is taken for sure.
func hundredths(score float64) uint8 {
	if !(score > 0) {
		return 100
	}
	return uint8(max(1, math.Round(100*min(1, score))))
}

// names lists the values of a column by their number.
func names(d *dictionary) []string {
	if len(d.values) == 0 {
		return []string{""}
	}
	return slices.Clone(d.values)
}

// known is the number, 0 for one that stands for all values past the dictionary's end.
func (d *dictionary) known(number uint16) int {
	if int(number) >= len(d.values) {
		return 0
	}
	return int(number)
}

// Len is the number of documents.
func (o *Observations) Len() int { return len(o.table) }

// All yields the documents in the order they were entered.
func (o *Observations) All() iter.Seq[Observation] { return slices.Values(o.table) }
