package evade

import (
	"math/rand/v2"
	"strings"
	"sync"
	"unicode"

	"qingting/internal/han"
	"qingting/privacy/rule"
)

const (
	zeroWidth  = "\u200b"
	numerals   = "〇一二三四五六七八九"
	financial  = "零壹贰叁肆伍陆柒捌玖"
	formal     = "零壹貳參肆伍陸柒捌玖"
	spoken     = "洞幺两三四五六拐八勾"
	circled    = "⓪①②③④⑤⑥⑦⑧⑨"
	inverse    = "⓿❶❷❸❹❺❻❼❽❾"
	bold       = "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"
	monospaced = "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"
)

// All returns the evasions, in the order in which figures are shown.
func All() []Evasion {
	withDigits := func(t rule.Type, value string) bool { return coded(t) && hasDigit(value) }
	all := []Evasion{
		{"full-width", "full-width digits, letters and signs", anyASCII, perRune(fullWidth)},
		{"numerals", "digits as 〇一二", told, digitsAs(numerals)},
		{"spoken", "digits as on the telephone: 洞幺两拐勾", told, digitsAs(spoken)},
		{"financial", "digits as 零壹贰", told, digitsAs(financial)},
		{"financial-traditional", "digits as 零壹貳參", told, digitsAs(formal)},
		{"circled", "digits as ⓪①②", withDigits, digitsAs(circled)},
		{"circled-negative", "digits as ⓿❶❷", withDigits, digitsAs(inverse)},
		{"keycaps", "digits as keycap emoji", withDigits, perRune(keycap)},
		{"mathematical", "digits in mathematical bold", withDigits, digitsAs(bold)},
		{"monospace", "digits in mathematical monospace", withDigits, digitsAs(monospaced)},
		{"zero-width", "a zero-width space between characters", always, interleave(zeroWidth)},
		{"look-alikes", "letters for digits: O l Z B, at most every third", told, lookalikes},
		{"cross", "叉 for the X of an identity card", crossed, swap("X", "叉")},
		{"traditional", "traditional characters", simplified, perRune(traditional)},
		{"pieces", "told in pieces over the sentence", inPieces, pieces},
		{"mixed", "digits in several scripts at once", told, perRune(mixed)},
		{"mail-at", "艾特 and 点 in an address of mail", mail, mailAs("艾特", "点")},
		{"mail-mouse", "小老鼠 in an address of mail", mail, mailAs("小老鼠", ".")},
		{"mail-words", "at and dot between spaces in an address of mail", mail, mailAs(" at ", " dot ")},
		{"mail-full-width", "＠ and ． in an address of mail", mail, mailAs("＠", "．")},
	}
	for _, sep := range []struct{ name, mark string }{
		{"space", " "}, {"point", "."}, {"dash", "-"}, {"underscore", "_"}, {"slash", "/"}, {"wide-slash", "／"}, {"middle-dot", "·"}, {"comma", "，"}, {"newline", "\n"},
	} {
		all = append(all,
			Evasion{"groups-" + sep.name, "groups of digits parted by one", partable, grouped(sep.mark)},
			Evasion{"every-" + sep.name, "every digit parted from the next by one", partable, spread(sep.mark)})
	}
	return all
}

func always(rule.Type, string) bool { return true }

// partable: a number without country code or extension, whose signs carry meaning.
func partable(t rule.Type, value string) bool {
	d, _ := digits(strings.TrimSuffix(value, "X"))
	return told(t, value) && !strings.Contains(value, "+") && (t != rule.Landline || len(d) <= 12)
}

func anyASCII(_ rule.Type, value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c > ' ' && c <= '~' })
}

func fullWidth(_ *rand.Rand, c rune) string {
	if c > ' ' && c <= '~' {
		c += 0xFEE0
	}
	return string(c)
}

func keycap(_ *rand.Rand, c rune) string {
	if isDigit(c) {
		return string(c) + "\uFE0F\u20E3"
	}
	return string(c)
}

func interleave(mark string) func(*rand.Rand, string) []piece {
	return func(_ *rand.Rand, value string) []piece {
		return whole(strings.Join(strings.Split(value, ""), mark))
	}
}

