// Package custom recognises what an operator describes in its policy: numbers
// of its own, such as a loyalty card or a contract party, by a label, a shape
// and a check digit.
//
//	r, err := custom.New(custom.Spec{
//		Type: "CUSTOM_LOYALTY", Cue: []string{"会员号"}, Shape: "'VIP' 9{8}",
//		Finds: []string{"会员号«VIP20391177»"}, Leaves: []string{"订单20391177"},
//	})
//
// A shape is a row of elements, blanks between them without meaning:
//
//	9      a digit, in any script or style that the fold reads
//	A      a Latin letter, either case
//	N      a letter or a digit
//	H      a hexadecimal digit
//	C      a check character: a digit or X
//	[AB7]  one of these letters and digits
//	'KH-'  these characters, either case; separators among them may be left out
//	x{8}   element x eight times, x{6,9} six to nine times, as many as there are
//
// An element with a range may not be followed by one that it could swallow, so
// that a match needs no second try: time is linear in the text. A separator
// that people put between characters is skipped until the shape has its least
// length. Neither end may touch another letter or digit.
//
// The package is for identifiers, not for words: it has no alternatives, no
// classes of Han characters and no negation.
package custom
