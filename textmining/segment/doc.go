// Package segment cuts feedback into words, clauses and sentences, with exact
// byte offsets into the text it was given.
//
//	seg, err := segment.New()
//	for _, t := range seg.AppendTokens(nil, "光猫红灯，宽带又断网了") {
//		fmt.Println(t.Kind, "光猫红灯，宽带又断网了"[t.Start:t.End])
//	}
//
// The words are those of gse's simplified Chinese dictionary, found by gse's
// algorithm (the most probable path over the dictionary), together with a
// lexicon of the telecom field and the operator's own. Width, letter case and
// traditional characters are folded for the look-up only: offsets stay on the
// source.
//
// Guarantees: tokens cover the text from its first byte to its last, in order,
// without gaps or overlap, and start and end on rune boundaries (an invalid
// byte is a token of its own). A redaction placeholder such as ⟦手机号·kqzmwtbx⟧
// is one token. A Segmenter is immutable and safe for concurrent use; cutting
// allocates nothing beyond the slice it appends to.
//
// It finds no words that no lexicon holds, and
// it does not normalise: AppendFold gives the form that the look-up sees.
package segment