// lookalikes writes a third of the digits that have a twin as letters, never
// two that touch, for more than that no reader would take for a number.
func lookalikes(r *rand.Rand, value string) []piece {
	twins := map[rune]string{'0': "Oo", '1': "lI", '2': "Z", '8': "B"}
	out := []rune(value)
	left := len(out) / 3
	last := 0 // the first digit stays: a number that begins in a letter is no number to its reader
	for i := 1; i < len(out) && left > 0; i++ {
		if t := twins[out[i]]; t != "" && i > last+1 && r.IntN(2) == 0 {
			out[i] = rune(t[r.IntN(len(t))])
			last = i
			left--
		}
	}
	return whole(string(out))
}

func crossed(t rule.Type, value string) bool {
	return (t == rule.IDCard || t == rule.ForeignPR) && strings.HasSuffix(value, "X")
}

func swap(old, next string) func(*rand.Rand, string) []piece {
	return func(_ *rand.Rand, value string) []piece { return whole(strings.ReplaceAll(value, old, next)) }
}

// toTraditional is the shared table the other way round, the first form of each.
var toTraditional = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune)
	for trad, simp := range han.Pairs() {
		if _, ok := m[simp]; !ok {
			m[simp] = trad
		}
	}
	return m
})

func simplified(t rule.Type, value string) bool {
	return (t == rule.PersonName || t == rule.Address || t == rule.LicensePlate || t == rule.DOB) &&
		strings.ContainsFunc(value, func(c rune) bool { return unicode.Is(unicode.Han, c) })
}

func inPieces(t rule.Type, value string) bool {
	d, ok := digits(value)
	return ok && (t == rule.Mobile && len(d) == 11 && plainASCII(value) || t == rule.IDCard && len(d) == 18)
}

// pieces tells a number as 前七位…后四位….
func pieces(r *rand.Rand, value string) []piece {
	d, _ := digits(value)
	if len(d) == 18 {
		return []piece{{"前六位", false}, {d[:6], true}, {"，中间八位", false}, {d[6:14], true}, {"，后四位", false}, {d[14:], true}}
	}
	if r.IntN(2) == 0 {
		return []piece{{"前三位", false}, {d[:3], true}, {"，中间四位", false}, {d[3:7], true}, {"，后四位", false}, {d[7:], true}}
	}
	return []piece{{"前七位", false}, {d[:7], true}, {"，后四位是", false}, {d[7:], true}}
}

func mixed(r *rand.Rand, c rune) string {
	if !isDigit(c) {
		return string(c)
	}
	switch r.IntN(4) {
	case 0:
		return string([]rune(numerals)[c-'0'])
	case 1:
		return string(c + 0xFEE0)
	case 2:
		return string([]rune(financial)[c-'0'])
	}
	return string(c)
}

func mail(t rule.Type, value string) bool {
	return t == rule.Email && plainASCII(value) && strings.Contains(value, "@")
}

func mailAs(at, dot string) func(*rand.Rand, string) []piece {
	return func(_ *rand.Rand, value string) []piece {
		local, domain, _ := strings.Cut(value, "@")
		return whole(local + at + strings.ReplaceAll(domain, ".", dot))
	}
}

// grouped parts a number where it is parted already, or else as it is usually
// told, 3-4-4 or in fours.
func grouped(mark string) func(*rand.Rand, string) []piece {
	return func(_ *rand.Rand, value string) []piece {
		if parts := strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(" -.()", c) }); len(parts) > 1 {
			return whole(strings.Join(parts, mark))
		}
		d, x := bare(value)
		first := 4
		if len(d) == 11 && d[0] == '1' {
			first = 3
		}
		parts := []string{d[:first]}
		for d = d[first:]; len(d) > 4; d = d[4:] {
			parts = append(parts, d[:4])
		}
		return whole(strings.Join(append(parts, d+x), mark))
	}
}

func spread(mark string) func(*rand.Rand, string) []piece {
	return func(_ *rand.Rand, value string) []piece {
		d, x := bare(value)
		return whole(strings.Join(strings.Split(d+x, ""), mark))
	}
}

// bare is a number without its separators, and the X behind it.
func bare(value string) (d, x string) {
	rest, found := strings.CutSuffix(value, "X")
	if found {
		x = "X"
	}
	d, _ = digits(rest)
	return d, x
}

func traditional(_ *rand.Rand, c rune) string {
	if t, ok := toTraditional()[c]; ok {
		c = t
	}
	return string(c)
}
