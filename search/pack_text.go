package search

import (
	"strings"
	"unicode/utf8"
)

// Texts are packed before they are compressed: ASCII in a byte, Chinese
// characters in two instead of UTF-8's three, and the marks that come most in
// Chinese in one. It is part of the index format.
const (
	packHan   = 0x80 // first of the 82 leading bytes of U+4E00 to U+9FFF
	packMarks = 0xd2 // first of packedMarks
	packRune  = 0xfe // a character in UTF-8 follows
	packByte  = 0xff // a byte follows that is not UTF-8
	hanFirst  = 0x4e00
	hanLast   = 0x9fff
)

var packedMarks = [...]rune{
	'，', '。', '！', '？', '、', '：', '；', '“', '”', '（', '）', '《', '》', '⟦', '⟧', '·', '…', '—', '～', '　', '’', '‘', '【', '】', '￥',
	'０', '１', '２', '３', '℃', '×', '→',
}

// appendPacked packs text.
func appendPacked(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r >= hanFirst && r <= hanLast:
			r -= hanFirst
			dst = append(dst, packHan+byte(r>>8), byte(r))
		case r == utf8.RuneError && n == 1:
			dst = append(dst, packByte, c)
		default:
			dst = appendRare(dst, r, text[i:i+n])
		}
		i += n
	}
	return dst
}

func appendRare(dst []byte, r rune, utf string) []byte {
	for k, mark := range packedMarks {
		if mark == r {
			return append(dst, packMarks+byte(k))
		}
	}
	return append(append(dst, packRune), utf...)
}

// appendUnpacked undoes appendPacked; false when data is none of its.
func appendUnpacked(dst, data []byte) ([]byte, bool) {
	for i := 0; i < len(data); {
		c := data[i]
		i++
		switch {
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		case c < packMarks:
			if i == len(data) {
				return dst, false
			}
			dst = utf8.AppendRune(dst, hanFirst+rune(c-packHan)<<8+rune(data[i]))
			i++
		case c < packMarks+byte(len(packedMarks)):
			dst = utf8.AppendRune(dst, packedMarks[c-packMarks])
		case c == packByte:
			if i == len(data) {
				return dst, false
			}
			dst = append(dst, data[i])
			i++
		case c == packRune:
			_, n := utf8.DecodeRune(data[i:])
			if n <= 1 {
				return dst, false
			}
			dst = append(dst, data[i:i+n]...)
			i += n
		default:
			return dst, false
		}
	}
	return dst, true
}

// keyword writes a word that mostly is in the text as its place there.
func (p *packer) keyword(text, word string) {
	at := strings.Index(text, word)
	if at < 0 || word == "" {
		p.uint(0)
		p.text(word)
		return
	}
	p.uint(uint64(at) + 1)
	p.uint(uint64(len(word)))
}

func (u *unpacker) keyword(text string) string {
	at := u.uint()
	if at == 0 {
		return u.text()
	}
	n := u.uint()
	if at-1 > uint64(len(text)) || n > uint64(len(text))-(at-1) {
		u.fail()
		return ""
	}
	return text[at-1 : at-1+n]
}

// text writes a string as texts are packed.
func (p *packer) text(s string) {
	packed := appendPacked(nil, s)
	p.uint(uint64(len(packed)))
	p.data = append(p.data, packed...)
}

func (u *unpacker) text() string {
	s, ok := appendUnpacked(nil, []byte(u.string()))
	if !ok {
		u.fail()
	}
	return string(s)
}
