package detect

import "math"

// A rule's own confidence ranks its candidates against those of other rules:
// what was only learnt stays under what a label or a check digit tells, however
// often it is right. What is told to the outside, and compared with thresholds,
// is how often findings of that confidence are right. Where the two part, a
// curve leads from the first to the second.

// knot is a point of a curve: findings of confidence own are right as often as
// share says.
type knot struct{ own, share float64 }

// curves are by rule, measured with eval redaction --calibration over the
// labelled texts, the built-in corpus, and public sets of Chinese and English
// names; rules that are not here are right about as often as they say, or are
// too rare to tell. Each begins at DefaultThreshold, where share is no less, so
// that no curve moves a candidate over that threshold or under it.
var curves = map[string][]knot{
	"address.abroad":    {{0.5, 0.5}, {0.7, 0.65}, {0.9, 0.7}, {1, 1}},
	"address.english":   {{0.5, 0.5}, {0.75, 0.65}, {0.85, 0.8}, {0.95, 0.97}, {1, 1}},
	"bank_card.account": {{0.5, 0.7}, {0.75, 0.92}, {1, 1}},
	"employee.roster":   {{0.5, 0.7}, {0.62, 0.85}, {1, 1}},
	"english.person":    {{0.5, 0.5}, {0.72, 0.55}, {0.77, 0.85}, {0.79, 0.97}, {1, 1}},
	"mobile.segment":    {{0.5, 0.7}, {0.7, 0.9}, {0.85, 0.97}, {0.92, 0.99}, {1, 1}},
	"name.beside":       {{0.5, 0.6}, {0.68, 0.85}, {1, 1}},
	"name.latin.cue":    {{0.5, 0.7}, {0.8, 0.95}, {0.9, 0.98}, {1, 1}},
	"name.latin.known":  {{0.5, 0.8}, {0.55, 0.88}, {0.7, 0.96}, {1, 1}},
	"name.latin.line":   {{0.5, 0.8}, {0.6, 0.9}, {1, 1}},
	"passport.foreign":  {{0.5, 0.7}, {0.6, 0.82}, {1, 1}},
	"tagger.person":     {{0.5, 0.75}, {0.7, 0.8}, {0.77, 0.88}, {0.79, 0.97}, {1, 1}},
}

// calibrated is how often findings by a rule, of its confidence own, are right,
// to three places. It rises with own.
func calibrated(rule string, own float64) float64 {
	curve := curves[rule]
	if len(curve) == 0 || own < curve[0].own {
		return own
	}
	for i := 1; i < len(curve); i++ {
		if a, b := curve[i-1], curve[i]; own <= b.own {
			return math.Round(1000*(a.share+(b.share-a.share)*(own-a.own)/(b.own-a.own))) / 1000
		}
	}
	return own
}
