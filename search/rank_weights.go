package search

// rankWeights say what makes a document rank: BM25's saturation and length
// normalisation, and what each kind of evidence counts. All evidence is in the
// same unit, the rarity (idf) of what the query says.
type rankWeights struct {
	K1, B    float64
	Power    float64 // of idf: rare words count for more than their number
	Grams    float64 // BM25 of character pairs
	Cosine   float64 // tf-idf of both, by the root of the length
	Runs     float64 // pairs that stand together in both texts
	Exact    float64 // how much of the document the query is
	Short    float64 // units of a text from which on what follows counts the less the longer it is
	Order    float64 // words next to each other, or nearly, in both texts
	Coverage float64 // how much of the query is there, by words
	Pairs    float64 // and by pairs
	Same     float64 // how much of either text's characters the other has: 怎么 is nearly 怎样
	Chars    float64 // tf-idf of characters

	Even evenWeights // where documents are about as long as the query
}

// evenWeights are for questions among questions. There it matters less in which
// order they say something than whether they say all of it, in whatever words.
type evenWeights struct {
	Cosine, Same, Chars float64 // as in rankWeights
	Alike               float64 // Chars, the more the less the texts differ in length
	Said                float64 // how much of the query's characters is there, or something nearly the same
	Words               float64 // and of its words
	Length              float64 // how alike the lengths are
}

// weights were measured by BenchmarkTuneRanking. Those of each kind add up to
// about the same, so that a text that is the query has one score.
var weights = rankWeights{
	K1: 2, B: 0.75, Power: 1.5, Grams: 0.87, Cosine: 2.88, Runs: 0.1, Exact: 1.45,
	Short: 16, Order: 0.1, Coverage: 2.55, Pairs: 1.02, Same: 4.35, Chars: 3,
	Even: evenWeights{Cosine: 1.69, Same: 2.22, Chars: 2.37, Alike: 1.26, Said: 3.91, Words: 2.82, Length: 2.08},
}
