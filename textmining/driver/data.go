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
	Praises  bool  // it speaks well on the whole; only Options.Complaints looks at it
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

// withPraise is the data with one more control: whether a row praises anything.
func (d Data) withPraise() Data {
	d.Controls = append(slices.Clone(d.Controls), Control{Name: "praise", Levels: 2})
	d.Rows = slices.Clone(d.Rows)
	for i := range d.Rows {
		r := &d.Rows[i]
		praise := 0
		if r.Praises || slices.ContainsFunc(r.Mentions, func(m Mention) bool { return m.Polarity > 0 }) {
			praise = 1
		}
		r.Levels = append(slices.Clone(r.Levels), praise)
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
	Complaints bool
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

func (d Data) check() error {
	if !(d.Scale.Width() > 0) || math.IsInf(d.Scale.Width(), 0) {
		return fmt.Errorf("a scale from %g to %g is none", d.Scale.Low, d.Scale.High)
	}
	if len(d.Themes) > 4096 {
		return fmt.Errorf("%d themes, at most 4096", len(d.Themes))
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
		for _, m := range r.Mentions {
			if m.Theme < 0 || m.Theme >= len(d.Themes) || !(m.Value >= 0 && m.Value <= 1) || !(m.Polarity >= -1 && m.Polarity <= 1) {
				return fmt.Errorf("row %d: a mention of theme %d, value %g, polarity %g", i, m.Theme, m.Value, m.Polarity)
			}
		}
	}
	return nil
}
