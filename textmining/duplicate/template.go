package duplicate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/textmining/segment"
)

const (
	slot          = "…"
	templateRunes = 600 // characters of a text that are looked at
	shared        = .8  // of the texts have what the template has
)

// Template is what near-duplicates share, in the words of the middle one of
// them, with … for what varies: "我的⟦手机号⟧被…乱扣费". What four of five have is
// shared, and what least of them have at least; a single character between two slots is not, nor is part of a Latin
// word or number. Pseudonyms in placeholders vary by nature and are left out.
// The middle one is that of median length.
func Template(texts []string, least int) string {
	if len(texts) == 0 {
		return ""
	}
	units := make([][]string, 0, len(texts))
	for _, t := range texts {
		units = append(units, split(t))
	}
	slices.SortStableFunc(units, func(a, b []string) int { return len(a) - len(b) })
	base := units[len(units)/2]
	votes := make([]int, len(base))
	joined := make([]int, len(base)) // how often the unit follows the one before without anything between
	for _, u := range units {
		last := -2
		for at, with := range align(base, u) {
			if with < 0 {
				continue
			}
			votes[at]++
			if at > 0 && with == last+1 {
				joined[at]++
			}
			last = with
		}
	}
	need := max(least, int(shared*float64(len(units))+.999))
	keep := make([]bool, len(base))
	for i := range base {
		keep[i] = votes[i] >= need
	}
	return write(base, keep, joined, need)
}

// write puts slots between what is kept.
func write(base []string, keep []bool, joined []int, need int) string {
	var runs [][2]int // of units that follow each other
	for i := 0; i < len(base); i++ {
		if !keep[i] {
			continue
		}
		j := i + 1
		for j < len(base) && keep[j] && joined[j] >= need {
			j++
		}
		runs = append(runs, [2]int{i, j})
		i = j - 1
	}
	var b strings.Builder
	end := 0 // of the base, as far as written; a slot is open when it is behind
	for k, r := range runs {
		at, to := r[0], r[1]
		lone := to-at == 1 && utf8.RuneCountInString(base[at]) == 1 && at > 0 && to < len(base)
		if lone {
			continue
		}
		if at > end || k > 0 && at == end && at > 0 {
			b.WriteString(slot)
		}
		for _, u := range base[at:to] {
			b.WriteString(u)
		}
		end = to
	}
	if end < len(base) {
		b.WriteString(slot)
	}
	return strings.TrimSpace(b.String())
}

// split cuts a text into characters, whole runs of Latin letters and digits,
// and placeholders without their pseudonyms.
func split(text string) []string {
	var units []string
	for i := 0; i < len(text) && len(units) < templateRunes; {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '⟦':
			if end := placeholder([]byte(text[i:min(len(text), i+160)])); end > 0 {
				n = end
				label, _, pseudonym := strings.Cut(text[i:i+n], "·")
				if pseudonym {
					label += "⟧"
				}
				units = append(units, label)
				i += n
				continue
			}
		case r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			for i+n < len(text) {
				next, m := utf8.DecodeRuneInString(text[i+n:])
				if next >= 0x250 || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
					break
				}
				n += m
			}
		}
		units = append(units, text[i:i+n])
		i += n
	}
	return units
}

// align finds for each unit of base the one of other it matches, or −1, by the
// longest common subsequence; width, case and traditional forms do not count.
func align(base, other []string) []int {
	fold := func(units []string) []string {
		folded := make([]string, len(units))
		for i, u := range units {
			folded[i] = segment.Fold(u)
		}
		return folded
	}
	a, b := fold(base), fold(other)
	match := make([]int, len(a))
	for i := range match {
		match[i] = -1
	}
	from, toA, toB := 0, len(a), len(b)
	for from < toA && from < toB && a[from] == b[from] {
		match[from] = from
		from++
	}
	for toA > from && toB > from && a[toA-1] == b[toB-1] {
		toA--
		toB--
		match[toA] = toB
	}
	a, b = a[from:toA], b[from:toB]
	width := len(b) + 1
	table := make([]uint16, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			match[from+i] = from + j
			i++
			j++
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return match
}
