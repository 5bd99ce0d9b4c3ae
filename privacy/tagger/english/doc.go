// Package english finds names of persons and postal addresses in text of Latin
// script by what was learnt: a linear-chain conditional random field over the
// words, their spelling, their neighbours, and what a lexicon of given names,
// surnames, places and everyday words says of them. It stands beside the
// rules, which know what they look for.
//
//	r := english.New()
//	r.Recognise(fold.New("Thanks to Brannoc Ostrell for the quick fix"), false, func(c rule.Candidate) { … })
//
// It reads texts without Han characters, and long stretches without them in
// other texts; a word or two of Latin letters in a Chinese sentence is left to
// the rules. The confidence of a candidate is the probability of its words and
// stays under that of a rule that had a cue or a check.
//
// The weights are one embedded file of hashes and small integers: no text, and
// no name of the lexicon, can be read back. MODEL.md beside this file says what
// they were learnt from, how good they are, and how to learn them anew.
//
// Time is linear in the text; the same text gives the same candidates on every
// machine. The tables take some 4 MB, are unpacked on the first New and shared
// by all recognisers of the process. A Recogniser is immutable and safe for
// concurrent use.
//
// What it does not do: say whose name it is, or find a place, a company or a
// postcode alone: those are learnt only because they are no persons.
package english
