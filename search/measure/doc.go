// Package measure says how well a search engine ranks: on judged queries and
// on items looked up by what one remembers of them, with Bleve's own analyzers
// on the same queries beside it.
//
//	set, err := measure.Read(file, measure.Fields{})
//	ours, err := measure.NewIndex(ctx, dir, set.Documents, segmenter)
//	run, err := measure.Rank(ctx, ours, set.Queries)
//	fmt.Println(run.NDCG.Mean(), run.Recall.Mean(), run.MRR.Mean())
//
// Measures are those of trec_eval: nDCG with gain 2^grade−1 and discount
// log2(rank+1) (Järvelin and Kekäläinen 2002), recall, reciprocal rank. Two
// engines are compared query by query, with a paired bootstrap of the ratio of
// their means (Sakai 2006).
//
// The same seed gives the same queries and the same intervals. Errors hold
// nothing of the texts. It does not judge: what is relevant, the file says.
package measure
