// Package statistics counts what customers speak of: pain points, themes,
// dimensions and risks over time, by people as well as by pieces of feedback.
//
//	store := statistics.New(statistics.Config{Taxonomy: tax})
//	store.Put(doc)                        // again with the same record replaces it
//	report := store.Report(statistics.Query{From: monday, To: sunday, K: 5})
//
// A Store is a projection of the documents stream, held in columns in memory:
// some 120 bytes a document, rebuilt by reading the stream. It keeps texts of
// few documents only, as candidates for quotes.
//
// Guarantees: counts are exact after any order of Put and Delete; Delete leaves
// neither count nor quote behind; a figure that rests on fewer than K customers
// is withheld, and so is every figure that would give it away (share, change,
// quotes). A Store is safe for concurrent use; a Report is a copy.
//
// It does not search and it does not persist; it knows feedback whose customer
// is unknown only as people of their own.
package statistics
