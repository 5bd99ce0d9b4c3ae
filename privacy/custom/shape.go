package custom

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"qingting/privacy/fold"
)

// maxShape bounds how many characters a shape may match.
const maxShape = 64

// shape is a parsed shape.
type shape []element

// element is a set of characters and how often one of them stands.
type element struct {
	set        set
	least      int
	most       int
	literal    bool
	hasNumeral bool // a Chinese numeral counts as its digit: only in digits
}

// set is a set of ASCII letters, in upper case, and digits.
type set [128]bool

func setOf(chars string) (s set) {
	for _, c := range chars {
		s[c] = true
	}
	return s
}

const (
	digitChars  = "0123456789"
	letterChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func (s set) overlaps(o set) bool {
	for i := range s {
		if s[i] && o[i] {
			return true
		}
	}
	return false
}

// parseShape reads a shape as the package comment describes it.
func parseShape(src string) (shape, error) {
	var sh shape
	runes := []rune(src)
	for i := 0; i < len(runes); {
		e := element{least: 1, most: 1}
		switch c := runes[i]; {
		case c == ' ':
			i++
			continue
		case c == '9':
			e.set, e.hasNumeral = setOf(digitChars), true
			i++
		case c == 'A':
			e.set = setOf(letterChars)
			i++
		case c == 'N':
			e.set = setOf(digitChars + letterChars)
			i++
		case c == 'H':
			e.set = setOf(digitChars + "ABCDEF")
			i++
		case c == 'C':
			e.set, e.hasNumeral = setOf(digitChars+"X"), true
			i++
		case c == '[', c == '\'':
			closing := ']'
			if c == '\'' {
				closing = '\''
			}
			end := i + 1
			for end < len(runes) && runes[end] != closing {
				end++
			}
			inner := strings.ToUpper(string(runes[i+1 : min(end, len(runes))]))
			if end == len(runes) || inner == "" {
				return nil, fmt.Errorf("%c at character %d is not closed, or has nothing in it", c, i+1)
			}
			i = end + 1
			if c == '\'' {
				n := len(sh)
				for _, l := range fold.New(inner).Units {
					if isAlnum(l.Rune) {
						sh = append(sh, element{set: setOf(string(upper(l.Rune))), least: 1, most: 1, literal: true})
					} else if l.Class&fold.Separator == 0 {
						return nil, errors.New("a literal holds letters, digits and separators, no other characters")
					}
				}
				if len(sh) == n {
					return nil, errors.New("a literal needs a letter or a digit")
				}
				continue
			}
			for _, l := range inner {
				if !isAlnum(l) {
					return nil, errors.New("between [ and ] stand letters and digits only")
				}
				e.set[l] = true
			}
		default:
			return nil, fmt.Errorf("%q at character %d is no element; use 9 A N H C [..] '..' and {n} or {m,n}", c, i+1)
		}
		if i < len(runes) && runes[i] == '{' {
			end := i
			for end < len(runes) && runes[end] != '}' {
				end++
			}
			if end == len(runes) {
				return nil, fmt.Errorf("{ at character %d is not closed", i+1)
			}
			low, high, ranged := strings.Cut(string(runes[i+1:end]), ",")
			if !ranged {
				high = low
			}
			var errLow, errHigh error
			e.least, errLow = strconv.Atoi(low)
			e.most, errHigh = strconv.Atoi(high)
			if errLow != nil || errHigh != nil || e.least < 1 || e.most < e.least {
				return nil, fmt.Errorf("{..} at character %d needs a count of 1 or more, or two that rise: {8} or {6,9}", i+1)
			}
			i = end + 1
		}
		sh = append(sh, e)
	}
	switch least, most := sh.length(); {
	case least == 0:
		return nil, errors.New("it is empty")
	case most > maxShape:
		return nil, fmt.Errorf("it matches up to %d characters, and %d are the most", most, maxShape)
	}
	for i := 1; i < len(sh); i++ {
		if sh[i-1].most > sh[i-1].least && sh[i-1].set.overlaps(sh[i].set) {
			return nil, fmt.Errorf("element %d has a range and could swallow the next one; give it a fixed count", i)
		}
	}
	return sh, nil
}

func (sh shape) length() (least, most int) {
	for _, e := range sh {
		least += e.least
		most += min(e.most, maxShape+1)
	}
	return least, most
}

// literals counts the characters that can be only one.
func (sh shape) literals() (n int) {
	for _, e := range sh {
		if e.literal {
			n++
		}
	}
	return n
}

// match returns the unit past the shape that begins at unit i, and the
// characters it read; 0 when it does not match there.
func (sh shape) match(t *fold.Text, i int) (end int, value string) {
	least, _ := sh.length()
	var b strings.Builder
	for _, e := range sh {
		for n := 0; n < e.most; {
			at := i
			if b.Len() > 0 && b.Len() < least && t.Is(at, fold.Separator) && !t.Is(at, fold.Digit|fold.Letter|fold.Numeral) {
				at++
			}
			c, ok := e.read(t, at)
			if !ok {
				if n < e.least {
					return 0, ""
				}
				break
			}
			b.WriteByte(c)
			i = at + 1
			n++
		}
	}
	return i, b.String()
}

// read returns the character that unit at stands for, if the element takes it.
func (e *element) read(t *fold.Text, at int) (byte, bool) {
	if at >= len(t.Units) {
		return 0, false
	}
	u := &t.Units[at]
	if u.Class&fold.Digit != 0 || e.hasNumeral && u.Class&fold.Numeral != 0 {
		c := '0' + byte(u.Value)
		return c, e.set[c]
	}
	if c := upper(u.Rune); isAlnum(c) && e.set[c] {
		return byte(c), true
	}
	return 0, false
}

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

func upper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	return r
}
