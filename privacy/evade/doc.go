// Package evade rewrites labelled personal data the way people write it past a
// filter: full-width and circled digits, spoken numerals, separators, look-alike
// letters, numbers told in pieces. It measures whether redaction still finds it.
//
//	for _, e := range evade.All() {
//		text, spans := e.Apply(1, doc.Text, doc.Spans)
//		…
//	}
//
// The same seed, text and spans give the same result on every machine. The
// text around the spans is left alone, but for what a number told in pieces
// puts between them.
package evade
