package corpus

import (
	"maps"
	"math"
)

// Ratings follow a model whose terms are known, so that what finds drivers can
// be held against them. On a scale of 0 to 10:
//
//	rating = RatingBase − Σ Effects of the themes complained of
//	       + RatingPraise if it praises
//	       + the customer's own mood (deviation RatingMood) + noise (RatingNoise)
//
// then rounded to whole points and kept within the scale. Rounding adds noise
// alone; the ends of the scale attenuate: what would have fallen below 0 is 0.
// With these numbers a least squares regression of very many items gives
// effects that are some per cent smaller than the planted ones.
const (
	RatingBase   = 6.8
	RatingPraise = 2.0
	RatingMood   = 0.7
	RatingNoise  = 1.1
)

// effects are what a complaint about each theme costs, in points of 0 to 10.
// Themes that are not here cost nothing.
var effects = map[string]float64{
	"charged-without-consent": 3.2, "billing-opaque": 1.4, "data-drain": 1.8, "throttled": 1.6, "contract-penalty": 2.6,
	"package-hard-to-leave": 2.2, "misleading-promotion": 2.8, "old-customers-discrimination": 2.4, "refund-slow": 2.6,
	"points-rewards": 0.8, "recharge-payment": 1.2, "minimum-spend": 1.6, "coverage-signal": 2.4, "mobile-data-slow": 1.6,
	"broadband-fault": 2.4, "5g-support": 1.2, "broadband-slow": 1.8, "installer-late": 2.0, "smart-home-iptv": 1.0, "roaming": 1.2,
	"cloud-iot-support": 1.2, "transfer-to-human-maze": 2.0, "bot-misunderstands": 1.6, "hotline-wait": 1.8, "staff-attitude": 2.4,
	"staff-knowledge": 1.4, "store-queue": 1.0, "store-inconsistent": 1.2, "passing-the-buck": 2.2, "no-follow-up": 2.0,
	"repeated-complaint": 1.4, "marketing-harassment": 2.2, "spam-sms-fraud": 1.4, "data-leak-worry": 2.6, "real-name-trouble": 1.8,
	"sim-suspend-resume": 2.6, "number-recycling": 1.6, "number-portability-blocked": 2.4, "app-usability": 1.0, "elderly-remote": 1.2,
}

// Effects are the planted effects on the rating of a complaint about each theme,
// in points of 0 to 10, below 0. A theme that is not there has none.
func Effects() map[string]float64 {
	out := maps.Clone(effects)
	for id, cost := range out {
		out[id] = -cost
	}
	return out
}

// ratedPercent is how many of a channel's items come with a rating.
var ratedPercent = map[string]int{"survey": 92, "app": 60, "hotline": 45, "store": 40, "wechat": 30}

// rate draws the rating of an item, or nil. Its numbers come from a row of their
// own, so that words do not depend on ratings.
func (g *generator) rate(d *draft, themes []string) *float64 {
	mood, known := g.moods[d.person]
	if !known {
		mood = g.ratings.normal() * RatingMood
		g.moods[d.person] = mood
	}
	noise, rated := g.ratings.normal()*RatingNoise, g.ratings.chance(ratedPercent[d.channel])
	if !rated {
		return nil
	}
	rating := RatingBase + mood + noise
	switch d.kind {
	case 'c':
		for _, id := range themes {
			rating -= effects[id]
		}
	case 'p':
		rating += RatingPraise
	}
	rating = min(10, max(0, math.Round(rating)))
	return &rating
}
