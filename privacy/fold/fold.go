// Package fold reads a text through the noise that people use to write
// personal data: full-width and circled digits, Chinese numerals, spoken
// digits (幺 两 洞 拐 勾), zero-width characters, separators, look-alike
// letters, traditional characters. Each unit keeps the exact bytes it came from.
package fold

// Class says what a unit may be read as.
type Class uint16

// The classes; a unit may have several.
const (
	Digit     Class = 1 << iota // a decimal digit of any script or style: 1 １ ① 𝟏 1️⃣
	Numeral                     // a Chinese or spoken numeral with a digit reading: 一 壹 幺 两 洞 拐 勾
	Lookalike                   // a letter that stands in for a digit: O l I Z B
	Letter                      // a Latin letter, after width and style folding
	Han                         // a Han character
	Separator                   // may stand between digits and be skipped: space . - _ / · , newline …
	Mask                        // * × x ● … as used in values already masked
)

// Unit is one significant character of the text. Zero-width and other
// ignorable runes have no unit of their own: they belong to the gap before the next.
type Unit struct {
	Rune  rune  // folded: half-width, plain style, simplified; letter case kept
	Off   int32 // byte offset of its first byte in the source
	End   int32 // byte offset past its last byte
	Class Class
	Value int8 // digit reading 0–9, or -1
}

// Text is a text with its reading. It is immutable and safe for concurrent use.
type Text struct {
	Source string
	Units  []Unit
}
