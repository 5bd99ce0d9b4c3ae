package driver

import "math"

// Contrast is what a theme does to the rating as a complaint and as praise.
type Contrast struct {
	Theme      string   `json:"theme"`
	Complaints int      `json:"complaints"` // customers who complain of it
	Praises    int      `json:"praises"`    // customers who praise it
	Penalty    Interval `json:"penalty"`    // effect of a complaint, in points
	Reward     Interval `json:"reward"`     // effect of praise, in points
	Kind       Kind     `json:"kind"`
}

// Interval is an estimate with its 95 % interval.
type Interval struct {
	Points float64 `json:"points"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// sureness is the p-value below which an effect counts in a Kind: there being
// two for each theme, 5 % would call every tenth theme something by chance.
const sureness = .01

// Kind is how a theme's two effects compare (Brandt 1988; Kano 1984).
type Kind string

// The kinds.
const (
	Basic       Kind = "basic"       // its lack is punished, its presence not rewarded
	Performance Kind = "performance" // both, alike
	Excitement  Kind = "excitement"  // its presence is rewarded, its lack not punished
	Unsure      Kind = "unsure"      // neither can be told apart from nothing
)

// PenaltyReward regresses the rating on complaints of and praise for each theme,
// by the Polarity of mentions; those without are taken as none. A theme is in
// the result when enough customers complain of it and enough praise it. Errors
// are those of [Analyse].
func PenaltyReward(d Data, o Options) ([]Contrast, error) {
	o = o.withDefaults()
	var terms []term
	for i := range d.Themes {
		for _, sign := range []float64{-1, 1} {
			terms = append(terms, term{i, func(m Mention) float64 {
				if m.Polarity*sign > 0 {
					return m.value()
				}
				return 0
			}})
		}
	}
	// Of each theme the complaint's column comes before the praise's; a theme that
	// lost either is not looked at.
	g, left, err := prepare(d, o, terms)
	if err != nil {
		return nil, err
	}
	estimates, err := g.fit(nil)
	if err != nil {
		return nil, err
	}
	out := []Contrast{}
	for j := 0; j+1 < len(g.theme); j++ {
		theme := g.theme[j]
		if _, partly := left[theme]; partly || g.theme[j+1] != theme {
			continue
		}
		c := Contrast{Theme: d.Themes[theme], Complaints: g.customer[g.first+j], Praises: g.customer[g.first+j+1], Penalty: interval(estimates[g.first+j]), Reward: interval(estimates[g.first+j+1])}
		c.Kind = kind(estimates[g.first+j], estimates[g.first+j+1])
		out = append(out, c)
	}
	return out, nil
}

func interval(e estimate) Interval {
	low, high := e.interval()
	return Interval{e.points, low, high}
}

// kind compares the effects: one that is sure and more than twice the other
// decides.
func kind(penalty, reward estimate) Kind {
	punishes, rewards := penalty.p() < sureness, reward.p() < sureness
	p, r := math.Max(0, -penalty.points), math.Max(0, reward.points)
	switch {
	case !punishes && !rewards:
		return Unsure
	case punishes && p > 2*r:
		return Basic
	case rewards && r > 2*p:
		return Excitement
	}
	return Performance
}
