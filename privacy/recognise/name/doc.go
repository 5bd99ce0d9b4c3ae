// Package name finds people's names in feedback: Chinese names by their
// surname, given-name characters and surroundings, surnames before a title
// (张先生, 李经理: the title stays outside the span), 老X 小X 阿X, names of
// minorities by the elements that they are made of, transliterated names around
// a middle dot, and Latin names after a cue, a title or by a known given name.
//
//	r := name.New()
//	r.Recognise(fold.New("客服小李态度差"), false, func(c rule.Candidate) { … })
//
// A Chinese name has to win against the words of the language: every candidate
// is weighed by how much likelier the clause reads with a name there than
// with dictionary words alone (a unigram lattice), and cues and titles move
// the bar. So 关机, 高峰 and 马上 stay although 关, 高 and 马 are surnames.
//
// Some places make a name of nearly anything: beside a telephone number, in a
// column of names, in a list with other names, on the last line. Surnames that
// a county or two has are believed there and behind cues and titles alone. A
// name that was found with a cue is found again where it has none (Again).
//
// Time is linear in the text, memory for the tables is some 8 MB, shared by
// all recognisers of the process and built on the first New. A Recogniser is
// immutable and safe for concurrent use.
//
// What it does not do: tell whose name it is (a public figure's is a name
// too), or read names in account handles (@…).
package name
