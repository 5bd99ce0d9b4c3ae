package privacy

import (
	"qingting/privacy/rule"
)

// maxCoarse is no less than the length of any coarser form, in bytes.
const maxCoarse = 30

// canGeneralise reports whether a type has a coarser form.
func canGeneralise(t rule.Type) bool { return t == rule.Address || t == rule.DOB }

// generalise returns the coarser form of a value: the city of an address, the
// year of a date of birth. It returns "" when there is none.
func (g *gazetteer) generalise(t rule.Type, plain, canonical string, zh bool) string {
	switch t {
	case rule.Address:
		if name := g.find(Canonical(t, plain)); name != "" {
			return name
		}
		return g.find(Canonical(t, canonical))
	case rule.DOB:
		year := birthYear(canonical)
		if year == "" {
			year = birthYear(Canonical(t, plain))
		}
		if year != "" && zh {
			return year + "年"
		}
		return year
	}
	return ""
}

// birthYear returns the four digits that begin a date or stand before 年, when
// they can be a year of birth. A year of two digits is left to a tag: 05 may be
// 1905 to nobody but a program.
func birthYear(s string) string {
	digits := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			digits = 0
			continue
		}
		if digits++; digits < 4 {
			continue
		}
		year := s[i-3 : i+1]
		if year[:2] != "19" && year[:2] != "20" {
			continue
		}
		return year
	}
	return ""
}
