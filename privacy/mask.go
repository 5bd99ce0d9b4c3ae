package privacy

import (
	"strings"
	"unicode"

	"qingting/privacy/rule"
)

const (
	maskRune  = '*'
	maskFixed = "******" // where the length itself would tell
	// minHidden is how many signs of a number or code a mask hides at least.
	minHidden = 4
)

// visible is how many signs a mask leaves at the start and the end of a value.
type visible struct{ head, tail int }

// visibleOf follows the habits of Chinese forms: 3 + 4 of a mobile number, one
// sign at either end of an identity card, the last 4 of a bank card (never the
// last signs of an identity card, which hotlines ask for). Types without an
// entry show nothing.
func visibleOf(t rule.Type) visible {
	switch t {
	case rule.Mobile:
		return visible{3, 4}
	case rule.Landline, rule.BankCard, rule.IMEI, rule.ICCID:
		return visible{0, 4}
	case rule.IDCard, rule.ForeignPR, rule.HKID, rule.WeChat:
		return visible{1, 1}
	case rule.HKMOPermit, rule.TWPermit, rule.EEP, rule.Passport, rule.QQ, rule.BroadbandAccount:
		return visible{1, 2}
	case rule.SocialSecurity, rule.EmployeeID:
		return visible{0, 2}
	case rule.USCC, rule.LicensePlate:
		return visible{2, 1}
	case rule.VIN, rule.IMSI:
		return visible{3, 2}
	case rule.MAC:
		return visible{6, 0} // the maker of the device
	}
	return visible{}
}

// mask hides most of a canonical value. Masking a mask changes nothing.
func mask(t rule.Type, canonical string) string {
	signs := []rune(canonical)
	show := visibleOf(t)
	switch {
	case t == rule.PersonName:
		return maskSigns(signs, min(1, len(signs)-1), 0)
	case t == rule.Email:
		return maskEmail(canonical)
	case show == visible{}:
		return maskFixed
	case len(signs)-show.head-show.tail < minHidden:
		show = visible{}
	}
	return maskSigns(signs, show.head, show.tail)
}

// maskEmail keeps the first sign and the domain.
func maskEmail(canonical string) string {
	local, domain, ok := strings.Cut(canonical, "@")
	if !ok || local == "" || strings.IndexFunc(domain, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-')
	}) >= 0 {
		return maskFixed
	}
	return maskSigns([]rune(local)[:1], min(1, len([]rune(local))-1), 0) + "***@" + domain
}

// maskSigns shows head and tail, of which only letters and digits.
func maskSigns(signs []rune, head, tail int) string {
	out := make([]rune, len(signs))
	for i, r := range signs {
		shown := i < head || i >= len(signs)-tail
		if shown && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			out[i] = r
		} else {
			out[i] = maskRune
		}
	}
	return string(out)
}
