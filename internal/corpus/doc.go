// Package corpus makes the built-in demonstration corpus: invented feedback of
// an invented telecom operator, with the truth about each item.
//
//	for _, item := range corpus.Generate(1, corpus.Options{End: time.Now()}) { … }
//
// Texts are composed from the grammar under grammar/: clauses of about forty
// concrete themes, complaint, praise and question, in the register of five
// channels, Chinese and English. Nothing is taken from any data set. People,
// numbers and addresses are invented by combination; numbers carry valid check
// digits, and some are written as people write them: full-width, in Chinese
// numerals, cut by spaces.
//
// # What is planted
//
//   - billing-change: a burst in one province over eight days
//   - outage: two days in one city
//   - vas-growth: unsubscribed value-added services, growing slowly all along
//   - harassment: a sales campaign of two weeks
//   - copypaste: one text pasted with small changes (Truth.DuplicateOf)
//   - dispatch: installations that are late in two provinces; from a day on an
//     action makes them 65 % fewer in one of them ([Interventions])
//   - ratings that follow a model with an effect of each theme ([Effects])
//   - customers who come back two to six times with what is not solved
//
// # Guarantees
//
// The same seed and options give the same items, byte for byte. Spans are exact.
// Theme ids are those of the default taxonomy.
//
// # What it is not
//
// No measure of quality on real feedback: who wrote the grammar knows the themes.
package corpus
