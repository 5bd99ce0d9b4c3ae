// Package seed makes a classifier from a few words a class, without labels.
//
//	seeds, err := seed.Parse(yaml) // 网络: [断网, 掉线, 没信号]
//	r, err := seed.Train(ctx, texts, seeds, seed.Options{Segmenter: seg})
//	r.Model.Scores("路由器又连不上了", &scratch)
//
// Texts that the words of one class hit are the first labels. Complement naive
// Bayes (Rennie, Shih, Teevan and Karger 2003) on words and characters learns
// from them what else speaks for a class, and labels all texts; the surest of
// each class become the labels of the next round, a growing share of them
// (self-training; Nigam, McCallum, Thrun and Mitchell 2000 for the idea). A
// model of package learn, trained on the surest, is what remains.
//
// Labels that somebody gave count above all. Choose says which texts are worth
// such a label: those of which a classifier is unsure, that stand for many
// others and not all for the same.
//
// Guarantees: the same texts, seeds, labels and options give the same result;
// memory is about 8 bytes for each n-gram of each text, and 16 for each text and
// class. It keeps no text. Accuracies are in testdata/figures.json.
//
// It does not find classes that nobody named (package discover does), and gives
// each text one class: a text that is about something else gets the nearest one,
// with a small margin.
package seed
