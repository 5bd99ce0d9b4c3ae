// Package match finds the cues of many rules in a text in one pass.
//
// A cue is a phrase or a pair of phrases near each other, written in a small
// notation (see ParseCue). Compile turns the cues of every owner – a theme, a
// dimension, a risk – into one Aho–Corasick automaton over folded text: full
// width and case are folded, traditional characters read as simplified ones,
// zero-width characters and quotation marks are passed over, and a space
// between Han characters is ignored. Offsets always refer to the text given.
//
//	set, err := match.Compile([]match.Cue{{Owner: 0, Kind: match.Strong, Text: "(乱|多)扣费"}})
//	for _, f := range set.Find(text, &scratch) { … }
//
// Guarantees: time linear in the text plus the number of hits; no allocation
// per character (a Scratch is reused); a cue matches across the border of a
// clause only where it says so (>>), never inside a redaction placeholder ⟦…⟧,
// and in the name behind an @ only where it asks for one; a cue that begins or
// ends in a Latin letter or digit matches whole words only, with the simple
// English endings (s, es, ed, ing, 's), and its contractions however they are
// written (can't, cant, cannot). Numbers, counts and lengths of time are
// classes (<#while>), read by rules in Chinese and English, up to a unit; they
// are no dates, and no sums of money. A Set is immutable and safe for concurrent use;
// a Scratch belongs to one goroutine.
//
// It does not weigh cues or decide what a text is about: that is the business
// of packages theme and risk.
//
// Source: A. V. Aho, M. J. Corasick, "Efficient string matching: an aid to
// bibliographic search", CACM 18(6), 1975; negation scope after W. W. Chapman
// et al., "A simple algorithm for identifying negated findings" (NegEx), 2001.
package match
