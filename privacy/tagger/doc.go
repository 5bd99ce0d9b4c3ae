// Package tagger finds names of persons and postal addresses by what was learnt
// from labelled text: a linear-chain conditional random field over the
// characters, words, surnames, given names and places around each character.
// It stands beside the rules, which know what they look for; the tagger finds
// what no cue announces, and knows a company when it sees one.
//
//	r := tagger.New()
//	r.Recognise(fold.New("刚才是刘建军接的电话"), false, func(c rule.Candidate) { … })
//
// Little of a text is read in full. A gate, learnt with the model, looks at the
// characters around each character alone; where a name may begin, the model
// looks at that character and the next; and where it still may, at the dozen
// characters around. Addresses are looked for around numbers with a measure
// behind the name of a road or an estate. The confidence of a candidate is the probability of its span,
// calibrated on text that was not learnt, and stays under that of a rule that
// had a cue or a check. An address is proposed only when the grammar of
// addresses agrees that it goes down to a door.
//
// The weights are one embedded file of hashes and small integers: no text can
// be read back. MODEL.md beside this file says what they were learnt from, how
// good they are, and how to learn them anew.
//
// Time is linear in the text; the same text gives the same candidates on every
// machine. The tables take some 18 MB, are unpacked on the first New and shared
// by all recognisers of the process. A Recogniser is immutable and safe for
// concurrent use.
//
// What it does not do: Latin names, single surnames before a title and forms of
// address (老王) are left to the rules; whose name it is, it does not know.
package tagger
