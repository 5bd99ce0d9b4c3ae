// Package fold reads a text through the noise that people use to write
// personal data: full-width and circled digits, Chinese numerals, spoken
// digits (幺 两 洞 拐 勾), zero-width characters, separators, look-alike
// letters, traditional characters. Each unit keeps the exact bytes it came from.
//
//	t := fold.New("电话１３８-零零...")
//	t.Units[2].Value        // 1
//	t.Span(2, 5)            // bytes of "１３８"
//
// It reads and never judges: what a run of digits means is for the recognisers.
// A fold takes one pass and time linear in the text.
package fold

import "sync"

// Class says what a unit may be read as.
type Class uint16

// The classes; a unit may have several.
const (
	Digit       Class = 1 << iota // a decimal digit of any script or style: 1 １ ① 𝟏 1️⃣
	Numeral                       // a Chinese or spoken numeral with a digit reading: 一 壹 幺 两 洞 拐 勾
	Lookalike                     // a letter or bar that stands in for a digit: O l I | Z B S
	Letter                        // a Latin letter, after width and style folding
	Han                           // a Han character
	Separator                     // may stand between digits and be skipped: space . - _ / · , ( ) newline …
	Mask                          // * ● ■ … as used in values already masked
	Stop                          // ends a sentence: 。 ！ ？ ； ! ? ;
	Placeholder                   // a whole well-formed ⟦…⟧: one unit, which nothing may match

	every = 2*Placeholder - 1 // all of them
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
	Seen   Class // every class that some unit has: a recogniser may stop before it starts

	whole   *Whole // what it is a part of, if it is
	said    said
	mu      sync.Mutex
	reading Reading
	read    bool // whether reading is of this text
}

// Reading is what a family of recognisers makes of a whole text, once for all
// of them.
type Reading interface {
	Read(t *Text)
	Forget() // drops all of the text, and keeps the space
}

// Read returns the reading of the text. The first to ask has it made, by what
// fresh returns or by the reading of an earlier text that was released; there
// is one kind of reading.
func (t *Text) Read(fresh func() Reading) Reading {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reading == nil {
		t.reading = fresh()
	}
	if !t.read {
		t.reading.Read(t)
		t.read = true
	}
	return t.reading
}

// Span returns the bytes of the source that units start to end (exclusive)
// came from, ignorable runes between them included.
func (t *Text) Span(start, end int) (byteStart, byteEnd int) {
	if start >= end {
		if start < len(t.Units) {
			off := int(t.Units[start].Off)
			return off, off
		}
		return len(t.Source), len(t.Source)
	}
	return int(t.Units[start].Off), int(t.Units[end-1].End)
}

// Is reports whether unit i exists and has any of the classes.
func (t *Text) Is(i int, c Class) bool {
	return i >= 0 && i < len(t.Units) && t.Units[i].Class&c != 0
}

// Rune returns the folded rune of unit i, or 0 outside the text.
func (t *Text) Rune(i int) rune {
	if i < 0 || i >= len(t.Units) {
		return 0
	}
	return t.Units[i].Rune
}
