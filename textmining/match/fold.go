package match

import "qingting/internal/han"

// The flags of a character, kept above its symbol in a Set's table.
const (
	flagSkip  = 1 << (16 + iota) // passed over: zero-width characters, quotation marks
	flagSpace                    // a blank; kept between Latin words only
	flagBreak                    // ends a clause
	flagLetter
	flagDigit
	symbolMask = 1<<16 - 1
)

// foldRune maps r to the character that stands for it: half-width, lower case,
// simplified.
func foldRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < 0x80:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return foldRune(r - 0xFEE0)
	case r == '’' || r == '‘' || r == '´':
		return '\''
	case r >= 'À' && r <= 'Þ' && r != '×', r >= 'Α' && r <= 'Ω', r >= 'А' && r <= 'Я':
		return r + 0x20
	}
	return han.Simplify(r)
}

// flagsOf classifies the folded character r.
func flagsOf(r rune) uint32 {
	switch {
	case r >= 'a' && r <= 'z', r >= 0xDF && r <= 0xFF && r != 0xF7:
		return flagLetter
	case r >= '0' && r <= '9':
		return flagDigit
	}
	switch r {
	case '“', '”', '"', '「', '」', '『', '』', '`',
		0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F:
		return flagSkip
	case ' ', '\t', 0x00A0, 0x3000, 0x2009, 0x200A, 0x202F, '-', '_':
		return flagSpace
	case '\n', '\r', '。', '!', '?', ',', ';', ':', '…', '~', '|', '[', ']', '{', '}',
		'【', '】', '#', '@', '—', '–', '•', '｡', 0x2028, 0x2029:
		return flagBreak
	}
	return 0
}
