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
	"charged-without-consent": 2.6, "billing-opaque": 1.1, "data-drain": 1.4, "throttled": 1.3, "contract-penalty": 2.1,
	"package-hard-to-leave": 1.8, "misleading-promotion": 2.2, "old-customers-discrimination": 1.9, "refund-slow": 2.1,
	"points-rewards": 0.6, "recharge-payment": 1.0, "minimum-spend": 1.3, "coverage-signal": 1.9, "mobile-data-slow": 1.3,
	"broadband-fault": 1.9, "5g-support": 1.0, "broadband-slow": 1.4, "installer-late": 1.6, "smart-home-iptv": 0.8, "roaming": 1.0,
	"cloud-iot-support": 1.0, "transfer-to-human-maze": 1.6, "bot-misunderstands": 1.3, "hotline-wait": 1.4, "staff-attitude": 1.9,
	"staff-knowledge": 1.1, "store-queue": 0.8, "store-inconsistent": 1.0, "passing-the-buck": 1.8, "no-follow-up": 1.6,
	"repeated-complaint": 1.1, "marketing-harassment": 1.8, "spam-sms-fraud": 1.1, "data-leak-worry": 2.1, "real-name-trouble": 1.4,
	"sim-suspend-resume": 2.1, "number-recycling": 1.3, "number-portability-blocked": 1.9, "app-usability": 0.8, "elderly-remote": 1.0,
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
