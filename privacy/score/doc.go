// Package score measures redaction against labelled text.
//
//	var s score.Scorer
//	s.Add(score.Sample{Text: text, Gold: gold, Found: found})
//	report := s.Report()
//
// It counts in four ways, because one figure hides what matters: strict (same
// span and type), lenient (IoU of at least one half and the same type), no-leak
// (every character of the labelled span lies in some replaced span, whatever
// its type) and over-masking (what was replaced where nothing is labelled).
//
// Proportions carry Wilson score intervals at 95 % (Wilson 1927; Brown, Cai and
// DasGupta 2001 recommend them for small counts too). F2 weighs recall twice as
// much as precision (van Rijsbergen 1979, β = 2), a miss being worse than an
// extra tag.
//
// [Calibration] says whether a confidence is right as often as it claims, by
// type and by rule.
//
// # What it does not do
//
// It does not see how a value was replaced: a masked phone number or an address
// reduced to its city counts as replaced. It knows only what is labelled: a
// person that the labels overlook counts as over-masking.
package score
