// Package textmining reads a redacted text and says what it is about, how it
// sounds and what calls for attention.
//
//	annotator, err := textmining.DefaultAnnotator()
//	annotation := annotator.Annotate("没订过的彩铃一直在扣费，10086永远打不通")
//	for _, theme := range annotation.Themes { … }
//
// An Annotator joins the parts that live in packages of their own: segment
// cuts words, match finds all cues in one pass, theme and risk weigh them,
// sentiment hears the tone, keyword picks the words that stand for the text.
//
// Guarantees: the same text, taxonomy and lexicon give the same annotation;
// every theme and risk has evidence, in code points of the text; an Annotator
// is immutable and safe for concurrent use. It never fails: a text that says
// nothing has an empty annotation. It does not redact and must be given text
// that has been.
package textmining
