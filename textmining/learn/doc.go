// Package learn learns from labelled texts which labels another text gets, and
// says how sure it is and which words speak for it.
//
//	model, err := learn.Train(ctx, rows, learn.Options{Segmenter: seg})
//	var scratch learn.Scratch
//	for _, s := range model.Scores("宽带又断了，报修三次没人来", &scratch) { … }
//
// A text is read as n-grams of its characters and as words and pairs of words,
// width, case and traditional characters folded, a redaction placeholder as one
// character. The classifier is linear: a support vector machine on tf-idf,
// and another on the same features weighted by their log-count ratio,
// with
// naive Bayes where it helps, mixed as held-out rows like it best. Their scores become probabilities by
// what rows show that the model had not seen.
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
