// Package trend says what a series of daily counts does: whether it bursts,
// drifts, where it goes, and how it compares.
//
//	days, bursts, err := trend.Detector{FalseAlarms: 1}.Scan(series, from)
//	drifts, err := trend.Watch{RunLength: 365}.Scan(series, from)
//	next, err := trend.Forecast(series, 14)
//	ratio, err := trend.Compare(thisMonth, lastMonth)
//	causes := trend.Causes(byRegion, 240, 900, 61.5, 0.05)
//	delay := trend.EstimateDelay(pieces)
//
// The counts of a day are negative binomial about a mean that has a level, a
// slow trend and a day of the week, and that may follow an exposure. What is not
// known of these from few counts widens what is expected, so that the chances
// that are given hold for a theme of one piece a week as for one of 200 a day.
// The figures are measured: testdata/figures.json, written by
//
//	go test ./textmining/trend -run TestFigures -update
//
// The package is pure: it knows numbers alone, keeps nothing, and gives the same
// answer to the same input. It knows no holidays; a caller who does says as
// which weekday they behave. It withholds nothing: what may be shown to whom is
// textmining/statistics' to decide.
package trend
