package fold

import (
	"sync"
	"unicode"

	"qingting/internal/han"
)

// reading is what one rune folds to.
type reading struct {
	r     rune
	class Class
	value int8
	kind  uint8
}

const (
	kindUnit uint8 = iota
	kindIgnorable
	kindKeycap
	kindOpen
)

// readings is the table of the basic multilingual plane, built on first use
// and read only from then on.
var readings = sync.OnceValue(build)

// Where a style writes its digits: the first rune of the row, the value there,
// and how many follow in order.
var digitRows = [...]struct {
	first rune
	value int8
	n     int
}{
	{0x2080, 0, 10},                                // subscripts
	{0x2070, 0, 1}, {0x2074, 4, 6}, {0x00B9, 1, 1}, // superscripts
	{0x00B2, 2, 2},                 //
	{0x2460, 1, 9}, {0x24EA, 0, 1}, // circled
	{0x2474, 1, 9}, {0x2488, 1, 9}, // parenthesised, full stop
	{0x24F5, 1, 9}, {0x24FF, 0, 1}, // double circled, negative zero
	{0x2776, 1, 9}, {0x2780, 1, 9}, {0x278A, 1, 9}, // dingbats
	{0x1F100, 0, 1}, {0x1F101, 0, 10}, // full stop, comma
	{0x1F10B, 0, 1}, {0x1F10C, 0, 1}, // dingbat zeros
}

// Chinese and spoken numerals by the digit they read as.
var numerals = [10]string{
	0: "〇零○◯洞",
	1: "一壹弌幺吆㆒㊀㈠",
	2: "二贰貳弍两兩両㊁㈡",
	3: "三叁參弎㊂㈢",
	4: "四肆㊃㈣",
	5: "五伍㊄㈤",
	6: "六陆陸㊅㈥",
	7: "七柒拐㊆㈦",
	8: "八捌㊇㈧",
	9: "九玖勾㊈㈨",
}

// Letters, and a bar, that pass for digits, Cyrillic and Greek twins included.
var lookalikes = map[int8]string{
	0: "OoОоΟο",
	1: "lI|ІіΙӏ",
	2: "Zz",
	5: "S",
	8: "B",
}

const (
	separators = " \t\n\v\f\r\u0085\u2028\u2029\u00a0\u3000\u2002\u2003\u2009\u202f.-_/·,()、。…⋯・•‧∙‐‑‒–—―−﹣﹒⁃"
	masks      = "*●■█▇▉⁎∗"
	stops      = "。！？；!?;"
)

func build() []reading {
	tab := make([]reading, 0x10000)
	for r := range rune(len(tab)) {
		tab[r] = reading{r: r, value: -1}
		if unicode.Is(unicode.Han, r) {
			tab[r].class = Han
		}
		if unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Cf, r) ||
			unicode.Is(unicode.Variation_Selector, r) || isCombining(r) {
			tab[r].kind = kindIgnorable
		}
	}
	tab[0x20E3].kind = kindKeycap
	tab['⟦'].kind = kindOpen

	for r := 'a'; r <= 'z'; r++ {
		tab[r].class, tab[r-32].class = Letter, Letter
	}
	for v, set := range lookalikes {
		for _, r := range set {
			tab[r].class |= Lookalike
			tab[r].value = v
			if r != '|' {
				tab[r].class |= Letter
			}
			if r > unicode.MaxASCII {
				tab[r].r = rune(set[0])
			}
		}
	}
	for i := range 12 { // Roman numerals that are one letter
		if l := "I   V    X  "[i]; l != ' ' {
			tab[0x2160+rune(i)], tab[0x2170+rune(i)] = tab[l], tab[l+32]
		}
	}
	for _, set := range unicode.Nd.R16 {
		for r := rune(set.Lo); r <= rune(set.Hi); r++ {
			tab[r] = digit(int8((r - rune(set.Lo)) % 10))
		}
	}
	for _, row := range digitRows {
		for i := range row.n {
			if r := row.first + rune(i); int(r) < len(tab) {
				tab[r] = digit(row.value + int8(i))
			}
		}
	}
	foldHan(tab)
	for v, set := range numerals {
		for _, r := range set {
			tab[r].class |= Numeral
			tab[r].value = int8(v)
		}
	}
	classify(tab, separators, Separator)
	classify(tab, masks, Mask)
	classify(tab, stops, Stop)
	tab['｡'] = tab['。']
	// Full-width forms read as their ASCII twins, once these are known.
	for r := rune(0xFF01); r <= 0xFF5E; r++ {
		tab[r] = tab[r-0xFEE0]
	}
	for r := rune(0); r < 26; r++ { // circled and parenthesised letters
		tab[0x24B6+r], tab[0x24D0+r], tab[0x249C+r] = tab['A'+r], tab['a'+r], tab['a'+r]
	}
	for r, to := range map[rune]rune{'﹫': '@', '﹒': '.', '．': '.', '︰': ':', '﹕': ':', '∶': ':', '﹢': '+', 'Х': 'X', 'х': 'x'} {
		tab[r] = tab[to]
	}
	return tab
}

// isCombining reports a mark that is drawn over the character before it:
// struck-through or accented digits read as digits.
func isCombining(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r >= 0x20D0 && r <= 0x20F0 || r >= 0xFE20 && r <= 0xFE2F
}

func digit(v int8) reading { return reading{r: '0' + rune(v), class: Digit, value: v} }

func classify(tab []reading, set string, c Class) {
	for _, r := range set {
		tab[r].class |= c
	}
}

func foldHan(tab []reading) {
	for t, simp := range han.Pairs() {
		tab[t].r = simp
	}
}

// astral reads what lies past the basic plane.
func astral(r rune) reading {
	switch {
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return digit(int8((r - 0x1D7CE) % 10))
	case r >= 0x1FBF0 && r <= 0x1FBF9:
		return digit(int8(r - 0x1FBF0))
	case r >= 0x1D400 && r <= 0x1D6A3:
		l := (r - 0x1D400) % 52
		if l < 26 {
			return readings()['A'+l]
		}
		return readings()['a'+l-26]
	case r >= 0x1F110 && r <= 0x1F129, r >= 0x1F130 && r <= 0x1F149, r >= 0x1F150 && r <= 0x1F169, r >= 0x1F170 && r <= 0x1F189:
		return readings()['A'+(r-0x1F110)%0x20]
	case r >= 0x1F100 && r <= 0x1F10C:
		for _, row := range digitRows {
			if r >= row.first && r < row.first+rune(row.n) {
				return digit(row.value + int8(r-row.first))
			}
		}
	case r >= 0xE0000 && r <= 0xE0FFF:
		return reading{r: r, value: -1, kind: kindIgnorable}
	case r >= 0x20000 && r <= 0x3FFFF:
		return reading{r: r, class: Han, value: -1}
	}
	if unicode.Is(unicode.Nd, r) {
		for _, set := range unicode.Nd.R32 {
			if r >= rune(set.Lo) && r <= rune(set.Hi) {
				return digit(int8((r - rune(set.Lo)) % 10))
			}
		}
	}
	return reading{r: r, value: -1}
}
