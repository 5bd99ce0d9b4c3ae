// Package review plans and evaluates the review of redacted documents: whom to
// look at, what was judged, and what may be said of all the others.
//
//	sample, err := review.Draw(units, review.Plan{Target: 0.01, Seed: "…"})
//	…                                     // verdicts, as entries of the ledger
//	state := sample.State(entries)        // a projection: nothing else is kept
//	result := state.Result()
//	result.Missed.Upper                   // of all documents, at most this share
//
// # Method
//
// The unit is the document: values in one document go together, so that only
// documents can be counted as independent. A document counts as missed when a
// reviewer saw personal data left in it, and as falsely hidden when something
// was taken out that is none.
//
// Documents in which nothing was found are drawn like all others. Within a cell
// (see [Cell]) each document has the same chance. The draw is the pivotal method
// (Deville and Tillé, Biometrika 85, 1998, 89–101) along a tree of confidence
// band, types found, channel and month: at each node the sample is in
// proportion, to within one document.
//
// The upper bounds are those of Clopper and Pearson (Biometrika 26, 1934,
// 404–413) and hold exactly, not only for large samples: pivotal samples are
// strongly Rayleigh (Brändén and Jonasson, Scand. J. Statist. 39, 2012,
// 830–838), so the number of documents of any kind in one is distributed as a sum of
// independent trials (Borcea, Brändén and Liggett, J. AMS 22, 2009, 521–567),
// whose lower tail is no heavier than that of the binomial with the same mean
// (Hoeffding, Ann. Math. Statist. 27, 1956, 713–721). Stratifying therefore costs
// nothing. Cells are joined by Bonferroni: each has a share of the error that is
// fixed when the sample is drawn.
//
// A bound per type holds for that type. It is not a joint statement about all.
//
// # Limits
//
// What a reviewer overlooks, no bound knows of; agreement of two reviewers is
// what tells of it. A bound speaks of the documents there were when the sample
// was drawn. Everything here is pure: no files, no network, no clock.
package review
