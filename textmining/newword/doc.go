// Package newword mines terms that no lexicon holds from texts: product names,
// packages, slang.
//
//	m := newword.New(newword.Config{Segmenter: seg})
//	for _, f := range feedback {
//		m.Add(newword.Document{Text: f.Text, Customer: f.Customer})
//	}
//	for _, t := range m.Terms(200) { … }
//
// A candidate is a run of 2 to 6 Chinese characters, or of up to three words of
// Latin letters, or of both together (5G套餐, where 5G is one unit). Its parts
// must belong together: cohesion is the smallest pointwise mutual information
// over all ways to cut it in two. And it must stand freely: freedom is the
// smaller of the entropies of what comes before and after it, a clause's edge
// being a neighbour of its own kind each time. (Church & Hanks 1990; Huang &
// Powers 2003; Jin & Tanaka-Ishii 2006.) The score is their product, damped for
// candidates that few used, and a quarter of that for what is put together of a
// word that is said without the rest as often, begins or ends in a function
// character, or stands beside a number in half of its places; with the lexicons
// on, also for clauses and for what is torn out of longer names.
//
// Width, letter case and traditional characters are folded. Placeholders,
// addresses, numbers, mentions, emoji and punctuation end a run: no term
// reaches across one. A term is proposed only when at least Config.Customers
// different customers used it; a document without a customer counts as one of
// its own. What the Segmenter's lexicons hold is not proposed.
//
// Memory: 10 bytes a character and the texts themselves, for at most
// Config.Characters characters (8 million by default, some 24 MB of text), and
// about 60 bytes for each of the n-grams that are frequent enough. When there is
// more, a sample of the documents is kept, chosen by a hash of their text: it
// does not depend on their order, and Sampled says how large it is.
//
// It gives no part of speech and no meaning: a person accepts terms.
package newword
