package chart

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// textWidth is how wide a text is at most in the fonts there are: a Chinese
// character is as wide as the font is high.
func textWidth(text string) float64 {
	w := 0.0
	for _, r := range text {
		w += runeWidth(r)
	}
	return w * fontSize
}

func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) || unicode.Is(unicode.Cf, r):
		return 0
	case r >= 0x2E80:
		return 1
	case strings.ContainsRune("mwMW%@…", r):
		return 1
	case unicode.IsUpper(r) || strings.ContainsRune("+−<>=~–", r):
		return 0.75
	case strings.ContainsRune(" .,:;'!|iljtfr()[]", r):
		return 0.4
	}
	return 0.64
}

// fit cuts a text to a width, with an ellipsis. Signs that draw nothing, turn
// the line round or break it are left out; so are all but one of the marks that
// can be piled on a letter.
func fit(text string, width float64) string {
	text = plain(text)
	if textWidth(text) <= width {
		return text
	}
	var b strings.Builder
	w := runeWidth('…') * fontSize
	for _, r := range text {
		if w += runeWidth(r) * fontSize; w > width {
			break
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return ""
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

func plain(text string) string {
	piled := false
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			piled = false
			return ' '
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r):
			if piled {
				return -1
			}
			piled = true
			return r
		case !unicode.IsPrint(r):
			return -1
		}
		piled = false
		return r
	}, text)), " ")
}

// ticks are round numbers from 0 or below to at least top, n steps or fewer.
func ticks(low, top float64, n int) []float64 {
	if low == 0 && !(top > 0) { // of nothing but zeros: no fractions of what may be a count
		return []float64{0, 1}
	}
	if !(top > low) {
		top = low + 1
	}
	step := roundStep((top - low) / float64(n))
	var list []float64
	for i := math.Floor(low / step); ; i++ {
		list = append(list, i*step)
		if i*step >= top-step*1e-9 {
			return list
		}
	}
}

// roundStep is the least of 1, 2, 2.5, 5 times a power of ten that is no less.
func roundStep(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= least*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// tickText writes a number of an axis: 1200 as 1,200, 0.25 as it is.
func tickText(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	if len(s) > 8 { // the rest of a binary fraction
		s = strconv.FormatFloat(math.Abs(v), 'g', 4, 64)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "−" + whole
	}
	return whole
}
