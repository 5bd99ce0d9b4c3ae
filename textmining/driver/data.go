package driver

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Data is what an analysis looks at.
type Data struct {
	Themes   []string  // ids; at most 4096
	Controls []Control // what else moves ratings: channel, region, product
	Rows     []Row     // rated feedback, in any order
	Scale    Scale
	Checks   []Check // what is known of how right the mentions are; may be none
}

// Control is a column of categories. Each level but the most frequent gets a
// term of its own; levels of fewer than K customers share one.
type Control struct {
	Name   string
	Levels int // levels are 0 … Levels-1
}

// Row is one rated piece of feedback.
type Row struct {
	Rating   float64 // within the Scale
	Customer int     // any number ≥ 0, the same for the same customer; below 0 unknown, a customer of its own
	Mentions []Mention
	Levels   []int // of each control; below 0 unknown
	// How it speaks on the whole; only Options.Complaints looks at these.
	Praises bool // well
	Unsure  bool // it cannot be said whether it praises or complains
	Unknown bool // it complains, and no theme says of what
}

// Mention is a theme that a row speaks of.
type Mention struct {
	Theme    int     // index into Themes; of two of the same theme the first counts
	Value    float64 // 1, or a score from 0 to 1; 0 stands for 1
	Polarity float64 // -1 complaint … 1 praise; 0 neither
}

// value is the regressor.
func (m Mention) value() float64 {
	if m.Value == 0 {
		return 1
	}
	return m.Value
}

// complaint is the regressor where only complaints count.
func (m Mention) complaint() float64 {
	if m.Polarity < 0 {
		return m.value()
	}
	return 0
}

// stances are how many levels Row.stance has.
const stances = 3

// stance is 1 for a row that praises, 2 for one that does and complains, or of
// which it cannot be said, and 0 for all others.
func (r *Row) stance() int {
	praises := r.Praises || slices.ContainsFunc(r.Mentions, func(m Mention) bool { return m.Polarity > 0 })
	switch {
	case r.Unsure || praises && slices.ContainsFunc(r.Mentions, func(m Mention) bool { return m.Polarity < 0 }):
		return 2
	case praises:
		return 1
	}
	return 0
}

// withStance is the data with one more control: whether a row praises.
func (d Data) withStance() Data {
	d.Controls = append(slices.Clone(d.Controls), Control{Name: "stance", Levels: stances})
	d.Rows = slices.Clone(d.Rows)
	for i := range d.Rows {
		r := &d.Rows[i]
		r.Levels = append(slices.Clone(r.Levels), r.stance())
	}
	return d
}

// withRest is the data with one more control: how many there are in a row of the
// terms of which too few speak for anything to be said, and whether it complains of
// what no theme says. Were such rows among those that themes are compared with, every
// complaint would look too cheap.
func (d Data) withRest(few []term, unknown bool) Data {
	const levels = 3 // none, one, more
	of := map[int][]term{}
	for _, t := range few {
		of[t.theme] = append(of[t.theme], t)
	}
	d.Controls = append(slices.Clone(d.Controls), Control{Name: "rest", Levels: levels})
	d.Rows = slices.Clone(d.Rows)
	for i := range d.Rows {
		r := &d.Rows[i]
		n := 0
		if unknown && r.Unknown {
			n = 1
		}
		for at, m := range r.Mentions {
			for _, t := range of[m.Theme] {
				if t.value(m) != 0 && !repeated(r.Mentions, at) {
					n++
				}
			}
		}
		r.Levels = append(slices.Clone(r.Levels), min(n, levels-1))
	}
	return d
}

// Scale is what a rating may be, its ends included.
type Scale struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Width is the distance from the worst rating to the best.
func (s Scale) Width() float64 { return s.High - s.Low }

// Scales that feedback comes in.
var (
	Five = Scale{1, 5}
	Ten  = Scale{0, 10}
)

// ScaleOf guesses the scale of a source from its ratings: 1 to 5 when none lies
// outside, else 0 to 10. ok is false when some lie outside both, or there are none.
func ScaleOf(ratings []float64) (s Scale, ok bool) {
	s = Five
	for _, r := range ratings {
		if !(r >= Ten.Low && r <= Ten.High) {
			return Scale{}, false
		}
		if r < Five.Low || r > Five.High {
			s = Ten
		}
	}
	return s, len(ratings) > 0
}

