// Package taxonomy says what customers may talk about: six dimensions of
// satisfaction, six pain points that recur, concrete themes under them and the
// risks that call for attention, each with the cues that give it away.
//
// The taxonomy is a YAML file. One is built in (Default); an operator copies
// and edits it and hands it in (Parse, Load). It is read strictly: an unknown
// field, a double id or a malformed cue is an error with its line or id. Lint
// points at what is suspicious without being wrong.
//
//	tax, err := taxonomy.Load("our-taxonomy.yaml")
//	fmt.Println(tax.Version(), len(tax.Themes))
//
// Guarantees: a Taxonomy is immutable after parsing and safe for concurrent
// use; Version depends on content alone, not on comments, layout or the order
// of fields. The package does not match text: package match does, over Cues.
package taxonomy
