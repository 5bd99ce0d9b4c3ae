// Package watch tells of new feedback that saved searches find: it follows the
// documents stream beside the index, asks a search.Percolator of each new
// document, and publishes what was found.
//
//	w := watch.New(nc, js, docs, watch.Config{Segmenter: seg, Stream: "FEEDBACK_MATCHES", Prefix: "feedback.matches."})
//	w.Set(searches, synonyms)            // now, and whenever they change
//	err := w.Run(ctx, indexer.WaitFor)
//
// A message is one search's new matches of some seconds: record ids and counts,
// no text. See docs/formats/match.md.
//
// Guarantees: what a search would find, it is told of, and nothing else; each
// match at least once, and once but for documents that are stored again, through
// any restart and with any number of processes over the same stream; a message is
// published when the index has its documents.
//
// It does not tell of what was there before, nor of documents that were amended
// or tagged anew.
package watch
