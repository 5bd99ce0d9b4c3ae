// Package statistics counts what customers speak of: pain points, themes,
// dimensions and risks over time, by people as well as by pieces of feedback.
//
//	store := statistics.New(statistics.Config{Taxonomy: tax})
//	store.Put(doc)                        // again with the same record replaces it
//	report := store.Report(statistics.Query{From: monday, To: sunday, K: 5})
//	course, err := store.Series(statistics.Theme, "refund-delay", statistics.Query{Days: 90}) // bursts, drifts, forecast
//	table := store.Heat(statistics.Query{}, statistics.Theme, statistics.Region)
//	both := store.Compare(thisMonth, lastMonth)
//	pasted := store.Campaigns(statistics.Query{Days: 30})
//
// What counts do over time is worked out by textmining/trend.
//
// A Store is a projection of the documents stream, held in columns in memory:
// some 190 bytes a document with two themes, two dimensions and two pain points,
// 16 of them for each, and rebuilt by reading the stream. Besides, the newest
// 100,000 documents (Config.Recent) stand in an index of what their texts are
// like, at 0.9 KB each. It keeps texts of few documents only: candidates for
// quotes, and up to twelve of a group of near-duplicates for its template.
//
// Three lines are counted: Distinct, documents that say something of their own
// or are the first of the period that says it; Repeats, in which a customer says
// the same again; Copies, which say the same as another customer's. Together
// they are all documents. What says the same is for textmining/duplicate to
// judge, at a Jaccard index of 0.7, among the newest documents: a text that
// comes again after 100,000 others is new. What was found to be in a group stays
// there when it is no longer among the newest.
//
// Guarantees: counts are exact after any order of Put and Delete; Delete leaves
// neither count nor quote nor shingle behind; a figure that rests on fewer than K customers
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
