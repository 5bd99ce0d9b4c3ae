// Package statistics counts what customers speak of: pain points, themes,
// dimensions and risks over time, by people as well as by pieces of feedback.
//
//	store := statistics.New(statistics.Config{Taxonomy: tax})
//	store.Put(doc)                        // again with the same record replaces it
//	report := store.Report(statistics.Query{From: monday, To: sunday, K: 5})
//	course, err := store.Series(statistics.Theme, "refund-delay", statistics.Query{Days: 90}) // bursts, drifts, forecast
//	table := store.Heat(statistics.Query{}, statistics.Theme, statistics.Region)
//	both := store.Compare(thisMonth, lastMonth)
//
// What counts do over time is worked out by textmining/trend.
//
// A Store is a projection of the documents stream, held in columns in memory:
// some 120 bytes a document, rebuilt by reading the stream. It keeps texts of
// few documents only, as candidates for quotes.
//
// Guarantees: counts are exact after any order of Put and Delete; Delete leaves
// neither count nor quote behind; a figure that rests on fewer than K customers
// is withheld, and so is every figure of the same Report that would give it away
// (share, change, quotes, and the next smallest point of a series, for a single
// one could be taken from the total). A withheld figure reads "<5" whether it is
// small itself or hides one that is. A Store is safe for concurrent use; a
// Report is a copy.
//
// Rows and columns of a Heat, and the two sides of a Comparison, are withheld by
// the same rule. Bursts, drifts and forecasts come of all days, and are rounded;
// a burst is told of K customers only.
//
// Where that ends: each answer is looked at alone. Who may ask many questions
// can compare their answers – the whole with every region but one, a period with
// one a day longer – and learn a count that no answer shows. Labels overlap, so
// that their counts do not add up to a total, but they bound one another. Give
// filters to people who may know what they can work out, or ask with a larger K.
//
// It does not search and it does not persist; it knows feedback whose customer
// is unknown only as people of their own.
package statistics
