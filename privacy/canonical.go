package privacy

import (
	"strings"
	"unicode"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// spelling is how the values of a type are written, which decides what of a
// spelling counts.
type spelling uint8

const (
	words    spelling = iota // case and runs of white space do not count
	number                   // digits in any script, separators do not count
	code                     // capitals and digits, separators do not count
	handle                   // case and white space do not count
	verbatim                 // everything counts
)

func spellingOf(t rule.Type) spelling {
	switch t {
	case rule.Mobile, rule.Landline, rule.IDCard, rule.BankCard, rule.IMEI, rule.IMSI, rule.QQ:
		return number
	case rule.ForeignPR, rule.HKID, rule.HKMOPermit, rule.TWPermit, rule.EEP, rule.Passport, rule.SocialSecurity,
		rule.USCC, rule.LicensePlate, rule.VIN, rule.ICCID, rule.MAC, rule.EmployeeID, rule.DriverLicense:
		return code
	case rule.Email, rule.WeChat, rule.IP, rule.BroadbandAccount, rule.GPS, rule.Address:
		return handle
	case rule.Credential:
		return verbatim
	}
	if t.Custom() {
		return code
	}
	return words
}

// Canonical returns the canonical form of a value of type t, the one that
// [Pseudonymizer.Token] is given: the spellings of one value have one canonical
// form. A mobile number has no country code 86. Canonical is idempotent, and
// takes what a detector calls canonical as well as what a person typed.
func Canonical(t rule.Type, value string) string {
	kind := spellingOf(t)
	if kind == verbatim {
		return strings.TrimSpace(value)
	}
	var b strings.Builder
	folded := fold.New(value)
	for i := range folded.Units {
		u := folded.Units[i]
		switch kind {
		case number:
			switch {
			case u.Value >= 0:
				b.WriteByte('0' + byte(u.Value))
			case u.Rune == 'x': // of an identity card
				b.WriteByte('X')
			case u.Class&fold.Separator == 0 && u.Rune != '+':
				b.WriteRune(u.Rune) // case kept: B looks like 8, b does not
			}
		case code:
			switch {
			case u.Class&fold.Digit != 0 && u.Value >= 0:
				b.WriteByte('0' + byte(u.Value))
			case u.Class&fold.Separator == 0 && u.Rune != ':':
				b.WriteRune(unicode.ToUpper(u.Rune))
			}
		case handle:
			if !unicode.IsSpace(u.Rune) {
				b.WriteRune(unicode.ToLower(u.Rune))
			}
		case words:
			b.WriteRune(unicode.ToLower(u.Rune))
		}
	}
	s := b.String()
	switch {
	case kind == words:
		s = strings.Join(strings.Fields(s), " ")
	case t == rule.Mobile:
		s = withoutCountryCode(s)
	}
	if s == "" { // nothing but separators: still told apart from another such value
		return strings.TrimSpace(value)
	}
	return s
}

// withoutCountryCode strips 86 or 0086 from what is then 11 digits from 1 on,
// or 13, as the numbers of things have.
func withoutCountryCode(s string) string {
	for _, code := range [...]string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(s, code); ok && (len(rest) == 11 || len(rest) == 13) && rest[0] == '1' {
			return rest
		}
	}
	return s
}
