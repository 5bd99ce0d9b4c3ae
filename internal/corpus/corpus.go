package corpus

import (
	"fmt"
	"slices"
	"time"
)

// Item is one piece of feedback and the truth about it.
type Item struct {
	ID         string
	Text       string
	Channel    string // hotline, app, wechat, store, survey
	Time       time.Time
	Region     string // province-level region, in Chinese: 湖北
	Product    string // mobile, 5g, broadband, iptv, iot, cloud
	Rating     *float64
	Customer   map[string]string
	Attributes map[string]string

	Truth Truth
}

// Truth is what a perfect reader would say of an Item.
type Truth struct {
	Themes    []string // ids of the default taxonomy, the main one first
	Sentiment string   // negative, positive, neutral
	Language  string   // zh, en
	Spans     []Span   // the personal data in Text and Attributes, in order
	Event     string   // the planted event it belongs to, or empty
	// Complainer numbers, from 1, the customer who comes back with the same
	// unsolved problem; 0 for everyone else.
	Complainer int
	// DuplicateOf is the id of the item this one was pasted from.
	DuplicateOf string
}

// Span is one personal value, in code points, end exclusive.
type Span struct {
	Field      string // "" is Text, else "attributes.note"
	Start, End int
	Type       string // MOBILE, ID_CARD, …
}

// Options are the size and place of a corpus. Zero values stand for defaults.
type Options struct {
	End   time.Time // the last day, exclusive; 1 November 2026 by default
	Days  int       // 90
	Items int       // 3200; below 500 the planted events shrink with it
}

// zone is Chinese standard time, which has no summer time.
var zone = time.FixedZone("CST", 8*60*60)

func (o Options) withDefaults() Options {
	if o.End.IsZero() {
		o.End = time.Date(2026, time.November, 1, 0, 0, 0, 0, zone)
	}
	if o.Days <= 0 {
		o.Days = 90
	}
	if o.Items <= 0 {
		o.Items = 3200
	}
	year, month, day := o.End.In(zone).Date()
	o.End = time.Date(year, month, day, 0, 0, 0, 0, zone)
	return o
}

// Generate makes the corpus of a seed, in order of time.
func Generate(seed uint64, opts Options) []Item {
	g := &generator{
		random:  newRandom(seed),
		ratings: newRandom(^seed),
		moods:   map[*person]float64{},
		opts:    opts.withDefaults(),
		grammar: loadGrammar(),
	}
	drafts := g.plan()
	slices.SortStableFunc(drafts, func(a, b *draft) int { return a.time.Compare(b.time) })
	ids := make(map[*draft]string, len(drafts))
	for i, d := range drafts {
		ids[d] = fmt.Sprintf("demo-%06d", i+1)
	}
	items := make([]Item, len(drafts))
	for i, d := range drafts {
		items[i] = g.writeSpared(d)
		items[i].ID = ids[d]
		if d.copyOf != nil {
			items[i].Truth.DuplicateOf = ids[d.copyOf]
		}
	}
	return items
}

// generator is the state of one Generate.
type generator struct {
	random  *random
	ratings *random // what ratings are drawn from
	moods   map[*person]float64
	opts    Options
	grammar *grammar
	people  []*person
}
