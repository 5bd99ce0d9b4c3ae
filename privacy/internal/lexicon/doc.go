// Package lexicon is what the recognisers of names know of Chinese words and
// given names: log frequencies of some 250,000 words, how likely each character
// is at each place of a given name, and a lattice that reads a clause as words.
//
//	lex := lexicon.Shared()
//	lat := lexicon.NewLattice(lex)
//	lat.Read(t.Units, from, to)
//	gain := lat.Margin(i, j, logp) // of reading units i to j as one item
//
// The tables take some 8 MB, are built on the first Shared and read-only from
// then on; a Lattice is scratch space of one goroutine. It decides nothing.
package lexicon

//go:generate go run ./internal/gen data
