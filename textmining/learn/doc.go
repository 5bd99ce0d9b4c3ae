// Package learn learns from labelled texts which labels another text gets, and
// says how sure it is and which words speak for it.
//
//	model, err := learn.Train(ctx, rows, learn.Options{Segmenter: seg})
//	var scratch learn.Scratch
//	for _, s := range model.Scores("宽带又断了，报修三次没人来", &scratch) { … }
//
// A text is read as n-grams of its characters, as words and pairs of neighbours,
// and as words near each other in any order; width, case and traditional
// characters are folded, a redaction placeholder is one character. The classifier
// is a sum of seven that are linear in these features: support vector machines on
// tf-idf weighted by log-count ratios, on all features at three costs and on
// characters alone, a logistic regression of all labels together, and naive Bayes
// of characters and of words. How much each counts, and how scores become probabilities, is what
// makes rows likeliest that the parts had not seen. Where one label must be
// chosen, rare ones are favoured as far as macro-F1 gains by it. Of
// several labels a text there is no regression.
//
// Guarantees: the same rows, options and seed give the same model, byte for
// byte, whatever the number of processors; a Model is immutable and safe for
// concurrent use; scoring allocates nothing once its Scratch has grown; Read
// refuses what is damaged and never takes more than a bounded amount of memory.
//
// A model file holds hashes of n-grams and their weights, and no text. It holds
// the labels in the clear. This package does not redact, and what it is trained
// on must have been.
package learn