// Convert moves a rating from the scale to another, end to end.
func (s Scale) Convert(rating float64, to Scale) float64 {
	return to.Low + (rating-s.Low)/s.Width()*to.Width()
}

// Options are the limits of an analysis.
type Options struct {
	K int // fewest customers that anything rests on; 0 means 5
	// MinCustomers is the fewest customers who must have spoken of a theme, and
	// the fewest who must not have; 0 means 10, and never below K.
	MinCustomers int
	// MinRated is the fewest rated customers in all; 0 means 100, and never
	// below K.
	MinRated int
	// Complaints makes a theme count where it is complained of, its Polarity being
	// below 0, and not wherever it is mentioned. That a row praises anything is
	// then a control: beside praise, every complaint would look dearer than it is.
	// So is that a row complains of what no theme says: beside it, every complaint
	// would look too cheap.
	Complaints bool
	// Trust is how much is known of the mentions beforehand: as much as if so many
	// texts of each theme had been read, and each mention been right as often as
	// its Value says. Intervals are the wider for it, and Data.Checks count beside
	// it. 0: mentions are the truth, and Checks are not looked at.
	Trust float64
}

func (o Options) withDefaults() Options {
	if o.K <= 0 {
		o.K = 5
	}
	if o.MinCustomers <= 0 {
		o.MinCustomers = 10
	}
	if o.MinRated <= 0 {
		o.MinRated = 100
	}
	o.MinCustomers, o.MinRated = max(o.MinCustomers, o.K), max(o.MinRated, o.K)
	return o
}

// ErrFew says that too few customers rated for anything to be said.
var ErrFew = errors.New("too few rated customers to say what moves the rating")

// ErrFlat says that all ratings are the same.
var ErrFlat = errors.New("all ratings are the same: nothing moves them")

// ErrUnread says that by Data.Checks the mentions say too little of what is true
// for effects to be worked out from them.
var ErrUnread = errors.New("by the texts that were checked, what is mentioned says too little of what is true")

func (d Data) check() error {
	if !(d.Scale.Width() > 0) || math.IsInf(d.Scale.Width(), 0) {
		return fmt.Errorf("a scale from %g to %g is none", d.Scale.Low, d.Scale.High)
	}
	if len(d.Themes) > 4096 {
		return fmt.Errorf("%d themes, at most 4096", len(d.Themes))
	}
	for i, c := range d.Checks {
		if err := d.checkMentions(c.Mentions); err != nil {
			return fmt.Errorf("check %d: %w", i, err)
		}
		for _, theme := range c.True {
			if theme < 0 || theme >= len(d.Themes) {
				return fmt.Errorf("check %d: theme %d of %d", i, theme, len(d.Themes))
			}
		}
	}
	for i, r := range d.Rows {
		if !(r.Rating >= d.Scale.Low && r.Rating <= d.Scale.High) {
			return fmt.Errorf("row %d: a rating of %g on a scale from %g to %g", i, r.Rating, d.Scale.Low, d.Scale.High)
		}
		if len(r.Levels) != len(d.Controls) {
			return fmt.Errorf("row %d: %d levels for %d controls", i, len(r.Levels), len(d.Controls))
		}
		for c, level := range r.Levels {
			if level >= d.Controls[c].Levels {
				return fmt.Errorf("row %d: level %d of control %q, which has %d", i, level, d.Controls[c].Name, d.Controls[c].Levels)
			}
		}
		if err := d.checkMentions(r.Mentions); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func (d Data) checkMentions(list []Mention) error {
	for _, m := range list {
		if m.Theme < 0 || m.Theme >= len(d.Themes) || !(m.Value >= 0 && m.Value <= 1) || !(m.Polarity >= -1 && m.Polarity <= 1) {
			return fmt.Errorf("a mention of theme %d, value %g, polarity %g", m.Theme, m.Value, m.Polarity)
		}
	}
	return nil
}
