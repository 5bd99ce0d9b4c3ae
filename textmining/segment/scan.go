package segment

import "unicode/utf8"

// unit is what the path steps over: a character, or a run of letters and digits.
type unit struct {
	start, end int32 // bytes from the start of the block
	r          rune  // folded; runUnit for a run
	kind       Kind
}

const runUnit = -1

// scanner splits a text into units.
type scanner struct {
	text  string
	folds *foldTable
}

func (s scanner) read(i int) (reading, int) {
	if c := s.text[i]; c < utf8.RuneSelf {
		return s.folds[c], 1
	}
	r, n := utf8.DecodeRuneInString(s.text[i:])
	if r == utf8.RuneError && n == 1 {
		return reading{folded: utf8.RuneError, kind: Punct}, 1
	}
	return s.folds.read(r), n
}

// next reads the unit at i. hard units stand alone: no word reaches across them.
func (s scanner) next(i int) (end int, r rune, kind Kind, tag string, hard bool) {
	rd, n := s.read(i)
	switch rd.class {
	case letter, digit:
		if end, tag := s.address(i); end > 0 {
			return end, runUnit, Latin, tag, true
		}
		if rd.class == digit {
			if end := s.keycap(i + n); end > 0 {
				return end, 0, Emoji, "emo", true
			}
		}
		end, kind = s.run(i)
		return end, runUnit, kind, "", false
	case blank:
		end = i + n
		for end < len(s.text) {
			rd, n := s.read(end)
			if rd.class != blank {
				break
			}
			end += n
		}
		return end, 0, Space, "", true
	case picture:
		return s.picture(i), 0, Emoji, "emo", true
	case open:
		if end := placeholder(s.text, i); end > 0 {
			return end, 0, Placeholder, "", true
		}
	}
	return i + n, rd.folded, rd.kind, "", false
}

// run reads letters and digits from i, with the points, commas, apostrophes
// and low lines that belong inside: 12.5, 1,000, don't, a_b.
func (s scanner) run(i int) (end int, kind Kind) {
	kind = Number
	var last class
	begin := i
	for i < len(s.text) {
		rd, n := s.read(i)
		switch rd.class {
		case letter:
			kind, last = Latin, letter
		case digit:
			last = digit
		case mark:
		default:
			if !s.joins(begin, i, last, kind) {
				return i, kind
			}
		}
		i += n
	}
	return i, kind
}

// joins says whether the character at i, after a run of class last, is inside the run.
func (s scanner) joins(begin, i int, last class, kind Kind) bool {
	n := 1
	switch s.text[i] {
	case '.', ',', '\'', '_':
	case 0xe2: // ’ as an apostrophe
		if n = len("’"); len(s.text) < i+n || s.text[i:i+n] != "’" {
			return false
		}
	default:
		return false
	}
	if i+n >= len(s.text) {
		return false
	}
	after := s.folds[s.text[i+n]&0x7f]
	if s.text[i+n] >= utf8.RuneSelf {
		return false
	}
	switch s.text[i] {
	case '.':
		return last == digit && after.class == digit
	case ',':
		return kind == Number && i-begin <= 15 && thousands(s.text[i+1:])
	case '_':
		return after.class == letter || after.class == digit
	}
	return last == letter && after.class == letter
}

// thousands says whether rest starts with exactly three digits.
func thousands(rest string) bool {
	n := 0
	for n < len(rest) && n < 4 && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	return n == 3
}

// keycap returns the end of the rest of a keycap emoji (1️⃣), or 0.
func (s scanner) keycap(i int) int {
	for _, tail := range [...]string{"\ufe0f\u20e3", "\u20e3"} {
		if len(s.text) >= i+len(tail) && s.text[i:i+len(tail)] == tail {
			return i + len(tail)
		}
	}
	return 0
}

// picture reads one emoji sequence (UTS #51): modifiers, variation selectors,
// tags, joined pictures, and flags of two regional indicators.
func (s scanner) picture(i int) int {
	r, n := utf8.DecodeRuneInString(s.text[i:])
	flag := r >= 0x1f1e6 && r <= 0x1f1ff
	for i += n; i < len(s.text); i += n {
		r, n = utf8.DecodeRuneInString(s.text[i:])
		switch {
		case r == 0xfe0f, r == 0xfe0e, r == 0x20e3, r >= 0x1f3fb && r <= 0x1f3ff, r >= 0xe0020 && r <= 0xe007f:
		case flag && r >= 0x1f1e6 && r <= 0x1f1ff:
			flag = false
		case r == 0x200d && i+n < len(s.text):
			if rd, more := s.read(i + n); rd.class == picture {
				n += more
			} else {
				return i
			}
		default:
			return i
		}
	}
	return i
}

// placeholder returns the end of a well-formed redaction placeholder at i, or
// 0: ⟦, a label of Han or capitals, perhaps · and eight lower-case letters, ⟧.
func placeholder(text string, i int) int {
	i += len("⟦")
	label := 0
	for label < 24 && i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !(r >= 0x4e00 && r <= 0x9fff || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_') {
			break
		}
		label++
		i += n
	}
	if label == 0 {
		return 0
	}
	const dot = "·"
	if len(text) >= i+len(dot) && text[i:i+len(dot)] == dot {
		i += len(dot)
		for k := range 8 {
			if i+k >= len(text) || text[i+k] < 'a' || text[i+k] > 'z' {
				return 0
			}
		}
		i += 8
	}
	if len(text) < i+len("⟧") || text[i:i+len("⟧")] != "⟧" {
		return 0
	}
	return i + len("⟧")
}
