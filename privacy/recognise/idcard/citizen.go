package idcard

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule {
	return []recognise.Rule{citizen18, citizen15, foreignOld, hkid, permit, passport, passportLabelled, passportForeign, social, uscc, ssn, nino, licence}
}

// province reports whether d begins with a code of GB/T 2260: provinces hard,
// counties soft, for abolished codes live on in cards.
func province(d string) bool {
	switch check.Atoi(d[:2]) {
	case 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
		50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83:
		return true
	}
	return false
}

var citizen18 = recognise.Rule{
	ID: "idcard.18", Type: rule.IDCard,
	About: "area 6, yyyymmdd, sequence 3, check (GB 11643-1999); a first digit 9 is a foreigner's permanent residence card",
	Need:  recognise.Need{Runs: 17},
	Find:  findCitizen18,
	True: []string{
		"身份证«11010519491231002X»", "«440524188001010014»", "证号«11010519491231002x»请核实", "«１１０１０５１９４９１２３１００２Ｘ»", "«110105 19491231 002X»",
		"«110105-19491231-002叉»", "身份证号：«110105194912310021»", "«一一零一零五一九四九一二三一零零二X»", "«11010519491231 002 X»", "我的«1101051949123100二叉»",
		"号码«11O1O51949I231OO2X»",
	},
	False: []string{
		"订单号440524188001010014", "440524188013010014", "190524188001010014", "4405241880010100145", "流水号11010519491231002X", "1101051949123100",
		"11010519491231****", "202301051949123100212",
	},
}

func findCitizen18(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		if r.Hi-r.Lo < 17 {
			continue
		}
		for k := r.Lo; k+17 <= r.Hi; k++ {
			if k > r.Lo && p.Reads[k].Gap == 0 && p.Reads[k].Kind == p.Reads[k-1].Kind {
				continue
			}
			d := p.Digits(r, k, 17)
			if d[0] != '9' && !province(d) || d[0] == '9' && !province(d[1:]) || !check.DateDigits(d[6:14]) {
				continue
			}
			if w, ok := p.Window(r, k, 18); ok {
				judgeCitizen(p, w, w.Value, w.End, emit)
			} else if w, ok := p.Window(r, k, 17); ok {
				if end := tenth(p, w.End, check.CitizenID(w.Value+"X")); end > 0 {
					judgeCitizen(p, w, w.Value+"X", end, emit)
				}
			}
		}
	}
}

// tenth returns the unit past the check character X, written X x × 叉, at most
// one separator after unit at; 0 when there is none. A digit may touch it only
// when it is the right one: that of the next number.
func tenth(p *recognise.Page, at int, right bool) int {
	if p.Is(at, fold.Separator) {
		at++
	}
	switch p.Rune(at) {
	case 'X', 'x', '×', '✕', '✖', '叉':
		if !p.Is(at+1, fold.Digit|fold.Letter) || right && p.Is(at+1, fold.Digit) {
			return at + 1
		}
	}
	return 0
}

func judgeCitizen(p *recognise.Page, w recognise.Window, value string, end int, emit func(rule.Candidate)) {
	c := rule.Candidate{Type: rule.IDCard, Start: w.Start, End: end, Canonical: value, Confidence: 0.99, Evidence: []string{"province and date of birth"}}
	if value[0] == '9' {
		c.Type = rule.ForeignPR
	}
	label, _ := p.Label(w.Start)
	cued := (label|p.Before(w.Start, 15))&(recognise.ID|recognise.PR|recognise.Social) != 0
	switch valid := check.CitizenID(value); {
	case w.Masked:
		c.Rejected = "a mask touches it"
	case valid && cued:
		c.Evidence = append(c.Evidence, "check character", "word for an identity card nearby")
	case label&recognise.Order != 0:
		c.Rejected = recognise.OrderWins
	case valid:
		c.Evidence = append(c.Evidence, "check character")
		if c.Type == rule.ForeignPR {
			c.Confidence = 0.9
		}
	case cued:
		c.Confidence = 0.88
		c.Evidence = append(c.Evidence, "check character fails", "word for an identity card nearby")
	case c.Type == rule.ForeignPR || w.Letter || w.Groups > 3:
		c.Rejected = "check character fails"
	default: // a mistyped card is far likelier than a random number that has a province and a date
		c.Confidence = 0.65
		c.Evidence = append(c.Evidence, "check character fails")
	}
	if w.Groups > 6 && !cued {
		c.Confidence = min(c.Confidence, 0.6)
	}
	emit(c)
}

var citizen15 = recognise.Rule{
	ID: "idcard.15", Type: rule.IDCard,
	About: "area 6, yymmdd, sequence 3: the first-generation card, with a label (GB 11643-1989)",
	Need:  recognise.Need{Runs: 15, Cues: recognise.ID},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				w, ok := p.Window(r, k, 15)
				if !ok || !province(w.Value) || !check.DateDigits("19"+w.Value[6:12]) {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.9, Evidence: []string{"province and date of birth", "word for an identity card before"}}
				label, _ := p.Label(w.Start)
				switch {
				case label&recognise.ID != 0:
				case label&recognise.Order != 0:
					c.Rejected = recognise.OrderWins
				case p.Before(w.Start, 15)&recognise.ID != 0:
					c.Confidence = 0.75
				case p.After(w.End, 8)&recognise.ID != 0:
					c.Confidence = 0.75
					c.Evidence[1] = "word for an identity card after"
				default:
					c.Rejected = "no word for an identity card before"
				}
				emit(c)
			})
		}
	},
	True:  []string{"身份证号«110105491231002»", "老身份证是«110105 491231 002»", "«110105491231002»这是老身份证号", "«110105491231002»（一代身份证）"},
	False: []string{"110105491231002", "身份证办理，订单号110105491231002", "身份证110105491331002"},
}

var foreignOld = recognise.Rule{
	ID: "foreign_pr.old", Type: rule.ForeignPR,
	About: "three letters of the country and 12 digits with yymmdd: the permanent residence card before 2023",
	Need:  recognise.Need{Runs: 12, Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				w, ok := p.Window(r, k, 12)
				if !ok || w.Groups > 1 || !p.Latin(w.Start-3, w.Start) || p.Is(w.Start-4, fold.Letter) || p.Is(w.End, fold.Letter) {
					return
				}
				c := rule.Candidate{Start: w.Start - 3, End: w.End, Canonical: p.Upper(w.Start-3, w.Start) + w.Value, Confidence: 0.9}
				label, _ := p.Label(c.Start)
				switch {
				case (label|p.Before(c.Start, 36))&(recognise.PR|recognise.ID) != 0:
					c.Evidence = []string{"three letters and 12 digits", "word for the card before"}
				case label&recognise.Order != 0:
					c.Rejected = recognise.OrderWins
				case province(w.Value) && datedYY(w.Value[4:10]) && p.Folded(c.Start, w.Start) == p.Upper(c.Start, w.Start):
					c.Confidence = 0.65
					c.Evidence = []string{"three letters, province, date of birth"}
				default:
					c.Rejected = "no word for the card before"
				}
				emit(c)
			})
		}
	},
	True:  []string{"永居证号«USA110078010112»", "外国人永久居留身份证：«GBR310085062301»"},
	False: []string{"订单号USA110078010112", "ABCD110078010112", "JDX000000000000"},
}

func datedYY(s string) bool { return check.DateDigits("19"+s) || check.DateDigits("20"+s) }
