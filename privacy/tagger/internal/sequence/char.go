package sequence

import (
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
)

// charTables are what is asked of every character. Read-only.
type charTables struct {
	given   [0x10000]uint8
	family  [0x10000]bool
	foreign [0x10000]bool  // at home in transliterated names
	both    [0x10000]uint8 // what a character is as a surname, and whether given names hold it
}

var sharedChars = sync.OnceValue(func() *charTables {
	c := &charTables{}
	lex := lexicon.Shared()
	bucket := func(p float32) uint8 { return uint8(min(max(int(-p)-4, 0), 6)) / 2 }
	for r := range rune(0x10000) {
		g := lex.GivenOf(r)
		c.given[r] = 1 + bucket(g.Single)<<4 | bucket(g.Mid)<<2 | bucket(g.Last)
		kind := lex.Surnames.Of(r).Kind
		c.family[r] = kind != surname.None || lex.Surnames.Heads(r)
		c.both[r] = uint8(kind)<<3 | bucket(g.Last)<<1
		if lex.Surnames.Heads(r) {
			c.both[r] |= 1
		}
	}
	for _, r := range lexicon.Translit {
		c.foreign[r] = true
	}
	return c
})

// transliterates says that a character is at home in transliterated names.
func (c *charTables) transliterates(r rune) bool { return r >= 0 && r <= 0xffff && c.foreign[r] }

// givenOf is how much at home a character is at each place of a given name.
func (c *charTables) givenOf(r rune) uint64 {
	if r < 0 || r > 0xffff {
		return 0
	}
	return uint64(c.given[r])
}

// kind is what a character, which is a code, is as a surname, and how much at
// home at the end of given names.
func (c *charTables) kind(code uint64) uint64 { return uint64(c.both[code&0xffff]) }

// begins says that a surname may begin with r.
func (c *charTables) begins(r rune) bool { return r >= 0 && r <= 0xffff && c.family[r] }

// ending says what kind of name a character tends to end.
func ending(c uint64) uint64 {
	switch rune(c) {
	case '路', '街', '巷', '弄', '道':
		return 1
	case '号', '栋', '幢', '座', '楼', '室', '元', '组', '层':
		return 2
	case '省', '市', '区', '县', '镇', '乡', '村', '州':
		return 3
	case '司', '厂', '行', '店', '社', '团', '队', '会', '馆':
		return 4
	case '局', '院', '部', '委', '所', '厅', '校', '学', '署':
		return 5
	}
	return 0
}

// code is a unit's character as features see it: digits are one, letters small.
func code(u *fold.Unit) uint64 {
	r := u.Rune
	switch {
	case u.Class&fold.Digit != 0:
		return '0'
	case r >= 'A' && r <= 'Z':
		return uint64(r) + 'a' - 'A'
	case r > 0xffff:
		return 0xfffd
	}
	return uint64(r)
}

// Classes of units; those from classSpace on part clauses.
const (
	classNone = iota
	classHan
	classNumeral
	classDigit
	classLower
	classUpper
	classDot
	classMask
	classSpace
	classStop
	classOpen
	classClose
	classPause
	classOther
)

func class(u *fold.Unit) uint64 {
	switch u.Rune {
	case ' ', '\t', '\n', '\r', 0x3000:
		return classSpace
	case ',', '、', ':':
		return classPause
	case '(', '《', '“', '‘', '[', '<', '「', '【', '"', '#', '@':
		return classOpen
	case ')', '》', '”', '’', ']', '>', '」', '】':
		return classClose
	case '·', '・', '•', '.', '-', '/', '_':
		return classDot
	}
	switch {
	case u.Class&fold.Digit != 0:
		return classDigit
	case u.Class&fold.Numeral != 0 && u.Class&fold.Letter == 0:
		return classNumeral
	case u.Class&fold.Han != 0:
		return classHan
	case u.Class&fold.Letter != 0 && u.Rune >= 'A' && u.Rune <= 'Z':
		return classUpper
	case u.Class&fold.Letter != 0:
		return classLower
	case u.Class&fold.Mask != 0:
		return classMask
	case u.Class&fold.Stop != 0:
		return classStop
	}
	return classOther
}
