package bank

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var iban = recognise.Rule{
	ID: "bank_card.iban", Type: rule.BankCard,
	About: "international account number: country, two check digits, 11 to 30 characters, mod 97 (ISO 13616)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		if p.Seen&fold.Digit == 0 {
			return
		}
		for i := 0; i < len(p.Units); i++ {
			if p.Units[i].Class&fold.Letter == 0 || !p.Latin(i, i+2) || !p.Is(i+2, fold.Digit) || !p.Is(i+3, fold.Digit) || !p.Free(i) {
				continue
			}
			rem, n, end := 0, 0, i+4
			for ; end < len(p.Units) && n < 30; end++ {
				if p.Rune(end) == ' ' && p.Alnum(end+1) && p.Alnum(end-1) {
					continue
				}
				if !p.Alnum(end) {
					break
				}
				rem = mod97(rem, p.Upper(end, end+1)[0])
				if n++; n < 11 || p.Alnum(end+1) {
					continue
				}
				r := rem
				for _, c := range []byte(p.Upper(i, i+4)) {
					r = mod97(r, c)
				}
				if r == 1 {
					emit(rule.Candidate{Start: i, End: end + 1, Canonical: p.Upper(i, end+1), Confidence: 0.95, Evidence: []string{"check digits"}})
				}
			}
		}
	},
	True:  []string{"IBAN «DE89370400440532013000»", "«DE89 3704 0044 0532 0130 00»", "my iban is «gb82west12345698765432»"},
	False: []string{"DE89370400440532013001", "HWTC1234567890123456"},
}

// mod97 takes one more character into the remainder; letters count from 10.
func mod97(rem int, c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return (rem*10 + int(c-'0')) % 97
	case c >= 'A' && c <= 'Z':
		return (rem*100 + int(c-'A') + 10) % 97
	}
	return 0
}
