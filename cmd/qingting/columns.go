package main

import (
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"qingting/textmining/statistics"
)

// runeWidth is the number of terminal columns r takes: two for East Asian wide
// and full-width characters (Unicode Standard Annex 11), none for marks that
// combine, one otherwise.
func runeWidth(r rune) int {
	switch {
	case r < 0x20, r == 0x7f, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < 0x300:
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// displayWidth is the number of terminal columns s takes.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func padRight(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-displayWidth(s)))
}

func padLeft(s string, columns int) string {
	return strings.Repeat(" ", max(0, columns-displayWidth(s))) + s
}

// alignRows writes rows in columns two spaces apart; columns of numbers end
// where they align.
func alignRows(w io.Writer, rows [][]string) error {
	var widths []int
	number := make(map[int]bool)
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displayWidth(cell))
			if _, err := strconv.ParseFloat(cell, 64); err == nil {
				number[i] = true
			}
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			if number[i] {
				line.WriteString(padLeft(cell, widths[i]))
			} else {
				line.WriteString(padRight(cell, widths[i]))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// clip shortens s to at most columns, with an ellipsis.
func clip(s string, columns int) string {
	if displayWidth(s) <= columns {
		return s
	}
	n := 0
	for i, r := range s {
		if n+runeWidth(r) > columns-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n += runeWidth(r)
	}
	return s
}

// wrap breaks s into at most lines of that many columns; what does not fit ends
// in an ellipsis. Latin words stay whole where they can, Chinese breaks
// anywhere, but no line begins with a closing mark. Control characters, which
// could command a terminal, are dropped.
func wrap(s string, columns, lines int) []string {
	var out []string
	rest := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s))
	for len(rest) > 0 && len(out) < lines {
		n, used, space := 0, 0, 0
		for n < len(rest) && used+runeWidth(rest[n]) <= columns {
			used += runeWidth(rest[n])
			if rest[n] == ' ' {
				space = n
			}
			n++
		}
		if n < len(rest) {
			if len(out) == lines-1 {
				return append(out, strings.TrimRight(string(rest[:n-1]), " ")+"…")
			}
			if latin(rest[n]) && latin(rest[n-1]) && space > n/2 {
				n = space + 1
			} else if strings.ContainsRune("，。！？；：、”）」⟧,.!?;:)", rest[n]) && n > 1 {
				n--
			}
		}
		out = append(out, strings.TrimRight(string(rest[:n]), " "))
		rest = []rune(strings.TrimLeft(string(rest[n:]), " "))
	}
	return out
}

func latin(r rune) bool { return r < 0x2000 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

var sparks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws a series in at most columns characters, neighbouring points
// added up. A withheld point counts as half of what would have been shown.
func sparkline(series []statistics.Count, columns int) string {
	if len(series) == 0 {
		return ""
	}
	group := (len(series) + columns - 1) / columns
	var sums []float64
	// The last group is whole; what is left over stands at the beginning.
	for end := len(series); end > 0; end -= group {
		sum := 0.0
		for _, c := range series[max(0, end-group):end] {
			if c.Withheld() {
				sum += float64(c.Below) / 2
			} else {
				sum += float64(c.N)
			}
		}
		if end < group { // a part of a group, brought to the scale of a whole one
			sum *= float64(group) / float64(end)
		}
		sums = append([]float64{sum}, sums...)
	}
	top := 0.0
	for _, s := range sums {
		top = max(top, s)
	}
	out := make([]rune, len(sums))
	for i, s := range sums {
		out[i] = sparks[0]
		if top > 0 {
			out[i] = sparks[min(len(sparks)-1, int(s/top*float64(len(sparks)-1)+0.5))]
		}
	}
	return string(out)
}
