package idcard

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var nino = recognise.Rule{
	ID: "social_security.nino", Type: rule.SocialSecurity,
	About: "national insurance number: two letters, six digits, A to D (HMRC NIM39110)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		if p.Seen&fold.Digit == 0 {
			return
		}
		for i := 0; i+8 < len(p.Units); i++ {
			if !p.Latin(i, i+2) || !p.Free(i) {
				continue
			}
			third := i + 2
			if p.Rune(third) == ' ' || p.Rune(third) == '-' {
				third++
			}
			if !p.Is(third, fold.Digit) { // most words end the look here
				continue
			}
			value, end := p.Upper(i, i+2), i+2
			for end < len(p.Units) && len(value) < 9 {
				if (p.Rune(end) == ' ' || p.Rune(end) == '-') && p.Alnum(end+1) {
					end++
				}
				if !p.Alnum(end) {
					break
				}
				value += p.Upper(end, end+1)
				end++
			}
			if !validNINO(value) || p.Alnum(end) {
				continue
			}
			c := rule.Candidate{Start: i, End: end, Canonical: value, Confidence: 0.7, Evidence: []string{"shape of a national insurance number"}}
			label, impersonal := p.Labelled(i)
			switch cued := (label|p.Before(i, 25))&(recognise.NINO|recognise.SSN) != 0; {
			case cued:
				c.Confidence = 0.95
			case impersonal || label&recognise.Version != 0:
				c.Rejected = recognise.OrderWins
			case end-i == 9 && p.Seen&fold.Han != 0:
				c.Rejected = "no word for national insurance in a Chinese text"
			}
			emit(c)
			i = end - 1
		}
	},
	True:  []string{"National Insurance number «AB 12 34 56 C»", "my NI is «jg103759a»", "NINO: «CE123456D»"},
	False: []string{"order AB123456C", "BG123456A", "QQ123456C", "AB 12 34 56 E", "AB123456C7", "型号AB123456C"},
}

func validNINO(s string) bool {
	if len(s) != 9 || !recognise.AllDigits(s[2:8]) || s[8] < 'A' || s[8] > 'D' {
		return false
	}
	if strings.ContainsAny(s[:2], "DFIQUV0123456789") || s[1] == 'O' {
		return false
	}
	switch s[:2] {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}

var licence = recognise.Rule{
	ID: "driver_license.label", Type: rule.DriverLicense,
	About: "5 to 18 letters and digits, five digits among them, right after a word for a driving licence (AAMVA formats, DVLA)",
	Need:  recognise.Need{Cues: recognise.Licence},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Licence, func(h recognise.Hit) {
			start, end, digits := p.Value(h.End, "-")
			text := strings.ReplaceAll(p.Upper(start, end), "-", "")
			if len(text) < 6 || len(text) > 18 || digits < 5 || p.Is(end, fold.Mask) || len(strings.TrimRight(text, "0123456789")) == len(text) && len(text) < 16 {
				return
			}
			emit(rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.9, Evidence: []string{"right after a word for a driving licence"}})
		})
	},
	True:  []string{"driver's license «D8341726»", "driving licence: «MORGA657054SM9IJ»", "license number is «S530-4601-2279»", "驾照号«410105198712»", "驾驶证号：«4201061987»"},
	False: []string{"license plate 7ABC123", "license expired 2023", "驾照C1", "license key for Office", "licence fee 15.50"},
}
