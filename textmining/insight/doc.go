// Package insight asks the statistics what moves the rating and what an action
// changed, and keeps what may be shown of the answer.
//
//	drivers, err := insight.Drive(store, statistics.Query{Days: 90}, insight.Options{})
//	report, err := insight.Assess(store, mark, insight.Options{})
//
// It joins textmining/statistics, which has the documents' columns, with the
// pure packages driver and intervention, for the command line and the pages.
//
// Guarantees: nothing rests on fewer than K customers. A theme that too few
// speak of has no effect; of an action after which too few are left, the effect
// is a bound, worked out as if K were left; a point of a chart that rests on
// too few customers is withheld, and never one alone, which the total would give
// away. Answers are looked at one by one: who may ask for many, of places and
// periods that overlap, may work out what none shows.
package insight
