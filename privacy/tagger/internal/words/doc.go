// Package words is a linear-chain conditional random field over the words of a
// text in Latin script: how a text is split into words, what of a word and its
// neighbours the model reads, and the weights it was taught.
//
//	r := words.NewReader(lexicon)
//	r.Read(t, from, to)
//	for i := range r.Tokens { r.Keys(i, &keys); model.Sum(&keys, &chain.Units[i]) }
//	chain.Best(labels)
//
// It knows no rule and makes no decision: what a span is worth is for the
// recogniser. The same text gives the same scores on every machine.
package words
