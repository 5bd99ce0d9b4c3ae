// Package name says what clusters of feedback are about: a name that an analyst
// can use as it stands, key phrases, and sentences that prove it.
//
//	clusters := name.Clusters(documents, name.Config{K: 5})
//	fmt.Println(clusters[0].Name, clusters[0].Phrases[0].Text)
//
// A document is a redacted text, its tokens (segment.AppendTokens) and the
// number of its cluster; who made the clusters does not matter.
//
// Phrases are mined first: runs of two to five words within a clause, without
// degree words and particles (信号太差了 is said as 信号差), that hold together
// (t-score of the weakest cut, Manning & Schütze 1999, 5.3.1), that are whole
// (their neighbours vary: branching entropy, Jin & Tanaka-Ishii 2006; no longer
// phrase says nearly always what they say), that have no stop word at an edge
// and hold no number, placeholder, address, mention or name of a person.
//
// A phrase l names a cluster c by
//
//	score(l, c) = precision^0.4 · coverage^0.6 · relevance · telling · central · form
//
// where coverage is the share of c's customers in whose texts all words of l
// stand, precision the share of c among all customers of whom that is true
// (a weighted geometric mean, as in the measure of Fowlkes & Mallows 1983),
// relevance the cosine between the words beside l, wherever it stands, and the
// words of c (the first-order relevance of Mei, Shen & Zhai 2007: a label is
// good when what is said around it is what the topic says), telling how much
// rather l's words stand in c than elsewhere, central the c-TF-IDF of its most
// central word as a share of the greatest in c, and form a prior on length and
// parts of speech: a thing with what is wrong with it, no brand, place or empty
// word. The weights were set by reading names. A name that says but half, what is
// denied without the thing, a thing of which nothing is said, a word beside the name
// of the house, gets the other half beside it: 网络、打不开. Key phrases are ranked by
// c-TF-IDF (Grootendorst 2022). Names are given out to the best score first, so
// that no two clusters share one.
//
// Guarantees: the same documents give the same result; every name, phrase and
// word shown was said by at least K different customers; a cluster of fewer is
// withheld, its size apart. Clusters keeps nothing and is safe for concurrent
// use. Memory: about 60 bytes a token.
//
// It does not redact, cluster or translate, and it makes no new wording beyond
// leaving words out of what customers said.
package name
