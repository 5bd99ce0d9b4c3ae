// Package discover finds what feedback speaks of when nobody has said what to
// look for: it clusters short Chinese and English texts, leaves hardly any of
// them out, and gives the same clusters again when it is run again.
//
//	res, err := discover.Fit(ctx, docs, discover.Options{Segmenter: seg})
//	for _, c := range res.Clusters {
//		fmt.Println(c.Size, c.Stability, c.Terms)
//	}
//	cluster, margin := res.Model.Assign("宽带又断网了")
//
// The way: words and pairs of Chinese characters are the features. Each text
// gets two vectors side by side, the mean of its word vectors, which come from
// a factored PPMI matrix (Levy and Goldberg, NIPS 2014; SIF weights, Arora,
// Liang and Ma, ICLR 2017), and its place in latent semantic analysis.
// Spherical k-means cuts them; a multinomial mixture with hard assignments
// (Nigam et al. 2000) moves each text to where its words are commonest; eight
// such runs are joined into a consensus (Strehl and Ghosh, JMLR 2002; their
// centres pooled by Ward's criterion, Leisch 1999). Without a K, GSDMM (Yin and
// Wang, KDD 2014) says how many there are, once what it splits is joined again.
//
// Guarantees: the result depends on the documents, the options and the seed
// alone, whatever GOMAXPROCS is. Every text of which a word stands in another
// text has a cluster; what fits two alike is marked by its margin. Identical
// texts count once, so that a campaign makes no theme. Redaction placeholders,
// addresses, @mentions and numbers are never features. Any size works: no text,
// one text, K above the number of different texts.
//
// Memory: see docs/mining.md; a corpus larger than Options.Sample is sampled
// over time and the rest assigned, one text at a time.
//
// It names clusters by words only (packages name and follow do better), and it
// is given redacted text: it cannot know what is personal.
package discover
